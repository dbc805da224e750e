//! `fs/watch`: changes of files, told soon and together.

mod events;
mod excludes;
mod follow;
mod guard;
mod pace;
mod pending;
mod registry;
mod service;
mod told;

/// Stands for the agent itself where a client is named. The server counts its clients from 1.
const OWN: u32 = 0;

pub(crate) use excludes::Excludes;
pub(crate) use service::{Followed, Watches};
