//! What stands between the handle and a real frame.

use std::time::Duration;

use super::address::PageError;
use super::message::PreviewMessage;
use crate::error::Error;

/// A frame that shows documents: an `iframe`, or what a test puts in its place. It knows nothing of the protocol.
///
/// It tells what happens to it by the [`PreviewEvents`](super::PreviewEvents) that it was made with.
pub trait PreviewFrame {
    /// Sends something to the document, if that is of the preview's origin and of no other.
    ///
    /// # Errors
    /// `InvalidInput`: what is JSON by its type is none.
    fn post(&self, post: &PreviewPost) -> Result<(), Error>;

    /// Loads an address in place of what is there.
    fn show(&self, url: &str);

    /// Calls [`alarm`](super::PreviewEvents::alarm) once after this time. A later call takes the place of an earlier one.
    fn set_alarm(&self, after: Duration);
}

/// What is sent to the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewPost {
    /// `HAS_PREVIEW_LOADED`.
    Ask,
    /// `INJECT_AND_INVOKE`.
    Inject {
        /// Comes back with the outcome.
        uid: String,
        /// A module in the manner of CommonJS that exports `activate`.
        code: String,
        /// What `activate` is given as `scope`, as JSON.
        scope: String,
    },
    /// `GO_BACK`.
    Back,
    /// `GO_FORWARD`.
    Forward,
    /// `REFRESH`.
    Reload,
    /// A message of the page's own.
    Message(PreviewMessage),
}

/// What the document told. It is the frame's business to let nobody else in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewHeard {
    /// `PREVIEW_LOADED`: it listens.
    Loaded,
    /// `PREVIEW_UNLOADING`: it goes.
    Unloading,
    /// `INJECT_SUCCESS`.
    Injected {
        /// Of which injection.
        uid: String,
    },
    /// `INJECT_FAILURE`.
    Refused {
        /// Of which injection.
        uid: String,
        /// Why, in the document's words.
        message: String,
    },
    /// `PAGE_ERROR`: an error that the document did not catch.
    Failed(PageError),
    /// `SET_URL`.
    Moved {
        /// The whole address.
        url: String,
        /// Whether it can go back.
        back: bool,
        /// Whether it can go forward.
        forward: bool,
        /// The addresses of the history, oldest first; empty where the document tells of none.
        entries: Vec<String>,
        /// Which of them the document is at.
        position: usize,
    },
    /// A message of the document's own.
    Message(PreviewMessage),
}
