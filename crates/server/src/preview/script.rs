//! The script that lets a page of ours navigate the preview that it embeds.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::script_place::extended;
use crate::origin::Access;

/// Where the script is, on every preview's own origin.
pub(super) const PATH: &str = "/.well-known/yew-sandbox/preview.js";
/// What is added to documents. It is no inline script: a page may forbid those.
const TAG: &[u8] = b"<script src=\"/.well-known/yew-sandbox/preview.js\"></script>";
const SCRIPT: &str = include_str!("script.js");
/// The line of the script that says which pages it listens to.
const NOBODY: &str = "const ORIGINS = [];";

/// Whether a request is for a document inside another page.
pub(super) fn is_embedded(method: &Method, headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|given| given == value);
    let is_framed = is("sec-fetch-dest", "iframe") || is("sec-fetch-dest", "frame");
    method == Method::GET && is("sec-fetch-mode", "navigate") && is_framed
}

/// The script, for the pages that may use this server under the names that it has here.
pub(super) fn answer(access: &Access, headers: &HeaderMap) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let origins = access.all_origins(host.unwrap_or_default(), headers);
    let origins = serde_json::to_string(&origins).unwrap_or_else(|_| "[]".to_owned());
    let script = SCRIPT.replace(NOBODY, &format!("const ORIGINS = {origins};"));
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "private, max-age=60"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, script).into_response()
}

/// Adds the script to a document that was asked for to stand inside another page.
pub(super) fn add(parts: &mut Parts, body: Body) -> Body {
    if !is_document(&parts.headers) || parts.status == StatusCode::PARTIAL_CONTENT {
        return body;
    }
    parts.headers.remove(CONTENT_LENGTH);
    extended(body, Bytes::from_static(TAG))
}

/// Says that a document differs by where it is shown.
pub(super) fn vary(headers: &mut HeaderMap) {
    if is_document(headers) {
        headers.append(VARY, HeaderValue::from_static("sec-fetch-dest"));
    }
}

fn is_document(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text(CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let encoding = text(CONTENT_ENCODING).unwrap_or("identity");
    kind.starts_with("text/html") && !kind.contains("utf-16") && encoding == "identity"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_has_the_line_that_is_replaced() {
        assert_eq!(SCRIPT.matches(NOBODY).count(), 1);
    }

    #[test]
    fn documents_are_told_from_the_rest() {
        let is = |kind: &'static str, encoding: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            if let Some(encoding) = encoding {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            is_document(&headers)
        };
        assert!(is("text/html", None) && is("Text/HTML; charset=utf-8", Some("identity")));
        assert!(!is("text/html", Some("gzip")) && !is("text/plain", None));
        assert!(!is("text/html; charset=UTF-16LE", None));
    }
}
