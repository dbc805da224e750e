//! A proxy between browser and server that breaks the link on demand.

mod connection;
mod sessions;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) use sessions::SessionFault;

/// What becomes of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// They go through.
    Whole,
    /// There is no link: each connection is reset, and new ones are reset at once.
    Cut,
    /// Connections stay open and bytes vanish.
    Silent {
        /// Those of the browser.
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
#[derive(Debug, Default)]
struct Seen {
    sessions: AtomicUsize,
    sockets: AtomicUsize,
    broken_tokens: AtomicUsize,
}

/// A TCP proxy on loopback. It ends when it is dropped, its connections with it.
#[derive(Debug)]
pub(crate) struct Proxy {
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
    pub(crate) async fn start(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("the proxy cannot listen")?;
        let address = listener.local_addr()?;
        let (weather, watching) = watch::channel(Weather {
            link: Link::Whole,
            cuts: 0,
            sessions: SessionFault::None,
        });
        let seen = Arc::new(Seen::default());
        let accepting = tokio::spawn(accept(listener, server, watching, Arc::clone(&seen)));
        Ok(Self {
            address,
            weather,
            seen,
            accepting,
        })
    }

    /// Where the browser goes.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks or mends the link. Connections that lost bytes are reset when it is whole again: no real link
    /// goes on with a hole in it.
    pub(crate) fn set(&self, link: Link) {
        self.weather.send_modify(|weather| {
            weather.link = link;
            weather.cuts += usize::from(link == Link::Cut);
        });
    }

    /// What becomes of requests for a session from now on.
    pub(crate) fn set_sessions(&self, sessions: SessionFault) {
        self.weather
            .send_modify(|weather| weather.sessions = sessions);
    }

    /// How many requests for a session came by.
    pub(crate) fn sessions_seen(&self) -> usize {
        self.seen.sessions.load(Ordering::SeqCst)
    }

    /// How many requests for an agent's socket came by.
    pub(crate) fn sockets_seen(&self) -> usize {
        self.seen.sockets.load(Ordering::SeqCst)
    }

    /// How many tokens were broken.
    pub(crate) fn tokens_broken(&self) -> usize {
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
