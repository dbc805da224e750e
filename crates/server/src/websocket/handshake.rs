//! The request that asks for a WebSocket, and its answer.

use axum::body::Body;
use axum::http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::upgrade::OnUpgrade;
use sha1::{Digest, Sha1};

use crate::problem::{Problem, ProblemKind};

/// The constant of the RFC that shows that a server knows what a WebSocket is.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// Length of the key, in bytes.
const KEY: usize = 16;

/// A request that may become a WebSocket.
#[derive(Debug)]
pub(crate) struct Handshake {
    accept: HeaderValue,
    upgrade: OnUpgrade,
}

impl Handshake {
    /// Takes the connection from a request.
    ///
    /// # Errors
    /// It asks for no WebSocket of version 13.
    pub(crate) fn take(request: &mut Parts) -> Result<Self, Problem> {
        let refuse = || {
            Problem::new(
                ProblemKind::BadRequest,
                "this address is a WebSocket's",
                "connect to it with a WebSocket client of version 13",
            )
        };
        let headers = &request.headers;
        let asks = has_word(headers, CONNECTION, "upgrade")
            && has_word(headers, UPGRADE, "websocket")
            && has_word(headers, SEC_WEBSOCKET_VERSION, "13");
        let accept = headers.get(SEC_WEBSOCKET_KEY).and_then(accept);
        let upgrade = request.extensions.remove::<OnUpgrade>();
        match (asks, accept, upgrade) {
            (true, Some(accept), Some(upgrade)) => Ok(Self { accept, upgrade }),
            _ => Err(refuse()),
        }
    }

    /// The answer, and the connection that follows it.
    pub(crate) fn accept(self) -> (Response, OnUpgrade) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, self.accept);
        (response, self.upgrade)
    }
}

/// Whether `word` is in the comma-separated list of a header.
pub(crate) fn has_word(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter();
    let mut words = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    words.any(|given| given.trim().eq_ignore_ascii_case(word))
}

/// What shows that the key was read.
fn accept(key: &HeaderValue) -> Option<HeaderValue> {
    let key = key.as_bytes().trim_ascii();
    let length = STANDARD.decode(key).ok()?.len();
    let digest = Sha1::new().chain_update(key).chain_update(GUID).finalize();
    let accept = HeaderValue::from_str(&STANDARD.encode(digest)).ok()?;
    (length == KEY).then_some(accept)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6455, section 1.3.
    #[test]
    fn key_is_answered_as_in_the_rfc() {
        let key = HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ==");
        let expected = HeaderValue::from_static("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(accept(&key), Some(expected));
        for wrong in ["", "x", "dGhlIHNhbXBsZQ==", "not base64 at all!!!!!!"] {
            assert_eq!(accept(&HeaderValue::from_static(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn words_are_found_in_lists() {
        let mut headers = HeaderMap::new();
        headers.append(CONNECTION, HeaderValue::from_static("keep-alive, Upgrade"));
        assert!(has_word(&headers, CONNECTION, "upgrade"));
        assert!(!has_word(&headers, CONNECTION, "up"));
        assert!(!has_word(&headers, UPGRADE, "websocket"));
    }
}
