//! What listens inside sandboxes, on origins of its own.
//!
//! A preview is found by its host alone. Whoever may see it is connected through the backend, which dials inside the
//! sandbox only. Nothing of the server's own is added, but a script where a page of ours embeds it.

mod activity;
mod body;
mod connections;
mod cookies;
mod credentials;
mod domain;
mod driver;
mod forward;
mod page;
mod proxy;
mod script;
mod script_place;
mod upgrade;

pub(crate) use connections::Connections;
pub use domain::{InvalidPreviewDomain, PreviewDomain};
pub(crate) use proxy::route;
