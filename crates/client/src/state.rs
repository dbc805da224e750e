//! What can be seen of a client.

use std::sync::Arc;
use std::time::Duration;

use yew_sandbox_protocol::{BootupType, HostToken};

use crate::error::Error;

/// How the connection stands.
#[derive(Clone, Debug, Default)]
pub enum ConnectionState {
    /// Nothing was asked for yet.
    #[default]
    Idle,
    /// The first connection is being made, or one that was asked for.
    Connecting,
    /// The sandbox answers.
    Connected,
    /// The link is gone; the client comes back by itself.
    Reconnecting {
        /// Which attempt this is, from 1.
        attempt: u32,
        /// How long until it begins, counted from the moment of this state. Zero while it runs.
        retry_in: Duration,
    },
    /// There is no network. The client comes back when there is one.
    Offline,
    /// The sandbox sleeps. Focus, an operation or a reconnect wakes it.
    Hibernated,
    /// The user disconnected. Only an explicit reconnect leaves this state.
    Disconnected,
    /// Refused for good. Only an explicit reconnect leaves this state.
    Failed(Arc<Error>),
}

impl ConnectionState {
    /// The state's name, such as `Connected`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Idle => "Idle",
            Self::Connecting => "Connecting",
            Self::Connected => "Connected",
            Self::Reconnecting { .. } => "Reconnecting",
            Self::Offline => "Offline",
            Self::Hibernated => "Hibernated",
            Self::Disconnected => "Disconnected",
            Self::Failed(_) => "Failed",
        }
    }

    /// Whether requests go out at once.
    pub fn is_connected(&self) -> bool {
        matches!(self, Self::Connected)
    }

    /// Why the client gave up, where it did.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }
}

impl PartialEq for ConnectionState {
    /// Failures are equal only where they are the same one.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Reconnecting { attempt, retry_in },
                Self::Reconnecting {
                    attempt: other_attempt,
                    retry_in: other_retry_in,
                },
            ) => attempt == other_attempt && retry_in == other_retry_in,
            (Self::Failed(error), Self::Failed(other)) => Arc::ptr_eq(error, other),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

/// How far the sandbox's start-up is. Requests do not wait for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InitProgress {
    /// Whether nothing is left to do. A sandbox without set-up steps is ready at once.
    pub ready: bool,
    /// What happens now: a sentence for people.
    pub message: String,
    /// How much is done, 0 to 100 percent.
    pub progress: u8,
    /// The last error of a step. Start-up may go on after it.
    pub error: Option<String>,
    /// The end of the steps' output, at most 16 KiB.
    pub output: String,
}

/// Which sandbox this is. The session's token is not here: it is nobody's business but the connection's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxInfo {
    /// The sandbox's id.
    pub sandbox_id: String,
    /// The absolute path of the workspace; relative paths start there.
    pub workspace_path: String,
    /// How the sandbox came up for this session.
    pub bootup_type: BootupType,
    /// The user's name inside the sandbox. Empty before the first connection.
    pub username: String,
    /// The host of the agent's address, perhaps with a port.
    pub agent_host: String,
    /// Opens the previews of a private sandbox. A secret; its `Debug` form hides it.
    pub host_token: Option<HostToken>,
    /// What this session may do.
    pub permission: Permission,
}

/// What a session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Not known before the first connection.
    Unknown,
    /// Read files.
    Read,
    /// Read and write files.
    Write,
}
