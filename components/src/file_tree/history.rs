//! What the user did, and how it is taken back.

use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select, try_join_all};
use gloo_timers::future::sleep;
use yew_sandbox::client::{FileSystem, FileType, WriteOptions};
use yew_sandbox::{Error, ErrorKind};

use crate::paths::{is_within, join, parent};

/// Most that can be taken back.
const MOST_STEPS: usize = 50;
/// Most files, and most bytes, that are kept of what was deleted: 2 MiB.
const MOST_FILES: usize = 500;
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// How long a deletion waits for what is read of it.
const MOST_TIME: Duration = Duration::from_secs(1);
/// How many files and folders are read or written at a time.
const AT_ONCE: usize = 32;

/// Something that was done. Paths are those of the sandbox.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// A file or a folder is new.
    Created(String),
    /// These have other paths: from, to.
    Moved(Vec<(String, String)>),
    /// These are gone; the folders and files that can be brought back.
    Deleted(Rc<Kept>),
}

/// What was deleted.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Kept {
    folders: Vec<String>,
    files: Vec<(String, Bytes)>,
}

impl Kept {
    /// What lies in these.
    pub(super) fn within(mut self, gone: &[String]) -> Self {
        let is_gone = |path: &str| gone.iter().any(|gone| is_within(path, gone));
        self.folders.retain(|path| is_gone(path));
        self.files.retain(|(path, _)| is_gone(path));
        self
    }
}

/// The steps, oldest first.
#[derive(Debug, Default)]
pub(super) struct History(Vec<Step>);

impl History {
    pub(super) fn push(&mut self, step: Step) {
        if self.0.len() == MOST_STEPS {
            self.0.remove(0);
        }
        self.0.push(step);
    }

    pub(super) fn pop(&mut self) -> Option<Step> {
        self.0.pop()
    }
}

/// Reads what is about to be deleted. `None`: it is too much to keep, takes too long, or cannot be read, for which nothing stays.
pub(super) async fn keep(fs: &FileSystem, paths: &[String]) -> Result<Option<Kept>, Error> {
    if let Some(first) = paths.first() {
        // Without a link nothing is deleted either: the time begins with the first answer.
        let found = fs.metadata(first).await;
        if let Some(error) = found.err().filter(Error::is_connection) {
            return Err(error);
        }
    }
    match select(pin!(read_all(fs, paths)), pin!(sleep(MOST_TIME))).await {
        Either::Left((Err(error), _)) if !error.is_connection() => Ok(None),
        Either::Left((kept, _)) => kept,
        Either::Right(_) => Ok(None),
    }
}

async fn read_all(fs: &FileSystem, paths: &[String]) -> Result<Option<Kept>, Error> {
    let mut kept = Kept::default();
    let bytes = Cell::new(0);
    let mut waiting: VecDeque<String> = paths.iter().cloned().collect();
    while !waiting.is_empty() {
        if kept.folders.len() + kept.files.len() + waiting.len() > MOST_FILES {
            return Ok(None);
        }
        let next = waiting.drain(..waiting.len().min(AT_ONCE));
        let found = try_join_all(next.map(|path| read(fs, path, &bytes))).await?;
        for found in found {
            match found {
                Found::Folder(path, names) => {
                    waiting.extend(names.iter().map(|name| join(&path, name)));
                    kept.folders.push(path);
                }
                Found::File(path, content) => kept.files.push((path, content)),
                Found::TooMuch => return Ok(None),
            }
        }
    }
    Ok(Some(kept))
}

/// What is at a path that is about to be deleted.
enum Found {
    /// A folder, and the names in it.
    Folder(String, Vec<String>),
    File(String, Bytes),
    TooMuch,
}

