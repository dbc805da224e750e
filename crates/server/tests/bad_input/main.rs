//! Bad input from outside: a client without manners, the real server, a real sandbox in each isolation.
//!
//! Whatever is sent, a request gets a typed answer and anything else a close frame with a reason; nothing hangs, and
//! the agent lives on.
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "../support/mod.rs"]
mod support;

mod clients;
mod files;
mod frames;
mod git;
mod kind;
mod parameters;
mod protocol;
mod searches;
mod shells;
mod table;
mod tasks;
mod value;
mod wire;
mod world;
