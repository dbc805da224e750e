//! The session that a server hands to a page.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the sandbox came up for this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum BootupType {
    /// It was running.
    Running,
    /// It started from nothing.
    Clean,
    /// It woke from hibernation.
    Resume,
    /// It is a new copy of another one.
    Fork,
}

/// What a page needs to connect to one sandbox as one user, for a short time.
///
/// In JSON the names are camelCase, as in the JavaScript SDK's `SandboxSession`. The `Debug` form hides the tokens.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The sandbox's id.
    pub sandbox_id: String,
    /// The user's session inside the sandbox, at most 20 characters; absent for the sandbox's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// True where the agent speaks REST and server-sent events instead of this protocol.
    #[serde(default)]
    pub is_pint: bool,
    /// How the sandbox came up.
    #[serde(default = "running")]
    pub bootup_type: BootupType,
    /// Where the sandbox runs.
    #[serde(default)]
    pub cluster: String,
    /// The address of the agent: `ws:` or `wss:`, perhaps with a path.
    #[serde(rename = "pitcherURL")]
    pub pitcher_url: String,
    /// The token that opens the connection. A secret.
    pub pitcher_token: String,
    /// The agent's version.
    #[serde(default)]
    pub pitcher_version: String,
    /// The newest version of the agent that there is.
    #[serde(default)]
    pub latest_pitcher_version: String,
    /// The version of what started the agent.
    #[serde(default)]
    pub pitcher_manager_version: String,
    /// The absolute path of the workspace.
    #[serde(default)]
    pub workspace_path: String,
    /// The absolute path of this user's workspace.
    #[serde(default)]
    pub user_workspace_path: String,
    /// Opens the previews of a private sandbox. A secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_token: Option<HostToken>,
}

/// Opens the previews of a private sandbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostToken {
    /// The secret itself.
    pub token: String,
    /// Names the token, for revoking it.
    #[serde(default)]
    pub token_id: String,
    /// The sandbox whose previews it opens.
    #[serde(default)]
    pub sandbox_id: String,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("sandbox_id", &self.sandbox_id)
            .field("session_id", &self.session_id)
            .field("bootup_type", &self.bootup_type)
            .field("pitcher_url", &self.pitcher_url)
            .field("user_workspace_path", &self.user_workspace_path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HostToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostToken")
            .field("token_id", &self.token_id)
            .field("sandbox_id", &self.sandbox_id)
            .finish_non_exhaustive()
    }
}

fn running() -> BootupType {
    BootupType::Running
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{
        "sandboxId": "abc", "isPint": false, "bootupType": "RESUME", "cluster": "local",
        "pitcherURL": "ws://127.0.0.1:1/agent/abc", "pitcherToken": "secret-1", "pitcherVersion": "1",
        "latestPitcherVersion": "1", "pitcherManagerVersion": "1", "workspacePath": "/project/workspace",
        "userWorkspacePath": "/project/workspace", "hostToken": {"token": "secret-2", "tokenId": "t"},
        "unknown": [1, 2]
    }"#;

    #[test]
    fn json_has_the_names_of_the_javascript_sdk() {
        let session: Session = serde_json::from_str(JSON).unwrap();
        assert_eq!(session.bootup_type, BootupType::Resume);
        assert_eq!(session.pitcher_url, "ws://127.0.0.1:1/agent/abc");
        let json = serde_json::to_value(&session).unwrap();
        assert_eq!(json["pitcherURL"], "ws://127.0.0.1:1/agent/abc");
        assert_eq!(json["userWorkspacePath"], "/project/workspace");
        assert_eq!(json["bootupType"], "RESUME");
        assert!(json.get("sessionId").is_none());
    }

    #[test]
    fn debug_form_hides_the_tokens() {
        let session: Session = serde_json::from_str(JSON).unwrap();
        let text = format!("{session:?} {:?}", session.host_token);
        assert!(text.contains("abc"));
        assert!(!text.contains("secret"));
    }
}
