//! The one ordered queue of everything that happens to a client.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use crate::core::Input;
use crate::send::{Shared, lock};

/// A queue that many push to and the driver takes from, all at once.
#[derive(Clone)]
pub(crate) struct Inbox {
    state: Shared<Mutex<State>>,
}

struct State {
    inputs: VecDeque<Input>,
    driver: Option<Waker>,
    closed: bool,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            state: Shared::new(Mutex::new(State {
                inputs: VecDeque::new(),
                driver: None,
                closed: false,
            })),
        }
    }

    /// Appends an input. After the driver's end it is dropped, which settles whoever waits for it.
    pub(crate) fn push(&self, input: Input) {
        let mut state = lock(&self.state);
        if state.closed {
            drop(state);
            return;
        }
        state.inputs.push_back(input);
        let driver = state.driver.take();
        drop(state);
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    /// Swaps all inputs into `batch`, which must be empty.
    pub(crate) fn poll_take(
        &self,
        context: &mut Context<'_>,
        batch: &mut VecDeque<Input>,
    ) -> Poll<()> {
        let mut state = lock(&self.state);
        if state.inputs.is_empty() {
            state.driver = Some(context.waker().clone());
            return Poll::Pending;
        }
        std::mem::swap(&mut state.inputs, batch);
        Poll::Ready(())
    }

    /// Drops what is queued and whatever comes later.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        let inputs = std::mem::take(&mut state.inputs);
        state.driver = None;
        drop(state);
        drop(inputs);
    }
}
