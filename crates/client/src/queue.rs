//! A bounded queue between the driver and one reader.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use crate::error::Error;
use crate::send::lock;

/// What waits for one reader. Full, it drops what waits, and the reader is told so.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    most: usize,
}

struct State<T> {
    items: VecDeque<T>,
    reader: Option<Waker>,
    ended: Option<Option<Error>>,
}

impl<T> Queue<T> {
    /// A queue of at most `most` items.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                reader: None,
                ended: None,
            }),
            most,
        }
    }

    /// Appends an item where the writer itself keeps to the bound.
    pub(crate) fn push_within(&self, item: T) {
        let mut state = lock(&self.state);
        if state.ended.is_none() && state.items.len() < self.most {
            state.items.push_back(item);
            wake(&mut state);
        }
    }

    /// Appends an item. Where there is no room, `lost` takes the place of all that waits, and the item is dropped.
    pub(crate) fn push(&self, item: T, lost: impl FnOnce() -> T) {
        let mut state = lock(&self.state);
        if state.ended.is_some() {
            return;
        }
        if state.items.len() >= self.most {
            state.items.clear();
            state.items.push_back(lost());
        } else {
            state.items.push_back(item);
        }
        wake(&mut state);
    }

    /// Ends the queue after what waits. The first end counts.
    pub(crate) fn end(&self, error: Option<Error>) {
        let mut state = lock(&self.state);
        state.ended.get_or_insert(error);
        wake(&mut state);
    }

    pub(crate) fn error(&self) -> Option<Error> {
        lock(&self.state).ended.clone().flatten()
    }

    /// The next item; `None` at the end.
    pub(crate) async fn next(&self) -> Option<T> {
        poll_fn(|context| self.poll_next(context)).await
    }

    pub(crate) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = lock(&self.state);
        if let Some(item) = state.items.pop_front() {
            return Poll::Ready(Some(item));
        }
        if state.ended.is_some() {
            return Poll::Ready(None);
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

fn wake<T>(state: &mut State<T>) {
    if let Some(reader) = state.reader.take() {
        reader.wake();
    }
}
