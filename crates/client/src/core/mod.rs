//! The pure machine: what happens goes in, what to do comes out. No socket, no clock, no task.

mod backoff;
mod connecting;
mod frames;
mod init;
mod intents;
mod io;
mod machine;
mod requests;
mod sink;
mod url;
mod watches;

pub(crate) use io::{Effect, Input, NewRequest, NewWatch, Reply};
pub(crate) use machine::{Machine, Settings};
pub(crate) use sink::WatchSink;
