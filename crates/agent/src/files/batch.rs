//! `fs/batchWrite`.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::{Fault, Outcome, Root, SandboxPath, WriteRules};

/// How many threads write. Syncs that wait at the same time share one turn of the disk; syncing the whole file system
/// at once is no faster and waits for what other sandboxes wrote.
const THREADS: usize = 8;

/// A file that could not be written: its place in the batch, and why.
type Failure = (usize, Fault);

impl Root {
    /// Writes files as [`Root::write`] does, with the directories that they need, several at a time. Of files with the
    /// same path the last one counts.
    ///
    /// # Errors
    /// The place of the first file that failed, and why. Files that were written stay.
    pub(crate) fn write_batch(&self, files: &[(SandboxPath, Bytes)]) -> Result<(), Failure> {
        let mut last: HashMap<SandboxPath, usize> = HashMap::new();
        for (place, (path, _)) in files.iter().enumerate() {
            last.insert(path.normal(), place);
        }
        let mut places: Vec<usize> = last.into_values().collect();
        places.sort_unstable();
        self.make_parents(files, &places)?;
        let next = AtomicUsize::new(0);
        let failed: Mutex<Option<Failure>> = Mutex::new(None);
        let work = || {
            while let Some(&place) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                let (path, content) = &files[place];
                if let Err(fault) = self.write(path, content, WriteRules::ANY) {
                    // Nobody begins another one.
                    next.store(places.len(), Ordering::Relaxed);
                    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    if failed.as_ref().is_none_or(|(first, _)| place < *first) {
                        *failed = Some((place, fault));
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..THREADS.min(places.len()) {
                scope.spawn(work);
            }
            work();
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(failure) => Err(failure),
        }
    }

    fn make_parents(
        &self,
        files: &[(SandboxPath, Bytes)],
        places: &[usize],
    ) -> Result<(), Failure> {
        let mut made = HashSet::new();
        for &place in places {
            let parent = files[place].0.parent();
            if !made.contains(&parent) {
                self.make_missing(&parent).map_err(|fault| (place, fault))?;
                made.insert(parent);
            }
        }
        Ok(())
    }

    fn make_missing(&self, directory: &SandboxPath) -> Outcome<()> {
        match self.open_directory(directory) {
            Ok(_) => Ok(()),
            Err(rustix::io::Errno::NOENT) => self.make_directory(directory, true),
            Err(errno) => Err(errno.into()),
        }
    }
}
