//! Processes on terminals, and the clients that look at them.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `registry.rs` | all shells of the sandbox |
//! | `shell.rs` | one shell, as others hold it |
//! | `runner/` | the task that owns one shell's process, output and subscribers |
//! | `process.rs`, `family.rs` | the process on its terminal, and all that it started |
//! | `text.rs`, `scrollback.rs` | output as text, and the latest of it |

mod environment;
mod family;
mod process;
mod registry;
mod runner;
mod scrollback;
mod shell;
mod text;

pub(crate) use environment::{Environment, REMOVED};
pub(crate) use family::Family;
pub(crate) use registry::{Shells, Wanted};
pub(crate) use shell::{Order, Shell, unknown};
