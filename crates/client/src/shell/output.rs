//! A shell's output, as a stream.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use yew_sandbox_protocol::SharedText;

use super::handle::ShellHandle;
use crate::error::Error;
use crate::send::{Shared, lock};

/// Most bytes that wait for a reader. Past it they are dropped, and the reader gets what the client has kept.
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
    events: VecDeque<ShellEvent>,
    bytes: usize,
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
        poll_fn(|context| self.queue.poll_next(context)).await
    }

    /// Why the stream ended.
    pub fn error(&self) -> Option<Error> {
        self.handle.feed().error()
    }
}

impl Stream for ShellOutput {
    type Item = ShellEvent;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ShellEvent>> {
        self.queue.poll_next(context)
    }
}

impl fmt::Debug for ShellOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShellOutput").finish_non_exhaustive()
    }
}

impl OutputQueue {
    /// Appends an event. Where too much waits, it becomes a gap and `kept`.
    pub(super) fn push<'a>(
        &self,
        event: ShellEvent,
        kept: impl FnOnce() -> Box<dyn Iterator<Item = SharedText> + 'a>,
    ) {
        let mut state = lock(&self.state);
        state.bytes += length(&event);
        state.events.push_back(event);
        if state.bytes > MOST_BYTES {
            let exit = state.events.pop_back().filter(|event| length(event) == 0);
            state.events.clear();
            state.events.push_back(ShellEvent::Gap);
            state.bytes = 0;
            for piece in kept() {
                state.bytes += piece.as_bytes().len();
                state.events.push_back(ShellEvent::Output(piece));
            }
            state.events.extend(exit);
        }
        wake(&mut state);
    }

    pub(super) fn end(&self) {
        let mut state = lock(&self.state);
        state.ended = true;
        wake(&mut state);
    }

    fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<ShellEvent>> {
        let mut state = lock(&self.state);
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
