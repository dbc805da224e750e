//! Serves one sandbox over a byte stream: its files, terminals, tasks, ports, repository and set-up.
//!
//! ```
//! use yew_sandbox_agent::{AgentOptions, LinkReader, Message, run};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let root = tempfile::tempdir()?;
//! let (server, agent) = tokio::net::UnixStream::pair()?;
//! let agent = tokio::spawn(run(AgentOptions::new(root.path()), agent));
//!
//! let (reader, writer) = server.into_split();
//! let first = LinkReader::new(reader).read().await?;
//! assert!(matches!(first, Some(Message::Ready { .. })));
//!
//! drop(writer);
//! agent.await??;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | what is in it |
//! | --- | --- |
//! | `link/`, `parts.rs` | the messages between the server and the agent, for both |
//! | `visitor.rs` | who a client is, and what its session carries |
//! | `allowance.rs` | what the sandbox may use |
//! | `main.rs`, `program.rs` | the program: its arguments, its link and its door |
//! | `agent.rs` | the loop that reads the link |
//! | `session/` | one client: its requests, in order |
//! | `door/` | connections to ports, and downloads |
//! | `files/` | the file operations, beneath the root |
//! | `archive/` | downloads as zip archives |
//! | `channels.rs`, `notifications.rs` | messages between clients, and from the agent to people |
//! | `metrics/` | what the sandbox uses |
//! | `kept/` | what is kept of clients whose links may break |
//! | `git/` | the workspace's repository, by the git program |
//! | `watch/` | changes of files, over inotify |
//! | `ports/` | what listens inside |
//! | `room.rs` | whether more may be put on the disk |
//! | `search/` | searching texts and paths |
//! | `shells/` | processes on terminals, and who looks at them |
//! | `startup/` | the workspace, the template, the steps of the set-up |
//! | `tasks/` | named commands, from a file in the workspace |

mod agent;
mod allowance;
mod archive;
mod channels;
mod door;
mod error;
mod files;
mod fitting;
mod git;
mod kept;
mod link;
mod members;
mod metrics;
mod notifications;
mod options;
mod outgoing;
mod parts;
mod ports;
mod program;
mod quoted;
mod reply;
mod room;
mod sandbox;
mod search;
mod secret;
mod session;
mod shells;
mod startup;
mod tasks;
mod visitor;
mod watch;

pub use agent::{door_from_stdout, link_from_stdin, run, run_with_door};
pub use allowance::Allowance;
pub use error::{AgentError, AgentErrorKind};
pub use link::{GitIdentity, LinkReader, LinkWriter, Message, Permission, VERSION, Visitor};
pub use options::AgentOptions;
pub use parts::Parts;
pub use program::{AGENT_MODE, run_program};
