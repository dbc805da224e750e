//! One file, live.

use std::rc::Rc;

use bytes::Bytes;
use yew::prelude::*;
use yew_sandbox_client::{Error, FileSystem, WatchEvent};

use super::use_live::{Kind, Source, use_live};
use super::use_sandbox;
use crate::context::Sandbox;

/// What [`use_file`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct UseFileHandle {
    /// The newest content. It stays while the link is gone.
    pub content: Option<Bytes>,
    /// Why there is no content, or no newer one.
    pub error: Option<Rc<Error>>,
    /// Whether the first read is under way.
    pub loading: bool,
    path: String,
    sandbox: Sandbox,
    refresh: Callback<()>,
}

impl UseFileHandle {
    /// The content as text; `None` where there is none or where it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        self.content
            .as_deref()
            .and_then(|content| std::str::from_utf8(content).ok())
    }

    /// Replaces the content. The new content comes back through the watch, on this page as on any other.
    ///
    /// # Errors
    /// As [`FileSystem::write`].
    pub async fn write(&self, content: impl Into<Bytes>) -> Result<(), Error> {
        self.sandbox.fs().write(&self.path, content.into()).await
    }

    /// Reads again, for what no watch can tell.
    pub fn refresh(&self) {
        self.refresh.emit(());
    }
}

/// One file's content, read again whenever it changes in the sandbox.
///
/// A file that is not there yet shows up when it is made; where its directory is not there either, within some 2 s. The component renders again only when the content, the
/// error or `loading` changes.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_file(path: impl Into<String>) -> UseFileHandle {
    let path = path.into();
    let sandbox = use_sandbox();
    let source = Source {
        directory: parent(&path).to_owned(),
        path: path.clone(),
    };
    let (live, refresh) = use_live(
        source,
        Kind {
            load: read,
            concerns,
        },
    );
    UseFileHandle {
        content: live.value,
        error: live.error,
        loading: live.loading,
        path,
        sandbox,
        refresh,
    }
}

async fn read(fs: FileSystem, path: String) -> Result<Bytes, Error> {
    fs.read(&path).await
}

/// The directory of a path: `.` is the workspace.
fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => ".",
    }
}

/// Whether an event in the file's directory is about the file: only names are compared, because the watch is of one
/// directory.
fn concerns(event: &WatchEvent, path: &str) -> bool {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let file = name(path);
    match event {
        WatchEvent::Rescan => true,
        WatchEvent::Added(paths) | WatchEvent::Changed(paths) | WatchEvent::Removed(paths) => {
            paths.iter().any(|path| name(path) == file)
        }
    }
}
