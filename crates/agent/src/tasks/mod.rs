//! Named commands, from `.codesandbox/tasks.json` in the workspace.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `service.rs` | all tasks: the list, running, stopping, and who is told |
//! | `edit.rs` | changes of the file, for clients |
//! | `follow.rs` | what goes on by itself: the file on disk, the start |
//! | `ports.rs`, `sockets.rs` | which port belongs to which task |
//! | `config.rs`, `json.rs` | the file as it is read |

mod config;
mod edit;
mod follow;
mod json;
mod ports;
mod service;
mod sockets;

pub(crate) use config::{place, read};
pub(crate) use service::Tasks;
