//! What the user did, and how it is taken back.

use std::rc::Rc;

use bytes::Bytes;
use yew_sandbox::Error;
use yew_sandbox::client::{FileSystem, FileType};

use super::listing::{join, parent};

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

/// Takes a step back, and gives the path that the focus goes to.
pub(super) async fn take_back(fs: &FileSystem, step: &Step) -> Result<String, Error> {
    match step {
        Step::Created(path) => {
            // Whatever came into it meanwhile is not lost: a folder must be empty, and so must a file.
            let status = fs.metadata(path).await?;
            if status.file_type == FileType::Directory || status.size == 0 {
                fs.remove(path).await?;
            }
            Ok(parent(path).to_owned())
        }
        Step::Moved(moves) => {
            for (from, to) in moves.iter().rev() {
                fs.rename(to, from).await?;
            }
            Ok(moves
                .first()
                .map(|(from, _)| from.clone())
                .unwrap_or_default())
        }
        Step::Deleted(kept) => {
            for folder in &kept.folders {
                fs.create_dir_all(folder).await?;
            }
            fs.write_all(kept.files.iter().cloned()).await?;
            let first = kept.folders.first();
            Ok(first
                .or(kept.files.first().map(|(path, _)| path))
                .cloned()
                .unwrap_or_default())
        }
    }
}
