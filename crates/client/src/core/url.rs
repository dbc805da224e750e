//! The address of the agent.

use yew_sandbox_protocol::Session;

use crate::error::{Error, ErrorKind};

/// `{pitcherURL}/?token={pitcherToken}`, with whatever path and query the address has already.
pub(crate) fn agent_url(session: &Session) -> Result<String, Error> {
    let (address, _fragment) = split(&session.pitcher_url, '#');
    let (address, query) = split(address, '?');
    let invalid = address
        .bytes()
        .any(|byte| byte <= b' ' || byte == 0x7f || byte == b'\\');
    let socket = ["ws://", "wss://"].iter().any(|scheme| {
        address
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && address.len() > scheme.len()
    });
    if invalid || !socket {
        return Err(Error::new(
            ErrorKind::Protocol,
            "the session's address is not a WebSocket address",
        )
        .about(&session.sandbox_id));
    }
    let mut url = String::with_capacity(address.len() + session.pitcher_token.len() + 16);
    url.push_str(address);
    if !url.ends_with('/') {
        url.push('/');
    }
    url.push('?');
    if !query.is_empty() {
        url.push_str(query);
        url.push('&');
    }
    url.push_str("token=");
    encode_component(&session.pitcher_token, &mut url);
    Ok(url)
}

/// The host of an address, perhaps with a port.
pub(crate) fn agent_host(address: &str) -> &str {
    let behind = match address.split_once(':') {
        Some((_, rest)) => rest.strip_prefix("//").unwrap_or(address),
        None => address,
    };
    let host = behind.split(['/', '?', '#']).next().unwrap_or_default();
    host.rsplit_once('@').map_or(host, |(_, host)| host)
}

fn split(text: &str, at: char) -> (&str, &str) {
    text.split_once(at).unwrap_or((text, ""))
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub(crate) fn encode_component(text: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(byte.into());
        } else {
            into.push('%');
            into.push(HEX[usize::from(byte >> 4)].into());
            into.push(HEX[usize::from(byte & 0xf)].into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yew_sandbox_protocol::BootupType;

    fn session(address: &str, token: &str) -> Session {
        Session {
            sandbox_id: "abc".into(),
            session_id: None,
            is_pint: false,
            bootup_type: BootupType::Running,
            cluster: String::new(),
            pitcher_url: address.into(),
            pitcher_token: token.into(),
            pitcher_version: String::new(),
            latest_pitcher_version: String::new(),
            pitcher_manager_version: String::new(),
            workspace_path: String::new(),
            user_workspace_path: String::new(),
            host_token: None,
        }
    }

    /// The token went into the address as it was (A43): a `+`, `&` or `#` in it changed its meaning.
    #[test]
    fn token_is_encoded() {
        let url = agent_url(&session("ws://h:1", "a+b&c=d/#?% é")).unwrap();
        assert_eq!(url, "ws://h:1/?token=a%2Bb%26c%3Dd%2F%23%3F%25%20%C3%A9");
    }

    #[test]
    fn path_slash_and_query_are_kept() {
        let url = |address| agent_url(&session(address, "t")).unwrap();
        assert_eq!(url("wss://h/agent/abc"), "wss://h/agent/abc/?token=t");
        assert_eq!(url("wss://h/agent/abc/"), "wss://h/agent/abc/?token=t");
        assert_eq!(url("ws://h/p?a=b"), "ws://h/p/?a=b&token=t");
        assert_eq!(url("WS://h/p#f"), "WS://h/p/?token=t");
    }

    #[test]
    fn other_addresses_are_refused() {
        for address in [
            "",
            "ws://",
            "http://h",
            "h:1",
            "ws:/h",
            "ws://h /",
            "ws://h\n",
            "javascript:1",
            "wé",
        ] {
            let error = agent_url(&session(address, "secret")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol);
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }
}
