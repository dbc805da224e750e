//! `fs/writeFile`.

use std::io::Write;
use std::path::Path;

use rustix::fd::AsFd;
use rustix::fs::{self, Access, AtFlags, FileType, Gid, Mode, Stat, Uid};
use rustix::io::Errno;
use yew_sandbox_protocol::limits::MAX_CONTENT;

use super::read::{not_regular, too_large};
use super::temporary::TemporaryFile;
use super::{Fault, Outcome, Root, SandboxPath};

/// What a write may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WriteRules {
    /// Whether the file may be made.
    pub(crate) create: bool,
    /// Whether a file that is there may be replaced.
    pub(crate) overwrite: bool,
}

impl WriteRules {
    /// The file may be made or replaced.
    pub(crate) const ANY: Self = Self {
        create: true,
        overwrite: true,
    };
}

impl Root {
    /// Replaces a whole file in one step: whoever reads it gets the old or the new content.
    pub(crate) fn write(
        &self,
        path: &SandboxPath,
        content: &[u8],
        rules: WriteRules,
    ) -> Outcome<()> {
        if content.len() > MAX_CONTENT {
            return Err(too_large(MAX_CONTENT));
        }
        if path.leads_to_directory() {
            return Err(Errno::ISDIR.into());
        }
        let (directory, name) = self.target(path)?;
        let mut temporary = begin(directory.as_fd(), &name, rules)?;
        temporary.file().write_all(content)?;
        put_in_place(temporary, &name, rules)
    }

    /// Makes a file with all of `mode`, where nothing is.
    pub(crate) fn make_file(&self, path: &SandboxPath, content: &[u8], mode: u32) -> Outcome<()> {
        let (directory, name) = self.entry(path)?;
        let mut temporary = TemporaryFile::new(directory.as_fd(), mode & 0o777)?;
        temporary.file().write_all(content)?;
        fs::fchmod(temporary.file(), Mode::from_raw_mode(mode & 0o777))?;
        temporary.publish(&name, false)
    }

    /// Makes a symbolic link, unless something is there.
    pub(crate) fn make_link(&self, link: &Path, path: &SandboxPath) -> Outcome<()> {
        let (directory, name) = self.entry(path)?;
        match fs::symlinkat(link, directory, name) {
            Err(Errno::EXIST) => Ok(()),
            outcome => Ok(outcome?),
        }
    }
}

/// The new file of a write that may be: never more open than the file that it replaces, not even for a moment.
pub(super) fn begin<D: AsFd>(
    directory: D,
    name: &str,
    rules: WriteRules,
) -> Outcome<TemporaryFile<D>> {
    let old = replaceable(&directory, name, rules)?;
    let mode = old.map_or(0o666, |old| old.st_mode & 0o777);
    Ok(TemporaryFile::new(directory, mode)?)
}

/// Ends a write: the new file takes the name, and owner and mode of what it replaces.
pub(super) fn put_in_place<D: AsFd>(
    mut temporary: TemporaryFile<D>,
    name: &str,
    rules: WriteRules,
) -> Outcome<()> {
    if let Some(old) = replaceable(temporary.directory(), name, rules)? {
        keep_owner_and_mode(temporary.file().as_fd(), &old)?;
    }
    temporary.publish(name, rules.overwrite)
}

/// The file that a write would replace, if it may.
pub(super) fn replaceable(
    directory: impl AsFd,
    name: &str,
    rules: WriteRules,
) -> Outcome<Option<Stat>> {
    let old = match fs::statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) if rules.create => return Ok(None),
        outcome => outcome?,
    };
    match FileType::from_raw_mode(old.st_mode) {
        FileType::Directory => Err(Errno::ISDIR.into()),
        _ if !rules.overwrite => Err(Errno::EXIST.into()),
        FileType::RegularFile => {
            // The replacing itself asks the directory only.
            fs::accessat(directory, name, Access::WRITE_OK, AtFlags::empty())?;
            Ok(Some(old))
        }
        _ => Err(not_regular()),
    }
}

fn keep_owner_and_mode(file: impl AsFd, old: &Stat) -> Result<(), Fault> {
    let new = fs::fstat(&file)?;
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid) {
        // Only a privileged process may give files away; for others the new file is their own.
        let _ = fs::fchown(
            &file,
            Some(Uid::from_raw(old.st_uid)),
            Some(Gid::from_raw(old.st_gid)),
        );
    }
    fs::fchmod(&file, Mode::from_raw_mode(old.st_mode))?;
    Ok(())
}
