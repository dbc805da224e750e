//! Where the frame has been.

use super::address::{LONGEST, origin};
use super::message::quoted;

/// Most addresses that are kept.
const MOST: usize = 50;

/// The addresses of the frame's history. The documents come and go; this stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trail {
    entries: Vec<String>,
    position: usize,
}

impl Trail {
    /// What a document told, if it makes sense: a few addresses of this origin.
    pub(super) fn told(own: &str, entries: Vec<String>, position: usize) -> Option<Self> {
        let is_own =
            |url: &String| url.len() <= LONGEST && origin(url).is_ok_and(|origin| origin == own);
        let makes_sense =
            position < entries.len() && entries.len() <= MOST && entries.iter().all(is_own);
        makes_sense.then_some(Self { entries, position })
    }

    pub(super) fn can_go_back(&self) -> bool {
        self.position > 0
    }

    pub(super) fn can_go_forward(&self) -> bool {
        self.position + 1 < self.entries.len()
    }

    /// Goes on to an address, and forgets what was ahead.
    pub(super) fn go_to(&mut self, url: &str) {
        if self.current() == Some(url) {
            return;
        }
        self.entries.truncate(self.position + 1);
        self.entries.push(url.to_owned());
        if self.entries.len() > MOST {
            self.entries.remove(0);
        }
        self.position = self.entries.len() - 1;
    }

    /// Goes one back, and says where that is.
    pub(super) fn back(&mut self) -> Option<&str> {
        self.position = self.position.checked_sub(1)?;
        self.current()
    }

    /// Goes one forward, and says where that is.
    pub(super) fn forward(&mut self) -> Option<&str> {
        if !self.can_go_forward() {
            return None;
        }
        self.position += 1;
        self.current()
    }

    /// For the script that goes on with it.
    pub(super) fn json(&self) -> String {
        let entries: Vec<String> = self.entries.iter().map(|url| quoted(url)).collect();
        let entries = entries.join(",");
        format!("{{\"entries\":[{entries}],\"position\":{}}}", self.position)
    }

    fn current(&self) -> Option<&str> {
        self.entries.get(self.position).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ahead_is_forgotten_by_going_on() {
        let mut trail = Trail::default();
        assert_eq!(trail.back(), None);
        for url in ["a", "b", "b", "c"] {
            trail.go_to(url);
        }
        assert_eq!(trail.back(), Some("b"));
        assert_eq!(trail.back(), Some("a"));
        assert_eq!(trail.back(), None);
        assert_eq!(trail.forward(), Some("b"));
        assert!(trail.can_go_back() && trail.can_go_forward());
        trail.go_to("d");
        assert_eq!(trail.forward(), None);
        assert_eq!(trail.json(), r#"{"entries":["a","b","d"],"position":2}"#);
        for number in 0..100 {
            trail.go_to(&number.to_string());
        }
        assert_eq!(trail.entries.len(), MOST);
        assert_eq!(trail.current(), Some("99"));
    }

    #[test]
    fn documents_tell_of_their_own_origin_only() {
        let own = "http://a-1.localhost";
        let told = |entries: &[&str], position| {
            let entries = entries.iter().map(|&url| url.to_owned()).collect();
            Trail::told(own, entries, position).is_some()
        };
        assert!(told(
            &["http://a-1.localhost/", "http://a-1.localhost/x"],
            1
        ));
        assert!(!told(&["http://a-1.localhost/", "http://evil/"], 0));
        assert!(!told(&["http://a-1.localhost/", "javascript:alert(1)"], 0));
        assert!(!told(&["http://a-1.localhost/"], 1) && !told(&[], 0));
        assert!(!told(&["http://a-1.localhost/"; 51], 0));
    }
}
