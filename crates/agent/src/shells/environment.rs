//! The environment of a shell.

use std::collections::BTreeMap;

use crate::link::{GitIdentity, Visitor};

/// What a shell's environment has besides the agent's own.
#[derive(Clone, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

/// Meant for the agent alone, or true of the agent alone.
pub(crate) const REMOVED: [&str; 5] = [
    "MALLOC_ARENA_MAX",
    "MALLOC_MMAP_THRESHOLD_",
    "OLDPWD",
    "PWD",
    "SHLVL",
];

/// The host that a token without one is for.
const USUAL_HOST: &str = "github.com";
/// The name to log in with where only a token counts.
const USUAL_USERNAME: &str = "x-access-token";
/// Gives git what the environment holds. A constant: nothing of what it gives becomes part of a command.
const CREDENTIAL_HELPER: &str = "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \
                                 \"$YEW_SANDBOX_GIT_USERNAME\" \"$YEW_SANDBOX_GIT_TOKEN\"; }; f";

impl Environment {
    /// What a visitor's session carries.
    pub(crate) fn of(visitor: &Visitor) -> Self {
        let mut environment = Self(visitor.env.clone());
        if let Some(git) = &visitor.git {
            environment.identify(git);
        }
        // The system knows no such variables.
        environment.0.retain(|name, value| {
            !name.is_empty() && !name.contains(['=', '\0']) && !value.contains('\0')
        });
        environment
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn identify(&mut self, git: &GitIdentity) {
        for role in ["AUTHOR", "COMMITTER"] {
            self.set(format!("GIT_{role}_NAME"), &git.name);
            self.set(format!("GIT_{role}_EMAIL"), &git.email);
        }
        let host = git.provider.as_deref().unwrap_or(USUAL_HOST);
        let Some(token) = git.access_token.as_deref().filter(|_| is_host(host)) else {
            return;
        };
        let username = git.username.as_deref().unwrap_or(USUAL_USERNAME);
        self.set("YEW_SANDBOX_GIT_USERNAME", username);
        self.set("YEW_SANDBOX_GIT_TOKEN", token);
        let count = self.0.get("GIT_CONFIG_COUNT");
        let mut count: u32 = count.and_then(|count| count.parse().ok()).unwrap_or(0);
        // The empty one takes all others away, which could keep the token.
        for helper in ["", CREDENTIAL_HELPER] {
            let key = format!("credential.https://{host}.helper");
            self.set(format!("GIT_CONFIG_KEY_{count}"), &key);
            self.set(format!("GIT_CONFIG_VALUE_{count}"), helper);
            count = count.saturating_add(1);
        }
        self.set("GIT_CONFIG_COUNT", &count.to_string());
    }

    fn set(&mut self, name: impl Into<String>, value: &str) {
        self.0.insert(name.into(), value.to_owned());
    }
}

/// Shows names only.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// Whether the text is a host, perhaps with a port.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte))
}
