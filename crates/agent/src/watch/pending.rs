//! Changes that have not been told yet.

use std::collections::HashMap;

use yew_sandbox_protocol::fs::{Change, ChangeKind};
use yew_sandbox_protocol::limits::MAX_CHANGED_PATHS;

/// What changed under one watch since it was told last: each path once, in the order of the first change.
#[derive(Debug, Default)]
pub(super) struct Pending {
    changes: Vec<(String, Option<ChangeKind>)>,
    places: HashMap<String, usize>,
    is_lost: bool,
}

impl Pending {
    /// Takes a change in; with an earlier one of the same path it makes one.
    pub(super) fn push(&mut self, path: String, kind: ChangeKind) {
        if self.is_lost {
            return;
        }
        if let Some(&place) = self.places.get(&path) {
            let old = &mut self.changes[place].1;
            *old = merged(*old, kind);
            return;
        }
        if self.changes.len() == MAX_CHANGED_PATHS {
            self.lose();
            return;
        }
        self.places.insert(path.clone(), self.changes.len());
        self.changes.push((path, Some(kind)));
    }

    /// Changes went by that nobody counted: anything below the watched path may have changed.
    pub(super) fn lose(&mut self) {
        *self = Self {
            is_lost: true,
            ..Self::default()
        };
    }

    /// Changes that came before all that are here.
    pub(super) fn put_in_front(&mut self, earlier: Vec<Change>) {
        let later = std::mem::take(self);
        for Change { paths, kind } in earlier {
            for path in paths {
                self.push(path, kind);
            }
        }
        if later.is_lost {
            self.lose();
        }
        for (path, kind) in later.changes {
            if let Some(kind) = kind {
                self.push(path, kind);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.is_lost
    }

    /// How many paths wait.
    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether it has half of what it can hold, or did have it all.
    pub(super) fn is_half_full(&self) -> bool {
        self.is_lost || self.changes.len() >= MAX_CHANGED_PATHS / 2
    }

    /// Takes out all changes. A loss is told as a change of the watched path with a slash behind it, which no real
    /// change has.
    pub(super) fn take(&mut self, watched: &str) -> Vec<Change> {
        let pending = std::mem::take(self);
        if pending.is_lost {
            return vec![Change {
                paths: vec![format!("{}/", watched.trim_end_matches('/'))],
                kind: ChangeKind::Change,
            }];
        }
        let mut changes: Vec<Change> = Vec::new();
        for (path, kind) in pending.changes {
            let Some(kind) = kind else { continue };
            match changes.last_mut() {
                Some(last) if last.kind == kind => last.paths.push(path),
                _ => changes.push(Change {
                    paths: vec![path],
                    kind,
                }),
            }
        }
        changes
    }
}

/// What two changes of one path are together; `None` for nothing that anybody saw.
fn merged(old: Option<ChangeKind>, new: ChangeKind) -> Option<ChangeKind> {
    match (old, new) {
        (Some(ChangeKind::Add), ChangeKind::Remove) => None,
        (Some(ChangeKind::Add), _) => Some(ChangeKind::Add),
        (Some(ChangeKind::Remove), ChangeKind::Add) => Some(ChangeKind::Change),
        (_, new) => Some(new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(changes: &[(&str, ChangeKind)]) -> Vec<(ChangeKind, Vec<String>)> {
        let mut pending = Pending::default();
        for (path, kind) in changes {
            pending.push((*path).to_owned(), *kind);
        }
        let changes = pending.take("/w").into_iter();
        changes.map(|change| (change.kind, change.paths)).collect()
    }

    #[test]
    fn changes_of_one_path_become_one() {
        use ChangeKind::{Add, Change, Remove};
        assert_eq!(
            told(&[("a", Add), ("a", Change)]),
            [(Add, vec!["a".to_owned()])]
        );
        assert_eq!(
            told(&[("a", Remove), ("a", Add)]),
            [(Change, vec!["a".to_owned()])]
        );
        assert_eq!(
            told(&[("a", Change), ("a", Remove)]),
            [(Remove, vec!["a".to_owned()])]
        );
        assert_eq!(told(&[("a", Add), ("a", Remove)]), []);
        assert_eq!(
            told(&[("a", Add), ("a", Remove), ("a", Add)]),
            [(Add, vec!["a".to_owned()])]
        );
        assert_eq!(
            told(&[("a", Add), ("b", Add), ("c", Remove), ("d", Add)]),
            [
                (Add, vec!["a".to_owned(), "b".to_owned()]),
                (Remove, vec!["c".to_owned()]),
                (Add, vec!["d".to_owned()])
            ]
        );
    }

    #[test]
    fn more_than_can_wait_is_told_as_a_change_of_the_whole() {
        let mut pending = Pending::default();
        for number in 0..=MAX_CHANGED_PATHS {
            pending.push(number.to_string(), ChangeKind::Add);
        }
        pending.push("late".into(), ChangeKind::Add);
        let changes = pending.take("/w");
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].paths, ["/w/"]);
        assert_eq!(changes[0].kind, ChangeKind::Change);
        assert!(pending.is_empty());
    }
}
