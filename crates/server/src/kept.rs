//! A value that lives in a JSON file.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value in memory and the same in a file, which only this process writes.
///
/// Reading never waits for the disk. The file is closed to other users.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    path: PathBuf,
    value: Mutex<Arc<T>>,
    /// Held over a change, so that changes come one after the other.
    changing: Mutex<()>,
}

impl<T> Kept<T>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned,
{
    /// A value that is in the file at `path` already, or that needs no file before its first change.
    pub(crate) fn new(path: PathBuf, value: T) -> Self {
        Self {
            path,
            value: Mutex::new(Arc::new(value)),
            changing: Mutex::default(),
        }
    }

    /// The value in the file at `path`, or the default where there is no such file.
    pub(crate) fn load(path: PathBuf) -> io::Result<Self>
    where
        T: Default,
    {
        let value = match read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => T::default(),
            read => read?,
        };
        Ok(Self::new(path, value))
    }

    /// The value as it is now.
    pub(crate) fn get(&self) -> Arc<T> {
        self.value
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes the value, first in the file. Nothing is changed where `change` or the disk fails.
    ///
    /// Waits for the disk: not for a thread that runs tasks.
    pub(crate) fn change<R, F>(
        &self,
        change: impl FnOnce(&mut T) -> Result<R, F>,
    ) -> io::Result<Result<R, F>> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.get();
        let mut value = T::clone(&before);
        let result = match change(&mut value) {
            Ok(result) => result,
            Err(failure) => return Ok(Err(failure)),
        };
        if value != *before {
            write(&self.path, &value)?;
            *self.value.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
        }
        Ok(Ok(result))
    }
}

/// The value in a file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<T> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// Whole or not at all, also where the machine stops.
pub(crate) fn write<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(&serde_json::to_vec(value)?)?;
    file.sync_all()?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    type Numbers = Kept<Vec<u32>>;

    #[test]
    fn value_is_found_again_and_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers.json");
        let kept = Numbers::load(path.clone()).unwrap();
        assert!(kept.get().is_empty());
        let pushed = kept.change(|numbers| {
            numbers.push(7);
            Ok::<_, ()>(numbers.len())
        });
        assert_eq!(pushed.unwrap(), Ok(1));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(*Numbers::load(path).unwrap().get(), [7]);
    }

    #[test]
    fn what_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers.json");
        let kept = Numbers::load(path.clone()).unwrap();
        let refused = kept.change(|numbers| {
            numbers.push(7);
            Err::<(), _>("no")
        });
        assert_eq!(refused.unwrap(), Err("no"));
        assert!(kept.get().is_empty() && !path.exists());
        let gone = Numbers::new(folder.path().join("gone/numbers.json"), vec![1]);
        let lost = gone.change(|numbers| {
            numbers.push(2);
            Ok::<_, ()>(())
        });
        assert!(lost.is_err());
        assert_eq!(*gone.get(), [1]);
    }
}
