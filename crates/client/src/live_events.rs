//! What changes in a live value, as events.

use std::fmt;

use crate::error::Error;
use crate::live::Live;
use crate::send::MaybeSend;
use crate::watch::Watch;

/// A stream of the differences between the values of a [`Live`]. It outlives broken links: what changed meanwhile is told after
/// them.
#[must_use = "a stream does nothing unless it is read"]
pub struct LiveEvents<T, E> {
    live: Live<T>,
    watch: Watch<Option<T>>,
    /// As the reader knows it; `None` before the first value.
    known: Option<T>,
    /// Last first.
    waiting: Vec<E>,
    compare: fn(&T, &T, &mut Vec<E>),
}

impl<T: Clone + PartialEq + MaybeSend + 'static, E> LiveEvents<T, E> {
    pub(crate) fn new(live: Live<T>, compare: fn(&T, &T, &mut Vec<E>)) -> Self {
        Self {
            watch: live.watch(),
            live,
            known: None,
            waiting: Vec::new(),
            compare,
        }
    }

    /// The next change. `None` when there will be none any more; [`error`](Self::error) says why.
    pub async fn next(&mut self) -> Option<E> {
        loop {
            if let Some(event) = self.waiting.pop() {
                return Some(event);
            }
            if let Some(now) = self.watch.get() {
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
