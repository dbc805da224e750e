//! `fs/readFile`.

use std::fs::File;
use std::io::Read;

use bytes::Bytes;
use rustix::fs::{FileType, OFlags, fstat};
use rustix::io::Errno;

use super::{Fault, Outcome, Root, SandboxPath};

impl Root {
    /// Reads a whole file of at most `limit` bytes.
    pub(crate) fn read_up_to(&self, path: &SandboxPath, limit: usize) -> Outcome<Bytes> {
        self.read_around(path, limit, |_| Default::default())
    }

    /// Reads a whole file of at most `limit` bytes between what stands before and after that many bytes, without a copy.
    pub(crate) fn read_around(
        &self,
        path: &SandboxPath,
        limit: usize,
        around: impl Fn(usize) -> (Bytes, Bytes),
    ) -> Outcome<Bytes> {
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
        let (before, after) = around(size);
        // One byte more than the size tells the end without growing.
        let mut whole = Vec::with_capacity(before.len() + size + after.len() + 1);
        whole.extend_from_slice(&before);
        let length = File::from(file)
            .take(limit as u64 + 1)
            .read_to_end(&mut whole)?;
        if length > limit {
            return Err(too_large(limit));
        }
        if length == size {
            whole.extend_from_slice(&after);
            return Ok(whole.into());
        }
        // It was written to meanwhile.
        let (again, after) = around(length);
        whole.splice(..before.len(), again);
        whole.extend_from_slice(&after);
        Ok(whole.into())
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The length of the content on both sides of it.
    fn around(length: usize) -> (Bytes, Bytes) {
        let length = Bytes::from(length.to_string());
        (length.clone(), length)
    }

    #[test]
    fn what_stands_around_a_file_knows_the_length_that_was_read() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        let root = Root::new(place.path(), Path::new("/")).unwrap();
        let path = root.resolve("file").unwrap();
        for (before, meanwhile, expected) in [
            ("12345", "12345", "5123455"),
            ("12345", "12345678901", "111234567890111"),
            ("12345678901", "12", "2122"),
            ("", "1", "111"),
        ] {
            fs::write(&file, before).unwrap();
            let whole = root.read_around(&path, 100, |length| {
                // It is asked for the first time when the size was looked at, and nothing was read.
                fs::write(&file, meanwhile).unwrap();
                around(length)
            });
            assert_eq!(whole.unwrap(), expected, "{before} and then {meanwhile}");
        }
    }
}
