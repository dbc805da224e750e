//! The embedded backend: one folder and one isolated process for each sandbox, on this machine.
//!
//! ```text
//! DATA/format                     the version of all this
//! DATA/lock                       held while a server uses the folder
//! DATA/secret                     what tokens and cookies are signed with
//! DATA/agent                      the program that runs inside, as it was when the server started
//! DATA/sandboxes/ID/meta.json     whose it is, its title, tags, privacy, limits
//! DATA/sandboxes/ID/sessions.json what its users' sessions carry
//! DATA/sandboxes/ID/host-tokens.json  hashes of what opens its previews
//! DATA/sandboxes/ID/door          while it is awake: the way to its previews and downloads
//! DATA/catalog.json               tags, aliases, trusted preview hosts
//! DATA/sandboxes/ID/root/         its `/`
//! ```
//!
//! A sandbox sleeps as files. A request of its owner starts its agent; a while without requests ends it.

mod agent;
mod backend;
mod backup;
mod bubblewrap;
mod catalog;
mod check;
mod claim;
mod copy_tree;
mod disk;
mod door;
mod error;
mod format;
mod given;
mod groups;
mod host_tokens;
mod inner;
mod isolation;
mod limits;
mod manage;
mod meta;
mod new_files;
mod options;
mod program;
mod remove_tree;
mod repair;
mod root_folder;
mod sandbox;
mod sessions;
mod spawn;
mod store;

pub use backend::LocalBackend;
pub use backup::{BackupReport, backup};
pub use check::{CheckReport, Finding, Severity, check};
pub use error::OpenError;
pub use isolation::IsolationChoice;
pub use limits::SandboxLimits;
pub use options::{Limits, LocalOptions};
