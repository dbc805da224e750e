//! What the client needs of the place where it runs.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::Pieces;

use crate::core::Input;
use crate::inbox::Inbox;
use crate::options::SignalSource;
use crate::outside::OutsideBytes;
use crate::send::{BoxFuture, MaybeSend, MaybeSync, Shared};

/// Sockets, time and tasks. [`native`](crate::native) and [`web`](crate::web) have one each;
/// [`memory`](crate::memory) replaces the sockets of another.
pub trait Platform: MaybeSend + MaybeSync + 'static {
    /// Begins to open a WebSocket and returns at once; what comes of it is told through `events`.
    ///
    /// The address holds a secret: it must not be logged.
    fn open(&self, url: &str, events: SocketEvents) -> Box<dyn Socket>;

    /// The time since any fixed moment. It never goes back.
    fn now(&self) -> Duration;

    /// A future that is ready after `duration`. Dropping it cancels the timer.
    fn sleep(&self, duration: Duration) -> BoxFuture<()>;

    /// Runs a task to its end.
    fn spawn(&self, task: BoxFuture<()>);

    /// A number that differs from run to run, for jitter.
    fn seed(&self) -> u64;

    /// Where the platform tells of focus, if it does.
    fn focus(&self) -> Option<SignalSource> {
        None
    }

    /// Where the platform tells whether there is a network, if it does.
    fn online(&self) -> Option<SignalSource> {
        None
    }

    /// Keeps a copy of bytes outside of this program's memory, where the platform has such a place.
    fn keep_outside(&self, _bytes: &[u8]) -> Option<Box<dyn OutsideBytes>> {
        None
    }

    /// HTTP for the agents that speak REST, where the platform has it. Each connection to an agent asks for one of its own.
    #[cfg(feature = "pint")]
    fn http(&self) -> Option<Box<dyn crate::http::Http>> {
        None
    }

    /// Whether someone may be looking: what only keeps a picture fresh rests meanwhile.
    #[cfg(feature = "pint")]
    fn is_visible(&self) -> bool {
        true
    }
}

/// An open or opening WebSocket. Dropping it closes it and ends its events.
pub trait Socket: MaybeSend {
    /// Sends one binary frame.
    fn send(&mut self, frame: Pieces);

    /// Sends one binary frame that lies outside of this program's memory. By default it is copied in first.
    fn send_outside(&mut self, frame: &dyn OutsideBytes) {
        self.send(frame.read(0..frame.len()).into());
    }

    /// Sends one empty text frame: the protocol's heartbeat.
    fn ping(&mut self);

    /// How much of what was sent has not left this machine yet, in bytes; 0 where that is not known, which is the default. While it gets
    /// less, no answer to a ping is waited for: the ping is behind it.
    fn unsent(&self) -> usize {
        0
    }

    /// Closes with a code of RFC 6455 and a reason of at most 123 bytes.
    fn close(self: Box<Self>, code: u16, reason: &'static str);
}

/// Where a [`Socket`] tells what happens to it.
#[derive(Clone)]
pub struct SocketEvents {
    inbox: Inbox,
    generation: u64,
}

impl SocketEvents {
    pub(crate) fn new(inbox: Inbox, generation: u64) -> Self {
        Self { inbox, generation }
    }

    /// The WebSocket is open.
    pub fn opened(&self) {
        let generation = self.generation;
        self.inbox.push(Input::Opened { generation });
    }

    /// A binary frame came.
    pub fn frame(&self, frame: Bytes) {
        let generation = self.generation;
        self.inbox.push(Input::Frame { generation, frame });
    }

    /// A binary frame came, and lies outside of this program's memory.
    pub fn outside_frame(&self, frame: impl OutsideBytes) {
        let generation = self.generation;
        let frame = Shared::new(frame);
        self.inbox.push(Input::OutsideFrame { generation, frame });
    }

    /// A text frame came. Its content does not matter: it shows that the link is alive.
    pub fn text(&self) {
        let generation = self.generation;
        self.inbox.push(Input::Text { generation });
    }

    /// It is closed, or could not be opened. The reason is for people and holds no secret.
    pub fn closed(&self, reason: impl Into<String>) {
        self.inbox.push(Input::Closed {
            generation: self.generation,
            reason: reason.into(),
        });
    }
}

impl fmt::Debug for SocketEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketEvents")
            .field("generation", &self.generation)
            .finish()
    }
}
