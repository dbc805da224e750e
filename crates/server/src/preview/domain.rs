//! The domain that previews live under.

use std::fmt;
use std::str::FromStr;

/// The domain that previews live under: `{sandbox}-{port}.{domain}`, and the port by which browsers reach this server
/// there.
///
/// ```
/// use yew_sandbox_server::PreviewDomain;
///
/// let domain: PreviewDomain = "preview.example.org:8443".parse()?;
/// assert_eq!(domain.to_string(), "preview.example.org:8443");
/// assert!("https://example.org/".parse::<PreviewDomain>().is_err());
/// # Ok::<(), yew_sandbox_server::InvalidPreviewDomain>(())
/// ```
///
/// A page there can set cookies for the domain's parents. A domain of its own, which no other site shares, keeps
/// sandboxes and sites apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewDomain {
    name: String,
    port: Option<u16>,
}

/// The text names no domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPreviewDomain;

/// What a request's `Host` says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    /// A sandbox's id, or something that looks like one.
    pub(crate) sandbox: String,
    pub(crate) port: u16,
}

impl PreviewDomain {
    /// `localhost`, whose subdomains are all this machine.
    ///
    /// `port` is the server's own; none: that of each request.
    pub fn localhost(port: Option<u16>) -> Self {
        Self {
            name: "localhost".to_owned(),
            port,
        }
    }

    /// The domain without a port.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port, where it is not the usual one.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// What a `Host` names, if it is a preview's. Its port does not count: a proxy in front may have another one.
    pub(crate) fn target(&self, host: &str) -> Option<Target> {
        let (name, port) = host.split_once(':').unwrap_or((host, "0"));
        let port_is_fine =
            port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
        let (label, domain) = name.split_once('.')?;
        if !port_is_fine || !domain.eq_ignore_ascii_case(&self.name) || label.len() > 63 {
            return None;
        }
        let (sandbox, port) = label.rsplit_once('-')?;
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        // One way to write each port: two ways would be two origins for one program.
        let is_port = (1..=5).contains(&port.len())
            && !port.starts_with('0')
            && port.bytes().all(|byte| byte.is_ascii_digit());
        let is_sandbox = !sandbox.is_empty() && sandbox.bytes().all(is_id);
        let port = port.parse().ok()?;
        (is_sandbox && is_port).then(|| Target {
            sandbox: sandbox.to_ascii_lowercase(),
            port,
        })
    }
}

impl Default for PreviewDomain {
    fn default() -> Self {
        Self::localhost(None)
    }
}

impl FromStr for PreviewDomain {
    type Err = InvalidPreviewDomain;

    fn from_str(text: &str) -> Result<Self, InvalidPreviewDomain> {
        let (name, port) = match text.split_once(':') {
            Some((name, port)) => {
                let port: u16 = port.parse().map_err(|_| InvalidPreviewDomain)?;
                (name, Some(port).filter(|&port| port > 0))
            }
            None => (text, None),
        };
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let has_letter = name.bytes().any(|byte| byte.is_ascii_alphabetic());
        if name.len() > 180 || !has_letter || !name.split('.').all(is_label) {
            return Err(InvalidPreviewDomain);
        }
        Ok(Self {
            name: name.to_ascii_lowercase(),
            port,
        })
    }
}

impl fmt::Display for PreviewDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for InvalidPreviewDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a domain such as `preview.example.org` or `localhost:3000`")
    }
}

impl std::error::Error for InvalidPreviewDomain {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_previews_are_understood() {
        let domain = PreviewDomain::localhost(Some(3000));
        let target = |sandbox: &str, port| {
            let sandbox = sandbox.to_owned();
            Some(Target { sandbox, port })
        };
        assert_eq!(domain.target("abc-80.localhost:3000"), target("abc", 80));
        assert_eq!(domain.target("abc-65535.localhost"), target("abc", 65535));
        assert_eq!(domain.target("ABC-1.LocalHost:8080"), target("abc", 1));
        assert_eq!(domain.target("a-b-5173.localhost"), target("a-b", 5173));
    }

    #[test]
    fn whatever_else_is_no_preview() {
        let domain = PreviewDomain::localhost(Some(3000));
        for host in [
            "",
            "localhost",
            "localhost:3000",
            ".localhost",
            "-80.localhost",
            "abc.localhost",
            "abc-.localhost",
            "abc-0.localhost",
            "abc-65536.localhost",
            "abc-080.localhost",
            "abc-8x.localhost",
            "abc-+80.localhost",
            "abc--80x.localhost",
            "abc-80.localhost.",
            "abc-80.localhost.evil",
            "abc-80.evil",
            "abc-80localhost",
            "x.abc-80.localhost",
            "abc-80.localhost:3000@evil",
            "evil@abc-80.localhost",
            "abc-80@evil.localhost",
            "abc-80.localhost:",
            "abc-80.localhost:80@",
            "abc-80.localhost:99999",
            "..-80.localhost",
            "a..-80.localhost",
            "abc-80.localhost/",
            "a/b-80.localhost",
            "abc-80.localhost:3000:3000",
            "abc\r\n-80.localhost",
            "äbc-80.localhost",
            "[::1]",
            "abc-80.127.0.0.1",
            &format!("{}-80.localhost", "a".repeat(61)),
        ] {
            assert_eq!(domain.target(host), None, "{host:?}");
        }
    }

    #[test]
    fn domains_are_checked() {
        for (text, shown) in [
            ("localhost", "localhost"),
            ("Preview.Example.ORG", "preview.example.org"),
            ("localhost:8080", "localhost:8080"),
            ("localhost:0", "localhost"),
        ] {
            assert_eq!(text.parse::<PreviewDomain>().unwrap().to_string(), shown);
        }
        for text in [
            "",
            ".",
            "*.example.org",
            "https://a.org",
            "a.org/",
            "a b",
            "127.0.0.1",
            "[::1]:80",
            "a:b",
            "a..b",
            "a.org:99999",
            "a;b",
        ] {
            assert!(text.parse::<PreviewDomain>().is_err(), "{text:?}");
        }
    }
}
