//! What is kept of each sandbox, and where.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::error::OpenError;
use super::format;
use super::meta::{Meta, VERSION};
use super::remove_tree::remove_tree;
use super::repair::{MAKING, REMOVING, repair};
use crate::kept;

/// Length of a sandbox's id: 82 bits.
const ID_LENGTH: usize = 16;
const ID_LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

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
        format::migrate(&data)?;
        let sandboxes = data.join("sandboxes");
        private_folder(&sandboxes).map_err(failed(&sandboxes))?;
        repair(&data).map_err(failed(&data))?;
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
            let Some(name) = name.to_str() else { continue };
            let Some(id) = Some(name).filter(|id| is_id(id)) else {
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

    /// Makes the folder of a new sandbox, with `fill` for its `/`, which is an empty folder.
    ///
    /// The sandbox is there as a whole or not at all, also where the machine stops.
    pub(crate) fn create(
        &self,
        meta: &Meta,
        fill: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<String> {
        let id = new_id()?;
        let folder = self.folder(&id);
        let making = folder.with_extension(MAKING);
        let private = || {
            let mut builder = DirBuilder::new();
            builder.mode(0o700);
            builder
        };
        private().create(&making)?;
        let root = making.join("root");
        let made = private()
            .create(&root)
            .and_then(|()| fill(&root))
            .and_then(|()| settle(&root))
            .and_then(|()| kept::write(&making.join("meta.json"), meta))
            .and_then(|()| fs::rename(&making, &folder))
            .and_then(|()| File::open(self.data.join("sandboxes"))?.sync_all());
        if let Err(error) = made {
            if let Err(error) = remove_tree(&making) {
                tracing::warn!(sandbox = id, %error, "a sandbox that was not made left files behind");
            }
            return Err(error);
        }
        Ok(id)
    }

    /// Removes all that there is of a sandbox. It is gone for good once this has begun, also where the machine stops.
    pub(crate) fn remove(&self, id: &str) -> io::Result<()> {
        let folder = self.folder(id);
        let removing = folder.with_extension(REMOVING);
        match fs::rename(&folder, &removing) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            renamed => renamed?,
        }
        remove_tree(&removing)
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
        let meta: Meta = kept::read(&self.folder(id).join("meta.json"))?;
        if meta.version == VERSION {
            return Ok(meta);
        }
        let message = format!("version {} is not known to this server", meta.version);
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }

    /// The folder of all that is kept of a sandbox.
    pub(crate) fn folder(&self, id: &str) -> PathBuf {
        self.data.join("sandboxes").join(id)
    }
}

/// Makes a folder that is closed to other users. One that is there stays as it is: it may hold other things.
fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Whether a name is that of a sandbox.
pub(crate) fn is_id(text: &str) -> bool {
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

/// Waits until what is in a new folder is on the disk: it may be thousands of files, of which each would have to wait for the disk by itself.
fn settle(folder: &Path) -> io::Result<()> {
    if fs::read_dir(folder)?.next().is_none() {
        return Ok(());
    }
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    fn create(store: &Store) -> (String, Meta) {
        let meta = Meta::new(Some("owner".into()));
        (store.create(&meta, |_| Ok(())).unwrap(), meta)
    }

    #[test]
    fn sandboxes_are_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/b");
        let store = Store::open(&data).unwrap();
        let (id, meta) = create(&store);
        assert!(is_id(&id));
        assert!(store.root(&id).is_dir());
        let (broken, _) = create(&store);
        fs::write(store.folder(&broken).join("meta.json"), "{").unwrap();
        fs::create_dir(data.join("sandboxes/no id at all")).unwrap();
        drop(store);
        let store = Store::open(&data).unwrap();
        assert_eq!(store.load().unwrap(), [(id.clone(), meta)]);
        store.remove(&id).unwrap();
        assert_eq!(store.load().unwrap(), []);
        store.remove(&id).unwrap();
    }

    /// A server that was killed in the middle left half a sandbox for ever.
    #[test]
    fn what_was_half_made_or_half_removed_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let failed = store.create(&Meta::new(None), |_| Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
        let sandboxes = folder.path().join("sandboxes");
        assert_eq!(fs::read_dir(&sandboxes).unwrap().count(), 0);
        for name in ["aaaaaaaaaaaaaaaa.making", "bbbbbbbbbbbbbbbb.removing"] {
            fs::create_dir_all(sandboxes.join(name).join("root/project")).unwrap();
        }
        let (id, meta) = create(&store);
        for file in ["meta.json.new", "door"] {
            fs::write(store.folder(&id).join(file), "").unwrap();
        }
        fs::create_dir_all(folder.path().join("backup.making/x")).unwrap();
        drop(store);
        store = Store::open(folder.path()).unwrap();
        assert_eq!(fs::read_dir(store.folder(&id)).unwrap().count(), 2);
        assert!(!folder.path().join("backup.making").exists());
        assert_eq!(store.load().unwrap(), [(id, meta)]);
        assert_eq!(fs::read_dir(&sandboxes).unwrap().count(), 1);
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
        let (id, _) = create(&store);
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
