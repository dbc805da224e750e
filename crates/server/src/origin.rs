//! Which names this server answers to, and which pages may use it.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

use crate::problem::{Problem, ProblemKind};

/// The names and pages that are let in. An exact list: nothing on it is a pattern.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Names of this server besides the loopback ones: `example.org` with any port, `example.org:8080` with that one.
    pub hosts: Vec<String>,
    /// Origins of other pages that may use this server: `http://127.0.0.1:8080`.
    pub origins: Vec<String>,
}

impl Access {
    /// The request's `Host`, if it is one of this server's names.
    ///
    /// A page whose name was made to resolve to this machine (DNS rebinding) still sends its own name here.
    pub(crate) fn check_host<'a>(&self, headers: &'a HeaderMap) -> Result<&'a str, Problem> {
        let mut hosts = headers.get_all(HOST).into_iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        match (host, hosts.next()) {
            (Some(host), None) if self.is_ours(host) => Ok(host),
            _ => Err(Problem::new(
                ProblemKind::ForeignHost,
                "this server does not answer to that host name",
                "open it by its own address, or start it with --allowed-host",
            )),
        }
    }

    /// Refuses a request that a foreign page sent. Programs that are no browsers send no `Origin` and pass.
    pub(crate) fn check_origin(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let mut origins = headers.get_all(ORIGIN).into_iter();
        let allowed = match (origins.next(), origins.next()) {
            (None, _) => true,
            (Some(origin), None) => origin
                .to_str()
                .is_ok_and(|origin| self.origin_is_allowed(origin, headers)),
            (Some(_), Some(_)) => false,
        };
        if allowed {
            return Ok(());
        }
        Err(Problem::new(
            ProblemKind::ForeignOrigin,
            "pages of that origin may not use this server",
            "open the page from this server, or start it with --allowed-origin",
        ))
    }

    /// The origins of all pages that may use this server, whose own port is that of `host`.
    pub(crate) fn all_origins(&self, host: &str, headers: &HeaderMap) -> Vec<String> {
        let scheme = if is_secure(headers) { "https" } else { "http" };
        let port = host.rsplit_once(':').map(|(_, port)| port);
        let own = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        let own = own.into_iter().chain(self.hosts.iter().map(|host| {
            let is_bare = host.parse::<std::net::Ipv6Addr>().is_ok();
            if is_bare {
                format!("[{host}]")
            } else {
                host.to_ascii_lowercase()
            }
        }));
        let mut origins: Vec<String> = own
            .map(|name| {
                let has_port = name
                    .rsplit_once(':')
                    .is_some_and(|(_, port)| !port.ends_with(']'));
                match port.filter(|_| !has_port) {
                    Some(port) => format!("{scheme}://{name}:{port}"),
                    None => format!("{scheme}://{name}"),
                }
            })
            .chain(self.origins.iter().cloned())
            .collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    fn is_ours(&self, host: &str) -> bool {
        let Some(name) = name_of(host) else {
            return false;
        };
        is_loopback(name)
            || self.hosts.iter().any(|allowed| {
                allowed.eq_ignore_ascii_case(host) || allowed.eq_ignore_ascii_case(name)
            })
    }

    fn origin_is_allowed(&self, origin: &str, headers: &HeaderMap) -> bool {
        let own = headers.get(HOST).and_then(|host| host.to_str().ok());
        let scheme = if is_secure(headers) { "https" } else { "http" };
        own.is_some_and(|host| {
            let authority = origin
                .strip_prefix(scheme)
                .and_then(|rest| rest.strip_prefix("://"));
            authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
        }) || self.origins.iter().any(|allowed| allowed == origin)
    }
}

