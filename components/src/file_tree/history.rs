//! What the user did, and how it is taken back.

use std::rc::Rc;

use bytes::Bytes;
use yew_sandbox::client::{FileSystem, FileType};
use yew_sandbox::{Error, ErrorKind};

use crate::paths::{join, parent};

/// Most that can be taken back.
const MOST_STEPS: usize = 50;
/// Most files, and most bytes, that are kept of what was deleted: 2 MiB.
const MOST_FILES: usize = 500;
const MOST_BYTES: usize = 2 * 1024 * 1024;

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

/// Reads what is about to be deleted. `None`: it is too much to keep.
pub(super) async fn keep(fs: &FileSystem, paths: &[String]) -> Result<Option<Kept>, Error> {
    let mut kept = Kept::default();
    let mut bytes = 0;
    let mut waiting: Vec<String> = paths.iter().rev().cloned().collect();
    while let Some(path) = waiting.pop() {
        if kept.folders.len() + kept.files.len() >= MOST_FILES {
            return Ok(None);
        }
        let status = fs.metadata(&path).await?;
        if status.is_symlink {
            // Where it led to is not known here.
            return Ok(None);
        }
        if status.file_type == FileType::Directory {
            let entries = fs.read_dir(&path).await?;
            waiting.extend(entries.into_iter().map(|entry| join(&path, &entry.name)));
            kept.folders.push(path);
        } else {
            bytes += usize::try_from(status.size)
                .unwrap_or(usize::MAX)
                .min(MOST_BYTES + 1);
            if bytes > MOST_BYTES {
                return Ok(None);
            }
            let content = fs.read(&path).await?;
            kept.files.push((path, content));
        }
    }
    Ok(Some(kept))
}

/// What became of a step that was to be taken back.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// It is as if it had not been done. The focus goes to this path.
    Undone(String),
    /// What was made has content now, and stays.
    Kept(String),
}

/// Takes a step back.
pub(super) async fn take_back(fs: &FileSystem, step: &Step) -> Result<Outcome, Error> {
    match step {
        Step::Created(path) => take_away(fs, path).await,
        Step::Moved(moves) => {
            for (from, to) in moves.iter().rev() {
                fs.rename(to, from).await?;
            }
            let first = moves.first().map(|(from, _)| from.clone());
            Ok(Outcome::Undone(first.unwrap_or_default()))
        }
        Step::Deleted(kept) => {
            for folder in &kept.folders {
                fs.create_dir_all(folder).await?;
            }
            fs.write_all(kept.files.iter().cloned()).await?;
            let first = kept.folders.first();
            let first = first.or(kept.files.first().map(|(path, _)| path));
            Ok(Outcome::Undone(first.cloned().unwrap_or_default()))
        }
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
