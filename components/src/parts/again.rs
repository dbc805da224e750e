//! When something that failed is tried again.

use gloo_timers::future::TimeoutFuture;
use web_sys::VisibilityState;
use yew_sandbox::Sandbox;

/// How long after a failure on a link that seems whole it is tried again, in milliseconds.
const PAUSE: u32 = 2_000;

/// Waits a moment, and longer while nobody sees the page: each try keeps the sandbox awake.
pub(crate) async fn pause() {
    loop {
        TimeoutFuture::new(PAUSE).await;
        let page = web_sys::window().and_then(|window| window.document());
        if page.is_none_or(|page| page.visibility_state() != VisibilityState::Hidden) {
            return;
        }
    }
}

/// Waits for a link, or, where there seems to be one, a moment.
pub(crate) async fn again(sandbox: &Sandbox) {
    let mut states = sandbox.client().watch_state();
    if states.get().is_connected() {
        return pause().await;
    }
    while let Some(state) = states.changed().await {
        if state.is_connected() {
            return;
        }
    }
    // The client was closed; whoever waits is ended by who began it.
    std::future::pending().await
}
