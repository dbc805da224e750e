//! The requests that have no answer yet.

use std::collections::VecDeque;
use std::time::Duration;

use yew_sandbox_protocol::Repeat;

use crate::core::{NewRequest, Reply};
use crate::options::QueueLimits;
use crate::outside::{Answer, Frame};
use crate::room::give_back;

/// One request, from its call to its end: the only place that owns it.
pub(crate) struct Pending {
    pub(crate) id: u64,
    pub(crate) reply: Reply<Answer>,
    /// Empty once it was sent and must not be sent again.
    frame: Frame,
    takes_outside: bool,
    this_link: bool,
    repeat: Repeat,
    deadline: Duration,
    sent: bool,
}

/// The table, in the order of the calls, which is the order of the ids.
///
/// A request is found by binary search, and answers mostly come in the order of the requests, where removing is
/// cheap. No request has a nearer deadline than one before it.
#[derive(Default)]
pub(crate) struct Requests {
    pending: VecDeque<Pending>,
    waiting: usize,
    waiting_bytes: usize,
}

impl Requests {
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    pub(crate) fn has_waiting(&self) -> bool {
        self.waiting > 0
    }

    /// The nearest deadline.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.pending.front().map(|request| request.deadline)
    }

    /// Whether one more frame may wait for a connection.
    pub(crate) fn has_room(&self, bytes: usize, limits: &QueueLimits) -> bool {
        self.waiting == 0
            || (self.waiting < limits.requests
                && self.waiting_bytes.saturating_add(bytes) <= limits.bytes)
    }

    /// Adds a request that waits for a connection.
    pub(crate) fn add_waiting(&mut self, request: NewRequest, deadline: Duration) {
        self.waiting += 1;
        self.waiting_bytes += request.frame.len();
        self.add(request, deadline, false);
    }

    /// Adds a request that goes out now, and returns its frame.
    pub(crate) fn add_sent(&mut self, request: NewRequest, deadline: Duration) -> Frame {
        let frame = request.frame.clone();
        self.add(request, deadline, true);
        frame
    }

    /// Takes one out: it was answered or forgotten.
    pub(crate) fn take(&mut self, id: u64) -> Option<Pending> {
        let request = self.pending.remove(self.place(id)?)?;
        give_back(&mut self.pending);
        self.uncount(&request);
        Some(request)
    }

    /// Whether a large content of its answer may stay outside of this program's memory.
    pub(crate) fn takes_outside(&self, id: u64) -> bool {
        let place = self.place(id);
        place.is_some_and(|place| self.pending[place].takes_outside)
    }

    /// One whose time is over.
    pub(crate) fn expired(&self, now: Duration) -> Option<u64> {
        let request = self.pending.front()?;
        (request.deadline <= now).then_some(request.id)
    }

    /// Gives a request, and those behind it, until then at least.
    pub(crate) fn extend(&mut self, id: u64, until: Duration) {
        if let Some(place) = self.place(id) {
            for request in self.pending.range_mut(place..) {
                request.deadline = request.deadline.max(until);
            }
        }
    }

    /// Takes out all.
    pub(crate) fn take_all(&mut self) -> VecDeque<Pending> {
        self.waiting = 0;
        self.waiting_bytes = 0;
        std::mem::take(&mut self.pending)
    }

    /// The link is gone: what can be repeated waits again, the others come out.
    pub(crate) fn take_interrupted(&mut self) -> Vec<Pending> {
        let mut interrupted = Vec::new();
        let mut kept = VecDeque::with_capacity(self.pending.len());
        for mut request in self.pending.drain(..) {
            if request.sent && request.repeat == Repeat::Once {
                interrupted.push(request);
                continue;
            }
            if request.sent {
                request.sent = false;
                self.waiting += 1;
                self.waiting_bytes += request.frame.len();
            }
            kept.push_back(request);
        }
        self.pending = kept;
        interrupted
    }

    /// One that is for this link only.
    pub(crate) fn of_link(&self) -> Option<u64> {
        let mut of_link = self.pending.iter().filter(|request| request.this_link);
        of_link.next().map(|request| request.id)
    }

    /// Marks all that wait as sent and hands out their frames, in order.
    pub(crate) fn take_unsent(&mut self) -> Vec<(u64, Frame)> {
        if self.waiting == 0 {
            return Vec::new();
        }
        let mut frames = Vec::with_capacity(self.waiting);
        for request in &mut self.pending {
            if !request.sent {
                request.sent = true;
                let frame = match request.repeat {
                    Repeat::Repeatable => request.frame.clone(),
                    Repeat::Once => std::mem::take(&mut request.frame),
                };
                frames.push((request.id, frame));
            }
        }
        self.waiting = 0;
        self.waiting_bytes = 0;
        frames
    }

    fn place(&self, id: u64) -> Option<usize> {
        self.pending
            .binary_search_by_key(&id, |request| request.id)
            .ok()
    }

    fn add(&mut self, request: NewRequest, deadline: Duration, sent: bool) {
        let keep = !sent || request.repeat == Repeat::Repeatable;
        let place = match self.pending.back() {
            // Two threads that call at once may push in the other order than they took their ids.
            Some(last) if last.id > request.id => {
                self.pending.partition_point(|other| other.id < request.id)
            }
            _ => self.pending.len(),
        };
        let deadline = match self.pending.get(place) {
            Some(next) => deadline.min(next.deadline),
            None => deadline,
        };
        self.pending.insert(
            place,
            Pending {
                id: request.id,
                reply: request.reply,
                frame: if keep {
                    request.frame
                } else {
                    Frame::default()
                },
                takes_outside: request.takes_outside,
                this_link: request.this_link,
                repeat: request.repeat,
                deadline,
                sent,
            },
        );
    }

    fn uncount(&mut self, request: &Pending) {
        if !request.sent {
            self.waiting -= 1;
            self.waiting_bytes -= request.frame.len();
        }
    }
}
