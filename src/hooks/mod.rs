//! One hook a file.

mod use_clients;
mod use_command;
mod use_connection;
mod use_directory;
mod use_file;
mod use_git_status;
mod use_init_status;
mod use_live;
mod use_metrics;
mod use_ports;
mod use_preview;
mod use_sandbox;
mod use_setup;
mod use_shells;
mod use_tasks;
mod use_terminal;
mod use_topic;
mod use_watch;

pub use use_clients::use_clients;
pub use use_command::{UseCommandHandle, use_command};
pub use use_connection::{UseConnectionHandle, use_connection};
pub use use_directory::{UseDirectoryHandle, use_directory};
pub use use_file::{UseFileHandle, use_file};
pub use use_git_status::use_git_status;
pub use use_init_status::use_init_status;
pub use use_metrics::use_metrics;
pub use use_ports::use_ports;
pub use use_preview::{UsePreviewHandle, use_preview};
pub use use_sandbox::use_sandbox;
pub use use_setup::use_setup;
pub use use_shells::use_shells;
pub use use_tasks::use_tasks;
pub use use_terminal::{UseTerminalHandle, use_terminal};
pub(crate) use use_topic::use_topic;
pub(crate) use use_watch::use_watch;
