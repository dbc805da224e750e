//! What the management API speaks of.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::{Privacy, Tier, WakeOn};

/// One sandbox, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxInfo {
    /// Its id.
    pub id: String,
    /// For people.
    pub title: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// Words to find it by, at most 10.
    pub tags: Vec<String>,
    /// Who sees it.
    pub privacy: Privacy,
    /// Nobody may write in it.
    pub frozen: bool,
    /// When it was made.
    pub created: SystemTime,
    /// Grows with each sandbox: the order of those of one second.
    pub number: u32,
    /// When it was last changed or fell asleep.
    pub updated: SystemTime,
    /// Whether it is awake.
    pub running: bool,
}

/// What a new sandbox shall be. What is not said comes from the one that it is a fork of, or has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSandbox {
    /// At most 255 characters.
    pub title: Option<String>,
    /// At most 255 characters.
    pub description: Option<String>,
    /// At most 10. They never come from the original.
    pub tags: Vec<String>,
    /// The collection that it is shown in.
    pub path: Option<String>,
    /// Who sees it.
    pub privacy: Option<Privacy>,
    /// Nobody may write in it.
    pub frozen: Option<bool>,
}

/// A file of a new sandbox's workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Relative to the workspace, without `..`.
    pub path: String,
    /// What is in it.
    pub content: Bytes,
}

/// How a sandbox shall start. What is not said stays as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StartOptions {
    /// After how long without a request it goes to sleep: 1 s to 24 h.
    pub hibernation_timeout: Option<Duration>,
    /// How large it is.
    pub tier: Option<Tier>,
    /// What wakes it.
    pub wake_on: Option<WakeOn>,
}

/// A sandbox that is awake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningSandbox {
    /// Its id.
    pub id: String,
    /// Since when.
    pub started: SystemTime,
    /// When a client last asked for something.
    pub last_active: SystemTime,
    /// How large it is.
    pub tier: Option<Tier>,
}

/// All that are awake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Each of them.
    pub sandboxes: Vec<RunningSandbox>,
    /// How many may be.
    pub limit: usize,
}

/// What may be known of a token that opens a private sandbox's previews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostTokenInfo {
    /// Names it.
    pub id: String,
    /// How the token itself begins.
    pub prefix: String,
    /// When it ends; none: never.
    pub expires: Option<SystemTime>,
    /// When it was last used, since the server started.
    pub last_used: Option<SystemTime>,
}

/// A new token. The `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewHostToken {
    /// What may be known of it.
    pub info: HostTokenInfo,
    /// The token itself, which is shown once.
    pub secret: String,
}

/// A host that may show previews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewHost {
    /// As it was given.
    pub host: String,
    /// Since when.
    pub inserted: SystemTime,
}

/// Whether somebody may see a sandbox's previews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewAccess {
    /// Yes.
    Allowed,
    /// Only with a host token, and none or a wrong one was given.
    NeedsToken,
    /// There is no such sandbox.
    NoSuchSandbox,
}

impl fmt::Debug for NewHostToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewHostToken")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}
