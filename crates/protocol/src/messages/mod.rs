//! The messages, one file for each namespace.

pub mod channel;
pub mod client;
pub mod fs;
pub mod git;
pub mod notification;
pub mod port;
pub mod search;
pub mod setup;
pub mod shell;
pub mod system;
pub mod task;
