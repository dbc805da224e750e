//! Shells: processes on terminals, over the link.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod calls;
mod ends;
mod floods;
mod refused;
mod terminals;
