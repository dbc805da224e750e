//! What the embedded backend can be told.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::isolation::IsolationChoice;
use super::limits::SandboxLimits;
use crate::client_queue::ClientQueueBounds;
use crate::metrics::Metrics;
use crate::preview::PreviewDomain;

/// Options of [`LocalBackend::open`](super::LocalBackend::open).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LocalOptions {
    /// The folder that holds everything. It is made where it is missing. What is made is closed to other users.
    pub data_dir: PathBuf,
    /// A folder that is copied into new workspaces; none, the default: a small built-in one. The
    /// management API forks it as `default`, and by the folder's own name.
    pub template_dir: Option<PathBuf>,
    /// Further such folders, by the names that the management API forks them by. None by default.
    pub templates: BTreeMap<String, PathBuf>,
    /// How sandboxes are kept apart. [`IsolationChoice::Auto`] by default.
    pub isolation: IsolationChoice,
    /// After how long without a request a sandbox goes to sleep. 5 minutes by default.
    pub hibernate_after: Duration,
    /// The domain that previews live under, as the router has it too. `localhost` by default.
    pub preview_domain: PreviewDomain,
    /// Where browsers find this server: `http://localhost:3000`, for the addresses of downloads. None by default: there
    /// are no downloads then.
    pub public_url: Option<String>,
    /// What may be had at most.
    pub limits: Limits,
    /// What each sandbox may use of this machine.
    pub sandbox: SandboxLimits,
    /// How many bytes of the disk stay free: with less, no sandbox is made or woken. 256 MiB by default.
    pub min_free_disk: u64,
    /// What is counted; the router's own is the one to give here.
    pub metrics: Metrics,
    /// What may wait for a slow client.
    pub client_queue: ClientQueueBounds,
    /// The program to run as `PROGRAM agent --root DIR`: `yew-sandbox-agent`, or the server's own binary. By default the one that
    /// runs now, which must then be the latter. Its version must be that of this crate.
    pub agent_program: Option<PathBuf>,
}

/// What may be had at most. Past each, a request is refused with 429 and the limit's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sandboxes that one user may own. 20 by default.
    pub sandboxes_per_user: usize,
    /// Sandboxes of all users together, without those that were made through the management API. Whoever sends no cookie is
    /// a new user each time. 10,000 by default.
    pub sandboxes: usize,
    /// Sandboxes that were made through the management API. 10,000 by default.
    pub managed_sandboxes: usize,
    /// Sandboxes that may be awake at once. 50 by default.
    pub running_sandboxes: usize,
    /// Connections that one sandbox may have at once. 32 by default.
    pub sockets_per_sandbox: usize,
    /// Sandboxes that may be created in a minute, by all users together. 120 by default.
    pub creates_per_minute: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sandboxes_per_user: 20,
            sandboxes: 10_000,
            managed_sandboxes: 10_000,
            running_sandboxes: 50,
            sockets_per_sandbox: 32,
            creates_per_minute: 120,
        }
    }
}

impl LocalOptions {
    /// The defaults, with everything in `data_dir`.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            template_dir: None,
            templates: BTreeMap::new(),
            isolation: IsolationChoice::default(),
            hibernate_after: Duration::from_secs(300),
            preview_domain: PreviewDomain::default(),
            public_url: None,
            limits: Limits::default(),
            sandbox: SandboxLimits::default(),
            min_free_disk: 256 << 20,
            metrics: Metrics::default(),
            client_queue: ClientQueueBounds::default(),
            agent_program: None,
        }
    }
}
