//! The messages, one file for each namespace.

pub mod client;
pub mod fs;
pub mod setup;
pub mod system;
