//! The pure machine: what happens goes in, what to do comes out. No socket, no clock, no task.
//!
//! A browser compiles a function of WebAssembly when it is first called. What a first connection does without, or what is large by itself, is
//! `#[inline(never)]` here: it shall be no part of the functions that run then.

mod backoff;
mod connecting;
mod feeds;
mod flight;
mod follow;
mod frames;
mod init;
mod intents;
mod io;
mod machine;
mod requests;
mod rest;
mod url;

pub(crate) use feeds::{Feed, Heard, Outbox, Step};
pub(crate) use io::{Effect, Input, NewFeed, NewRequest, Reply};
pub(crate) use machine::{Machine, Settings};
pub(crate) use url::encode_component;
