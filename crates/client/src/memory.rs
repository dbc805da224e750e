//! Sockets inside one program, for tests: the other end is yours.
//!
//! ```
//! # use yew_sandbox_client::{memory, native::Native, Client, ClientOptions, SessionSource};
//! # async fn example(source: SessionSource) {
//! let (network, mut listener) = memory::network(Native::new());
//! let client = Client::with_platform(ClientOptions::new(source), network);
//! drop(client.connect());
//! let mut peer = listener.accept().await.expect("the client connects");
//! peer.sender.accept();
//! let join = peer.receive().await;
//! # }
//! ```

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_channel::mpsc;
use futures_core::Stream;
use yew_sandbox_protocol::Pieces;

use crate::options::SignalSource;
use crate::platform::{Platform, Socket, SocketEvents};
use crate::send::{BoxFuture, Shared};

/// A platform whose sockets end at the [`Listener`]. Time and tasks are those of `platform`.
pub fn network<P: Platform>(platform: P) -> (Network<P>, Listener) {
    let (sender, receiver) = mpsc::unbounded();
    (Network { platform, sender }, Listener { receiver })
}

/// See [`network`].
pub struct Network<P> {
    platform: P,
    sender: mpsc::UnboundedSender<Peer>,
}

/// Where the sockets arrive.
pub struct Listener {
    receiver: mpsc::UnboundedReceiver<Peer>,
}

/// What a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A binary frame.
    Frame(Bytes),
    /// An empty text frame.
    Ping,
    /// It closed with this code; nothing follows.
    Closed(u16),
}

/// The far end of one socket, which is neither open nor refused at first.
pub struct Peer {
    /// The address that was dialled, with its token.
    pub url: String,
    /// The way to the client.
    pub sender: PeerSender,
    receiver: mpsc::UnboundedReceiver<Sent>,
}

/// The way to the client of one socket. What is sent after the client closed is ignored there.
#[derive(Clone)]
pub struct PeerSender {
    events: SocketEvents,
    unsent: Shared<AtomicUsize>,
}

impl Listener {
    /// The next socket. `None` once the client is gone.
    pub async fn accept(&mut self) -> Option<Peer> {
        next(&mut self.receiver).await
    }
}

impl Peer {
    /// The next thing that the client sends. `None` after its end.
    pub async fn receive(&mut self) -> Option<Sent> {
        next(&mut self.receiver).await
    }
}

impl PeerSender {
    /// Opens the socket.
    pub fn accept(&self) {
        self.events.opened();
    }

    /// Sends a binary frame.
    pub fn send(&self, frame: Bytes) {
        self.events.frame(frame);
    }

    /// Answers a ping.
    pub fn pong(&self) {
        self.events.text();
    }

    /// Says how much of what the client sent is still on its machine, in bytes, as where its network is slow.
    pub fn leave_unsent(&self, bytes: usize) {
        self.unsent.store(bytes, Ordering::Relaxed);
    }

    /// Closes the socket, or refuses it.
    pub fn close(&self) {
        self.events.closed("the other end closed");
    }
}

struct MemorySocket {
    sender: mpsc::UnboundedSender<Sent>,
    unsent: Shared<AtomicUsize>,
    closed: bool,
}

impl Socket for MemorySocket {
    fn send(&mut self, frame: Pieces) {
        // The peer may be gone; its owner says so with `close`, or leaves the client to find out.
        let _ = self.sender.unbounded_send(Sent::Frame(frame.into_bytes()));
    }

    fn ping(&mut self) {
        let _ = self.sender.unbounded_send(Sent::Ping);
    }

    fn unsent(&self) -> usize {
        self.unsent.load(Ordering::Relaxed)
    }

    fn close(mut self: Box<Self>, code: u16, _reason: &'static str) {
        self.closed = true;
        let _ = self.sender.unbounded_send(Sent::Closed(code));
    }
}

impl Drop for MemorySocket {
    fn drop(&mut self) {
        if !self.closed {
            let _ = self.sender.unbounded_send(Sent::Closed(1001));
        }
    }
}

impl<P: Platform> Platform for Network<P> {
    fn open(&self, url: &str, events: SocketEvents) -> Box<dyn Socket> {
        let (sender, receiver) = mpsc::unbounded();
        let unsent = Shared::new(AtomicUsize::new(0));
        let peer = Peer {
            url: url.to_owned(),
            sender: PeerSender {
                events: events.clone(),
                unsent: unsent.clone(),
            },
            receiver,
        };
        if self.sender.unbounded_send(peer).is_err() {
            events.closed("nobody listens");
        }
        Box::new(MemorySocket {
            sender,
            unsent,
            closed: false,
        })
    }

    fn now(&self) -> Duration {
        self.platform.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        // As in a page, where no timer is over before others had their turn.
        self.platform.sleep(duration.max(Duration::from_millis(1)))
    }

    fn spawn(&self, task: BoxFuture<()>) {
        self.platform.spawn(task);
    }

    fn seed(&self) -> u64 {
        self.platform.seed()
    }

    fn focus(&self) -> Option<SignalSource> {
        self.platform.focus()
    }

    fn online(&self) -> Option<SignalSource> {
        self.platform.online()
    }

    #[cfg(feature = "pint")]
    fn http(&self) -> Option<Box<dyn crate::http::Http>> {
        self.platform.http()
    }

    #[cfg(feature = "pint")]
    fn is_visible(&self) -> bool {
        self.platform.is_visible()
    }
}

async fn next<T>(receiver: &mut mpsc::UnboundedReceiver<T>) -> Option<T> {
    poll_fn(|context| Pin::new(&mut *receiver).poll_next(context)).await
}

impl<P> fmt::Debug for Network<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

impl fmt::Debug for PeerSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PeerSender")
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address holds a secret.
        f.write_str("Peer")
    }
}
