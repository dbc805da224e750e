//! `fs/remove`.

use std::ffi::{CStr, CString};

use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::{self, AtFlags, FileType};
use rustix::io::Errno;

use super::tree::{MAX_DEPTH, each_entry, open_child};
use super::{Fault, Outcome, Root, SandboxPath};

impl Root {
    /// Removes a file, a link or a directory; with `recursive` also all that is in it.
    pub(crate) fn remove(&self, path: &SandboxPath, recursive: bool) -> Outcome<()> {
        let (parent, name) = self.entry(path)?;
        let name = CString::new(name).map_err(|_| Fault::System(Errno::INVAL))?;
        match fs::unlinkat(&parent, &name, AtFlags::empty()) {
            Ok(()) => return Ok(()),
            Err(Errno::ISDIR) => {}
            Err(errno) => return Err(errno.into()),
        }
        if recursive {
            remove_tree(parent.as_fd(), &name, MAX_DEPTH)
        } else {
            Ok(fs::unlinkat(parent, &name, AtFlags::REMOVEDIR)?)
        }
    }
}

fn remove_tree(parent: BorrowedFd<'_>, name: &CStr, depth: usize) -> Outcome<()> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Fault::Explained(
            Errno::LOOP,
            format!("its folders are nested more than {MAX_DEPTH} deep"),
        ));
    };
    let directory = open_child(parent, name)?;
    each_entry(directory.as_fd(), |name, kind| {
        if kind == FileType::Directory {
            return remove_tree(directory.as_fd(), name, depth);
        }
        match fs::unlinkat(&directory, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    })?;
    Ok(fs::unlinkat(parent, name, AtFlags::REMOVEDIR)?)
}
