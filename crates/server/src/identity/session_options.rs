//! What a user's session carries.

use std::collections::BTreeMap;
use std::fmt;

use yew_sandbox_agent::{GitIdentity, Permission};
use yew_sandbox_protocol::HostToken;

/// Most environment variables of a session.
const MAX_VARIABLES: usize = 128;
/// Most bytes of all names and values of a session's environment, and of each other text.
const MAX_TEXT: usize = 32 * 1024;
/// Longest id of a session.
const MAX_ID: usize = 20;

/// What a user's session carries besides the user: by default the right to write, and nothing else.
///
/// An [`Identify`](super::Identify) of your own decides it for each user and request. It is kept on the server's
/// side; the token that the page gets only names it. A change holds for connections that are made after it.
/// The `Debug` form shows no secret.
///
/// # Example
///
/// ```
/// use yew_sandbox_server::{GitIdentity, Permission, SessionOptions};
///
/// let mut session = SessionOptions::default();
/// assert_eq!(session.permission, Permission::Write);
/// session.permission = Permission::Read;
/// session.env.insert("STAGE".into(), "review".into());
/// session.git = Some(Box::new(GitIdentity {
///     name: "Ada".into(),
///     email: "ada@example.org".into(),
///     provider: Some("github.com".into()),
///     username: Some("ada".into()),
///     access_token: Some("a secret".into()),
/// }));
/// assert!(session.check().is_ok());
/// assert!(!format!("{session:?}").contains("a secret"));
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct SessionOptions {
    /// Tells several sessions of one user apart: at most 20 letters, digits, `-` and `_`. None by default.
    pub id: Option<String>,
    /// What the user may do. [`Permission::Write`] by default.
    pub permission: Permission,
    /// Added to the environment of the shells that the user creates: at most 128 variables and 32 KiB.
    pub env: BTreeMap<String, String>,
    /// Whom git takes for the author in those shells, and how it logs in.
    pub git: Option<Box<GitIdentity>>,
    /// Handed to the page, which shows private previews with it.
    pub host_token: Option<HostToken>,
}

/// Why [`SessionOptions`] cannot be used. The text names the field and never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSession(String);

impl SessionOptions {
    /// Whether everything is within its bounds.
    ///
    /// # Errors
    /// The id, an environment variable or a part of the git identity is too long or has a character that it
    /// must not have.
    pub fn check(&self) -> Result<(), InvalidSession> {
        if let Some(id) = &self.id {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(plain) {
                return invalid("the session's id is not 1 to 20 letters, digits, `-` and `_`");
            }
        }
        if self.env.len() > MAX_VARIABLES {
            return invalid(format!("more than {MAX_VARIABLES} environment variables"));
        }
        let bytes = |(name, value): (&String, &String)| name.len() + value.len();
        if self.env.iter().map(bytes).sum::<usize>() > MAX_TEXT {
            return invalid(format!("an environment of more than {MAX_TEXT} bytes"));
        }
        for (name, value) in &self.env {
            if !is_variable(name) {
                return invalid("an environment variable's name is not letters, digits and `_`");
            }
            if value.contains('\0') {
                return invalid(format!(
                    "a null character in the environment variable {name}"
                ));
            }
        }
        self.git.as_deref().map_or(Ok(()), check_git)
    }
}

fn check_git(git: &GitIdentity) -> Result<(), InvalidSession> {
    let texts = [
        ("name", Some(&git.name)),
        ("email", Some(&git.email)),
        ("provider", git.provider.as_ref()),
        ("username", git.username.as_ref()),
        ("access token", git.access_token.as_ref()),
    ];
    for (field, text) in texts {
        let text = text.map_or("", String::as_str);
        if text.len() > MAX_TEXT || text.chars().any(char::is_control) {
            return invalid(format!(
                "a control character in git's {field}, or more than {MAX_TEXT} bytes"
            ));
        }
    }
    let provider = git.provider.as_deref().unwrap_or("github.com");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    if provider.is_empty() || !provider.bytes().all(plain) {
        return invalid("git's provider is no host name, as `github.com`");
    }
    Ok(())
}

/// As a shell can name one.
fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    let starts = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    bytes.next().is_some_and(starts) && bytes.all(|byte| starts(byte) || byte.is_ascii_digit())
}

fn invalid<T>(why: impl Into<String>) -> Result<T, InvalidSession> {
    Err(InvalidSession(why.into()))
}

impl fmt::Display for InvalidSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidSession {}

impl fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.env.keys().collect();
        f.debug_struct("SessionOptions")
            .field("id", &self.id)
            .field("permission", &self.permission)
            .field("env", &names)
            .field("git", &self.git)
            .field("host_token", &self.host_token)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_kept() {
        let with_id = |id: &str| SessionOptions {
            id: Some(id.into()),
            ..SessionOptions::default()
        };
        assert!(with_id("my-session_1").check().is_ok());
        for id in ["", "a b", "../x", "ö", "123456789012345678901"] {
            assert!(with_id(id).check().is_err(), "{id}");
        }
        let with_variable = |name: &str, value: &str| SessionOptions {
            env: BTreeMap::from([(name.to_owned(), value.to_owned())]),
            ..SessionOptions::default()
        };
        assert!(with_variable("_A1", "it's\nfine; $(x)").check().is_ok());
        for name in ["", "1A", "A B", "A=B", "A;rm"] {
            assert!(with_variable(name, "x").check().is_err(), "{name}");
        }
        assert!(with_variable("A", "\0").check().is_err());
        let large = with_variable("A", &"x".repeat(MAX_TEXT)).check();
        assert!(large.unwrap_err().to_string().contains("32768"));
        let many = (0..=MAX_VARIABLES).map(|number| (format!("A{number}"), String::new()));
        let many = SessionOptions {
            env: many.collect(),
            ..SessionOptions::default()
        };
        assert!(many.check().is_err());
    }

    #[test]
    fn git_identity_is_plain_text() {
        let git = |name: &str, provider: &str| SessionOptions {
            git: Some(Box::new(GitIdentity {
                name: name.into(),
                email: "ada@example.org".into(),
                provider: Some(provider.into()),
                username: None,
                access_token: None,
            })),
            ..SessionOptions::default()
        };
        assert!(git("Ada \"L'\" Ö", "git.example.org:8443").check().is_ok());
        assert!(git("Ada\n[core]", "github.com").check().is_err());
        for provider in ["", "github.com/x", "a b", "u@github.com"] {
            assert!(git("Ada", provider).check().is_err(), "{provider}");
        }
    }
}
