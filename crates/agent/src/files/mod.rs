//! The sandbox's files, beneath its root whatever a path says.

mod copy;
mod directory;
mod fault;
mod read;
mod remove;
mod rename;
mod root;
mod status;
mod temporary;
mod tree;
mod write;

pub(crate) use fault::{Fault, Outcome};
pub(crate) use root::{Root, SandboxPath};
pub(crate) use temporary::{is_temporary, sweep};
pub(crate) use tree::each_entry;
pub(crate) use write::WriteRules;
