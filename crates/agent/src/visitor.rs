//! Who a client is and what its session carries, as the server tells the agent.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a client may do in the sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Looking only.
    Read,
    /// Everything. The default.
    #[default]
    Write,
}

/// Who a client is, on the server's word and never on the client's.
///
/// The `Debug` form shows the names of environment variables and none of their values.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Visitor {
    /// What the client may do.
    pub permission: Permission,
    /// The user's name, for people.
    pub username: String,
    /// Names the user to the server.
    pub user_id: String,
    /// Names the session, where it has a name of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Added to the environment of each shell that this client creates. Empty by default.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Whom git takes for the author in those shells, and how it logs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<Box<GitIdentity>>,
}

/// A person as git knows one. The `Debug` form hides the token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitIdentity {
    /// The author's name; empty: what git itself finds.
    pub name: String,
    /// The author's address; empty: what git itself finds.
    pub email: String,
    /// The host that the token is for, as `github.com`, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The name to log in with at that host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The token to log in with at that host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
}

impl Visitor {
    /// A visitor whose session carries nothing else.
    pub fn new(
        permission: Permission,
        username: impl Into<String>,
        user_id: impl Into<String>,
    ) -> Self {
        Self {
            permission,
            username: username.into(),
            user_id: user_id.into(),
            session_id: None,
            env: BTreeMap::new(),
            git: None,
        }
    }
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.env.keys().collect();
        f.debug_struct("Visitor")
            .field("permission", &self.permission)
            .field("username", &self.username)
            .field("user_id", &self.user_id)
            .field("session_id", &self.session_id)
            .field("env", &names)
            .field("git", &self.git)
            .finish()
    }
}

impl fmt::Debug for GitIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitIdentity")
            .field("name", &self.name)
            .field("email", &self.email)
            .field("provider", &self.provider)
            .field("username", &self.username)
            .field(
                "access_token",
                &self.access_token.as_ref().map(|_| "hidden"),
            )
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_the_default() {
        let json = r#"{"permission":"read","username":"Ada","userId":"u1"}"#;
        let visitor: Visitor = serde_json::from_str(json).unwrap();
        assert_eq!(visitor, Visitor::new(Permission::Read, "Ada", "u1"));
        assert_eq!(serde_json::to_string(&visitor).unwrap(), json);
    }

    #[test]
    fn debug_form_shows_no_secret() {
        let mut visitor = Visitor::new(Permission::Write, "Ada", "u1");
        visitor.env.insert("API_KEY".into(), "hush".into());
        visitor.git = Some(Box::new(GitIdentity {
            name: "Ada".into(),
            email: "ada@example.org".into(),
            provider: Some("github.com".into()),
            username: Some("ada".into()),
            access_token: Some("hush".into()),
        }));
        let text = format!("{visitor:?}");
        assert!(
            text.contains("API_KEY") && text.contains("github.com"),
            "{text}"
        );
        assert!(!text.contains("hush"), "{text}");
        let json = serde_json::to_vec(&visitor).unwrap();
        assert_eq!(serde_json::from_slice::<Visitor>(&json).unwrap(), visitor);
    }
}
