//! On a server that renders a page.

use std::time::Duration;

use yew_sandbox_client::{
    BoxFuture, MaybeSend, Pieces, Platform, SessionError, SessionErrorKind, SessionSource, Socket,
    SocketEvents, Subscription, Watch,
};

use crate::endpoint::GetSession;

/// Where clients are made and never run: they stay in their first state, and need no runtime.
#[derive(Clone, Debug)]
pub(crate) struct Here;

impl Platform for Here {
    fn open(&self, _url: &str, _events: SocketEvents) -> Box<dyn Socket> {
        Box::new(NoSocket)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<()> {
        Box::pin(std::future::pending())
    }

    fn spawn(&self, _task: BoxFuture<()>) {}

    fn seed(&self) -> u64 {
        0
    }
}

struct NoSocket;

impl Socket for NoSocket {
    fn send(&mut self, _frame: Pieces) {}

    fn ping(&mut self) {}

    fn close(self: Box<Self>, _code: u16, _reason: &'static str) {}
}

/// A page's way to fetch sessions may use what only a browser has.
pub(crate) fn session_source(_get_session: GetSession) -> SessionSource {
    SessionSource::new(|_| async {
        Err(SessionError::new(
            SessionErrorKind::Unavailable,
            "a page connects in the browser only",
        ))
    })
}

/// There is nobody to call back.
pub(crate) fn subscribe<T: Clone + MaybeSend + 'static>(
    _watch: &Watch<T>,
    _callback: impl Fn(&T) + 'static,
) -> Option<Subscription> {
    None
}

pub(crate) async fn next_frame() {}

pub(crate) async fn pause() {}
