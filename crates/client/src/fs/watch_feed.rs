//! One watch: what the agent calls it, and the events that wait for their reader.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use yew_sandbox_protocol::limits::MAX_CHANGED_PATHS;
use yew_sandbox_protocol::{Notification, WireError, decode, fs};

use super::watch::WatchEvent;
use crate::core::{Feed, Heard, Outbox, Step};
use crate::error::Error;
use crate::send::lock;

/// A bounded buffer between the driver and one reader.
pub(super) struct WatchFeed {
    request: fs::Watch,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The agent's name for it, while the agent has it.
    id: Option<String>,
    /// How many notifications came under that name.
    cursor: u64,
    has_begun: bool,
    events: VecDeque<WatchEvent>,
    paths: usize,
    reader: Option<Waker>,
    ended: Option<Error>,
}

impl WatchFeed {
    pub(super) fn new(request: fs::Watch) -> Self {
        Self {
            request,
            state: Mutex::default(),
        }
    }

    pub(super) fn error(&self) -> Option<Error> {
        lock(&self.state).ended.clone()
    }

    pub(super) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<WatchEvent>> {
        let mut state = lock(&self.state);
        if let Some(event) = state.events.pop_front() {
            state.paths -= event.paths().len();
            return Poll::Ready(Some(event));
        }
        if state.ended.is_some() {
            return Poll::Ready(None);
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

impl State {
    fn push(&mut self, event: WatchEvent) {
        let paths = event.paths().len();
        if matches!(event, WatchEvent::Rescan) || self.paths + paths > MAX_CHANGED_PATHS {
            // Whoever rescans sees what the events before would have told.
            self.events.clear();
            self.events.push_back(WatchEvent::Rescan);
            self.paths = 0;
        } else if !matches!(self.events.back(), Some(WatchEvent::Rescan)) {
            self.paths += paths;
            self.events.push_back(event);
        }
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

impl Feed for WatchFeed {
    fn methods(&self) -> &'static [&'static str] {
        &[fs::WatchEvent::METHOD]
    }

    fn joined(&self, out: &mut Outbox) {
        let state = lock(&self.state);
        match &state.id {
            Some(id) if out.resumed => out.ask(&fs::Rewatch {
                path: self.request.path.clone(),
                recursive: self.request.recursive,
                excludes: self.request.excludes.clone(),
                watch_id: Some(id.clone()),
                cursor: Some(state.cursor),
            }),
            _ => out.ask(&self.request),
        }
    }

    fn answer(&self, outcome: Result<Bytes, WireError>, _out: &mut Outbox) -> Step {
        let answer = match outcome.map(|result| decode::<fs::WatchAnswer>(&result)) {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Step::Failed(Error::undecodable(error)),
            Err(error) => return Step::Failed(error.into()),
        };
        let mut state = lock(&self.state);
        if state.id.as_ref() == Some(&answer.watch_id) {
            // It goes on, and what happened meanwhile is told.
            return Step::Begun;
        }
        state.id = Some(answer.watch_id);
        state.cursor = 0;
        if std::mem::replace(&mut state.has_begun, true) {
            // Nobody knows what happened while the link was gone.
            state.push(WatchEvent::Rescan);
        }
        Step::Begun
    }

    fn notification(&self, _method: &str, params: &Bytes, _out: &mut Outbox) -> Heard {
        let Ok(event) = decode::<fs::WatchEvent>(params) else {
            return Heard::Malformed;
        };
        let mut state = lock(&self.state);
        if state.id.as_ref() == Some(&event.watch_id) {
            state.cursor += 1;
            for change in event.events {
                state.push(WatchEvent::from(change));
            }
        }
        Heard::Noted
    }

    fn lost(&self, kept: bool) -> Option<Error> {
        if !kept {
            lock(&self.state).id = None;
        }
        None
    }

    fn ended(&self, error: Error) {
        let mut state = lock(&self.state);
        // The first end counts.
        state.ended.get_or_insert(error);
        state.wake();
    }

    fn dropped(&self, out: &mut Outbox) {
        if let Some(watch_id) = lock(&self.state).id.take() {
            out.tell(&fs::Unwatch { watch_id });
        }
    }
}
