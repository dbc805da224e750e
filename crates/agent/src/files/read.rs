//! `fs/readFile`.

use std::fs::File;
use std::io::Read;

use bytes::Bytes;
use rustix::fs::{FileType, OFlags, fstat};
use rustix::io::Errno;
use yew_sandbox_protocol::limits::MAX_CONTENT;

use super::{Fault, Outcome, Root, SandboxPath};

impl Root {
    /// Reads a whole file.
    pub(crate) fn read(&self, path: &SandboxPath) -> Outcome<Bytes> {
        self.read_up_to(path, MAX_CONTENT)
    }

    /// Reads a whole file of at most `limit` bytes.
    pub(crate) fn read_up_to(&self, path: &SandboxPath, limit: usize) -> Outcome<Bytes> {
        // Opening a pipe or a device must not wait for its other end.
        let file = self.open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?;
        let status = fstat(&file)?;
        match FileType::from_raw_mode(status.st_mode) {
            FileType::RegularFile => {}
            FileType::Directory => return Err(Errno::ISDIR.into()),
            _ => return Err(not_regular()),
        }
        let size = usize::try_from(status.st_size).unwrap_or(usize::MAX);
        if size > limit {
            return Err(too_large(limit));
        }
        // One byte more than the size tells the end without growing; the file may grow meanwhile.
        let mut content = Vec::with_capacity(size + 1);
        File::from(file)
            .take(limit as u64 + 1)
            .read_to_end(&mut content)?;
        if content.len() > limit {
            return Err(too_large(limit));
        }
        Ok(content.into())
    }
}

pub(super) fn too_large(limit: usize) -> Fault {
    Fault::Explained(
        Errno::FBIG,
        format!("it is over the limit of {limit} bytes"),
    )
}

pub(super) fn not_regular() -> Fault {
    Fault::Explained(Errno::INVAL, "it is not a regular file".to_owned())
}
