//! Files that are still being written: beside their target, under a name that nobody sees.

use std::ffi::CStr;
use std::fs::File;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RenameFlags, ResolveFlags};
use rustix::io::Errno;

use super::tree::{MAX_DEPTH, each_entry};
use super::{Outcome, Root, SandboxPath};
use crate::secret::random_text;

/// What the names of such files begin with.
pub(crate) const PREFIX: &str = ".yew-sandbox-write-";

/// A new file that has no name of its own yet. Dropped before [`TemporaryFile::publish`], it is removed.
#[derive(Debug)]
pub(super) struct TemporaryFile<D: AsFd> {
    directory: D,
    name: String,
    file: File,
    is_published: bool,
}

impl<D: AsFd> TemporaryFile<D> {
    /// Makes a file in `directory`, with `mode` less the process's mask.
    pub(super) fn new(directory: D, mode: u32) -> Result<Self, Errno> {
        let name = new_name();
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let file = fs::openat(
            &directory,
            &name,
            flags | OFlags::CLOEXEC,
            Mode::from_raw_mode(mode),
        )?;
        Ok(Self {
            directory,
            name,
            file: file.into(),
            is_published: false,
        })
    }

    pub(super) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    pub(super) fn directory(&self) -> &D {
        &self.directory
    }

    /// Puts the file in the place of `name` in one step. Without `overwrite` nothing may be there.
    pub(super) fn publish(mut self, name: &str, overwrite: bool) -> Outcome<()> {
        // The content first: a power cut must not leave the new name with half of it.
        fs::fdatasync(&self.file)?;
        let flags = if overwrite {
            RenameFlags::empty()
        } else {
            RenameFlags::NOREPLACE
        };
        let directory = &self.directory;
        fs::renameat_with(directory, &self.name, directory, name, flags)?;
        self.is_published = true;
        Ok(())
    }
}

impl<D: AsFd> Drop for TemporaryFile<D> {
    fn drop(&mut self) {
        if !self.is_published {
            // The next start's sweep tries again.
            let _ = fs::unlinkat(&self.directory, &self.name, AtFlags::empty());
        }
    }
}

/// Whether a name is that of a file that is still being written.
pub(crate) fn is_temporary(name: &[u8]) -> bool {
    name.starts_with(PREFIX.as_bytes())
}

/// Removes what writes of an earlier process left behind, beneath `top` and on its file system.
pub(crate) fn sweep(root: &Root, top: &SandboxPath) -> Outcome<()> {
    let directory = root.open_directory(top)?;
    sweep_directory(directory.as_fd(), MAX_DEPTH);
    Ok(())
}

/// Does what it can: where a directory cannot be read or changed, nothing was written by us.
fn sweep_directory(directory: BorrowedFd<'_>, depth: usize) {
    let _ = each_entry(directory, |name, kind| {
        if kind == FileType::Directory {
            if depth > 0
                && let Ok(child) = open_on_same_mount(directory, name)
            {
                sweep_directory(child.as_fd(), depth - 1);
            }
        } else if is_temporary(name.to_bytes())
            && !name.to_bytes().starts_with(own_prefix().as_bytes())
        {
            let _ = fs::unlinkat(directory, name, AtFlags::empty());
        }
        Ok(())
    });
}

/// Opens a directory by its name in another one, unless something is mounted there.
fn open_on_same_mount(directory: BorrowedFd<'_>, name: &CStr) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
    fs::openat2(directory, name, flags, Mode::empty(), resolve)
}

fn new_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}{}", own_prefix(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The part of the name that is this process's own.
fn own_prefix() -> &'static str {
    static OWN: OnceLock<String> = OnceLock::new();
    OWN.get_or_init(|| format!("{PREFIX}{}-", &random_text()[..16]))
}
