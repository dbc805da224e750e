//! What the sessions of one sandbox carry: DATA/sandboxes/ID/sessions.json.

use serde::{Deserialize, Serialize};
use yew_sandbox_agent::Visitor;

use crate::identity::{SessionOptions, User};

/// Most sessions that are kept; the one that was changed least recently goes first.
const MOST: usize = 256;

/// All sessions, the least recently changed first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sessions(Vec<Session>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Session {
    /// Its name in tokens.
    name: String,
    visitor: Visitor,
}

/// Whose session it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Of<'a> {
    /// A user's of the page.
    User(&'a User),
    /// One that was made through the management API.
    Management,
}

impl Sessions {
    /// Keeps what a session carries from now on, and gives its name in tokens.
    pub(crate) fn open(&mut self, of: Of<'_>, options: &SessionOptions) -> String {
        let id = options.id.as_deref().unwrap_or_default();
        // The session's id holds no `/`, so that a user's id may hold anything.
        let (name, username, user_id) = match of {
            Of::User(user) => (format!("user/{id}/{}", user.id), &*user.name, &*user.id),
            Of::Management if id.is_empty() => ("management/".to_owned(), "sandbox", "management"),
            Of::Management => (format!("management/{id}"), id, id),
        };
        let visitor = Visitor {
            session_id: options.id.clone(),
            env: options.env.clone(),
            git: options.git.clone(),
            ..Visitor::new(options.permission, username, user_id)
        };
        if self.find(&name) != Some(&visitor) {
            self.0.retain(|session| session.name != name);
            let excess = (self.0.len() + 1).saturating_sub(MOST);
            self.0.drain(..excess);
            self.0.push(Session {
                name: name.clone(),
                visitor,
            });
        }
        name
    }

    /// Who comes with the session of that name.
    pub(crate) fn find(&self, name: &str) -> Option<&Visitor> {
        let found = self.0.iter().find(|session| session.name == name);
        found.map(|session| &session.visitor)
    }
}

#[cfg(test)]
mod tests {
    use yew_sandbox_agent::Permission;

    use super::*;

    fn user(id: &str) -> User {
        User {
            id: id.into(),
            name: "Ada".into(),
        }
    }

    fn named(id: &str) -> SessionOptions {
        SessionOptions {
            id: Some(id.into()),
            ..SessionOptions::default()
        }
    }

    #[test]
    fn names_of_different_sessions_differ() {
        let mut sessions = Sessions::default();
        let plain = SessionOptions::default();
        let names = [
            sessions.open(Of::User(&user("a")), &plain),
            sessions.open(Of::User(&user("a")), &named("b")),
            sessions.open(Of::User(&user("b/a")), &plain),
            sessions.open(Of::User(&user("b/a")), &named("b")),
            sessions.open(Of::Management, &plain),
            sessions.open(Of::Management, &named("a")),
        ];
        for (place, name) in names.iter().enumerate() {
            assert!(!names[..place].contains(name), "{name}");
            assert!(sessions.find(name).is_some());
        }
        assert!(sessions.find("user//c").is_none());
    }

    #[test]
    fn change_holds_from_then_on() {
        let mut sessions = Sessions::default();
        let ada = user("a");
        let name = sessions.open(Of::User(&ada), &SessionOptions::default());
        let read = SessionOptions {
            permission: Permission::Read,
            ..SessionOptions::default()
        };
        assert_eq!(sessions.open(Of::User(&ada), &read), name);
        assert_eq!(sessions.find(&name).unwrap().permission, Permission::Read);
        assert_eq!(sessions.0.len(), 1);
    }

    #[test]
    fn number_is_bounded() {
        let mut sessions = Sessions::default();
        for number in 0..=MOST {
            sessions.open(Of::Management, &named(&format!("s{number}")));
        }
        assert_eq!(sessions.0.len(), MOST);
        assert!(sessions.find("management/s0").is_none());
        assert!(sessions.find(&format!("management/s{MOST}")).is_some());
    }
}
