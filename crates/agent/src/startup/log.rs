//! The events of the start-up, for those who come later.

use std::collections::VecDeque;

use yew_sandbox_protocol::system::InitStatus;

/// Most events that are kept.
const MOST_EVENTS: usize = 1000;
/// Most text that is kept, in bytes: output, and what is said of it.
const MOST_OUTPUT: usize = 256 * 1024;

/// The latest events, numbered from the first that there ever was.
#[derive(Debug, Default)]
pub(super) struct Log {
    events: VecDeque<InitStatus>,
    /// The number of the oldest event that is kept.
    first: u64,
    output: usize,
}

impl Log {
    pub(super) fn push(&mut self, status: InitStatus) {
        self.output += output_of(&status);
        self.events.push_back(status);
        while self.events.len() > MOST_EVENTS || self.output > MOST_OUTPUT {
            if let Some(oldest) = self.events.pop_front() {
                self.output -= output_of(&oldest);
                self.first += 1;
            }
        }
    }

    /// The event with that number, or the oldest after it, and the number of the next.
    pub(super) fn get(&self, number: u64) -> Option<(InitStatus, u64)> {
        let number = number.max(self.first);
        let place = usize::try_from(number - self.first).ok()?;
        let event = self.events.get(place)?;
        Some((event.clone(), number + 1))
    }

    /// The number of the last event.
    pub(super) fn last(&self) -> u64 {
        self.end().saturating_sub(1)
    }

    /// The number that the next event will get.
    pub(super) fn end(&self) -> u64 {
        self.first + self.events.len() as u64
    }
}

fn output_of(status: &InitStatus) -> usize {
    status.stdout.as_ref().map_or(0, String::len) + status.message.len()
}
