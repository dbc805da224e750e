//! The watches that someone holds, and what the agent calls them on this connection.

use std::time::Duration;

use yew_sandbox_protocol::fs;

use crate::core::{Reply, WatchSink};
use crate::send::Shared;

/// One watch, from its call to the drop of its stream.
pub(crate) struct WatchEntry {
    pub(crate) key: u64,
    pub(crate) request: fs::Watch,
    pub(crate) sink: Shared<WatchSink>,
    /// Who waits for the first answer, and until when. `None` once it came.
    pub(crate) reply: Option<(Reply<()>, Duration)>,
    /// The agent's name for it on this connection. `None` before the answer.
    pub(crate) id: Option<String>,
}

/// All watches of a client. There are few, so they are searched one by one.
#[derive(Default)]
pub(crate) struct Watches {
    pub(crate) entries: Vec<WatchEntry>,
}

impl Watches {
    pub(crate) fn by_key(&mut self, key: u64) -> Option<&mut WatchEntry> {
        self.entries.iter_mut().find(|entry| entry.key == key)
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&WatchEntry> {
        self.entries
            .iter()
            .find(|entry| entry.id.as_deref() == Some(id))
    }

    pub(crate) fn remove(&mut self, key: u64) -> Option<WatchEntry> {
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(place))
    }

    /// The nearest deadline of a first answer.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.entries
            .iter()
            .filter_map(|entry| entry.reply.as_ref())
            .map(|(_, deadline)| *deadline)
            .min()
    }

    /// Takes out a watch whose first answer did not come in time.
    pub(crate) fn take_expired(&mut self, now: Duration) -> Option<WatchEntry> {
        let expired = |entry: &WatchEntry| matches!(&entry.reply, Some((_, at)) if *at <= now);
        let place = self.entries.iter().position(expired)?;
        Some(self.entries.remove(place))
    }

    /// Takes out a watch that waits for its first answer.
    pub(crate) fn take_unanswered(&mut self) -> Option<WatchEntry> {
        let place = self
            .entries
            .iter()
            .position(|entry| entry.reply.is_some())?;
        Some(self.entries.remove(place))
    }

    /// The link is gone, and with it the agent's names.
    pub(crate) fn lose_link(&mut self) {
        for entry in &mut self.entries {
            entry.id = None;
        }
    }
}
