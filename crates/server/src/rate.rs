//! How often something may happen.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(60);

/// At most so many events in any minute.
#[derive(Debug)]
pub(crate) struct PerMinute {
    bound: usize,
    /// When the latest events happened, oldest first; never more than `bound`.
    latest: Mutex<VecDeque<Instant>>,
}

impl PerMinute {
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            bound,
            latest: Mutex::default(),
        }
    }

    pub(crate) fn bound(&self) -> usize {
        self.bound
    }

    /// Counts an event. False where there were too many; that one is not counted.
    pub(crate) fn allows(&self) -> bool {
        let now = Instant::now();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        while latest
            .front()
            .is_some_and(|event| now.duration_since(*event) >= WINDOW)
        {
            latest.pop_front();
        }
        let allowed = latest.len() < self.bound;
        if allowed {
            latest.push_back(now);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn room_comes_back_after_a_minute() {
        let rate = PerMinute::new(2);
        assert!(rate.allows());
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(rate.allows());
        assert!(!rate.allows());
        tokio::time::advance(Duration::from_secs(30)).await;
        assert!(rate.allows());
        assert!(!rate.allows());
        assert!(!PerMinute::new(0).allows());
    }
}
