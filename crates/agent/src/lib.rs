//! Serves one sandbox: its files and its set-up, over a byte stream.

mod error;
mod files;
mod link;
mod options;
mod outgoing;
mod secret;
mod watch;

pub use error::{AgentError, AgentErrorKind};
pub use link::{LinkReader, LinkWriter, Message, Permission, Visitor};
pub use options::AgentOptions;
