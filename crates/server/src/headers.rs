//! The headers that every answer carries.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

/// For what is no page: nothing may load, nothing may frame it.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Adds the common headers to what lies within.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    with_common(next.run(request).await)
}

/// The common headers, as far as `response` has none of its own.
pub(crate) fn with_common(mut response: Response) -> Response {
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    // A page that another one opened, or opens, is no handle on this one; its own previews keep theirs.
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin-allow-popups"),
    );
    // What a browser has kept already keeps its own policy: these headers would replace it.
    if status != StatusCode::NOT_MODIFIED {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOTHING);
        headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    response
}
