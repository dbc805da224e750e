//! Shells: terminals to type into, and commands to run.

mod command;
mod command_line;
mod commands;
mod feed;
mod handle;
mod history;
mod name;
mod output;
mod terminal;
mod terminals;

pub use self::command::{Command, CommandOutput};
#[cfg(any(feature = "pint", feature = "test"))]
pub(crate) use self::command_line::command_of;
pub(crate) use self::command_line::quote;
pub use self::commands::{CommandInfo, CommandOptions, Commands};
pub(crate) use self::handle::{OpenShells, ShellHandle};
#[cfg(feature = "pint")]
pub(crate) use self::name::command_name;
pub use self::output::{ShellEvent, ShellOutput};
pub use self::terminal::Terminal;
pub use self::terminals::{TerminalOptions, Terminals};

/// Most bytes of output that a client keeps of a terminal: as many as the agent.
pub(crate) const SCROLLBACK: usize = 1024 * 1024;
