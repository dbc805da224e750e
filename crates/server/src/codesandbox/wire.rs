//! The bodies of the cloud's calls, as far as they matter here. Unknown fields are ignored.

use serde::{Deserialize, Serialize};
use yew_sandbox_agent::Permission;
use yew_sandbox_protocol::BootupType;

/// Every good answer.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: T,
}

/// A refusal, in words or in something else.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub(super) errors: Vec<serde_json::Value>,
}

/// `POST /sandbox/{id}/fork`
#[derive(Serialize)]
pub(super) struct Fork {
    /// 2: private, with open previews, as the JavaScript SDK has it.
    pub(super) privacy: u8,
    pub(super) private_preview: bool,
    pub(super) tags: [&'static str; 1],
    pub(super) path: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Forked {
    pub(super) id: String,
}

/// `POST /vm/{id}/start`
#[derive(Serialize)]
pub(super) struct Start {}

#[derive(Deserialize)]
pub(super) struct Started {
    #[serde(default = "running")]
    pub(super) bootup_type: BootupType,
    #[serde(default)]
    pub(super) cluster: String,
    #[serde(default)]
    pub(super) latest_pitcher_version: String,
    #[serde(default)]
    pub(super) pitcher_manager_version: String,
    #[serde(default)]
    pub(super) pitcher_version: String,
    /// Whether the sandbox has an agent that speaks REST.
    #[serde(default)]
    pub(super) use_pint: bool,
    pub(super) workspace_path: String,
}

/// `POST /vm/{id}/sessions`
#[derive(Serialize)]
pub(super) struct Session<'a> {
    pub(super) session_id: &'a str,
    pub(super) permission: Permission,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) git_user_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) git_user_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) git_access_token: Option<&'a str>,
}

#[derive(Deserialize)]
pub(super) struct SessionMade {
    pub(super) pitcher_token: String,
    pub(super) pitcher_url: String,
    pub(super) user_workspace_path: String,
}

fn running() -> BootupType {
    BootupType::Running
}
