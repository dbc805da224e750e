//! Everything that a client can do with a sandbox beside files and shells, on virtual time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

#[path = "../support/mod.rs"]
mod support;

mod batch;
mod channels;
mod clients;
mod git;
mod hosts;
mod interpreters;
mod notifications;
mod parts;
mod search;
mod setup;
mod system;
mod tasks;
mod transfer;

use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(120);
