//! The one place that tells a page from a server that renders it. On a server nothing connects and nothing is
//! subscribed: effects run in browsers only.

use yew_sandbox_client::{MaybeSend, SessionSource, Subscription, Watch};

use crate::endpoint::GetSession;

/// The page's way to fetch sessions, as the client takes it.
#[cfg(target_arch = "wasm32")]
pub(crate) fn session_source(get_session: GetSession) -> SessionSource {
    SessionSource::new(move |request| get_session.call(request))
}

/// Calls back with each value, in order, until the guard is dropped.
#[cfg(target_arch = "wasm32")]
pub(crate) fn subscribe<T: Clone + MaybeSend + 'static>(
    watch: &Watch<T>,
    callback: impl Fn(&T) + 'static,
) -> Option<Subscription> {
    Some(watch.subscribe(callback))
}

/// Until the page has had time to draw.
#[cfg(target_arch = "wasm32")]
pub(crate) async fn next_frame() {
    gloo_timers::future::TimeoutFuture::new(16).await;
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) async fn next_frame() {}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn session_source(get_session: GetSession) -> SessionSource {
    use yew_sandbox_client::{SessionError, SessionErrorKind};

    drop(get_session);
    SessionSource::new(|_| async {
        Err(SessionError::new(
            SessionErrorKind::Unavailable,
            "a page connects in the browser only",
        ))
    })
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn subscribe<T: Clone + MaybeSend + 'static>(
    _watch: &Watch<T>,
    _callback: impl Fn(&T) + 'static,
) -> Option<Subscription> {
    None
}
