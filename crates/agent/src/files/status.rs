//! `fs/stat`.

use rustix::fs::{FileType as Kind, OFlags, Stat, fstat};
use yew_sandbox_protocol::fs::{FileType, StatAnswer};

use super::{Outcome, Root, SandboxPath};

impl Root {
    /// What the path leads to. A link that leads nowhere is told as itself.
    pub(crate) fn status(&self, path: &SandboxPath) -> Outcome<StatAnswer> {
        let own = fstat(self.open(path, OFlags::PATH | OFlags::NOFOLLOW)?)?;
        let is_symlink = Kind::from_raw_mode(own.st_mode) == Kind::Symlink;
        let status = if is_symlink {
            self.followed(path).unwrap_or(own)
        } else {
            own
        };
        Ok(StatAnswer {
            file_type: file_type(Kind::from_raw_mode(status.st_mode)),
            is_symlink,
            size: u64::try_from(status.st_size).unwrap_or(0),
            mtime: milliseconds(status.st_mtime, status.st_mtime_nsec),
            ctime: milliseconds(status.st_ctime, status.st_ctime_nsec),
            atime: milliseconds(status.st_atime, status.st_atime_nsec),
        })
    }

    /// The status of what the path leads to in the end, where it leads anywhere.
    pub(super) fn followed(&self, path: &SandboxPath) -> Option<Stat> {
        self.open(path, OFlags::PATH).and_then(fstat).ok()
    }
}

pub(super) fn file_type(kind: Kind) -> FileType {
    match kind {
        Kind::Directory => FileType::Directory,
        _ => FileType::File,
    }
}

fn milliseconds(seconds: i64, nanoseconds: impl TryInto<i64>) -> f64 {
    seconds as f64 * 1e3 + nanoseconds.try_into().unwrap_or(0) as f64 / 1e6
}
