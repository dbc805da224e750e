//! Who hears of changes of files.

use yew_sandbox_protocol::encode_notification;
use yew_sandbox_protocol::fs::{Change, ChangeKind, WatchEvent};

use super::paths::visible;
use super::state::State;
use crate::excludes::Excludes;

/// Most paths in one event, as of the agent; of more, only the loss is told.
const MOST_PATHS: usize = 10_000;

#[derive(Debug)]
pub(super) struct FileWatch {
    pub(super) id: u64,
    pub(super) connection: u64,
    pub(super) path: String,
    pub(super) recursive: bool,
    pub(super) excludes: Excludes,
}

impl FileWatch {
    fn is_about(&self, path: &str) -> bool {
        if path == self.path {
            return true;
        }
        let Some(relative) = path.strip_prefix(self.path.as_str()) else {
            return false;
        };
        let Some(relative) = relative.strip_prefix('/') else {
            return false;
        };
        (self.recursive || !relative.contains('/')) && !self.excludes.leave_out(&self.path, path)
    }
}

impl State {
    /// Tells what changed since this was called last.
    pub(super) fn tell_changes(&mut self) {
        let changes = std::mem::take(&mut self.tree.changes);
        if changes.is_empty() {
            return;
        }
        let mut told = Vec::new();
        for watch in &self.watches {
            let events = events(watch, &changes);
            if !events.is_empty() {
                let event = WatchEvent {
                    watch_id: watch.id.to_string(),
                    events,
                };
                told.push((watch.connection, encode_notification(&event)));
            }
        }
        for (connection, frame) in told {
            self.send(connection, frame);
        }
        self.git_changed(changes.iter().map(|(path, _)| path.as_str()));
    }
}

fn events(watch: &FileWatch, changes: &[(String, ChangeKind)]) -> Vec<Change> {
    let mut events: Vec<Change> = Vec::new();
    let mut count = 0;
    for (path, kind) in changes {
        if !watch.is_about(path) {
            continue;
        }
        count += 1;
        if count > MOST_PATHS {
            return vec![Change {
                paths: vec![format!("{}/", watch.path)],
                kind: ChangeKind::Change,
            }];
        }
        let path = visible(path).to_owned();
        match events.last_mut() {
            Some(last) if last.kind == *kind => last.paths.push(path),
            _ => events.push(Change {
                paths: vec![path],
                kind: *kind,
            }),
        }
    }
    events
}
