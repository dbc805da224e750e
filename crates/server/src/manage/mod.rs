//! The management API: sandboxes in the hands of who runs the server, by the cloud's own paths and shapes.
//!
//! It is there with [`router_with_management`](crate::router_with_management) only. Every request needs
//! `Authorization: Bearer KEY` with one of the [`ApiKeys`]; pages of other origins are refused. The JavaScript SDK
//! works with it as it is, with `CSB_BASE_URL` set to the server's address and `CSB_API_KEY` to a key.
//!
//! Answers are `{"success": true, "data": ...}`, refusals `{"success": false, "errors": ["..."]}`. A limit that is
//! reached is 429, with `retry-after` and the headers that the SDK reads.

mod answer;
mod backend;
mod extract;
mod host_tokens;
mod keys;
mod model;
mod privacy;
mod requests;
mod routes;
mod sandboxes;
mod tier;
pub(crate) mod timestamp;
mod vms;
mod wake_on;
mod workspace;

/// Who acted, in the audit log, where an API key was used.
const MANAGEMENT: &str = "management";

pub use backend::Manage;
pub use keys::{ApiKeys, WeakKey};
pub use model::{
    HostTokenInfo, NewFile, NewHostToken, NewSandbox, PreviewAccess, PreviewHost, Running,
    RunningSandbox, SandboxInfo, StartOptions,
};
pub use privacy::Privacy;
pub(crate) use routes::routes;
pub use tier::Tier;
pub use wake_on::WakeOn;
