//! Requests as a program inside gets them, and answers as browsers get its.

use axum::http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, IF_RANGE, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, RANGE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{cookies, credentials};
use crate::origin;

/// What concerns one connection and not the next.
const HOP: [HeaderName; 7] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];
/// The same, and known by no name of the library.
const OTHER_HOP: [&str; 2] = ["keep-alive", "proxy-connection"];
/// What would reach beyond the one origin: to the cookies of its neighbours, to another server in its place.
const BEYOND: [&str; 2] = ["alt-svc", "clear-site-data"];
/// Marks the requests of our own pages, which ask whether something listens by now.
pub(super) const ASKS: &str = "yew-sandbox-asks";

/// Makes a request's headers those for the program inside. `Host` and `Origin` stay as they are, so that they agree
/// with each other and with what the browser shows.
pub(super) fn request(headers: &mut HeaderMap) {
    // Of two lengths only the stronger counts.
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
    remove_hops(headers);
    headers.remove(EXPECT);
    headers.remove(credentials::HEADER);
    headers.remove(ASKS);
    cookies::keep_ours(headers);
    let scheme = if origin::is_secure(headers) {
        "https"
    } else {
        "http"
    };
    headers.insert("x-forwarded-proto", HeaderValue::from_static(scheme));
    if let Some(host) = headers.get(HOST).cloned() {
        headers.insert("x-forwarded-host", host);
    }
}

/// Asks for a document that something can be added to: whole and not compressed.
pub(super) fn want_plain_document(headers: &mut HeaderMap) {
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.remove(RANGE);
    headers.remove(IF_RANGE);
}

/// Makes an answer's headers those for the browser.
pub(super) fn response(headers: &mut HeaderMap) {
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
    remove_hops(headers);
    for name in BEYOND {
        headers.remove(name);
    }
    cookies::keep_theirs(headers);
}

fn remove_hops(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        // These say how the message is to be read, whoever claims otherwise.
        if name != HOST && name != CONTENT_LENGTH {
            headers.remove(name);
        }
    }
    for name in HOP {
        headers.remove(name);
    }
    for name in OTHER_HOP {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for &(name, value) in list {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_is_for_us_goes_no_further() {
        let mut given = headers(&[
            ("host", "a-80.localhost:3000"),
            ("origin", "http://a-80.localhost:3000"),
            ("connection", "keep-alive, X-Secret, content-length"),
            ("keep-alive", "timeout=5"),
            ("x-secret", "1"),
            ("proxy-authorization", "Basic x"),
            ("te", "trailers"),
            ("expect", "100-continue"),
            ("csb-preview-token", "t"),
            ("cookie", "csb_preview_token=t"),
            ("content-length", "3"),
            ("authorization", "Bearer app"),
            ("x-forwarded-host", "evil"),
        ]);
        request(&mut given);
        let expected = headers(&[
            ("host", "a-80.localhost:3000"),
            ("origin", "http://a-80.localhost:3000"),
            ("content-length", "3"),
            ("authorization", "Bearer app"),
            ("x-forwarded-host", "a-80.localhost:3000"),
            ("x-forwarded-proto", "http"),
        ]);
        assert_eq!(given, expected);
    }

    #[test]
    fn answers_are_about_their_own_origin_only() {
        let mut given = headers(&[
            ("clear-site-data", "\"cookies\""),
            ("alt-svc", "h3=\":443\""),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("content-security-policy", "default-src 'self'"),
            ("set-cookie", "a=1; Domain=localhost"),
        ]);
        response(&mut given);
        let expected = headers(&[
            ("content-security-policy", "default-src 'self'"),
            ("set-cookie", "a=1"),
        ]);
        assert_eq!(given, expected);
    }

    /// A request with two lengths was one request here and two behind.
    #[test]
    fn of_two_lengths_one_is_left() {
        let mut given = headers(&[("content-length", "3"), ("transfer-encoding", "chunked")]);
        request(&mut given);
        assert!(!given.contains_key(CONTENT_LENGTH) && !given.contains_key(TRANSFER_ENCODING));
    }
}