/// Whether the browser's side of the connection is `https`, as a proxy in front tells.
///
/// Nobody gains by lying: a page cannot set this header without being asked first, and it opens nothing.
pub(crate) fn is_secure(headers: &HeaderMap) -> bool {
    let forwarded = headers.get("x-forwarded-proto");
    forwarded.is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// The name in a `Host` header, without the port. `None` where it is no plain name or address.
fn name_of(host: &str) -> Option<&str> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            (
                address,
                port.strip_prefix(':').or(port.is_empty().then_some("0"))?,
            )
        }
        None => host.split_once(':').unwrap_or((host, "0")),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    (!name.is_empty() && name.bytes().all(plain) && digits && port.parse::<u16>().is_ok())
        .then_some(name)
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn all_origins_are_listed() {
        let access = Access {
            hosts: vec![
                "::1".into(),
                "127.0.0.1".into(),
                "Example.org".into(),
                "a.org:99".into(),
            ],
            origins: vec!["http://127.0.0.1:8080".into()],
        };
        let expected = [
            "http://127.0.0.1:3000",
            "http://127.0.0.1:8080",
            "http://[::1]:3000",
            "http://a.org:99",
            "http://example.org:3000",
            "http://localhost:3000",
        ];
        let origins = access.all_origins("box-80.localhost:3000", &HeaderMap::new());
        assert_eq!(origins, expected);
        let mut secure = HeaderMap::new();
        secure.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        let origins = Access::default().all_origins("box-80.example.org", &secure);
        assert_eq!(
            origins,
            ["https://127.0.0.1", "https://[::1]", "https://localhost"]
        );
    }

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        headers
    }

    fn access() -> Access {
        Access {
            hosts: vec!["example.org".into(), "other.example:8080".into()],
            origins: vec!["http://127.0.0.1:8080".into()],
        }
    }

    #[test]
    fn own_names_pass_and_others_do_not() {
        let access = access();
        for host in [
            "localhost",
            "LOCALHOST:3000",
            "127.0.0.1",
            "127.0.0.1:80",
            "[::1]:3000",
            "[::1]",
            "example.org",
            "example.org:9",
            "other.example:8080",
        ] {
            assert!(access.check_host(&headers(host, None)).is_ok(), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil-localhost",
            "other.example",
            "other.example:8081",
            "169.254.169.254",
            "10.0.0.1",
            "0.0.0.0",
            "localhost:http",
            "localhost:99999",
            "localhost@evil.example",
            "evil.example#localhost",
            "[::1",
            "[::1]x",
            "[::2]",
            "::1x",
            "sub.example.org",
        ] {
            assert!(access.check_host(&headers(host, None)).is_err(), "{host}");
        }
        assert!(access.check_host(&HeaderMap::new()).is_err());
        let mut two = headers("localhost", None);
        two.append(HOST, HeaderValue::from_static("localhost"));
        assert!(access.check_host(&two).is_err());
    }

    #[test]
    fn own_and_listed_origins_pass_and_others_do_not() {
        let access = access();
        let host = "127.0.0.1:3000";
        for origin in [
            None,
            Some("http://127.0.0.1:3000"),
            Some("http://127.0.0.1:8080"),
        ] {
            assert!(
                access.check_origin(&headers(host, origin)).is_ok(),
                "{origin:?}"
            );
        }
        for origin in [
            "null",
            "",
            "http://127.0.0.1",
            "http://127.0.0.1:3001",
            "https://127.0.0.1:3000",
            "http://127.0.0.1:30000",
            "http://localhost:3000",
            "http://127.0.0.1:3000.evil.example",
            "http://evil.example",
            "http://127.0.0.1:3000@evil.example",
            "http://127.0.0.1:3000/",
            "ws://127.0.0.1:3000",
            "http://evil.example:3000",
            "127.0.0.1:3000",
            "http://[::1]:3000",
            "file://",
            "https://127.0.0.1:8080",
        ] {
            assert!(
                access.check_origin(&headers(host, Some(origin))).is_err(),
                "{origin}"
            );
        }
        let mut two = headers(host, Some("http://127.0.0.1:3000"));
        two.append(ORIGIN, HeaderValue::from_static("http://127.0.0.1:3000"));
        assert!(access.check_origin(&two).is_err());
    }

    #[test]
    fn behind_https_the_own_origin_is_https() {
        let access = access();
        let mut headers = headers("example.org", Some("https://example.org"));
        assert!(access.check_origin(&headers).is_err());
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert!(access.check_origin(&headers).is_ok());
    }
}
