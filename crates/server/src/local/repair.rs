//! What a server that ended in the middle of something left behind.
//!
//! Everything is made under another name first, so that what has its own name is whole and what has another can go.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::backup::is_locked;
use super::remove_tree::remove_tree;
use super::store::is_id;

/// Behind the id of a sandbox that is being made.
pub(crate) const MAKING: &str = "making";
/// Behind the id of a sandbox that is being removed.
pub(crate) const REMOVING: &str = "removing";
/// Behind the name of a file that is being written.
const WRITING: &str = "new";
/// Where a backup copies a sandbox to.
pub(crate) const COPYING: &str = "backup.making";

/// Something that was left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leftover {
    pub(crate) path: PathBuf,
    is_folder: bool,
}

/// All that was left behind in a data folder that no server uses.
pub(crate) fn leftovers(data: &Path) -> io::Result<Vec<Leftover>> {
    let mut found = Vec::new();
    let mut look = |folder: &Path, is_left: &dyn Fn(&str) -> bool| -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(is_left) {
                let is_folder = entry.file_type()?.is_dir();
                let path = entry.path();
                found.push(Leftover { path, is_folder });
            }
        }
        Ok(())
    };
    let is_written = |name: &str| name.rsplit_once('.').is_some_and(|(_, end)| end == WRITING);
    look(data, &|name| {
        // A backup may be made while no server runs.
        let is_copy = name == COPYING && !is_locked(&data.join(name)).unwrap_or(true);
        is_copy || is_written(name)
    })?;
    let sandboxes = data.join("sandboxes");
    if !sandboxes.is_dir() {
        return Ok(found);
    }
    look(
        &sandboxes,
        &|name| matches!(name.split_once('.'), Some((id, MAKING | REMOVING)) if is_id(id)),
    )?;
    for entry in fs::read_dir(&sandboxes)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_id) {
            look(&entry.path(), &|name| name == "door" || is_written(name))?;
        }
    }
    Ok(found)
}

/// Removes what was left behind. What cannot be removed does no harm.
pub(crate) fn repair(data: &Path) -> io::Result<()> {
    for Leftover { path, is_folder } in leftovers(data)? {
        let removed = if is_folder {
            remove_tree(&path)
        } else {
            fs::remove_file(&path)
        };
        match removed {
            Ok(()) => {
                tracing::info!(path = %path.display(), "removed what an earlier server left behind")
            }
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "what an earlier server left behind cannot be removed");
            }
        }
    }
    Ok(())
}
