//! The page's way to fetch sessions, as the client takes it: the one place that tells a page from a server.

use yew_sandbox_client::SessionSource;

use crate::endpoint::GetSession;

/// In a page the client calls it.
#[cfg(target_arch = "wasm32")]
pub(crate) fn session_source(get_session: GetSession) -> SessionSource {
    SessionSource::new(move |request| get_session.call(request))
}

/// Where a server renders the page nothing connects: effects run in browsers only.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn session_source(_get_session: GetSession) -> SessionSource {
    use yew_sandbox_client::{SessionError, SessionErrorKind};

    SessionSource::new(|_| async {
        Err(SessionError::new(
            SessionErrorKind::Unavailable,
            "a page connects in the browser only",
        ))
    })
}
