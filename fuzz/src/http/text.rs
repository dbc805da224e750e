//! Requests as text: what stands on a connection, with names for what only a running server knows.

use axum::body::Body;
use axum::http::uri::Uri;
use axum::http::{HeaderName, HeaderValue, Method, Request};

/// A request, as far as the text is one: what hyper would refuse before the router is left out.
pub(super) fn request(text: &[u8]) -> Option<Request<Body>> {
    let end = text.windows(2).position(|two| two == b"\n\n");
    let (head, body) = match end {
        Some(end) => (&text[..end], &text[end + 2..]),
        None => (text, &[][..]),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut words = lines.next()?.splitn(2, |byte| *byte == b' ');
    let method = Method::from_bytes(words.next()?).ok()?;
    let address = Uri::try_from(words.next()?).ok()?;
    let mut request = Request::new(Body::from(body.to_vec()));
    *request.method_mut() = method;
    *request.uri_mut() = address;
    for line in lines {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            continue;
        };
        let name = HeaderName::from_bytes(name);
        let value = HeaderValue::from_bytes(value.trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            request.headers_mut().append(name, value);
        }
    }
    Some(request)
}

/// `text` with each name replaced by what it stands for.
pub(super) fn replace(text: &[u8], names: &[(&str, String)]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
        let (before, from) = rest.split_at(at);
        replaced.extend(before);
        let known = names
            .iter()
            .find(|(name, _)| from.starts_with(name.as_bytes()));
        let (length, value) = match known {
            Some((name, value)) => (name.len(), value.as_bytes()),
            None => (1, &b"$"[..]),
        };
        replaced.extend(value);
        rest = &from[length..];
    }
    replaced.extend(rest);
    replaced
}

#[cfg(test)]
mod tests {
    use axum::http::header::HOST;

    use super::*;

    #[test]
    fn a_text_is_a_request_with_its_names_replaced() {
        let text = b"POST /a/$ID?b\nhost: localhost\nbad name: x\nx: \xff\n\n$KEY $";
        let names = [("$ID", "seven".to_owned()), ("$KEY", "secret".to_owned())];
        let text = replace(text, &names);
        assert!(text.ends_with(b"\n\nsecret $"));
        let request = request(&text).expect("a request");
        assert_eq!(request.uri(), "/a/seven?b");
        assert_eq!(request.headers()[HOST], "localhost");
        assert_eq!(request.headers()["x"].as_bytes(), b"\xff");
        assert_eq!(request.headers().len(), 2);
    }

    #[test]
    fn what_no_server_would_let_through_is_no_request() {
        for text in [&b""[..], b"GET", b"G\0T /", b"GET \xff"] {
            assert!(request(text).is_none(), "{text:?}");
        }
    }
}
