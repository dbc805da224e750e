//! What the cloud's backend can be told.

use std::path::PathBuf;
use std::time::Duration;

use super::CloudKey;

/// Options of [`CloudBackend::open`](super::CloudBackend::open).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CloudOptions {
    /// The operator's key.
    pub key: CloudKey,
    /// The cloud's address, with the path before `/sandbox` if there is one. By default where keys like this belong.
    pub address: String,
    /// The sandbox, tag or `namespace@alias` that new sandboxes are forks of. The cloud's universal template by default.
    pub template: String,
    /// The folder that keeps whose sandbox is whose. It is made where it is missing.
    pub data_dir: PathBuf,
    /// Sandboxes that one user may own. 20 by default.
    pub sandboxes_per_user: usize,
    /// Sandboxes that may be created in a minute, by all users together. 120 by default.
    pub creates_per_minute: usize,
    /// How long one try of a call may take. 30 s by default.
    pub attempt_timeout: Duration,
    /// How long a create or resume may take with all its tries: 50 s by default, less than a page waits for it.
    pub deadline: Duration,
}

impl CloudOptions {
    /// The defaults for a key, with everything that is kept in `data_dir`.
    pub fn new(key: CloudKey, data_dir: impl Into<PathBuf>) -> Self {
        Self {
            address: key.address().to_owned(),
            key,
            template: "pcz35m".to_owned(),
            data_dir: data_dir.into(),
            sandboxes_per_user: 20,
            creates_per_minute: 120,
            attempt_timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(50),
        }
    }
}
