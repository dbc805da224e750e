//! A value that changes, and who wants to know.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::send::{Listener, MaybeSend, MaybeSync, Shared, Weak, lock};

/// The newest value of something that changes.
///
/// Read it with [`get`](Watch::get), be called back with [`subscribe`](Watch::subscribe), or wait with
/// [`changed`](Watch::changed) or as a [`Stream`]. Callbacks see every value, in order. Waiting sees the newest
/// one and may skip values in between. A clone has a place of its own in the sequence.
pub struct Watch<T> {
    cell: Shared<Cell<T>>,
    waiter: u64,
    seen: u64,
}

/// Ends the callbacks of [`Watch::subscribe`] when it is dropped.
#[must_use = "the callbacks end when the subscription is dropped"]
pub struct Subscription {
    owner: Weak<dyn Unsubscribe>,
    listener: u64,
}

/// The end that sets the value. Dropping it ends the streams.
pub(crate) struct WatchSender<T> {
    cell: Shared<Cell<T>>,
}

struct Cell<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    value: T,
    version: u64,
    next: u64,
    listeners: Vec<(u64, Listener<T>)>,
    waiters: Vec<(u64, Waker)>,
    closed: bool,
}

/// What a subscription needs of its cell, whatever the type of the value.
trait Unsubscribe: MaybeSend + MaybeSync {
    fn unsubscribe(&self, listener: u64);
}

impl<T: Clone + MaybeSend + 'static> Watch<T> {
    /// The value now.
    pub fn get(&self) -> T {
        lock(&self.cell.state).value.clone()
    }

    /// Calls `callback` with every value from now on, but not with the one that is there.
    ///
    /// Callbacks are called one after the other by the client's own task, so they should be short. One that
    /// panics does not keep the others from being called. They may use the client; what they ask for happens
    /// after all have been called.
    pub fn subscribe(
        &self,
        callback: impl Fn(&T) + MaybeSend + MaybeSync + 'static,
    ) -> Subscription {
        let mut state = lock(&self.cell.state);
        let listener = state.number();
        state.listeners.push((listener, Shared::new(callback)));
        drop(state);
        let cell: Shared<dyn Unsubscribe> = self.cell.clone();
        Subscription {
            owner: Shared::downgrade(&cell),
            listener,
        }
    }

    /// Waits for a value that this handle has not returned yet. `None` once the client is gone.
    ///
    /// Where nothing was asked of the handle before, nor of the one that it is a clone of, the value that is there comes at once unless it is
    /// the first that there ever was. To wait for what comes from now on, take that one first.
    pub async fn changed(&mut self) -> Option<T> {
        poll_fn(|context| self.poll_changed(context)).await
    }

    /// How many subscriptions and waiting streams there are.
    pub fn subscribers(&self) -> usize {
        let state = lock(&self.cell.state);
        state.listeners.len() + state.waiters.len()
    }

    fn poll_changed(&mut self, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = lock(&self.cell.state);
        if state.version != self.seen {
            self.seen = state.version;
            return Poll::Ready(Some(state.value.clone()));
        }
        if state.closed {
            return Poll::Ready(None);
        }
        match state.waiters.iter_mut().find(|(id, _)| *id == self.waiter) {
            Some((_, waker)) => waker.clone_from(context.waker()),
            None => {
                let waiter = (self.waiter, context.waker().clone());
                state.waiters.push(waiter);
            }
        }
        Poll::Pending
    }
}

impl<T: Clone + MaybeSend + 'static> Stream for Watch<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.poll_changed(context)
    }
}

impl<T> Clone for Watch<T> {
    fn clone(&self) -> Self {
        Self {
            cell: self.cell.clone(),
            waiter: lock(&self.cell.state).number(),
            seen: self.seen,
        }
    }
}

impl<T> Drop for Watch<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.cell.state);
        state.waiters.retain(|(id, _)| *id != self.waiter);
    }
}

impl<T: fmt::Debug> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch")
            .field(&lock(&self.cell.state).value)
            .finish()
    }
}

impl<T> PartialEq for Watch<T> {
    /// Whether both are of the same value of the same client.
    fn eq(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.cell, &other.cell)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(owner) = self.owner.upgrade() {
            owner.unsubscribe(self.listener);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

impl<T: MaybeSend> Unsubscribe for Cell<T> {
    fn unsubscribe(&self, listener: u64) {
        let mut state = lock(&self.state);
        let place = state.listeners.iter().position(|(id, _)| *id == listener);
        let removed = place.map(|place| state.listeners.remove(place));
        // The callback may own anything, so it is dropped outside of the lock.
        drop(state);
        drop(removed);
    }
}

impl<T> State<T> {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

impl<T: Clone> WatchSender<T> {
    pub(crate) fn new(value: T) -> (Self, Watch<T>) {
        let cell = Shared::new(Cell {
            state: Mutex::new(State {
                value,
                version: 0,
                next: 1,
                listeners: Vec::new(),
                waiters: Vec::new(),
                closed: false,
            }),
        });
        let watch = Watch {
            cell: cell.clone(),
            waiter: 1,
            seen: 0,
        };
        (Self { cell }, watch)
    }

    /// Sets the value and tells all.
    pub(crate) fn set(&self, value: T) {
        let mut state = lock(&self.cell.state);
        state.value = value.clone();
        state.version += 1;
        let waiters = std::mem::take(&mut state.waiters);
        let listeners: Vec<u64> = state.listeners.iter().map(|(id, _)| *id).collect();
        drop(state);
        for (_, waker) in waiters {
            waker.wake();
        }
        for id in listeners {
            // Looked up again each time: an earlier callback may have ended this subscription.
            let listener = lock(&self.cell.state)
                .listeners
                .iter()
                .find(|(other, _)| *other == id)
                .map(|(_, listener)| listener.clone());
            if let Some(listener) = listener {
                // A callback that panics must not starve the others; the panic hook has reported it.
                let _ = catch_unwind(AssertUnwindSafe(|| listener(&value)));
            }
        }
    }
}

impl<T> Drop for WatchSender<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.cell.state);
        state.closed = true;
        let waiters = std::mem::take(&mut state.waiters);
        let listeners = std::mem::take(&mut state.listeners);
        drop(state);
        drop(listeners);
        for (_, waker) in waiters {
            waker.wake();
        }
    }
}
