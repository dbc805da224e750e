//! A copy of a sandbox's files, cheap where the file system shares content between files.
//!
//! The sandbox may run and change its files meanwhile, so nothing is opened by a path and no link is followed.

use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, SeekFrom, Stat, Timespec, Timestamps, fchmod, fstat,
    ftruncate, futimens, ioctl_ficlone, mkdirat, openat, readlinkat, seek, statat, symlinkat,
};
use rustix::io::Errno;

use super::disk::MAX_DEPTH;

/// How the names of files begin that an agent is still writing.
const BEING_WRITTEN: &[u8] = b".yew-sandbox-write-";
/// The mark of a running agent, in the folder of that name at the top.
const RUNNING: (&CStr, &CStr) = (c".sandbox", c"running");

/// Copies all that is in the folder `from` into the empty folder `to`.
///
/// Copied are folders, files and symlinks with their modes and times; holes stay holes. Left out are sockets, pipes and
/// devices, and what an agent is still writing. Several names of one file become several files. Whoever the
/// copy is for gets the files later: they are this process's own here.
///
/// A file that is written meanwhile may be copied as it is at any moment of the copying; one that was written as a
/// whole, beside its name and then renamed, is copied as a whole.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    let copier = Copier {
        shares: Cell::new(true),
    };
    let from = openat(CWD, from, FOLDER, Mode::empty())?;
    let to = openat(CWD, to, FOLDER, Mode::empty())?;
    copier.folder(from.as_fd(), to.as_fd(), None, MAX_DEPTH)
}

struct Copier {
    /// False once the file system was seen not to share content.
    shares: Cell<bool>,
}

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

impl Copier {
    /// `name` is the folder's own, of one that lies at the top.
    fn folder(
        &self,
        from: BorrowedFd<'_>,
        to: BorrowedFd<'_>,
        name: Option<&CStr>,
        depth: usize,
    ) -> io::Result<()> {
        for entry in names(from)? {
            let is_mark = name == Some(RUNNING.0) && *entry == *RUNNING.1 && depth == MAX_DEPTH - 1;
            if is_mark || entry.to_bytes().starts_with(BEING_WRITTEN) {
                continue;
            }
            match self.entry(from, to, &entry, depth) {
                // It was there a moment ago.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                copied => copied?,
            }
        }
        Ok(())
    }

    fn entry(
        &self,
        from: BorrowedFd<'_>,
        to: BorrowedFd<'_>,
        name: &CStr,
        depth: usize,
    ) -> io::Result<()> {
        let status = statat(from, name, AtFlags::SYMLINK_NOFOLLOW)?;
        match FileType::from_raw_mode(status.st_mode) {
            FileType::Directory => {
                let Some(depth) = depth.checked_sub(1) else {
                    let message = format!("folders are nested deeper than {MAX_DEPTH}");
                    return Err(io::Error::other(message));
                };
                let from = openat(from, name, FOLDER, Mode::empty())?;
                mkdirat(to, name, Mode::RWXU)?;
                let to = openat(to, name, FOLDER, Mode::empty())?;
                self.folder(from.as_fd(), to.as_fd(), Some(name), depth)?;
                finish(&to, &status)
            }
            FileType::RegularFile => self.file(from, to, name),
            FileType::Symlink => {
                let target = readlinkat(from, name, Vec::new())?;
                Ok(symlinkat(target, to, name)?)
            }
            _ => Ok(()),
        }
    }

    fn file(&self, from: BorrowedFd<'_>, to: BorrowedFd<'_>, name: &CStr) -> io::Result<()> {
        // Not to wait for the other end of a pipe that took the file's place.
        let read = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let from = match openat(from, name, read, Mode::empty()) {
            // A link or a socket took its place.
            Err(Errno::LOOP | Errno::NXIO) => return Ok(()),
            opened => opened?,
        };
        let status = fstat(&from)?;
        if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
            return Ok(());
        }
        let write = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let to = openat(to, name, write, Mode::RUSR | Mode::WUSR)?;
        if !self.share(&from, &to)? {
            let length = u64::try_from(status.st_size).unwrap_or(0);
            copy_content(&from, &to, length)?;
        }
        finish(&to, &status)
    }

    /// Lets both files have the same content on the disk, where the file system can.
    fn share(&self, from: &OwnedFd, to: &OwnedFd) -> io::Result<bool> {
        if !self.shares.get() {
            return Ok(false);
        }
        match ioctl_ficlone(to, from) {
            Ok(()) => Ok(true),
            Err(Errno::NOSPC | Errno::DQUOT) => Err(io::ErrorKind::StorageFull.into()),
            Err(_) => {
                self.shares.set(false);
                Ok(false)
            }
        }
    }
}

