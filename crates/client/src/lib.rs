//! The connection to a sandbox and its typed operations, for browsers and native programs.
//!
//! ```
//! use yew_sandbox_client::{Client, ClientOptions, Error, SessionSource};
//!
//! async fn hello(sessions: SessionSource) -> Result<(), Error> {
//!     let client = Client::new(ClientOptions::new(sessions));
//!     client.fs().write("test.txt", "Hello World").await?;
//!     Ok(())
//! }
//! ```
//!
//! | what | where |
//! | --- | --- |
//! | connect, disconnect, watch the state | [`Client`], [`ConnectionState`] |
//! | terminals and commands | [`Terminals`], [`Terminal`], [`Commands`], [`Command`], [`ShellOutput`] |
//! | ports | [`Ports`] |
//! | tasks, steps of the set-up | [`Tasks`], [`Setup`] |
//! | snippets of code | [`Interpreters`] |
//! | who is there, what is used | [`Clients`], [`System`] |
//! | messages between clients, and to people | [`Channels`], [`Channel`], [`Notifications`] |
//! | the repository | [`Git`] |
//! | addresses of ports; what one shows in a frame | [`Hosts`]; [`Preview`] |
//! | values that are kept up to date | [`Live`], [`LiveEvents`] |
//! | files, searches | [`FileSystem`], [`FileWatch`], [`Search`] |
//! | where sessions come from, limits, timeouts | [`ClientOptions`] |
//! | what went wrong | [`Error`], [`ErrorKind`] |
//! | other sockets, clocks and tasks | [`Platform`], [`memory`] |
//! | HTTP for agents that speak REST | `Http`, with the feature `pint` |
//! | tests without a server | `fake`, with the feature `test` |
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `native` | yes | the platform of tokio, [`native::Native`] |
//! | `web` | no | the platform of a page, `web::Web` |
//! | `pint` | no | agents that speak REST and server-sent events (sessions with `isPint`) |
//! | `test` | no | a sandbox in memory, `fake::FakeSandbox` |

mod asked;
mod channels;
mod client;
mod clients;
mod core;
mod driver;
mod errno;
mod error;
#[cfg(any(feature = "pint", feature = "test"))]
mod excludes;
mod feed;
mod fs;
mod git;
mod hosts;
#[cfg(feature = "pint")]
mod http;
mod inbox;
mod interpreters;
mod live;
mod live_events;
mod long;
mod notifications;
mod options;
mod outside;
#[cfg(feature = "pint")]
mod pint;
mod platform;
mod ports;
mod queue;
mod race;
mod room;
mod send;
mod setup;
mod shell;
mod state;
mod system;
mod tasks;
mod watch;

#[cfg(feature = "test")]
pub mod fake;
pub mod memory;
#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
pub mod native;
mod preview;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub mod web;

pub use channels::{Channel, ChannelEvent, ChannelMessage, Channels};
pub use client::{Client, Completion};
pub use clients::{ClientEvent, Clients};
pub use error::{Error, ErrorKind};
pub use fs::{
    CopyOptions, DirEntry, FileSystem, FileType, FileWatch, Metadata, Search, SearchOptions,
    WatchEvent, WatchOptions, WriteOptions,
};
pub use git::Git;
pub use hosts::Hosts;
#[cfg(feature = "pint")]
pub use http::{Http, HttpError, HttpRequest, HttpResponse};
pub use interpreters::Interpreters;
pub use live::Live;
pub use live_events::LiveEvents;
pub use notifications::{Notice, Notices, Notifications};
pub use options::{
    ClientOptions, FocusSource, OnlineSource, QueueLimits, SessionError, SessionErrorKind,
    SessionRequest, SessionSource, Signal, SignalSource, Timeouts,
};
pub use outside::OutsideBytes;
pub use platform::{Platform, Socket, SocketEvents};
pub use ports::{PortEvent, Ports};
pub use preview::{
    PageError, Preview, PreviewEvent, PreviewEvents, PreviewFrame, PreviewHeard, PreviewMessage,
    PreviewMessages, PreviewPost, PreviewState, PreviewStatus,
};
#[cfg(feature = "pint")]
pub use send::BoxStream;
pub use send::{BoxFuture, MaybeSend, MaybeSync};
pub use setup::Setup;
pub use shell::{
    Command, CommandInfo, CommandOptions, CommandOutput, Commands, ShellEvent, ShellOutput,
    Terminal, TerminalOptions, Terminals,
};
pub use state::{ConnectionState, InitProgress, Permission, SandboxInfo};
pub use system::{KeepAwake, System};
pub use tasks::{TaskList, Tasks};
pub use watch::{Subscription, Watch};
pub use yew_sandbox_protocol::client::ClientInfo;
pub use yew_sandbox_protocol::git::{
    Commit as GitCommit, CommittedLine, CurrentLine, DiffItem, DiffStatus, FileStatus,
    Item as GitItem, Remotes as GitRemotes, Status as GitStatus, TargetDiff,
};
pub use yew_sandbox_protocol::notification::{Action as NoticeAction, Notify, Severity};
pub use yew_sandbox_protocol::port::Port;
pub use yew_sandbox_protocol::search::{CaseSensitivity, PathMatch, SearchMatch, SubMatch};
pub use yew_sandbox_protocol::setup::{
    Progress as SetupProgress, SetupState, Step as SetupStep, StepOutcome,
};
pub use yew_sandbox_protocol::shell::{
    Shell as ShellInfo, ShellStatus, ShellType, Size as TerminalSize,
};
pub use yew_sandbox_protocol::system::Metrics;
pub use yew_sandbox_protocol::task::{Task, TaskChanges, TaskDefinition};
pub use yew_sandbox_protocol::{
    self as protocol, BootupType, HostToken, Pieces, Session, SharedText,
};
