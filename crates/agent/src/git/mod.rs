//! The repository of the workspace, by the git program. Nothing that a client says becomes part of a shell's command.

mod change;
mod diff;
mod live;
mod look;
mod names;
mod program;
mod repository;
mod status;

pub(crate) use repository::{Repository, changes};