/// Copies what is no hole.
fn copy_content(from: &OwnedFd, to: &OwnedFd, length: u64) -> io::Result<()> {
    ftruncate(to, length)?;
    let mut at = 0;
    while at < length {
        let start = match seek(from, SeekFrom::Data(at)) {
            Ok(start) => start,
            // Only a hole is left.
            Err(Errno::NXIO) => break,
            // The file system knows of no holes.
            Err(Errno::INVAL) => at,
            Err(error) => return Err(error.into()),
        };
        let end = seek(from, SeekFrom::Hole(start))
            .unwrap_or(length)
            .min(length);
        if end <= start {
            break;
        }
        seek(from, SeekFrom::Start(start))?;
        seek(to, SeekFrom::Start(start))?;
        let mut reader = File::from(from.try_clone()?).take(end - start);
        io::copy(&mut reader, &mut File::from(to.try_clone()?))?;
        at = end;
    }
    Ok(())
}

/// The mode and time of what was copied. Rights that a program takes from its file are left out.
fn finish(to: &OwnedFd, status: &Stat) -> io::Result<()> {
    fchmod(to, Mode::from_raw_mode(status.st_mode & 0o1777))?;
    let time = |seconds, nanoseconds| Timespec {
        tv_sec: seconds,
        tv_nsec: nanoseconds,
    };
    futimens(
        to,
        &Timestamps {
            last_access: time(status.st_atime, status.st_atime_nsec as _),
            last_modification: time(status.st_mtime, status.st_mtime_nsec as _),
        },
    )?;
    Ok(())
}

/// The names in a folder.
pub(crate) fn names(folder: BorrowedFd<'_>) -> io::Result<Vec<CString>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name != c"." && name != c".." {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::local::disk::measure;

    #[test]
    fn all_that_counts_is_copied() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |name: &str| from.path().join(name);
        fs::create_dir_all(at("project/workspace/deep")).unwrap();
        fs::create_dir(at(".sandbox")).unwrap();
        fs::write(at("project/workspace/run.sh"), "#!/bin/sh").unwrap();
        let mode = |mode| fs::Permissions::from_mode(mode);
        fs::set_permissions(at("project/workspace/run.sh"), mode(0o4751)).unwrap();
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let file = File::options()
            .write(true)
            .open(at("project/workspace/run.sh"));
        file.unwrap().set_modified(then).unwrap();
        fs::set_permissions(at("project/workspace/deep"), mode(0o500)).unwrap();
        symlink("/etc/passwd", at("link")).unwrap();
        fs::write(at(".sandbox/running"), "").unwrap();
        fs::write(at(".sandbox/state.json"), "{}").unwrap();
        fs::write(at("project/workspace/running"), "").unwrap();
        fs::write(at("project/.yew-sandbox-write-1"), "half").unwrap();
        let _socket = UnixListener::bind(at("socket")).unwrap();
        copy_tree(from.path(), to.path()).unwrap();

        let copied = |name: &str| to.path().join(name);
        let script = fs::metadata(copied("project/workspace/run.sh")).unwrap();
        assert_eq!(script.mode() & 0o7777, 0o751);
        assert_eq!(script.modified().unwrap(), then);
        let read = |name| fs::read_to_string(copied(name)).unwrap();
        assert_eq!(read("project/workspace/run.sh"), "#!/bin/sh");
        assert_eq!(read(".sandbox/state.json"), "{}");
        let deep = fs::metadata(copied("project/workspace/deep")).unwrap();
        assert_eq!(deep.mode() & 0o777, 0o500);
        assert_eq!(
            fs::read_link(copied("link")).unwrap(),
            Path::new("/etc/passwd")
        );
        assert!(copied("project/workspace/running").exists());
        for left_out in ["socket", ".sandbox/running", "project/.yew-sandbox-write-1"] {
            assert!(!copied(left_out).exists(), "{left_out}");
        }
        fs::set_permissions(at("project/workspace/deep"), mode(0o700)).unwrap();
    }

    #[test]
    fn holes_stay_holes() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let size = 64 << 20;
        let file = File::create(from.path().join("sparse")).unwrap();
        file.set_len(size).unwrap();
        let end = b"the end";
        std::os::unix::fs::FileExt::write_all_at(&file, end, size / 2).unwrap();
        copy_tree(from.path(), to.path()).unwrap();
        let copied = to.path().join("sparse");
        let status = fs::metadata(&copied).unwrap();
        assert_eq!(status.len(), size);
        assert!(
            status.blocks() * 512 < 1 << 20,
            "{} blocks",
            status.blocks()
        );
        let content = fs::read(&copied).unwrap();
        let middle = usize::try_from(size / 2).unwrap();
        assert_eq!(&content[middle..middle + end.len()], end);
    }

    /// A sandbox that was nested deeper than 128 was under its limits, and could be neither forked nor backed up.
    #[test]
    fn nesting_is_bounded_as_it_is_where_the_disk_is_watched() {
        for (depth, is_too_deep) in [(MAX_DEPTH, false), (MAX_DEPTH + 1, true)] {
            let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
            fs::create_dir_all(from.path().join("d/".repeat(depth))).unwrap();
            let usage = measure(from.path(), |_| false).unwrap();
            assert_eq!(usage.is_too_deep, is_too_deep);
            assert_eq!(copy_tree(from.path(), to.path()).is_err(), is_too_deep);
        }
    }
}
