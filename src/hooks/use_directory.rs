//! One directory, live.

use std::rc::Rc;

use yew::prelude::*;
use yew_sandbox_client::{DirEntry, Error, FileSystem, FileType, WatchEvent};

use super::use_live::{Kind, Source, use_live};

/// What [`use_directory`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct UseDirectoryHandle {
    /// The entries: directories first, then by name. Empty before the first answer.
    pub entries: Rc<Vec<DirEntry>>,
    /// Why there are no entries, or no newer ones.
    pub error: Option<Rc<Error>>,
    /// Whether the first listing is under way.
    pub loading: bool,
    refresh: Callback<()>,
}

impl UseDirectoryHandle {
    /// Lists again, for what no watch can tell.
    pub fn refresh(&self) {
        self.refresh.emit(());
    }
}

/// One directory's entries, listed again whenever one comes or goes. `.` is the workspace. A directory that is not there yet shows up within
/// some 2 s after it is made.
///
/// The component renders again only when the entries, the error or `loading` changes.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_directory(path: impl Into<String>) -> UseDirectoryHandle {
    let path = path.into();
    let source = Source {
        directory: path.clone(),
        path,
    };
    let (live, refresh) = use_live(
        source,
        Kind {
            load: list,
            concerns,
        },
    );
    UseDirectoryHandle {
        entries: live.value.unwrap_or_default(),
        error: live.error,
        loading: live.loading,
        refresh,
    }
}

async fn list(fs: FileSystem, path: String) -> Result<Rc<Vec<DirEntry>>, Error> {
    let mut entries = fs.read_dir(&path).await?;
    entries.sort_unstable_by(|one, other| {
        let files_last = |entry: &DirEntry| entry.file_type == FileType::File;
        (files_last(one), &one.name).cmp(&(files_last(other), &other.name))
    });
    Ok(Rc::new(entries))
}

/// A change inside a file is no change of the listing.
fn concerns(event: &WatchEvent, _path: &str) -> bool {
    !matches!(event, WatchEvent::Changed(_))
}
