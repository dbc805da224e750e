//! Cookies on their way through: ours stay out of the sandbox, and its stay on its own host.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use super::credentials;
use crate::identity::USER_COOKIE;

/// Takes our own cookies out of a request.
pub(super) fn keep_ours(headers: &mut HeaderMap) {
    let is_ours = |cookie: &&[u8]| {
        let name = cookie.split(|&byte| byte == b'=').next();
        let name = name.unwrap_or_default().trim_ascii();
        name == credentials::COOKIE.as_bytes() || name == USER_COOKIE.as_bytes()
    };
    let given: Vec<HeaderValue> = headers.get_all(COOKIE).into_iter().cloned().collect();
    headers.remove(COOKIE);
    for value in given {
        // Theirs may hold any bytes.
        let cookies = value.as_bytes().split(|&byte| byte == b';');
        let cookies = cookies.filter(|cookie| !is_ours(cookie));
        let cookies: Vec<&[u8]> = cookies.map(<[u8]>::trim_ascii).collect();
        let value = HeaderValue::from_bytes(&cookies.join(&b"; "[..]));
        if let (false, Ok(value)) = (cookies.is_empty(), value) {
            headers.append(COOKIE, value);
        }
    }
}

/// Lets an answer set cookies for its own host only, and none of ours.
pub(super) fn keep_theirs(headers: &mut HeaderMap) {
    let given: Vec<HeaderValue> = headers.get_all(SET_COOKIE).into_iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for value in given {
        if let Some(value) = of_own_host(value.as_bytes()) {
            headers.append(SET_COOKIE, value);
        }
    }
}

/// Without the attribute that names a domain, a cookie is for the host that sets it and no other.
fn of_own_host(cookie: &[u8]) -> Option<HeaderValue> {
    let mut parts = cookie.split(|&byte| byte == b';');
    let pair = parts.next()?;
    let name = pair.split(|&byte| byte == b'=').next()?.trim_ascii();
    if name == credentials::COOKIE.as_bytes() {
        return None;
    }
    let mut kept = pair.to_vec();
    for attribute in parts {
        let name = attribute.split(|&byte| byte == b'=').next()?.trim_ascii();
        if !name.eq_ignore_ascii_case(b"domain") {
            kept.push(b';');
            kept.extend_from_slice(attribute);
        }
    }
    HeaderValue::from_bytes(&kept).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_cookies_stay_out() {
        let mut headers = HeaderMap::new();
        headers.append(
            COOKIE,
            HeaderValue::from_static("a=1; csb_preview_token=x; b=2"),
        );
        headers.append(COOKIE, HeaderValue::from_static("yew_sandbox_user=x.y"));
        headers.append(COOKIE, HeaderValue::from_static("csb_preview_token2=3"));
        let other = HeaderValue::from_bytes(b"d=\xff; csb_preview_token=x").unwrap();
        headers.append(COOKIE, other);
        keep_ours(&mut headers);
        let left: Vec<_> = headers.get_all(COOKIE).into_iter().collect();
        let bytes: Vec<_> = left.iter().map(|value| value.as_bytes()).collect();
        let expected = [&b"a=1; b=2"[..], b"csb_preview_token2=3", b"d=\xff"];
        assert_eq!(bytes, expected);
    }

    #[test]
    fn cookies_are_for_their_own_host() {
        let mut headers = HeaderMap::new();
        for cookie in [
            "a=1; Domain=localhost; Path=/; HttpOnly",
            "b=2;DOMAIN = .example.org",
            "c=3; Path=/domain=x; SameSite=Lax",
            "csb_preview_token=stolen",
        ] {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        keep_theirs(&mut headers);
        let left: Vec<_> = headers.get_all(SET_COOKIE).into_iter().collect();
        let expected = [
            "a=1; Path=/; HttpOnly",
            "b=2",
            "c=3; Path=/domain=x; SameSite=Lax",
        ];
        assert_eq!(left, expected);
    }
}
