//! The output of one exec, event by event.

use std::time::Duration;

use super::api::ExecOutput;
use super::bridge::Bridge;
use super::failure::CallError;
use super::memory::Position;
use super::rest::under;
use super::sse::EventStream;
use super::time::milliseconds;
use crate::race::race;

/// Reads the output of an exec from a place on, over as many streams as it takes. No event is given twice.
pub(super) struct Reader {
    pub(super) id: String,
    pub(super) position: Position,
    /// The number of the first event that came.
    pub(super) first: Option<i64>,
    /// Whether the agent may have begun to count anew, after a restart.
    may_begin_anew: bool,
    stream: Option<EventStream>,
    /// Whether nothing new came of the stream.
    is_unread: bool,
}

/// What a wait for output came to.
pub(super) enum Heard {
    Event(ExecOutput),
    /// The stream is over, for whatever reason.
    Closed,
    /// Nothing came for so long.
    Quiet,
}

impl Reader {
    pub(super) fn new(id: &str, position: Position) -> Self {
        Self {
            id: id.to_owned(),
            position,
            first: None,
            may_begin_anew: false,
            stream: None,
            is_unread: true,
        }
    }

    /// The same for an exec that was just started again.
    pub(super) fn after_restart(id: &str, position: Position) -> Self {
        Self {
            may_begin_anew: true,
            ..Self::new(id, position)
        }
    }

    /// Opens a stream where there is none.
    pub(super) async fn open(&mut self, bridge: &Bridge) -> Result<(), CallError> {
        if self.stream.is_none() {
            // The agent takes 0 for the beginning.
            let last = match self.may_begin_anew {
                true => 0,
                false => self.position.last.unwrap_or(0),
            };
            let path = under("execs/", &self.id) + "/io?lastSequence=" + &last.to_string();
            self.stream = Some(bridge.rest.stream(&path).await?);
            self.is_unread = true;
        }
        Ok(())
    }

    /// Whether the stream at hand, or the one before, brought nothing new.
    pub(super) fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// Closes the stream. The next one goes on behind the last event.
    pub(super) fn close(&mut self) {
        self.stream = None;
    }

    /// The next event, waited for at most `patience`. Dropping the future loses nothing.
    pub(super) async fn next(&mut self, bridge: &Bridge, patience: Duration) -> Heard {
        let quiet = async {
            bridge.sleep(patience).await;
            Heard::Quiet
        };
        race(self.event(), quiet).await
    }

    async fn event(&mut self) -> Heard {
        loop {
            let Some(stream) = &mut self.stream else {
                return Heard::Closed;
            };
            let Some(Ok(data)) = stream.next().await else {
                self.stream = None;
                return Heard::Closed;
            };
            // What is no output is a sign of life at most.
            let Ok(event) = serde_json::from_str::<ExecOutput>(&data) else {
                continue;
            };
            self.first.get_or_insert(event.sequence);
            if self.is_new(&event) {
                self.position.last = Some(event.sequence);
                self.position.timestamp.clone_from(&event.timestamp);
                self.position.bytes += event.output.len() as u64;
                self.may_begin_anew = false;
                self.is_unread = false;
                return Heard::Event(event);
            }
        }
    }

    fn is_new(&mut self, event: &ExecOutput) -> bool {
        let Some(last) = self.position.last else {
            return true;
        };
        if event.sequence > last {
            return true;
        }
        let time = |timestamp: &Option<String>| timestamp.as_deref().map(milliseconds);
        let is_later = time(&event.timestamp) > time(&self.position.timestamp);
        if self.may_begin_anew && is_later {
            self.position.base += self.position.bytes;
            self.position.bytes = 0;
            return true;
        }
        false
    }

    /// How many bytes came before those that a reader from the beginning gets; `None` where the agent does not keep all.
    pub(super) fn offset(&self, known: Option<&Position>) -> Option<u64> {
        let keeps_all = self.first.is_none_or(|first| first <= 1);
        keeps_all.then(|| known.map_or(0, |known| known.base))
    }
}
