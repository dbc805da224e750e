//! WebSockets of previews.

use axum::body::Body;
use axum::http::header::{CONNECTION, ORIGIN, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional_with_sizes;

use super::activity::Watched;
use super::domain::{PreviewDomain, Target};
use crate::origin::Access;
use crate::shutdown::Shutdown;
use crate::websocket::has_word;

/// How much of each direction is held here, in bytes.
const BUFFER: usize = 16 * 1024;

/// Takes the browser's connection, where the request asks for a WebSocket.
pub(super) fn take(request: &mut Parts) -> Option<OnUpgrade> {
    let asks = has_word(&request.headers, CONNECTION, "upgrade")
        && has_word(&request.headers, UPGRADE, "websocket");
    asks.then(|| request.extensions.remove::<OnUpgrade>())?
}

/// Puts back what was taken out as a matter of one connection.
pub(super) fn ask(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}

/// Whether a page may open a WebSocket with the cookie that the browser sends along for whatever page.
///
/// Pages of the same sandbox may, and those that may use this server.
pub(super) fn may_use_cookie(
    access: &Access,
    domain: &PreviewDomain,
    target: &Target,
    headers: &HeaderMap,
    host: &str,
) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let from = authority.and_then(|authority| domain.target(authority));
    from.is_some_and(|from| from.sandbox == target.sandbox)
        || access
            .all_origins(host, headers)
            .iter()
            .any(|own| own == origin)
}

/// The answer for the browser; behind it both ends talk to each other. `used` is called for their messages, at most once a second.
pub(super) fn join(
    browser: OnUpgrade,
    mut response: Response<Incoming>,
    shutdown: &Shutdown,
    used: impl FnMut() + Send + Unpin + 'static,
) -> Response<Body> {
    let program = hyper::upgrade::on(&mut response);
    let (mut parts, _) = response.into_parts();
    super::forward::response(&mut parts.headers);
    ask(&mut parts.headers);
    let (shutdown, counted) = (shutdown.clone(), shutdown.connection());
    tokio::spawn(async move {
        let talk = async {
            let (Ok(browser), Ok(program)) = tokio::join!(browser, program) else {
                return;
            };
            let mut browser = Watched::new(TokioIo::new(browser), used);
            let mut program = TokioIo::new(program);
            // Each end sees the other's end, and there is nobody else to tell.
            let _ = copy_bidirectional_with_sizes(&mut browser, &mut program, BUFFER, BUFFER).await;
        };
        tokio::select! {
            () = talk => {}
            () = shutdown.begun() => {}
        }
        drop(counted);
    });
    Response::from_parts(parts, Body::empty())
}
