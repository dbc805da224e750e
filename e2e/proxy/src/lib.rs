//! A proxy on loopback, between a client and a server, that breaks the link on demand: it cuts, holds, delays and
//! slows it, and resets it at a byte.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod connection;
mod sessions;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use sessions::SessionFault;

/// What becomes of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// They go through.
    Whole,
    /// There is no link: each connection is reset, and new ones are reset at once.
    Cut,
    /// Each piece of bytes comes so much later.
    Late(Duration),
    /// So many bytes pass in a second, either way.
    Slow(usize),
    /// Connections stay open and bytes vanish.
    Silent {
        /// Those of the client.
        up: bool,
        /// Those of the server.
        down: bool,
    },
}

/// What all connections look at.
#[derive(Clone, Copy, Debug)]
struct Weather {
    link: Link,
    /// How often the link was cut: a cut that is soon mended is none the less a cut.
    cuts: usize,
    sessions: SessionFault,
}

/// What went by, for the scenarios to ask.
#[derive(Debug)]
struct Seen {
    /// How many bytes pass before a connection is reset; the greatest number: none is.
    left: AtomicUsize,
    sessions: AtomicUsize,
    sockets: AtomicUsize,
    broken_tokens: AtomicUsize,
}

impl Seen {
    fn new() -> Self {
        Self {
            left: AtomicUsize::new(usize::MAX),
            sessions: AtomicUsize::new(0),
            sockets: AtomicUsize::new(0),
            broken_tokens: AtomicUsize::new(0),
        }
    }

    /// How much of a piece passes before its connection is reset; `None`: all of it, and it is not.
    fn pass(&self, length: usize) -> Option<usize> {
        let before =
            self.left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
                    usize::MAX => None,
                    left if left < length => Some(usize::MAX),
                    left => Some(left - length),
                });
        before.ok().filter(|left| *left < length)
    }
}

/// A TCP proxy on loopback. It ends when it is dropped, its connections with it.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    seen: Arc<Seen>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy in front of `server`.
    ///
    /// # Errors
    /// No port of loopback can be had.
    pub async fn start(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (weather, watching) = watch::channel(Weather {
            link: Link::Whole,
            cuts: 0,
            sessions: SessionFault::None,
        });
        let seen = Arc::new(Seen::new());
        let accepting = tokio::spawn(accept(listener, server, watching, Arc::clone(&seen)));
        Ok(Self {
            address,
            weather,
            seen,
            accepting,
        })
    }

    /// Where the client goes.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks or mends the link. Connections that lost bytes are reset when it is whole again: no real link
    /// goes on with a hole in it.
    pub fn set(&self, link: Link) {
        self.weather.send_modify(|weather| {
            weather.link = link;
            weather.cuts += usize::from(link == Link::Cut);
        });
    }

    /// Resets the connection that brings the byte after the next `bytes`, either way and of all connections. What comes
    /// before it arrives.
    pub fn reset_after(&self, bytes: usize) {
        self.seen.left.store(bytes, Ordering::SeqCst);
    }

    /// Whether the byte of [`Proxy::reset_after`] has come.
    pub fn has_reset(&self) -> bool {
        self.seen.left.load(Ordering::SeqCst) == usize::MAX
    }

    /// What becomes of requests for a session from now on.
    pub fn set_sessions(&self, sessions: SessionFault) {
        self.weather
            .send_modify(|weather| weather.sessions = sessions);
    }

    /// How many requests for a session came by.
    pub fn sessions_seen(&self) -> usize {
        self.seen.sessions.load(Ordering::SeqCst)
    }

    /// How many requests for an agent's socket came by.
    pub fn sockets_seen(&self) -> usize {
        self.seen.sockets.load(Ordering::SeqCst)
    }

    /// How many tokens were broken.
    pub fn tokens_broken(&self) -> usize {
        self.seen.broken_tokens.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Connections end as they see that the weather is gone.
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    weather: watch::Receiver<Weather>,
    seen: Arc<Seen>,
) {
    while let Ok((browser, _)) = listener.accept().await {
        let relay = connection::relay(browser, server, weather.clone(), Arc::clone(&seen));
        tokio::spawn(relay);
    }
}
