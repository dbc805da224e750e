//! The sandbox's files, beneath its root whatever a path says.

mod batch;
mod copy;
mod directory;
mod fault;
mod parts;
mod read;
mod remove;
mod rename;
mod root;
#[cfg(test)]
mod root_tests;
mod status;
mod temporary;
mod tree;
mod write;

pub(crate) use fault::{Fault, Outcome};
pub(crate) use root::{Root, SandboxPath};
pub(crate) use temporary::{PREFIX, is_temporary, sweep};
pub(crate) use tree::{MAX_DEPTH, each_entry, open_child};
pub(crate) use write::WriteRules;
