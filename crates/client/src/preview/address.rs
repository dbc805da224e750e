//! What is known of the document in the frame, and which addresses it may have.

use crate::error::{Error, ErrorKind};

/// The longest address that is taken, in bytes.
pub(super) const LONGEST: usize = 8 * 1024;

/// How a preview is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PreviewStatus {
    /// A document is on its way, or has not answered yet.
    #[default]
    Loading,
    /// The document answers: it can be moved and talked to.
    Ready,
    /// No document came within 30 s, or the one that is there has not answered for 3 s. It may be no preview at all, but what the
    /// server shows where nothing listens. The next document that answers makes the preview ready.
    Silent,
    /// The handle was closed, or the last one dropped.
    Closed,
}

/// How a preview is, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreviewState {
    /// How it is.
    pub status: PreviewStatus,
    /// The whole address, as the document itself last told it; before that, the one that was asked for, without a token.
    pub url: String,
    /// Whether there is something to go back to.
    pub can_go_back: bool,
    /// Whether there is something to go forward to.
    pub can_go_forward: bool,
    /// The first error that the document did not catch. Only servers that put `yew-sandbox`'s script into previews tell of it.
    pub error: Option<PageError>,
}

/// An error in a preview's document. The document may have made it up: it is data, at most 1,000 characters and 500 of its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageError {
    /// What went wrong, such as `Uncaught TypeError: x is undefined`.
    pub message: String,
    /// Where: an address, below the preview's own without its origin, a line and a column, such as `src/main.js:3:14`. Empty: unknown.
    pub place: String,
}

impl PreviewState {
    /// The part behind the host, such as `/docs?page=2#top`.
    pub fn path(&self) -> &str {
        split(&self.url).map_or("/", |(_, rest)| if rest.is_empty() { "/" } else { rest })
    }
}

/// The origin of an address of HTTP: scheme, host, and the port where it is not the scheme's own.
///
/// # Errors
/// `InvalidInput`: it is no such address.
pub(super) fn origin(url: &str) -> Result<String, Error> {
    let wrong = || {
        let message = "a preview's address begins with http:// or https:// and a host";
        Error::new(ErrorKind::InvalidInput, message).about(url)
    };
    if url.len() > LONGEST || url.chars().any(char::is_control) {
        return Err(wrong());
    }
    let (before, _) = split(url).ok_or_else(wrong)?;
    let (scheme, host) = before.split_once("://").ok_or_else(wrong)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_plain) {
        return Err(wrong());
    }
    let usual = if scheme == "http" { ":80" } else { ":443" };
    let host = host.strip_suffix(usual).unwrap_or(host);
    Ok([scheme, "://", &host.to_ascii_lowercase()].concat())
}

/// The whole address of `to`, which is a path, with or without its first slash, a query, a fragment, or a whole address of the
/// origin `own`; `now` is where the document is.
///
/// # Errors
/// `InvalidInput`: it is neither.
pub(super) fn resolve(own: &str, now: &str, to: &str) -> Result<String, Error> {
    let before = |marks: &[char]| now.split(marks).next().unwrap_or(now).to_owned();
    // A scheme ends with the first colon before any slash.
    let name = to.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let url = match to.chars().next() {
        None => [own, "/"].concat(),
        Some('/') => [own, to].concat(),
        Some('?') => before(&['?', '#']) + to,
        Some('#') => before(&['#']) + to,
        Some(_) if name.contains(':') => to.to_owned(),
        Some(_) => [own, "/", to].concat(),
    };
    if origin(&url)? == own {
        return Ok(url);
    }
    let message = "the address is not one of this preview; open it in a new tab";
    Err(Error::new(ErrorKind::InvalidInput, message).about(to))
}

/// The address without the token that opens a private preview.
pub(super) fn without_token(url: &str) -> String {
    let (before, fragment) = match url.split_once('#') {
        Some((before, fragment)) => (before, Some(fragment)),
        None => (url, None),
    };
    let mut shown = match before.split_once('?') {
        None => before.to_owned(),
        Some((path, query)) => {
            let is_token = |pair: &&str| {
                let name = pair.split('=').next();
                matches!(name, Some("preview_token" | "csb_preview_token"))
            };
            let rest: Vec<&str> = query.split('&').filter(|pair| !is_token(pair)).collect();
            if rest.iter().all(|pair| pair.is_empty()) {
                path.to_owned()
            } else {
                [path, "?", &rest.join("&")].concat()
            }
        }
    };
    if let Some(fragment) = fragment {
        shown.push('#');
        shown.push_str(fragment);
    }
    shown
}

/// Scheme and host, and the rest.
fn split(url: &str) -> Option<(&str, &str)> {
    let scheme = ["http://", "https://"];
    let scheme = scheme.iter().find(|scheme| url.starts_with(**scheme))?;
    let end = url[scheme.len()..].find(['/', '?', '#', '\\']);
    Some(url.split_at(end.map_or(url.len(), |end| scheme.len() + end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_exact() {
        for (url, expected) in [
            (
                "http://a-1.localhost:3000/x?y#z",
                "http://a-1.localhost:3000",
            ),
            ("https://A-1.Example.org:443", "https://a-1.example.org"),
            ("http://a-1.localhost?t=1", "http://a-1.localhost"),
        ] {
            assert_eq!(origin(url).unwrap(), expected);
        }
        for url in [
            "",
            "javascript:alert(1)",
            "http://",
            "http:///x",
            "http://user@a-1.localhost/",
            "http://a-1.localhost\t/",
            "//a-1.localhost",
            "ftp://a-1.localhost",
            "HTTP://a-1.localhost",
        ] {
            let error = origin(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url:?}");
        }
    }

    #[test]
    fn a_preview_stays_at_its_origin() {
        let own = "http://a-1.localhost:3000";
        let now = "http://a-1.localhost:3000/x?y#z";
        for (to, expected) in [
            ("/x?y", "/x?y"),
            ("", "/"),
            ("two.html", "/two.html"),
            ("?q", "/x?q"),
            ("#w", "/x?y#w"),
            ("http://a-1.localhost:3000/z", "/z"),
            // Two slashes lead nowhere else, because the origin stands before them.
            ("//evil/", "//evil/"),
        ] {
            assert_eq!(resolve(own, now, to).unwrap(), [own, expected].concat());
        }
        for to in [
            "http://a-1.localhost:3001/",
            "https://a-1.localhost:3000/",
            "http://a-1.localhost:3000.evil/",
            "http://a-1.localhost:3000@evil/",
            "http://evil\\a-1.localhost:3000/",
            "javascript:alert(1)",
            "data:text/html,x",
            "/\r\n",
        ] {
            assert!(resolve(own, now, to).is_err(), "{to:?}");
        }
    }

    #[test]
    fn tokens_are_not_shown() {
        for (url, shown) in [
            ("http://h/?preview_token=t", "http://h/"),
            (
                "http://h/a?x=1&csb_preview_token=t&y#z",
                "http://h/a?x=1&y#z",
            ),
            ("http://h/a#?preview_token=t", "http://h/a#?preview_token=t"),
            ("http://h", "http://h"),
        ] {
            assert_eq!(without_token(url), shown);
        }
        let address = PreviewState {
            url: "http://h/a?b".into(),
            ..PreviewState::default()
        };
        assert_eq!(address.path(), "/a?b");
    }
}
