//! The cloud as a backend: sandboxes of CodeSandbox, of Together Code Sandbox, or of another server of this project.
//!
//! Sandboxes are made and woken with the operator's key, which never reaches a page. A page gets a session of its
//! own user and connects to the cloud directly. Whose sandbox is whose stands in `DATA/cloud.json`.
//!
//! What the cloud's calls cannot carry is refused and never left out in silence: an environment, a host token of a git
//! provider other than GitHub, and a git user name to log in with need a connection to the sandbox.

mod backend;
mod client;
mod error;
mod key;
mod options;
mod owners;
mod retry;
mod wire;

pub use backend::CloudBackend;
pub use error::{CloudError, CloudErrorKind};
pub use key::CloudKey;
pub use options::CloudOptions;
