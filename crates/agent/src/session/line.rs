//! The order of a client's operations, over all of its links.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::{
    Mutex, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit,
    RwLock,
};
use tokio::task::unconstrained;

use super::{Effect, Session};

/// Who operates on the sandbox, and who waits for it. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// Held by the operation that begins next, so that they begin in the order in which they were asked for, and one of each client waits
    /// for a thread.
    front: Arc<Mutex<()>>,
    /// Reads share it and changes own it. It is fair, so a client's changes happen in the order in which it asked,
    /// and its reads see what it changed before.
    order: Arc<RwLock<()>>,
}

/// A place in the order of a client's operations.
#[derive(Debug)]
pub(super) enum Turn {
    Shared { _guard: OwnedRwLockReadGuard<()> },
    Own { _guard: OwnedRwLockWriteGuard<()> },
}

impl Line {
    /// Takes a place at the end, and gives what waits until it is the first.
    async fn join(&self) -> impl Future<Output = OwnedMutexGuard<()>> + Send + use<> {
        let mut place = Box::pin(unconstrained(self.front.clone().lock_owned()));
        // Polled once, it stands in the line.
        let mut first = None;
        poll_fn(|context| {
            if let Poll::Ready(guard) = pin!(&mut place).poll(context) {
                first = Some(guard);
            }
            Poll::Ready(())
        })
        .await;
        async move {
            match first {
                Some(guard) => guard,
                None => place.await,
            }
        }
    }

    async fn turn(&self, effect: Effect) -> Turn {
        let order = self.order.clone();
        match effect {
            Effect::Look => Turn::Shared {
                _guard: order.read_owned().await,
            },
            Effect::Change => Turn::Own {
                _guard: order.write_owned().await,
            },
        }
    }
}

impl Session {
    /// Takes the next place in the client's line, and gives what waits there: for the workspace, and until the client's earlier operations
    /// let this one begin. Meanwhile the session goes on with what needs no place.
    pub(super) async fn turn(&self, effect: Effect) -> impl Future<Output = Turn> + Send + use<> {
        let first = self.first(effect).await;
        async move { first.await.0 }
    }

    /// As [`Session::turn`], and for a free thread; `None` when the agent ends.
    pub(super) async fn slot(
        &self,
        effect: Effect,
    ) -> impl Future<Output = Option<(Turn, OwnedSemaphorePermit)>> + Send + use<> {
        let (first, jobs) = (self.first(effect).await, self.sandbox.jobs.clone());
        async move {
            let (turn, _front) = first.await;
            Some((turn, jobs.acquire_owned().await.ok()?))
        }
    }

    /// The client's turn, and the front of its line.
    async fn first(
        &self,
        effect: Effect,
    ) -> impl Future<Output = (Turn, OwnedMutexGuard<()>)> + Send + use<> {
        let place = self.line.join().await;
        let (line, sandbox) = (self.line.clone(), self.sandbox.clone());
        async move {
            let front = place.await;
            sandbox.startup.filled().await;
            (line.turn(effect).await, front)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_came_first_begins_first_whoever_waits_first() {
        let line = Line::default();
        let (first, second) = (line.join().await, line.join().await);
        let third = line.join().await;
        let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
        let wait = |name, place: Box<dyn Future<Output = OwnedMutexGuard<()>> + Send + Unpin>| {
            let done = done.clone();
            tokio::spawn(async move {
                let _first = place.await;
                done.send(name).unwrap();
            })
        };
        let third = wait(3, Box::new(Box::pin(third)));
        let second = wait(2, Box::new(Box::pin(second)));
        tokio::task::yield_now().await;
        assert!(order.try_recv().is_err(), "the first one has not begun");
        let first = wait(1, Box::new(Box::pin(first)));
        for task in [first, second, third] {
            task.await.unwrap();
        }
        let order = std::array::from_fn(|_| order.try_recv().unwrap());
        assert_eq!(order, [1, 2, 3]);
    }

    #[tokio::test]
    async fn who_gives_up_lets_the_next_one_go() {
        let line = Line::default();
        let (first, second) = (line.join().await, line.join().await);
        drop(first);
        second.await;
    }
}
