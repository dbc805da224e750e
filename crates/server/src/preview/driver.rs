//! Who moves the bytes of a connection to a program inside.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::Body;
use hyper::client::conn::http1::{Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use crate::backend::DoorStream;

/// How long a program may take between the end of its answer and readiness for the next request.
const SETTLE: Duration = Duration::from_secs(1);

type Wire = Connection<TokioIo<DoorStream>, Body>;

/// What moves the bytes of one connection.
///
/// Where a request has no content, the task that waits for the answer does it itself: no other is woken for each piece. With content
/// it would have to send and receive whether or not anybody takes the answer, so there another task does.
pub(super) enum Driver {
    /// A task of its own.
    Elsewhere,
    /// Whoever waits.
    Here(Box<Wire>),
    /// The connection has ended.
    Over,
}

impl Driver {
    /// A driver for `wire`. `is_waited_for`: whoever waits for the answer drives.
    pub(super) fn new(wire: Wire, is_waited_for: bool) -> Self {
        if is_waited_for {
            return Self::Here(Box::new(wire));
        }
        tokio::spawn(async move {
            // Whoever waits for an answer hears of it.
            let _ = wire.with_upgrades().await;
        });
        Self::Elsewhere
    }

    /// Moves what can be moved now.
    pub(super) fn drive(&mut self, context: &mut Context<'_>) {
        if let Self::Here(wire) = self
            && Pin::new(wire).poll(context).is_ready()
        {
            *self = Self::Over;
        }
    }

    /// As [`drive`](Self::drive), for nobody who waits. Says whether the connection still is one.
    pub(super) fn look(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        !matches!(self, Self::Over)
    }

    /// Until the connection takes another request.
    ///
    /// # Errors
    /// It ends, or takes too long.
    pub(super) async fn settle(&mut self, sender: &mut SendRequest<Body>) -> io::Result<()> {
        let settled = std::future::poll_fn(|context| {
            self.drive(context);
            match sender.poll_ready(context) {
                Poll::Ready(ready) => Poll::Ready(ready.map_err(io::Error::other)),
                Poll::Pending => Poll::Pending,
            }
        });
        timeout(SETTLE, settled).await?
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elsewhere => "Elsewhere",
            Self::Here(_) => "Here",
            Self::Over => "Over",
        })
    }
}
