//! How much a folder holds.

use std::collections::HashSet;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, statat};
use rustix::io::Errno;

/// Deepest nesting of folders that is looked into, and copied; deeper ones count as too many.
pub(crate) const MAX_DEPTH: usize = 200;

/// What was found in a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Bytes on the disk: holes take none, and several names of one file take it once.
    pub(crate) bytes: u64,
    /// Files, folders, links.
    pub(crate) files: u64,
    /// Whether folders are nested deeper than is looked into.
    pub(crate) is_too_deep: bool,
}

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Counts what is in the folder `path` while others change it. Stops once `is_enough`, so that no folder costs more
/// than one at its limit.
///
/// A folder that its owner closed to itself is passed by, where this process is no root.
pub(crate) fn measure(path: &Path, is_enough: impl Fn(&Usage) -> bool) -> io::Result<Usage> {
    let folder = openat(CWD, path, FOLDER, Mode::empty())?;
    let mut look = Look {
        usage: Usage::default(),
        seen: HashSet::new(),
        is_enough,
    };
    look.folder(folder.as_fd(), MAX_DEPTH)?;
    Ok(look.usage)
}

struct Look<E> {
    usage: Usage,
    /// Files with several names that were counted, by device and number.
    seen: HashSet<(u64, u64)>,
    is_enough: E,
}

impl<E: Fn(&Usage) -> bool> Look<E> {
    fn folder(&mut self, folder: BorrowedFd<'_>, depth: usize) -> io::Result<()> {
        for entry in Dir::read_from(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            if (self.is_enough)(&self.usage) {
                return Ok(());
            }
            let status = match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                // It was there a moment ago.
                Err(Errno::NOENT) => continue,
                status => status?,
            };
            self.usage.files += 1;
            let is_counted = status.st_nlink > 1
                && FileType::from_raw_mode(status.st_mode) != FileType::Directory
                && !self
                    .seen
                    .insert((status.st_dev as u64, status.st_ino as u64));
            if !is_counted {
                self.usage.bytes += u64::try_from(status.st_blocks).unwrap_or(0) * 512;
            }
            if FileType::from_raw_mode(status.st_mode) != FileType::Directory {
                continue;
            }
            let Some(depth) = depth.checked_sub(1) else {
                self.usage.is_too_deep = true;
                continue;
            };
            match openat(folder, name, FOLDER, Mode::empty()) {
                Ok(inner) => self.folder(inner.as_fd(), depth)?,
                // Something else took its place, or it is closed.
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ACCESS) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::unix::fs::symlink;

    use super::*;

    fn all(path: &Path) -> Usage {
        measure(path, |_| false).unwrap()
    }

    #[test]
    fn what_takes_room_is_counted_once_and_nothing_outside() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("large"), vec![1; 4 << 20]).unwrap();
        assert_eq!(all(folder.path()), Usage::default());
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("a/b")).unwrap();
        fs::write(at("a/b/file"), vec![1; 1 << 20]).unwrap();
        fs::hard_link(at("a/b/file"), at("again")).unwrap();
        symlink(outside.path(), at("link")).unwrap();
        File::create(at("hole")).unwrap().set_len(1 << 30).unwrap();
        let usage = all(folder.path());
        assert_eq!(usage.files, 6);
        assert!((1 << 20..2 << 20).contains(&usage.bytes), "{usage:?}");
        assert!(!usage.is_too_deep);
    }

    #[test]
    fn looking_ends_with_the_limit_and_with_the_depth() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..100 {
            fs::write(folder.path().join(number.to_string()), "").unwrap();
        }
        let usage = measure(folder.path(), |usage| usage.files > 10).unwrap();
        assert_eq!(usage.files, 11);
        let deep = tempfile::tempdir().unwrap();
        fs::create_dir_all(deep.path().join("d/".repeat(MAX_DEPTH))).unwrap();
        assert!(!all(deep.path()).is_too_deep);
        fs::create_dir_all(deep.path().join("d/".repeat(MAX_DEPTH + 1))).unwrap();
        assert!(all(deep.path()).is_too_deep);
    }
}
