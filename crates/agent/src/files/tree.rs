//! Walking a directory tree by descriptors: a link is never followed.

use std::ffi::CStr;

use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::fs::{self, AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::Outcome;
use super::directory::is_dot;

/// How deep a tree is walked; each level holds a descriptor.
pub(crate) const MAX_DEPTH: usize = 512;

/// Calls `visit` for each entry of a directory, of which entries may be removed meanwhile.
pub(crate) fn each_entry(
    directory: BorrowedFd<'_>,
    mut visit: impl FnMut(&CStr, FileType) -> Outcome<()>,
) -> Outcome<()> {
    for entry in Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if is_dot(name.to_bytes()) {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::Unknown => match fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(status) => FileType::from_raw_mode(status.st_mode),
                Err(Errno::NOENT) => continue,
                Err(errno) => return Err(errno.into()),
            },
            kind => kind,
        };
        visit(name, kind)?;
    }
    Ok(())
}

/// Opens a directory by its name in another one.
pub(crate) fn open_child(directory: BorrowedFd<'_>, name: &CStr) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    fs::openat(directory, name, flags, Mode::empty())
}
