//! All that is kept, in one archive.
//!
//! Each sandbox is copied aside first, as a fork is: fast where the file system shares content, and never half a file of
//! those that an agent wrote. Only then it goes into the archive, however long that takes.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::Builder;

use super::copy_tree::copy_tree;
use super::error::OpenError;
use super::format;
use super::remove_tree::remove_tree;
use super::repair::COPYING;
use super::store::is_id;

/// What is no part of a backup: it is made anew by each server.
const LEFT_OUT: [&str; 3] = ["lock", "agent", "door"];

/// The longest path of a call to the system, in bytes, with the end that it adds.
const MOST_PATH: usize = 4096;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackupReport {
    /// How many sandboxes are in it.
    pub sandboxes: usize,
    /// Those that are not, and why.
    pub left_out: Vec<(String, String)>,
    /// The size of the archive in bytes.
    pub bytes: u64,
}

/// Writes the data folder at `data` into the compressed tar archive `file`, while a server uses the folder or not.
///
/// A sandbox is in it with everything that was answered before it was its turn. What programs write meanwhile may be in
/// it in part, as after a power cut in that moment. Extracted into an empty folder, the archive is a data folder again.
/// It holds the server's secret, and is readable for its owner only.
///
/// # Errors
/// The folder cannot be read, or the archive or the copy aside cannot be written. A sandbox that cannot be copied
/// is left out and named.
pub fn backup(data: &Path, file: &Path) -> Result<BackupReport, OpenError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| OpenError::DataDir { path, source }
    };
    format::version(data)?;
    // First of all: it keeps other backups away from the file beside.
    let aside = Aside::new(data).map_err(failed(data))?;
    let beside = beside(file);
    let target = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside);
    let target = target.map_err(failed(&beside))?;
    let archived = archive(data, &aside.0, target);
    let published = archived.and_then(|mut report| {
        report.bytes = fs::metadata(&beside)?.len();
        fs::rename(&beside, file)?;
        // The name is on the disk, too.
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(report)
    });
    let published = published.map_err(|error| {
        // What is half an archive is none.
        let _ = fs::remove_file(&beside);
        failed(file)(error)
    });
    drop(aside);
    published
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// A folder for copies that goes when it is dropped. It is locked meanwhile, for one backup at a time.
struct Aside(
    PathBuf,
    #[expect(dead_code, reason = "it holds the lock")] File,
);

impl Aside {
    fn new(data: &Path) -> io::Result<Self> {
        let path = data.join(COPYING);
        if path.exists() {
            if is_locked(&path)? {
                let message = "another backup of this folder is being made";
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, message));
            }
            remove_tree(&path)?;
        }
        fs::create_dir(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o700))?;
        let folder = File::open(&path)?;
        folder.try_lock()?;
        Ok(Self(path, folder))
    }
}

/// Whether somebody copies into this folder now.
pub(crate) fn is_locked(path: &Path) -> io::Result<bool> {
    let locked = File::open(path)?.try_lock();
    Ok(matches!(locked, Err(TryLockError::WouldBlock)))
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Err(error) = remove_tree(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "a copy stays behind; the next start removes it");
        }
    }
}

