//! `fs/readdir` and `fs/mkdir`.

use rustix::fs::{self, AtFlags, Dir, FileType as Kind, Mode, OFlags};
use rustix::io::Errno;
use yew_sandbox_protocol::fs::{DirEntry, FileType};

use super::status::file_type;
use super::{Outcome, Root, SandboxPath, is_temporary};

impl Root {
    /// What is in a directory, without files that are still being written.
    pub(crate) fn list(&self, path: &SandboxPath) -> Outcome<Vec<DirEntry>> {
        let directory = self.open_directory(path)?;
        let mut entries = Vec::new();
        for entry in Dir::read_from(&directory)? {
            let entry = entry?;
            if is_dot(entry.file_name().to_bytes()) || is_temporary(entry.file_name().to_bytes()) {
                continue;
            }
            let mut kind = entry.file_type();
            if kind == Kind::Unknown {
                kind = match fs::statat(&directory, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(status) => Kind::from_raw_mode(status.st_mode),
                    // It went away meanwhile.
                    Err(_) => continue,
                };
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_symlink = kind == Kind::Symlink;
            let file_type = if is_symlink {
                self.followed(&path.join(&name))
                    .map_or(FileType::File, |status| {
                        file_type(Kind::from_raw_mode(status.st_mode))
                    })
            } else {
                file_type(kind)
            };
            entries.push(DirEntry {
                name,
                file_type,
                is_symlink,
            });
        }
        Ok(entries)
    }

    /// Makes a directory; with `recursive` its parents too, and one that is there is fine.
    pub(crate) fn make_directory(&self, path: &SandboxPath, recursive: bool) -> Outcome<()> {
        let mode = Mode::from_raw_mode(0o777);
        if !recursive {
            let (parent, name) = self.entry(path)?;
            return Ok(fs::mkdirat(parent, name, mode)?);
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        let mut reached = SandboxPath::top();
        let mut parent = self.open(&reached, flags)?;
        let wanted = path.names().count();
        for (place, name) in path.names().enumerate() {
            reached = reached.join(name);
            parent = match self.open(&reached, flags) {
                Err(Errno::NOENT) => {
                    match fs::mkdirat(&parent, name, mode) {
                        // Somebody else may have made it meanwhile; a link that leads nowhere fails below.
                        Ok(()) | Err(Errno::EXIST) => {}
                        Err(errno) => return Err(errno.into()),
                    }
                    self.open(&reached, flags)?
                }
                // The system would say it of the way there, too.
                Err(Errno::NOTDIR) if place + 1 == wanted => return Err(Errno::EXIST.into()),
                outcome => outcome?,
            };
        }
        Ok(())
    }
}

/// Whether a name stands for the directory itself or for its parent.
pub(super) fn is_dot(name: &[u8]) -> bool {
    matches!(name, b"." | b"..")
}
