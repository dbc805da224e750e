//! How many calls are under way at a time.

use std::collections::VecDeque;
use std::sync::Mutex;

use futures_channel::oneshot;

use crate::send::{Shared, lock};

/// A number of places; whoever finds none free waits in order.
#[derive(Clone)]
pub(super) struct Slots(Shared<Mutex<State>>);

struct State {
    free: usize,
    waiting: VecDeque<oneshot::Sender<Slot>>,
}

/// One place. Dropping it gives it to whoever waits.
pub(super) struct Slot(Option<Slots>);

impl Slots {
    pub(super) fn new(free: usize) -> Self {
        Self(Shared::new(Mutex::new(State {
            free,
            waiting: VecDeque::new(),
        })))
    }

    /// The next place that is free.
    pub(super) async fn take(&self) -> Slot {
        let waiting = {
            let mut state = lock(&self.0);
            if state.free > 0 {
                state.free -= 1;
                return Slot(Some(self.clone()));
            }
            let (sender, waiting) = oneshot::channel();
            state.waiting.push_back(sender);
            waiting
        };
        match waiting.await {
            Ok(slot) => slot,
            // The senders live as long as this does.
            Err(oneshot::Canceled) => Slot(Some(self.clone())),
        }
    }

    /// How many are free.
    pub(super) fn free(&self) -> usize {
        lock(&self.0).free
    }

    /// Whether somebody waits.
    pub(super) fn is_short(&self) -> bool {
        lock(&self.0)
            .waiting
            .iter()
            .any(|waiting| !waiting.is_canceled())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some(slots) = self.0.take() else {
            return;
        };
        loop {
            let next = {
                let mut state = lock(&slots.0);
                let next = state.waiting.pop_front();
                if next.is_none() {
                    state.free += 1;
                }
                next
            };
            let Some(next) = next else {
                return;
            };
            match next.send(Slot(Some(slots.clone()))) {
                Ok(()) => return,
                // Whoever waited went away in the meantime: the next one is asked.
                Err(mut slot) => slot.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn places_are_handed_on_in_order_and_past_those_who_left() {
        let slots = Slots::new(1);
        let Poll::Ready(first) = poll(pin!(slots.take())) else {
            panic!("one is free");
        };
        let mut third = {
            let mut second = Box::pin(slots.take());
            assert!(poll(second.as_mut()).is_pending());
            let mut third = Box::pin(slots.take());
            assert!(poll(third.as_mut()).is_pending());
            third
        };
        assert!(slots.is_short());
        drop(first);
        let Poll::Ready(third) = poll(third.as_mut()) else {
            panic!("the second left");
        };
        assert!(!slots.is_short());
        drop(third);
        assert!(poll(pin!(slots.take())).is_ready());
    }
}
