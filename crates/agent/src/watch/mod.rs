//! `fs/watch`: changes of files, told soon and together.

mod excludes;
mod follow;
mod guard;
mod pace;
mod pending;
mod registry;
mod service;
mod told;

pub(crate) use excludes::Excludes;
pub(crate) use service::{Followed, Watches};
