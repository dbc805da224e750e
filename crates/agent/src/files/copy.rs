//! `fs/copy`.

use std::ffi::CStr;
use std::fs::File;
use std::io;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, FileType, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

use super::read::not_regular;
use super::temporary::TemporaryFile;
use super::tree::{MAX_DEPTH, each_entry, open_child};
use super::write::{WriteRules, replaceable};
use super::{Fault, Outcome, Root, SandboxPath, is_temporary};

impl Root {
    /// Copies a file, or with `recursive` a directory. Links inside a directory are copied as links.
    ///
    /// With `overwrite`, files that are there are replaced, each in one step, and directories are merged.
    pub(crate) fn copy(
        &self,
        from: &SandboxPath,
        to: &SandboxPath,
        recursive: bool,
        overwrite: bool,
    ) -> Outcome<()> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let source = self.open(from, flags)?;
        let status = fs::fstat(&source)?;
        match FileType::from_raw_mode(status.st_mode) {
            FileType::RegularFile => {
                let (directory, name) = self.target(to)?;
                copy_file(source, &status, directory.as_fd(), &name, overwrite)
            }
            FileType::Directory if recursive => {
                let (directory, name) = self.entry(to)?;
                if self.is_within(directory.as_fd(), &status)? {
                    return Err(Fault::Explained(
                        Errno::INVAL,
                        "a directory cannot be copied into itself".to_owned(),
                    ));
                }
                copy_tree(
                    source.as_fd(),
                    directory.as_fd(),
                    &name,
                    overwrite,
                    MAX_DEPTH,
                )
            }
            FileType::Directory => Err(Fault::Explained(
                Errno::ISDIR,
                "it is a directory and the copy is not recursive".to_owned(),
            )),
            _ => Err(not_regular()),
        }
    }

    /// Whether a directory is `ancestor` or beneath it.
    fn is_within(&self, directory: BorrowedFd<'_>, ancestor: &Stat) -> Outcome<bool> {
        let is_same =
            |one: &Stat, other: &Stat| (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino);
        let top = fs::fstat(self.directory())?;
        let mut directory: OwnedFd = directory.try_clone_to_owned()?;
        for _ in 0..4096 {
            let status = fs::fstat(&directory)?;
            if is_same(&status, ancestor) {
                return Ok(true);
            }
            if is_same(&status, &top) {
                return Ok(false);
            }
            directory = fs::openat2(
                &directory,
                "..",
                OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
                Mode::empty(),
                ResolveFlags::NO_MAGICLINKS,
            )?;
        }
        Err(Errno::LOOP.into())
    }
}

fn copy_tree(
    source: BorrowedFd<'_>,
    parent: BorrowedFd<'_>,
    name: &str,
    overwrite: bool,
    depth: usize,
) -> Outcome<()> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Fault::Explained(
            Errno::LOOP,
            format!("its folders are nested more than {MAX_DEPTH} deep"),
        ));
    };
    match fs::mkdirat(parent, name, Mode::from_raw_mode(0o777)) {
        Err(Errno::EXIST) if overwrite => {}
        outcome => outcome?,
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let directory = fs::openat(parent, name, flags, Mode::empty())?;
    each_entry(source, |name, kind| {
        if is_temporary(name.to_bytes()) {
            return Ok(());
        }
        let text = name.to_str().map_err(|_| Fault::System(Errno::ILSEQ))?;
        match kind {
            FileType::Directory => {
                let child = open_child(source, name)?;
                copy_tree(child.as_fd(), directory.as_fd(), text, overwrite, depth)
            }
            FileType::Symlink => copy_link(source, name, directory.as_fd(), overwrite),
            FileType::RegularFile => {
                let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
                let file = fs::openat(source, name, flags, Mode::empty())?;
                let status = fs::fstat(&file)?;
                copy_file(file, &status, directory.as_fd(), text, overwrite)
            }
            _ => Err(Fault::Explained(
                Errno::INVAL,
                format!("{text:?} in it is neither a file, a directory nor a link"),
            )),
        }
    })?;
    // Last, as the source may be a directory that its own copy could not be written into.
    let mode = Mode::from_raw_mode(fs::fstat(source)?.st_mode);
    Ok(fs::fchmod(&directory, mode)?)
}

fn copy_file(
    source: OwnedFd,
    status: &Stat,
    directory: BorrowedFd<'_>,
    name: &str,
    overwrite: bool,
) -> Outcome<()> {
    let rules = WriteRules {
        create: true,
        overwrite,
    };
    replaceable(directory, name, rules)?;
    let mut temporary = TemporaryFile::new(directory, status.st_mode & 0o777)?;
    io::copy(&mut File::from(source), temporary.file())?;
    fs::fchmod(temporary.file(), Mode::from_raw_mode(status.st_mode))?;
    temporary.publish(name, overwrite)
}

fn copy_link(
    source: BorrowedFd<'_>,
    name: &CStr,
    directory: BorrowedFd<'_>,
    overwrite: bool,
) -> Outcome<()> {
    let target = fs::readlinkat(source, name, Vec::new())?;
    match fs::symlinkat(&*target, directory, name) {
        Err(Errno::EXIST) if overwrite => {
            fs::unlinkat(directory, name, fs::AtFlags::empty())?;
            Ok(fs::symlinkat(&*target, directory, name)?)
        }
        outcome => Ok(outcome?),
    }
}
