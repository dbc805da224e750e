//! Where the events of one watch wait for their reader.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use crate::error::Error;
use crate::fs::WatchEvent;
use crate::send::lock;

/// Most paths that wait for a reader; past it all collapses into one [`WatchEvent::Rescan`].
const MOST_PATHS: usize = 4096;

/// A bounded buffer between the driver and one reader.
#[derive(Default)]
pub(crate) struct WatchSink {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    events: VecDeque<WatchEvent>,
    paths: usize,
    reader: Option<Waker>,
    ended: bool,
    error: Option<Error>,
}

impl WatchSink {
    pub(crate) fn push(&self, event: WatchEvent) {
        let mut state = lock(&self.state);
        let paths = event.paths().len();
        if matches!(event, WatchEvent::Rescan) || state.paths + paths > MOST_PATHS {
            // Whoever rescans sees what the events before would have told.
            state.events.clear();
            state.events.push_back(WatchEvent::Rescan);
            state.paths = 0;
        } else if !matches!(state.events.back(), Some(WatchEvent::Rescan)) {
            state.paths += paths;
            state.events.push_back(event);
        }
        wake(state.reader.take());
    }

    /// Ends the stream after what waits. The first end counts.
    pub(crate) fn end(&self, error: Error) {
        let mut state = lock(&self.state);
        if !state.ended {
            state.ended = true;
            state.error = Some(error);
        }
        wake(state.reader.take());
    }

    pub(crate) fn error(&self) -> Option<Error> {
        lock(&self.state).error.clone()
    }

    pub(crate) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<WatchEvent>> {
        let mut state = lock(&self.state);
        if let Some(event) = state.events.pop_front() {
            state.paths -= event.paths().len();
            return Poll::Ready(Some(event));
        }
        if state.ended {
            return Poll::Ready(None);
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

fn wake(reader: Option<Waker>) {
    if let Some(reader) = reader {
        reader.wake();
    }
}
