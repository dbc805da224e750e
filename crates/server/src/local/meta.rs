//! What stands in a sandbox's `meta.json`.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::manage::{Privacy, Tier, WakeOn};

/// The version that is written.
pub(crate) const VERSION: u32 = 1;

/// What is known of a sandbox. What an older server did not write has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    pub(crate) version: u32,
    /// The owner's user id; none: it was made through the management API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<String>,
    /// In seconds since 1970.
    pub(crate) created: u64,
    /// Of the last change that is known here, in seconds since 1970.
    #[serde(default)]
    pub(crate) updated: u64,
    /// Counts the sandboxes of this folder; a server that runs as root gives each its own system user by it.
    pub(crate) number: u32,
    /// The template that its workspace is a copy of, where that is not the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) template: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    /// The collection that it is shown in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(default)]
    pub(crate) privacy: Privacy,
    /// Nobody may write.
    #[serde(default)]
    pub(crate) frozen: bool,
    /// After how many seconds without a request it falls asleep, where that is not the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hibernation_timeout: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tier: Option<Tier>,
    #[serde(default)]
    pub(crate) wake_on: WakeOn,
    /// It was shut down: its next start is one from nothing.
    #[serde(default)]
    pub(crate) shut_down: bool,
    /// The sandbox that it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fork_of: Option<String>,
    /// It has started before.
    #[serde(default = "yes")]
    pub(crate) started: bool,
}

impl Meta {
    /// Of a sandbox that is made now.
    pub(crate) fn new(owner: Option<String>) -> Self {
        let now = now();
        Self {
            version: VERSION,
            owner,
            created: now,
            updated: now,
            number: 0,
            template: None,
            title: None,
            description: None,
            tags: Vec::new(),
            path: None,
            privacy: Privacy::default(),
            frozen: false,
            hibernation_timeout: None,
            tier: None,
            wake_on: WakeOn::default(),
            shut_down: false,
            fork_of: None,
            started: false,
        }
    }
}

/// In seconds since 1970.
pub(crate) fn now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.unwrap_or_default().as_secs()
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_older_servers_are_understood() {
        let old = r#"{"version":1,"owner":"ada","created":5,"number":3}"#;
        let meta: Meta = serde_json::from_str(old).unwrap();
        assert_eq!(meta.owner.as_deref(), Some("ada"));
        assert_eq!((meta.privacy, meta.wake_on), Default::default());
        assert!(meta.wake_on.http && !meta.wake_on.websocket && meta.started);
        let json = serde_json::to_string(&meta).unwrap();
        assert_eq!(serde_json::from_str::<Meta>(&json).unwrap(), meta);
    }
}
