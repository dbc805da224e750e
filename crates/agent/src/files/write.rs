//! `fs/writeFile`.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use rustix::fd::{AsFd, OwnedFd};
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
        let mut writing = self.begin_write(path, rules)?;
        writing.file().write_all(content)?;
        writing.finish()
    }

    /// Begins to replace a file.
    pub(super) fn begin_write(&self, path: &SandboxPath, rules: WriteRules) -> Outcome<Writing> {
        if path.leads_to_directory() {
            return Err(Errno::ISDIR.into());
        }
        let (directory, name) = self.target(path)?;
        let old = replaceable(&directory, &name, rules)?;
        // Never more open than the file that it replaces, not even for a moment.
        let mode = old.as_ref().map_or(0o666, |old| old.st_mode & 0o777);
        Ok(Writing {
            temporary: TemporaryFile::new(directory, mode)?,
            name,
            rules,
            old,
        })
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

/// A write that has begun. Dropped before [`Writing::finish`], it leaves nothing.
#[derive(Debug)]
pub(super) struct Writing {
    temporary: TemporaryFile<OwnedFd>,
    name: String,
    rules: WriteRules,
    /// What it replaces.
    old: Option<Stat>,
}

impl Writing {
    /// The new content.
    pub(super) fn file(&mut self) -> &mut File {
        self.temporary.file()
    }

    /// Time has passed: looks once more at what it replaces.
    ///
    /// # Errors
    /// It may not be replaced any more.
    pub(super) fn look_again(&mut self) -> Outcome<()> {
        self.old = replaceable(self.temporary.directory(), &self.name, self.rules)?;
        Ok(())
    }

    /// The new file takes the name, and owner and mode of what it replaces.
    pub(super) fn finish(mut self) -> Outcome<()> {
        if let Some(old) = self.old {
            keep_owner_and_mode(self.temporary.file().as_fd(), &old)?;
        }
        self.temporary.publish(&self.name, self.rules.overwrite)
    }
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
