//! A shell's output, as a stream.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use yew_sandbox_protocol::SharedText;

use super::feed::ShellFeed;
use super::handle::ShellHandle;
use super::history::Kept;
use crate::error::Error;
use crate::send::{Shared, lock};

/// Most bytes that wait for a reader, beside what the client had kept before. Past it they are dropped, and the reader starts over.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// What happened to a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellEvent {
    /// Text that follows the output before it: never a part of a character.
    Output(SharedText),
    /// Output may be missing here. What follows is all that was kept, from its beginning: clear what you show.
    Gap,
    /// The shell was started again, and its output begins anew.
    Restarted,
    /// Its process ended with this exit code: 128 and the number of the signal where one ended it.
    Exited(i32),
}

/// The output of a shell: first what the client has kept of it, then all that follows.
///
/// It outlives broken links. It ends when the shell is terminated or the client is closed.
#[must_use = "a stream does nothing unless it is read"]
pub struct ShellOutput {
    queue: Shared<OutputQueue>,
    handle: Shared<ShellHandle>,
}

/// What waits for one reader.
#[derive(Default)]
pub(super) struct OutputQueue {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Output that goes before the events.
    kept: Kept,
    events: VecDeque<ShellEvent>,
    /// Of the events.
    bytes: usize,
    /// Whether the reader starts over behind the kept output: what the client has by then is all that it is to get.
    starts_over: bool,
    reader: Option<Waker>,
    ended: bool,
}

impl ShellOutput {
    pub(super) fn new(handle: Shared<ShellHandle>) -> Self {
        let queue = Shared::new(OutputQueue::default());
        handle.feed().add_reader(&queue);
        Self { queue, handle }
    }

    /// The next event. `None` when there will be none any more; [`error`](Self::error) says why.
    pub async fn next(&mut self) -> Option<ShellEvent> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Why the stream ended.
    pub fn error(&self) -> Option<Error> {
        self.handle.feed().error()
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<ShellEvent>> {
        self.queue.poll_next(self.handle.feed(), context)
    }
}

impl Stream for ShellOutput {
    type Item = ShellEvent;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ShellEvent>> {
        self.poll(context)
    }
}

impl fmt::Debug for ShellOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShellOutput").finish_non_exhaustive()
    }
}

impl OutputQueue {
    /// Appends an event. Where too much waits, the reader starts over.
    pub(super) fn push(&self, event: ShellEvent) {
        let mut state = lock(&self.state);
        if state.starts_over {
            return;
        }
        state.bytes += length(&event);
        state.events.push_back(event);
        if state.bytes > MOST_BYTES {
            state.start_over();
        }
        wake(&mut state);
    }

    /// Drops what waits. The reader gets a gap, and what the client has kept when it reads that.
    pub(super) fn start_over(&self) {
        let mut state = lock(&self.state);
        state.start_over();
        wake(&mut state);
    }

    /// What the reader gets next, before all that is pushed from now on.
    pub(super) fn begin(&self, kept: Kept, exit_code: Option<i32>) {
        let mut state = lock(&self.state);
        state.kept = kept;
        state.events.extend(exit_code.map(ShellEvent::Exited));
        state.starts_over = false;
    }

    pub(super) fn end(&self) {
        let mut state = lock(&self.state);
        state.ended = true;
        wake(&mut state);
    }

    fn poll_next(&self, feed: &ShellFeed, context: &mut Context<'_>) -> Poll<Option<ShellEvent>> {
        let mut state = lock(&self.state);
        if let Some(piece) = state.kept.next() {
            return Poll::Ready(Some(ShellEvent::Output(piece)));
        }
        if state.starts_over {
            // Whoever pushes holds the lock of the feed before this one.
            drop(state);
            feed.begin(self);
            return Poll::Ready(Some(ShellEvent::Gap));
        }
        if let Some(event) = state.events.pop_front() {
            state.bytes = state.bytes.saturating_sub(length(&event));
            return Poll::Ready(Some(event));
        }
        if state.ended {
            return Poll::Ready(None);
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

impl State {
    fn start_over(&mut self) {
        self.events = VecDeque::new();
        self.bytes = 0;
        self.starts_over = true;
    }
}

fn length(event: &ShellEvent) -> usize {
    match event {
        ShellEvent::Output(text) => text.as_bytes().len(),
        _ => 0,
    }
}

fn wake(state: &mut State) {
    if let Some(reader) = state.reader.take() {
        reader.wake();
    }
}
