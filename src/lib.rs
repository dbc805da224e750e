//! A live development sandbox in a Yew page.
//!
//! Wrap the app in [`SandboxProvider`] and ask for what a component needs with a hook.
//!
//! ```
//! use yew::prelude::*;
//! use yew_sandbox::{SandboxProvider, use_directory};
//!
//! #[component]
//! fn Files() -> Html {
//!     let directory = use_directory(".");
//!     html! {
//!         <ul>{ for directory.entries.iter().map(|entry| html! { <li>{ &entry.name }</li> }) }</ul>
//!     }
//! }
//!
//! #[component]
//! fn App() -> Html {
//!     html! { <SandboxProvider><Files /></SandboxProvider> }
//! }
//! ```
//!
//! | hook | what it gives | it renders again for |
//! | --- | --- | --- |
//! | [`use_sandbox`] | the handle: files, terminals, commands, connect, disconnect | another sandbox |
//! | [`use_connection`] | the [`ConnectionState`] | each transition |
//! | [`use_init_status`] | how far start-up is | each event of start-up |
//! | [`use_file`] | one file, live | a change of its content |
//! | [`use_directory`] | one directory, live | a change of its entries |
//! | [`use_command`] | one command at a time, and its output | new output, once in a frame |
//! | [`use_ports`] | the open ports | one that opens or closes |
//! | [`use_tasks`], [`use_setup`] | the tasks; the steps of the set-up | each change of them |
//! | [`use_shells`] | all terminals and commands | one that comes, ends or goes |
//! | [`use_terminal`] | one terminal, by its id or new | its name, status and exit code |
//! | [`use_git_status`] | the repository | each change of it |
//! | [`use_clients`] | who is there | someone who comes or leaves |
//! | [`use_preview`] | a port in a frame | its place and status |
//! | [`use_metrics`] | what the sandbox uses | each change of it |
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `ssr` | no | rendering on a server; nothing connects there, and each hook gives what it gives before the first answer |
//! | `hydration` | no | taking over a page that a server rendered |
//! | `pint` | no | agents that speak REST and server-sent events (sessions with `isPint`) |
//! | `test` | no | `fake::FakeSandbox` and the provider's property `fake`: components are tested without a server |
//!
//! The server hands out sessions at `POST /api/sandboxes` and `GET /api/sandboxes/{id}` by default; see
//! [`SandboxProvider`] for other sources.

mod context;
mod endpoint;
#[cfg(feature = "test")]
pub mod fake;
mod first;
mod hooks;
mod platform;
mod provider;
mod views;
mod words;

pub use context::Sandbox;
pub use endpoint::{Endpoint, GetSession};
pub use hooks::{
    UseCommandHandle, UseConnectionHandle, UseDirectoryHandle, UseFileHandle, UsePreviewHandle,
    UseTerminalHandle, use_clients, use_command, use_connection, use_directory, use_file,
    use_git_status, use_init_status, use_metrics, use_ports, use_preview, use_sandbox, use_setup,
    use_shells, use_tasks, use_terminal,
};
pub use provider::{ChildrenWhen, SandboxProvider, SandboxProviderProps, Start};
pub use views::{FailedView, FailedViewProps, LoadingView, LoadingViewProps};
pub use words::ProviderWords;

pub use yew_sandbox_client as client;
pub use yew_sandbox_client::{
    Client, ConnectionState, Error, ErrorKind, FileSystem, FocusSource, InitProgress, Session,
    SessionError, SessionRequest,
};
