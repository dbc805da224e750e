//! The cloud as a backend: sandboxes of CodeSandbox, of Together Code Sandbox, or of another server of this project.
//!
//! Sandboxes are made and woken with the operator's key, which never reaches a page. A page gets a session of its
//! own user and connects to the cloud directly. Whose sandbox is whose stands in `DATA/cloud.json`.
//!
//! What the cloud's calls cannot carry is refused and never left out in silence: an environment, a token of a git
//! provider other than GitHub, and a git user name to log in with need a connection to the sandbox.
//!
//! ```no_run
//! use yew_sandbox_server::codesandbox::{CloudBackend, CloudKey, CloudOptions};
//! use yew_sandbox_server::{AnonymousCookie, Options, Secret, router};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let key = CloudKey::new(&std::env::var("CSB_API_KEY")?).ok_or("no key")?;
//! let backend = CloudBackend::open(CloudOptions::new(key, "data"))?;
//! backend.check().await?;
//! let secret = Secret::load_or_create("data/secret".as_ref())?;
//! let identify = AnonymousCookie::new(&secret);
//! let router = router(backend, identify, Options::new(secret));
//! # let _: axum::Router = router;
//! # Ok(())
//! # }
//! ```

mod backend;
mod client;
mod error;
mod key;
mod options;
mod owners;
mod resumes;
mod retry;
mod wire;

pub use backend::CloudBackend;
pub use error::{CloudError, CloudErrorKind};
pub use key::CloudKey;
pub use options::CloudOptions;
