//! Where sandboxes come from.

use std::any::Any;
use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite};
use yew_sandbox_protocol::{BootupType, Session};

use crate::agent_queue::AgentSender;
use crate::client_queue::ClientReceiver;
use crate::identity::{SessionOptions, User};
use crate::manage::PreviewAccess;
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

/// What a connection into a sandbox leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inside<'a> {
    /// The program that listens on a port.
    Port(u16),
    /// The archive that a token stands for. The token is as the request has it and may be anything.
    Download(&'a str),
}

/// What a connection into a sandbox is for, which decides whether it wakes one that sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// An HTTP request.
    Http,
    /// A new WebSocket.
    WebSocket,
    /// Nobody's wish: it wakes nothing.
    Quiet,
}

/// Bytes both ways.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Duplex for T {}

/// A connection to something inside a sandbox.
pub type DoorStream = Box<dyn Duplex>;

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

    /// Whether agents and previews are at other hosts, which nobody knows beforehand. The pages that are served beside such a
    /// backend may connect to any host over TLS, and to this machine, and show what is there in frames.
    ///
    /// By default they are here.
    fn is_elsewhere(&self) -> bool {
        false
    }

    /// Whether somebody with `token` may see the previews of the sandbox `id`. Both are as the request has them and
    /// may be anything. It is asked at each request to a preview.
    ///
    /// By default there are no previews.
    fn preview_access(&self, id: &str, token: Option<&str>) -> PreviewAccess {
        let _ = (id, token);
        PreviewAccess::NoSuchSandbox
    }

    /// A connection to something inside the sandbox `id`, for somebody who may have it.
    ///
    /// By default there is nothing inside.
    ///
    /// # Errors
    /// There is no such sandbox or download (not found), it sleeps and `visit` does not wake it, nothing listens, or
    /// a limit is reached.
    fn connect(
        &self,
        id: &str,
        to: Inside<'_>,
        visit: Visit,
    ) -> impl Future<Output = Result<DoorStream, Problem>> + Send {
        let _ = (id, to, visit);
        async { Err(Problem::not_found()) }
    }

    /// Somebody uses a preview of the sandbox `id`, so that it stays awake for a while. Nothing by default.
    fn preview_used(&self, id: &str) {
        let _ = id;
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
