//! The order of changes: those that concern the same path happen as they were asked for, all others side by side.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Mutex;

use futures_channel::oneshot;

use super::paths::overlap;
use crate::send::{MaybeSend, Shared, lock};

/// The changes that were asked for and are not done, in that order.
#[derive(Clone, Default)]
pub(super) struct Changes(Shared<Mutex<State>>);

#[derive(Default)]
struct State {
    next: u64,
    entries: VecDeque<Entry>,
}

struct Entry {
    number: u64,
    paths: Vec<String>,
    /// Those who wait for this to be over.
    waiting: Vec<oneshot::Sender<()>>,
}

/// A change that may happen now. Dropping it lets the next one happen.
pub(super) struct Turn {
    changes: Changes,
    number: u64,
}

impl Changes {
    /// Takes a place in the order at once; the future is over when all earlier changes of these absolute paths are.
    pub(super) fn enter(
        &self,
        paths: Vec<String>,
    ) -> impl Future<Output = Turn> + MaybeSend + use<> {
        let mut state = lock(&self.0);
        let number = state.next;
        state.next += 1;
        let mut earlier = Vec::new();
        for entry in &mut state.entries {
            let concerns = |path: &String| entry.paths.iter().any(|other| overlap(path, other));
            if paths.iter().any(concerns) {
                let (sender, over) = oneshot::channel();
                entry.waiting.push(sender);
                earlier.push(over);
            }
        }
        state.entries.push_back(Entry {
            number,
            paths,
            waiting: Vec::new(),
        });
        let turn = Turn {
            changes: self.clone(),
            number,
        };
        async move {
            for over in earlier {
                // It is over as well when it was given up.
                let _ = over.await;
            }
            turn
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = lock(&self.changes.0);
        let place = state
            .entries
            .iter()
            .position(|entry| entry.number == self.number);
        let entry = place.and_then(|place| state.entries.remove(place));
        drop(state);
        for waiting in entry.into_iter().flat_map(|entry| entry.waiting) {
            let _ = waiting.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn only_changes_of_the_same_path_wait_for_each_other() {
        let changes = Changes::default();
        let enter = |path: &str| Box::pin(changes.enter(vec![path.to_owned()]));
        let mut context = Context::from_waker(Waker::noop());
        let mut first = enter("/a/b");
        let mut second = enter("/a");
        let mut other = enter("/c");
        let mut third = enter("/a/d");
        let std::task::Poll::Ready(turn) = first.as_mut().poll(&mut context) else {
            panic!("nothing is before it");
        };
        assert!(other.as_mut().poll(&mut context).is_ready());
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(turn);
        // One that is given up makes way too.
        drop(second);
        assert!(third.as_mut().poll(&mut context).is_ready());
    }
}
