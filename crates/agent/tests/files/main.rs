//! Every file operation over a real link, good and bad.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod calls;
mod contents;
mod directories;
mod paths;
