//! The management API: sandboxes in the hands of who runs the server, by the cloud's own paths and shapes.

mod backend;
mod model;
mod privacy;
mod tier;
mod wake_on;

pub use backend::Manage;
pub use model::{
    HostTokenInfo, NewFile, NewHostToken, NewSandbox, PreviewAccess, PreviewHost, Running,
    RunningSandbox, SandboxInfo, StartOptions,
};
pub use privacy::Privacy;
pub use tier::Tier;
pub use wake_on::WakeOn;
