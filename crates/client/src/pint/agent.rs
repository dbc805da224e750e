//! Where the agent is, and what opens it.

use yew_sandbox_protocol::Session;

use crate::error::{Error, ErrorKind};

/// What of a session the bridge needs.
pub(crate) struct Agent {
    /// The address before `/api`, without a slash at its end.
    pub(super) address: String,
    /// A secret.
    pub(super) token: String,
    pub(super) sandbox_id: String,
    /// The absolute path of the workspace.
    pub(super) workspace: String,
    pub(super) version: String,
}

impl Agent {
    /// Reads a session.
    ///
    /// # Errors
    /// `Protocol` where its address is not one of HTTP, or the token cannot stand in a header.
    pub(crate) fn of(session: &Session) -> Result<Self, Error> {
        let address = session.pitcher_url.split(['?', '#']).next();
        let address = address.unwrap_or_default().trim_end_matches('/');
        let host = ["http://", "https://"].iter().find_map(|scheme| {
            let start = address.get(..scheme.len())?;
            (start.eq_ignore_ascii_case(scheme)).then(|| &address[scheme.len()..])
        });
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if host.is_none_or(str::is_empty) || !is_plain(address) || address.contains('\\') {
            let message = "the session's address is not an HTTP address";
            return Err(Error::new(ErrorKind::Protocol, message).about(&session.sandbox_id));
        }
        if !is_plain(&session.pitcher_token) {
            let message = "the session's token cannot stand in a header";
            return Err(Error::new(ErrorKind::Protocol, message).about(&session.sandbox_id));
        }
        let workspace = session.workspace_path.trim_end_matches('/');
        Ok(Self {
            address: address.to_owned(),
            token: session.pitcher_token.clone(),
            sandbox_id: session.sandbox_id.clone(),
            workspace: workspace.to_owned(),
            version: session.pitcher_version.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yew_sandbox_protocol::BootupType;

    fn of(address: &str, token: &str) -> Result<Agent, Error> {
        Agent::of(&Session {
            sandbox_id: "abc".into(),
            session_id: None,
            is_pint: true,
            bootup_type: BootupType::Running,
            cluster: String::new(),
            pitcher_url: address.into(),
            pitcher_token: token.into(),
            pitcher_version: String::new(),
            latest_pitcher_version: String::new(),
            pitcher_manager_version: String::new(),
            workspace_path: "/project/workspace/".into(),
            user_workspace_path: String::new(),
            host_token: None,
        })
    }

    #[test]
    fn the_address_is_what_comes_before_the_api() {
        let address = |text| of(text, "t").map(|agent| agent.address).unwrap();
        assert_eq!(address("https://h:1/p/?a=b#c"), "https://h:1/p");
        assert_eq!(address("HTTP://h"), "HTTP://h");
    }

    #[test]
    fn other_addresses_and_tokens_are_refused() {
        for address in [
            "",
            "http://",
            "ws://h",
            "https:h",
            "http://h /",
            "javascript:1",
        ] {
            let error = of(address, "secret").err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{address}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
        assert!(of("http://h", "a\r\nx: y").is_err());
    }
}
