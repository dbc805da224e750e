//! What a request shows to see a private sandbox's preview.

use axum::http::header::ACCEPT;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Method, Uri};

use crate::cookies::cookies;
use crate::origin;

/// The cookie, as the JavaScript SDK names it.
pub(super) const COOKIE: &str = "csb_preview_token";
/// The header, as the JavaScript SDK names it.
pub(super) const HEADER: &str = "csb-preview-token";
/// The names in a query: the one of the JavaScript SDK's addresses, and the cookie's.
const QUERY: [&str; 2] = ["preview_token", COOKIE];
/// Most cookies of our name that are looked at.
const MOST_COOKIES: usize = 8;
/// Longest token that is looked at, in bytes.
const LONGEST: usize = 256;

/// The tokens of a request.
#[derive(Debug, Default)]
pub(super) struct Credentials {
    /// In the query.
    pub(super) query: Option<String>,
    /// In the header.
    pub(super) header: Option<String>,
    /// In cookies: whoever may set one for a domain above this host can put one in front of ours.
    pub(super) cookies: Vec<String>,
    /// The path, and the query without the token.
    pub(super) address: Option<PathAndQuery>,
}

impl Credentials {
    pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let (query, address) = from_query(uri);
        let header = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let cookies = cookies(headers, COOKIE).filter_map(usable);
        Self {
            query,
            header: header.and_then(usable),
            cookies: cookies.take(MOST_COOKIES).collect(),
            address,
        }
    }

    /// All of them, the most explicit first.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        let said = [&self.query, &self.header].into_iter().flatten();
        said.chain(&self.cookies).map(String::as_str)
    }
}

/// Whether the request is a browser's that goes to a page, and can be sent elsewhere.
pub(super) fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    if method != Method::GET {
        return false;
    }
    match headers.get("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => accepts_pages(headers),
    }
}

/// Whether the answer is for a person to read.
pub(super) fn accepts_pages(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// What lets a browser in from then on, at that one host.
///
/// In a frame of another site browsers send one kind of cookie only. Over plain HTTP they take such a one from this
/// machine's own names at most. Where the preview is the page itself, the usual kind does, which all of them take.
pub(super) fn set_cookie(token: &str, host: &str, headers: &HeaderMap) -> Option<HeaderValue> {
    let name = host.split(':').next().unwrap_or_default();
    let is_local = name.len() > 10 && name[name.len() - 10..].eq_ignore_ascii_case(".localhost");
    let is_secure = origin::is_secure(headers);
    let is_alone = headers
        .get("sec-fetch-dest")
        .is_some_and(|place| place == "document");
    let place = match (is_alone, is_secure) {
        (false, secure) if secure || is_local => "SameSite=None; Secure; Partitioned",
        (_, true) => "SameSite=Lax; Secure",
        (_, false) => "SameSite=Lax",
    };
    format!("{COOKIE}={token}; Path=/; HttpOnly; {place}")
        .parse()
        .ok()
}

fn from_query(uri: &Uri) -> (Option<String>, Option<PathAndQuery>) {
    let Some(query) = uri.query() else {
        return (None, uri.path_and_query().cloned());
    };
    let is_token = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        QUERY.contains(&name)
    };
    let token = query.split('&').find(is_token);
    let token = token.and_then(|pair| usable(pair.split_once('=')?.1));
    let rest: Vec<&str> = query.split('&').filter(|pair| !is_token(pair)).collect();
    let address = if rest.is_empty() {
        uri.path().to_owned()
    } else {
        format!("{}?{}", uri.path(), rest.join("&"))
    };
    (token, address.parse().ok())
}

/// Tokens are made of letters that need no quotes anywhere.
fn usable(token: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_usable = (1..=LONGEST).contains(&token.len()) && token.bytes().all(is_plain);
    is_usable.then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_in_three_places() {
        let uri: Uri = "/a?x=1&preview_token=q&y=2".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static("h"));
        headers.insert(
            axum::http::header::COOKIE,
            HeaderValue::from_bytes(b"a=\xff; csb_preview_token=c; csb_preview_token=d").unwrap(),
        );
        let found = Credentials::of(&uri, &headers);
        assert_eq!(found.tokens().collect::<Vec<_>>(), ["q", "h", "c", "d"]);
        assert_eq!(found.address.unwrap().as_str(), "/a?x=1&y=2");
    }

    #[test]
    fn the_rest_of_an_address_stays_as_it_is() {
        for (given, expected) in [
            ("/a?csb_preview_token=t", "/a"),
            ("/a?t&preview_token=", "/a?t"),
            (
                "/a%20b?q=%26&preview_tokens=1",
                "/a%20b?q=%26&preview_tokens=1",
            ),
            ("/", "/"),
            ("//x?", "//x?"),
        ] {
            let found = Credentials::of(&given.parse().unwrap(), &HeaderMap::new());
            assert_eq!(found.address.unwrap().as_str(), expected);
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_none() {
        for token in ["", "a;b", "a%0d", "a\"b", &"a".repeat(LONGEST + 1)] {
            assert_eq!(usable(token), None, "{token:?}");
        }
    }

    #[test]
    fn cookie_works_inside_a_frame_where_browsers_allow_it() {
        let mut headers = HeaderMap::new();
        let cookie = |host: &str, headers: &HeaderMap| set_cookie("t", host, headers).unwrap();
        let framed = "csb_preview_token=t; Path=/; HttpOnly; SameSite=None; Secure; Partitioned";
        assert_eq!(cookie("a-1.localhost:3000", &headers), framed);
        let plain = "csb_preview_token=t; Path=/; HttpOnly; SameSite=Lax";
        assert_eq!(cookie("a-1.example.org", &headers), plain);
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert_eq!(cookie("a-1.example.org", &headers), framed);
        headers.insert("sec-fetch-dest", HeaderValue::from_static("document"));
        let secure = format!("{plain}; Secure");
        assert_eq!(cookie("a-1.example.org", &headers), secure);
        headers.remove("x-forwarded-proto");
        assert_eq!(cookie("a-1.localhost:3000", &headers), plain);
    }
}
