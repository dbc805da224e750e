//! Previews: real programs in real sandboxes, seen through their own hosts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod program;
mod rig;
mod traffic;
mod waking;
