//! The cookies of a request.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The values of the cookies of that name, in the order in which the browser sent them; two of one name differ in their paths or domains.
///
/// All cookies of a host come in one header, and others may hold any bytes: those are passed by one by one.
///
/// ```
/// use axum::http::HeaderMap;
/// use axum::http::header::{COOKIE, HeaderValue};
///
/// let mut headers = HeaderMap::new();
/// let line = HeaderValue::from_bytes("theme=Zoë; login=abc".as_bytes())?;
/// headers.insert(COOKIE, line);
/// assert_eq!(yew_sandbox_server::cookies(&headers, "login").next(), Some("abc"));
/// # Ok::<(), axum::http::header::InvalidHeaderValue>(())
/// ```
pub fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(COOKIE).into_iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b';'));
    pairs.filter_map(move |pair| {
        let value = pair.trim_ascii().strip_prefix(name.as_bytes())?;
        str::from_utf8(value.strip_prefix(b"=")?).ok()
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_cookie_is_found_beside_any_others() {
        let mut headers = HeaderMap::new();
        for line in [&b"a=1; b=\xff; c=2"[..], b"c=3;c=\xfe;cc=4; c=", b" c"] {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        let of = |name| cookies(&headers, name).collect::<Vec<_>>();
        assert_eq!(of("a"), ["1"]);
        assert_eq!(of("b"), [] as [&str; 0]);
        assert_eq!(of("c"), ["2", "3", ""]);
    }
}
