//! Where sandboxes come from.

use std::any::Any;
use std::fmt;

use yew_sandbox_protocol::{BootupType, Session};

use crate::agent_queue::AgentSender;
use crate::client_queue::ClientReceiver;
use crate::identity::{SessionOptions, User};
use crate::problem::Problem;

/// A sandbox that is awake.
#[derive(Clone, Debug, PartialEq)]
pub struct Awake {
    /// Its id: lowercase letters, digits and `-`, so that it can stand in an address.
    pub id: String,
    /// How it came up.
    pub bootup_type: BootupType,
    /// The workspace's absolute path inside.
    pub workspace_path: String,
    /// Where its agent is reached.
    pub agent: AgentAt,
}

/// Where a sandbox's agent is reached.
#[derive(Clone, Debug, PartialEq)]
pub enum AgentAt {
    /// At this server, by [`Backend::attach`].
    Here {
        /// Names the session to [`Backend::attach`], at most 500 bytes. It stands in the token, which the page can
        /// read, so that it holds no secret.
        session: String,
    },
    /// At another server, with a session that it made.
    Elsewhere(Box<Session>),
}

/// One client's connection to a sandbox's agent.
pub struct Attachment {
    /// The client's number on the agent's link.
    pub client: u32,
    /// Takes what the client sends.
    pub to_agent: AgentSender,
    /// Gives what the client shall receive.
    pub from_agent: ClientReceiver,
    /// Dropped when the client has left: the backend's own way to notice.
    pub presence: Box<dyn Any + Send + Sync>,
}

/// Creates sandboxes, wakes them, connects clients to them.
///
/// What the frames mean is none of its business.
pub trait Backend: Send + Sync + 'static {
    /// A new sandbox that belongs to `owner`, with a session for it.
    ///
    /// # Errors
    /// A limit is reached, or it does not start.
    fn create(
        &self,
        owner: &User,
        session: &SessionOptions,
    ) -> impl Future<Output = Result<Awake, Problem>> + Send;

    /// The sandbox `id` of `owner`, woken if it sleeps, with a session for it. `id` is as the request has it and may
    /// be anything.
    ///
    /// # Errors
    /// There is no such sandbox or it is somebody else's (not found, both), a limit is reached, or it does
    /// not start.
    fn resume(
        &self,
        id: &str,
        owner: &User,
        session: &SessionOptions,
    ) -> impl Future<Output = Result<Awake, Problem>> + Send;

    /// Lets a client in, whose token was checked and named `session`: one of [`AgentAt::Here`].
    ///
    /// # Errors
    /// There is no such sandbox or session, it sleeps, or it has too many connections.
    fn attach(
        &self,
        id: &str,
        session: &str,
    ) -> impl Future<Output = Result<Attachment, Problem>> + Send;
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
