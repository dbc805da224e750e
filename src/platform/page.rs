//! In a browser.

pub(crate) use yew_sandbox_client::web::Web as Here;
use yew_sandbox_client::{MaybeSend, SessionSource, Subscription, Watch};

use crate::endpoint::GetSession;

/// The page's way to fetch sessions, as the client takes it.
pub(crate) fn session_source(get_session: GetSession) -> SessionSource {
    SessionSource::new(move |request| get_session.call(request))
}

/// Calls back with each value, in order, until the guard is dropped.
pub(crate) fn subscribe<T: Clone + MaybeSend + 'static>(
    watch: &Watch<T>,
    callback: impl Fn(&T) + 'static,
) -> Option<Subscription> {
    Some(watch.subscribe(callback))
}

/// Until the page has had time to draw.
pub(crate) async fn next_frame() {
    gloo_timers::future::TimeoutFuture::new(16).await;
}
