//! `fs/writePart`.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{self, Advice};
use yew_sandbox_protocol::fs::WritePart;
use yew_sandbox_protocol::limits::{KEEP_SECONDS, MAX_CONTENT, MAX_WRITE_ID, MAX_WRITES_IN_PARTS};

use super::read::too_large;
use super::write::Writing;
use super::{Fault, Outcome, Root, SandboxPath, WriteRules};

/// The files whose last parts are still to come, by the names of their writes.
#[derive(Debug, Default)]
pub(super) struct Parts(Mutex<HashMap<String, Unfinished>>);

/// A file whose last part is still to come. Dropped, it is removed.
#[derive(Debug)]
struct Unfinished {
    path: SandboxPath,
    writing: Writing,
    /// How far it is written.
    length: u64,
    /// When its last part came.
    at: Instant,
}

impl Root {
    /// Writes a part of a file; with the last one the file takes its name, in one step.
    ///
    /// # Errors
    /// As [`Root::write`]; `Fault::Unknown` where the parts before are not there. The write is over then.
    pub(crate) fn write_part(&self, path: &SandboxPath, part: &WritePart) -> Outcome<()> {
        let rules = WriteRules {
            create: part.create != Some(false),
            overwrite: part.overwrite != Some(false),
        };
        if part.content.len() > MAX_CONTENT {
            return Err(too_large(MAX_CONTENT));
        }
        if part.write_id.len() > MAX_WRITE_ID {
            return Err(Fault::Unknown("the write's name is longer than 256 bytes"));
        }
        let before = self.parts.take(&part.write_id);
        let mut file = match part.offset {
            0 => Unfinished {
                path: path.clone(),
                writing: self.begin_write(path, rules)?,
                length: 0,
                at: Instant::now(),
            },
            _ => before
                .filter(|file| file.path == *path && part.offset <= file.length)
                .ok_or(Fault::Unknown(
                    "its earlier parts are not here; send it from its first byte",
                ))?,
        };
        let target = file.writing.file();
        // A part that comes again is followed by those behind it.
        if part.offset < file.length {
            target.set_len(part.offset)?;
        }
        target.write_all_at(&part.content, part.offset)?;
        file.length = part.offset + part.content.len() as u64;
        file.at = Instant::now();
        if part.last {
            file.writing.look_again()?;
            return file.writing.finish();
        }
        // So that the last part does not wait for all of them: the disk begins to take it now. It fails where it does nothing.
        let length = NonZeroU64::new(part.content.len() as u64);
        let _ = fs::fadvise(target, part.offset, length, Advice::DontNeed);
        self.parts.keep(part.write_id.clone(), file);
        Ok(())
    }

    /// Removes the files whose next parts are not coming any more. May block.
    pub(crate) fn give_up_parts(&self) {
        self.parts.give_up(Instant::now());
    }
}

impl Parts {
    fn take(&self, id: &str) -> Option<Unfinished> {
        self.files().remove(id)
    }

    fn keep(&self, id: String, file: Unfinished) {
        self.give_up(file.at);
        let mut files = self.files();
        files.insert(id, file);
        if files.len() > MAX_WRITES_IN_PARTS {
            let oldest = files.iter().min_by_key(|(_, file)| file.at);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                files.remove(&oldest);
            }
        }
    }

    fn give_up(&self, now: Instant) {
        let kept = Duration::from_secs(KEEP_SECONDS.into());
        let is_awaited = |file: &Unfinished| now.duration_since(file.at) < kept;
        self.files().retain(|_, file| is_awaited(file));
    }

    fn files(&self) -> MutexGuard<'_, HashMap<String, Unfinished>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use bytes::Bytes;

    use super::*;

    fn part(id: &str, offset: u64, last: bool) -> WritePart {
        WritePart {
            path: "f".to_owned(),
            write_id: id.to_owned(),
            offset,
            content: Bytes::from_static(b"part"),
            last,
            create: None,
            overwrite: None,
        }
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_not_ended_is_removed_in_time_and_bounded_in_number() {
        let place = tempfile::tempdir().unwrap();
        let root = Root::new(place.path(), Path::new("/")).unwrap();
        let path = root.resolve("f").unwrap();
        let begin = |id: usize| root.write_part(&path, &part(&id.to_string(), 0, false));
        for id in 0..=MAX_WRITES_IN_PARTS {
            begin(id).unwrap();
        }
        assert_eq!(names(place.path()).len(), MAX_WRITES_IN_PARTS);
        // The first one went, the second one is there.
        let go_on = |id| root.write_part(&path, &part(id, 4, true));
        assert!(matches!(go_on("0"), Err(Fault::Unknown(_))));
        go_on("1").unwrap();
        assert_eq!(std::fs::read(place.path().join("f")).unwrap(), b"partpart");

        let soon = Instant::now() + Duration::from_secs(u64::from(KEEP_SECONDS) - 10);
        root.parts.give_up(soon);
        assert_eq!(names(place.path()).len(), MAX_WRITES_IN_PARTS);
        root.parts.give_up(soon + Duration::from_secs(20));
        assert_eq!(names(place.path()), ["f"]);
        assert!(matches!(go_on("2"), Err(Fault::Unknown(_))));
    }
}