/// Reads a file, which is added to the bytes that are kept already, or a folder.
async fn read(fs: &FileSystem, path: String, bytes: &Cell<usize>) -> Result<Found, Error> {
    let status = fs.metadata(&path).await?;
    if status.is_symlink {
        // Where it led to is not known here.
        return Ok(Found::TooMuch);
    }
    if status.file_type == FileType::Directory {
        let entries = fs.read_dir(&path).await?;
        let names = entries.into_iter().map(|entry| entry.name).collect();
        return Ok(Found::Folder(path, names));
    }
    let size = usize::try_from(status.size).unwrap_or(usize::MAX);
    bytes.set(bytes.get().saturating_add(size));
    if bytes.get() > MOST_BYTES {
        return Ok(Found::TooMuch);
    }
    let content = fs.read(&path).await?;
    Ok(Found::File(path, content))
}

/// What became of a step that was to be taken back.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// It is as if it had not been done. The focus goes to this path.
    Undone(String),
    /// What was made has content now, and stays.
    Kept(String),
}

/// Takes a step back. After an error `step` is what is left of it; `back` are the paths that are others again: from, to.
pub(super) async fn take_back(
    fs: &FileSystem,
    step: &mut Step,
    back: &mut Vec<(String, String)>,
) -> Result<Outcome, Error> {
    match step {
        Step::Created(path) => take_away(fs, path).await,
        Step::Moved(moves) => {
            while let Some((from, to)) = moves.last() {
                fs.rename(to, from).await?;
                back.extend(moves.pop().map(|(from, to)| (to, from)));
            }
            let first = back.last().map(|(_, from)| from.clone());
            Ok(Outcome::Undone(first.unwrap_or_default()))
        }
        Step::Deleted(kept) => bring_back(fs, kept).await,
    }
}

/// Makes again what was deleted, beside what somebody else has made in its place meanwhile.
async fn bring_back(fs: &FileSystem, kept: &Kept) -> Result<Outcome, Error> {
    let parents = kept.files.iter().map(|(path, _)| parent(path));
    let folders: BTreeSet<&str> = kept
        .folders
        .iter()
        .map(String::as_str)
        .chain(parents)
        .collect();
    for folder in folders.into_iter().filter(|folder| !folder.is_empty()) {
        fs.create_dir_all(folder).await?;
    }
    let mut stays = None;
    for files in kept.files.chunks(AT_ONCE) {
        let written = files
            .iter()
            .map(|(path, content)| put_back(fs, path, content));
        let written = try_join_all(written).await?;
        let mut others = files.iter().zip(written).filter(|(_, is_back)| !is_back);
        stays = stays.or_else(|| others.next().map(|((path, _), _)| path));
    }
    if let Some(path) = stays {
        return Ok(Outcome::Kept(path.clone()));
    }
    let first = kept.folders.first();
    let first = first.or(kept.files.first().map(|(path, _)| path));
    Ok(Outcome::Undone(first.cloned().unwrap_or_default()))
}

/// Makes a file again. `false`: there is something else, which stays.
async fn put_back(fs: &FileSystem, path: &str, content: &Bytes) -> Result<bool, Error> {
    let options = WriteOptions {
        create: true,
        overwrite: false,
    };
    match fs.write_with(path, content.clone(), options).await {
        Err(error) if error.kind() == ErrorKind::IsADirectory => Ok(false),
        // The same content was put back before, by a try that failed later.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Ok(fs.read(path).await.is_ok_and(|there| there == *content))
        }
        written => written.map(|()| true),
    }
}

/// Removes what was made, unless something came into it meanwhile: that is not lost.
async fn take_away(fs: &FileSystem, path: &str) -> Result<Outcome, Error> {
    let undone = || Outcome::Undone(parent(path).to_owned());
    let kept = || Outcome::Kept(path.to_owned());
    let status = match fs.metadata(path).await {
        // Somebody was faster.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(undone()),
        status => status?,
    };
    let is_folder = status.file_type == FileType::Directory;
    let has_content = if is_folder {
        !fs.read_dir(path).await?.is_empty()
    } else {
        status.size > 0
    };
    if has_content {
        return Ok(kept());
    }
    match fs.remove(path).await {
        Err(error) if error.kind() == ErrorKind::NotEmpty => Ok(kept()),
        removed => removed.map(|()| undone()),
    }
}
