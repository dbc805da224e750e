//! The management API, call by call, good and bad.

#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod keys;
mod sandboxes;
mod settings;
mod starts;
