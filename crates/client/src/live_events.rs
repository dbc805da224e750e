//! What changes in a live value, as events.

use std::fmt;
use std::sync::Mutex;

use crate::error::Error;
use crate::live::Live;
use crate::send::{MaybeSend, Shared, lock};
use crate::watch::{Subscription, Watch};

/// A stream of the differences between the values of a [`Live`]. It outlives broken links: what changed meanwhile is told after
/// them.
#[must_use = "a stream does nothing unless it is read"]
pub struct LiveEvents<T, E> {
    live: Live<T>,
    watch: Watch<Option<T>>,
    /// The first value that was heard of, which is what the first differences are told from.
    first: Shared<Mutex<Option<T>>>,
    /// Ends once the reader has the first value.
    hearing: Option<Subscription>,
    /// As the reader knows it; `None` before the first value.
    known: Option<T>,
    /// Last first.
    waiting: Vec<E>,
    compare: fn(&T, &T, &mut Vec<E>),
}

impl<T: Clone + PartialEq + MaybeSend + 'static, E> LiveEvents<T, E> {
    pub(crate) fn new(live: Live<T>, compare: fn(&T, &T, &mut Vec<E>)) -> Self {
        let first = Shared::new(Mutex::new(None));
        let heard = first.clone();
        let hearing = live.subscribe(move |value: &Option<T>| {
            let mut first = lock(&heard);
            if first.is_none() {
                first.clone_from(value);
            }
        });
        Self {
            watch: live.watch(),
            live,
            first,
            hearing: Some(hearing),
            known: None,
            waiting: Vec::new(),
            compare,
        }
    }

    /// Waits until the first value is known: what changes from then on is told.
    ///
    /// # Errors
    /// The reason where the sandbox refuses to tell the value, `Closed` where the client is gone.
    pub async fn begun(&self) -> Result<(), Error> {
        self.live.wait_for(|_| Some(())).await
    }

    /// The next change. `None` when there will be none any more; [`error`](Self::error) says why.
    pub async fn next(&mut self) -> Option<E> {
        loop {
            if let Some(event) = self.waiting.pop() {
                return Some(event);
            }
            if let Some(now) = self.watch.get() {
                if let Some(hearing) = self.hearing.take() {
                    drop(hearing);
                    self.known = lock(&self.first).take();
                }
                if let Some(known) = &self.known {
                    (self.compare)(known, &now, &mut self.waiting);
                    self.waiting.reverse();
                }
                self.known = Some(now);
            }
            if self.waiting.is_empty() {
                if self.live.error().is_some() {
                    return None;
                }
                self.watch.changed().await?;
            }
        }
    }

    /// Why the stream ended.
    pub fn error(&self) -> Option<Error> {
        self.live.error()
    }
}

impl<T, E> fmt::Debug for LiveEvents<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LiveEvents")
    }
}
