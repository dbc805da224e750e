//! In a browser.

use gloo_timers::future::TimeoutFuture;
use web_sys::VisibilityState;
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
    TimeoutFuture::new(16).await;
}

/// Until something is worth another try: 2 s, and longer while nobody sees the page, as each try keeps the sandbox awake.
pub(crate) async fn pause() {
    loop {
        TimeoutFuture::new(2_000).await;
        let page = web_sys::window().and_then(|window| window.document());
        if page.is_none_or(|page| page.visibility_state() != VisibilityState::Hidden) {
            return;
        }
    }
}
