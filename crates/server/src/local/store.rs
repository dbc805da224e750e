//! What is kept of each sandbox, and where.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::error::OpenError;

/// The version of `meta.json` that is written.
const VERSION: u32 = 1;
/// Length of a sandbox's id: 82 bits.
const ID_LENGTH: usize = 16;
const ID_LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// What stands in a sandbox's `meta.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    pub(crate) version: u32,
    /// The owner's user id.
    pub(crate) owner: String,
    /// In seconds since 1970.
    pub(crate) created: u64,
    /// Counts the sandboxes of this folder; a server that runs as root gives each its own system user by it.
    pub(crate) number: u32,
}

/// A data folder, held by this process.
#[derive(Debug)]
pub(crate) struct Store {
    data: PathBuf,
    /// It ends with the process, however that ends.
    lock: File,
}

impl Store {
    /// Makes the folder where it is missing and takes hold of it.
    pub(crate) fn open(data: &Path) -> Result<Self, OpenError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            |source| OpenError::DataDir { path, source }
        };
        private_folder(data).map_err(failed(data))?;
        // Child processes start elsewhere, so that the path must hold there too.
        let data = data.canonicalize().map_err(failed(data))?;
        let lock = data.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock);
        let file = file.map_err(failed(&lock))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse { path: data }),
            Err(TryLockError::Error(source)) => return Err(failed(&lock)(source)),
        }
        let sandboxes = data.join("sandboxes");
        private_folder(&sandboxes).map_err(failed(&sandboxes))?;
        Ok(Self { data, lock: file })
    }

    /// Every sandbox there is. What cannot be read is left alone and logged.
    pub(crate) fn load(&self) -> Result<Vec<(String, Meta)>, OpenError> {
        let path = self.data.join("sandboxes");
        let failed = |source| OpenError::DataDir {
            path: path.clone(),
            source,
        };
        let mut found = Vec::new();
        for entry in fs::read_dir(&path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let Some(id) = name.to_str().filter(|id| is_id(id)) else {
                continue;
            };
            match self.read(id) {
                Ok(meta) => found.push((id.to_owned(), meta)),
                Err(error) => {
                    tracing::warn!(sandbox = id, %error, "a sandbox is left out: its meta.json cannot be read");
                }
            }
        }
        Ok(found)
    }

    /// Makes the folder of a new sandbox.
    pub(crate) fn create(&self, owner: &str, number: u32) -> io::Result<(String, Meta)> {
        let id = new_id()?;
        let folder = self.folder(&id);
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let meta = Meta {
            version: VERSION,
            owner: owner.to_owned(),
            created: since_1970.unwrap_or_default().as_secs(),
            number,
        };
        DirBuilder::new().mode(0o700).create(&folder)?;
        DirBuilder::new().mode(0o700).create(self.root(&id))?;
        write(&folder.join("meta.json"), &serde_json::to_vec(&meta)?)?;
        Ok((id, meta))
    }

    /// Takes back a creation that came to nothing.
    pub(crate) fn remove(&self, id: &str) -> io::Result<()> {
        fs::remove_dir_all(self.folder(id))
    }

    /// Lets another server use the folder. Nothing may be changed in it from here on.
    pub(crate) fn release(&self) -> io::Result<()> {
        self.lock.unlock()
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// The sandbox's `/`.
    pub(crate) fn root(&self, id: &str) -> PathBuf {
        self.folder(id).join("root")
    }

    fn read(&self, id: &str) -> io::Result<Meta> {
        let meta: Meta = serde_json::from_slice(&fs::read(self.folder(id).join("meta.json"))?)?;
        if meta.version == VERSION {
            return Ok(meta);
        }
        let message = format!("version {} is not known to this server", meta.version);
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }

    fn folder(&self, id: &str) -> PathBuf {
        self.data.join("sandboxes").join(id)
    }
}

/// Makes a folder that is closed to other users. One that is there stays as it is: it may hold other things.
fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Whole or not at all, also where the machine stops.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(beside, path)
}

fn is_id(text: &str) -> bool {
    text.len() == ID_LENGTH && text.bytes().all(|byte| ID_LETTERS.contains(&byte))
}

fn new_id() -> io::Result<String> {
    let mut id = String::with_capacity(ID_LENGTH);
    while id.len() < ID_LENGTH {
        let mut bytes = [0; ID_LENGTH];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        // 252 is the largest multiple of 36 in a byte: what is above would favour some letters.
        let letters = bytes.iter().filter(|byte| **byte < 252);
        let letters = letters.map(|byte| char::from(ID_LETTERS[usize::from(byte % 36)]));
        id.extend(letters.take(ID_LENGTH - id.len()));
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    #[test]
    fn sandboxes_are_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/b");
        let store = Store::open(&data).unwrap();
        let (id, meta) = store.create("owner", 3).unwrap();
        assert!(is_id(&id));
        assert!(store.root(&id).is_dir());
        let (broken, _) = store.create("owner", 4).unwrap();
        fs::write(store.folder(&broken).join("meta.json"), "{").unwrap();
        fs::create_dir(data.join("sandboxes/no id at all")).unwrap();
        drop(store);
        let store = Store::open(&data).unwrap();
        assert_eq!(store.load().unwrap(), [(id.clone(), meta)]);
        store.remove(&id).unwrap();
        assert_eq!(store.load().unwrap(), []);
    }

    #[test]
    fn folder_is_held_once() {
        let folder = tempfile::tempdir().unwrap();
        let held = Store::open(folder.path()).unwrap();
        let second = Store::open(folder.path());
        assert!(matches!(second, Err(OpenError::InUse { .. })));
        held.release().unwrap();
        assert!(Store::open(folder.path()).is_ok());
    }

    #[test]
    fn sandboxes_are_closed_to_other_users_and_a_given_folder_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o755);
        let (id, _) = store.create("owner", 0).unwrap();
        assert_eq!(mode(&folder.path().join("sandboxes")), 0o700);
        assert_eq!(mode(&store.root(&id)), 0o700);
    }

    #[test]
    fn what_is_no_folder_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Store::open(&file.path().join("data"))
            .unwrap_err()
            .to_string();
        assert!(error.contains(file.path().to_str().unwrap()), "{error}");
        assert!(error.contains("--data-dir"), "{error}");
    }
}
