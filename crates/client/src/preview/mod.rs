//! What a sandbox's port shows inside a frame of the page, and how it is moved.
//!
//! The page around a preview speaks to it by messages only. [`Preview`] holds what is known of the document in the frame and
//! is the same everywhere; what the frame really is stands behind [`PreviewFrame`].

mod address;
mod core;
mod events;
mod frame;
mod handle;
mod message;
#[cfg(feature = "test")]
mod stand_in;
mod trail;
#[cfg(feature = "web")]
mod web;

pub use address::{PageError, PreviewState, PreviewStatus};
pub use events::PreviewEvents;
pub use frame::{PreviewFrame, PreviewHeard, PreviewPost};
pub use handle::{Preview, PreviewMessages};
pub use message::{PreviewEvent, PreviewMessage};
