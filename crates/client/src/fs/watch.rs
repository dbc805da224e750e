//! Changes of files, as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use yew_sandbox_protocol::fs::{self, Change, ChangeKind};

use super::watch_feed::WatchFeed;
use crate::client::{Client, Completion};
use crate::error::Error;
use crate::feed::FeedGuard;
use crate::send::Shared;

/// What happened under a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchEvent {
    /// These paths are new.
    Added(Vec<String>),
    /// The content of these paths changed.
    Changed(Vec<String>),
    /// These paths are gone.
    Removed(Vec<String>),
    /// Events were lost: look at everything again. Comes after a broken link that the agent does not resume, and where the reader is
    /// too slow.
    Rescan,
}

impl WatchEvent {
    /// The paths that it names.
    pub fn paths(&self) -> &[String] {
        match self {
            Self::Added(paths) | Self::Changed(paths) | Self::Removed(paths) => paths,
            Self::Rescan => &[],
        }
    }
}

impl From<Change> for WatchEvent {
    fn from(change: Change) -> Self {
        match change.kind {
            // The agent lost events itself, and says so by the watched path with a slash behind it.
            ChangeKind::Change if change.paths.iter().any(|path| path.ends_with('/')) => {
                Self::Rescan
            }
            ChangeKind::Add => Self::Added(change.paths),
            ChangeKind::Change => Self::Changed(change.paths),
            ChangeKind::Remove => Self::Removed(change.paths),
        }
    }
}

/// What is watched. Default: the path and what is directly in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchOptions {
    /// Also everything below.
    pub recursive: bool,
    /// Globs of paths to leave out, such as `**/node_modules/**`.
    pub excludes: Vec<String>,
}

/// A stream of changes. Dropping it ends the watch.
#[must_use = "the watch ends when the stream is dropped"]
pub struct FileWatch {
    feed: Shared<WatchFeed>,
    _guard: FeedGuard,
}

impl FileWatch {
    pub(crate) fn begin(client: &Client, path: &str, options: WatchOptions) -> (Self, Completion) {
        let feed = Shared::new(WatchFeed::new(fs::Watch {
            path: path.into(),
            recursive: Some(options.recursive),
            excludes: (!options.excludes.is_empty()).then_some(options.excludes),
        }));
        let (guard, begun) = client.follow(feed.clone());
        let watch = Self {
            feed,
            _guard: guard,
        };
        (watch, begun)
    }

    /// The next event. `None` when the watch has ended: the client was closed, or the path could not be watched
    /// again after a reconnect; [`error`](Self::error) says which.
    pub async fn next(&mut self) -> Option<WatchEvent> {
        poll_fn(|context| self.feed.poll_next(context)).await
    }

    /// Why the stream ended.
    pub fn error(&self) -> Option<Error> {
        self.feed.error()
    }
}

impl Stream for FileWatch {
    type Item = WatchEvent;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<WatchEvent>> {
        self.feed.poll_next(context)
    }
}

impl fmt::Debug for FileWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileWatch").finish_non_exhaustive()
    }
}
