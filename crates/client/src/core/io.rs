//! What goes into the machine and what comes out.

use std::time::Duration;

use bytes::Bytes;
use futures_channel::oneshot;
use yew_sandbox_protocol::{Repeat, Session};

use crate::core::Feed;
use crate::error::Error;
use crate::options::{SessionError, SessionRequest};
use crate::outside::{Answer, Frame, OutsideBytes};
use crate::send::Shared;
use crate::state::{ConnectionState, InitProgress, SandboxInfo};

/// Who waits for an outcome. Dropping it without one means that the client is gone.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, Error>>;

/// Everything that can happen to a client.
pub(crate) enum Input {
    Connect(Reply<()>),
    Reconnect(Reply<()>),
    Disconnect(Reply<()>),
    /// The last handle was dropped.
    Shutdown,
    Request(NewRequest),
    /// The future of a request was dropped.
    Forget {
        id: u64,
    },
    Follow(NewFeed),
    Unfollow {
        key: u64,
    },
    /// This client changed what `method` would tell others.
    Nudge {
        method: &'static str,
    },
    Session {
        generation: u64,
        result: Result<Box<Session>, SessionError>,
    },
    Opened {
        generation: u64,
    },
    Frame {
        generation: u64,
        frame: Bytes,
    },
    /// A frame that lies outside of this program's memory.
    OutsideFrame {
        generation: u64,
        frame: Shared<dyn OutsideBytes>,
    },
    Text {
        generation: u64,
    },
    Closed {
        generation: u64,
        reason: String,
    },
    Focus(bool),
    Online(bool),
    /// A moment that the machine asked for has come.
    Tick,
}

impl Input {
    /// The attempt that this belongs to, for what belongs to one.
    pub(crate) fn generation(&self) -> Option<u64> {
        match self {
            Self::Session { generation, .. }
            | Self::Opened { generation }
            | Self::Frame { generation, .. }
            | Self::OutsideFrame { generation, .. }
            | Self::Text { generation }
            | Self::Closed { generation, .. } => Some(*generation),
            _ => None,
        }
    }
}

/// A request as the handles give it, already a frame.
pub(crate) struct NewRequest {
    /// Even; the machine's own requests have odd numbers.
    pub(crate) id: u64,
    pub(crate) frame: Frame,
    pub(crate) repeat: Repeat,
    /// Whether a large content of the answer may stay outside of this program's memory.
    pub(crate) takes_outside: bool,
    /// Whether it is for this link only.
    pub(crate) this_link: bool,
    pub(crate) reply: Reply<Answer>,
}

/// A feed as the handles give it.
pub(crate) struct NewFeed {
    pub(crate) key: u64,
    pub(crate) feed: Shared<dyn Feed>,
    /// Who waits until it has begun. Without anyone it waits for a connection as long as it takes.
    pub(crate) reply: Option<Reply<()>>,
    /// How long that may take; as long as a request where nothing is said.
    pub(crate) limit: Option<Duration>,
}

/// What is to be done, in this order.
pub(crate) enum Effect {
    /// Ask for a session. An earlier question is dropped.
    Fetch {
        generation: u64,
        request: SessionRequest,
    },
    /// Open a socket. An earlier one is dropped.
    Open {
        generation: u64,
        url: String,
    },
    /// The same, where the agent speaks REST.
    #[cfg(feature = "pint")]
    OpenRest {
        generation: u64,
        agent: Box<crate::pint::Agent>,
    },
    Send(Frame),
    Ping,
    /// Close the socket and drop the question for a session.
    Close {
        code: u16,
        reason: &'static str,
    },
    State(ConnectionState),
    Init(InitProgress),
    Sandbox(SandboxInfo),
    /// Whether the agent takes files in parts.
    TakesParts(bool),
    Answer(Reply<Answer>, Result<Answer, Error>),
    Settle(Reply<()>, Result<(), Error>),
}
