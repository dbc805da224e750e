//! The one place that tells a page from a server that renders it. On a server nothing connects and nothing is
//! subscribed: effects run in browsers only.

#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(not(target_arch = "wasm32"))]
mod server;

#[cfg(target_arch = "wasm32")]
pub(crate) use page::{Here, next_frame, pause, session_source, subscribe};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use server::{Here, next_frame, pause, session_source, subscribe};

/// Whether there is a user who looks.
pub(crate) const IS_PAGE: bool = cfg!(target_arch = "wasm32");
