//! Named commands, from `.codesandbox/tasks.json` in the workspace.

mod config;
mod json;

pub(crate) use config::{place, read};