fn archive(data: &Path, aside: &Path, target: File) -> io::Result<BackupReport> {
    let packed = GzEncoder::new(BufWriter::new(target), Compression::fast());
    let mut builder = Builder::new(packed);
    builder.follow_symlinks(false);
    let mut report = BackupReport {
        sandboxes: 0,
        left_out: Vec::new(),
        bytes: 0,
    };
    files(&mut builder, data, Path::new(""))?;
    let sandboxes = data.join("sandboxes");
    let entries = match fs::read_dir(&sandboxes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        entries => Some(entries?),
    };
    for entry in entries.into_iter().flatten() {
        let name = entry?.file_name();
        let Some(id) = name.to_str().filter(|id| is_id(id)) else {
            continue;
        };
        let folder = sandboxes.join(id);
        let copy = aside.join(id);
        fs::create_dir(&copy)?;
        let copied = copy_tree(&folder.join("root"), &copy).and_then(|_| can_be_named(&copy));
        if let Err(error) = copied {
            if error.kind() == io::ErrorKind::StorageFull {
                return Err(error);
            }
            // One that was deleted meanwhile is missed by nobody.
            if folder.exists() {
                report.left_out.push((id.to_owned(), error.to_string()));
            }
            remove_tree(&copy)?;
            continue;
        }
        let inside = Path::new("sandboxes").join(id);
        files(&mut builder, &folder, &inside)?;
        builder.append_dir_all(inside.join("root"), &copy)?;
        remove_tree(&copy)?;
        report.sandboxes += 1;
    }
    let packed = builder.into_inner()?;
    let mut file = packed.finish()?;
    file.flush()?;
    file.get_ref().sync_all()?;
    Ok(report)
}

/// Whether everything in a folder has a path that the system takes. The archive is made by paths, and a sandbox may nest folders deeper.
fn can_be_named(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if path.as_os_str().len() >= MOST_PATH {
            let message = "a path in it is too long for an archive";
            return Err(io::Error::new(io::ErrorKind::InvalidFilename, message));
        }
        if entry.file_type()?.is_dir() {
            can_be_named(&path)?;
        }
    }
    Ok(())
}

/// Adds the files of a folder, which are replaced as a whole where they change.
fn files(builder: &mut Builder<impl Write>, folder: &Path, inside: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_left_out = name.to_str().is_none_or(|name| {
            LEFT_OUT.contains(&name) || name.rsplit_once('.').is_some_and(|(_, end)| end == "new")
        });
        if is_left_out || !entry.file_type()?.is_file() {
            continue;
        }
        match File::open(entry.path()) {
            // It was there a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            file => builder.append_file(inside.join(name), &mut file?)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second backup emptied the file that the first one was writing, and the first one put that in the place of the last good one.
    #[test]
    fn a_second_backup_leaves_the_first_one_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let file = folder.path().join("backup.tar.gz");
        let first = Aside::new(&data).unwrap();
        fs::write(beside(&file), "half an archive").unwrap();
        let error = backup(&data, &file).unwrap_err().to_string();
        assert!(error.contains("another backup"), "{error}");
        assert_eq!(fs::read(beside(&file)).unwrap(), b"half an archive");
        drop(first);
        assert_eq!(backup(&data, &file).unwrap().sandboxes, 0);
        assert!(!beside(&file).exists() && file.exists());
    }

    /// A sandbox that nested folders deep enough ended every backup.
    #[test]
    fn a_sandbox_that_cannot_be_archived_is_left_out_and_named() {
        use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};

        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let id = |letter: &str| letter.repeat(16);
        for letter in ["a", "b"] {
            let root = data.join("sandboxes").join(id(letter)).join("root");
            fs::create_dir_all(&root).unwrap();
            fs::write(root.join("file"), letter).unwrap();
        }
        let root = data.join("sandboxes").join(id("a")).join("root");
        let mut deepest = openat(CWD, &root, OFlags::DIRECTORY, Mode::empty()).unwrap();
        for _ in 0..20 {
            let name = "x".repeat(250);
            mkdirat(&deepest, &name, Mode::RWXU).unwrap();
            deepest = openat(&deepest, &name, OFlags::DIRECTORY, Mode::empty()).unwrap();
        }
        let report = backup(&data, &folder.path().join("backup.tar.gz")).unwrap();
        assert_eq!(report.sandboxes, 1);
        assert_eq!(report.left_out.len(), 1);
        assert_eq!(report.left_out[0].0, id("a"));
        // The copy aside is gone, however deep it was.
        assert!(!data.join(COPYING).exists());
        remove_tree(&root).unwrap();
    }
}
