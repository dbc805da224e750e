//! What goes to an agent that can resume this client, and has no answer yet.

use std::collections::VecDeque;
use std::time::Duration;

use yew_sandbox_protocol::client::Resume;

use crate::outside::Frame;
use crate::room::give_back;

/// Most bytes that are under way at a time. More would only lie in the browser's or the system's queue, and there in memory that
/// nobody has touched before: a page's main thread sends 16 MiB in a third of the time this way. One larger frame goes alone.
const WINDOW: usize = 4 * 1024 * 1024;

/// The frames that go out again where the agent resumes this client: see `docs/src/resume.md`.
#[derive(Default)]
pub(crate) struct Flight {
    /// Names this client to the agent; `None` where the agent cannot resume it.
    token: Option<String>,
    /// The last answer that came.
    answer: Option<u64>,
    /// In the order in which they go out. Answers mostly come in that order, so that one is found at once.
    frames: VecDeque<(u64, Frame)>,
    /// How many of them went out over this connection: the first ones.
    sent: usize,
    /// The bytes of those.
    under_way: usize,
    /// When an answer came last.
    heard: Duration,
}

impl Flight {
    /// The agent of a new connection can resume this client under this token, or not.
    pub(crate) fn begin(&mut self, token: Option<String>) {
        self.token = token;
    }

    /// What to say at the next join; `None` where there is nothing to resume.
    pub(crate) fn resume(&self) -> Option<Resume> {
        Some(Resume {
            token: self.token.clone()?,
            answer: self.answer,
        })
    }

    pub(crate) fn can_resume(&self) -> bool {
        self.token.is_some()
    }

    /// A frame is to go out, once it is its turn.
    pub(crate) fn push(&mut self, id: u64, frame: Frame) {
        self.frames.push_back((id, frame));
    }

    /// The next frame to send now, and its number; `None` where all are sent, or too much is under way.
    pub(crate) fn next(&mut self) -> Option<(u64, Frame)> {
        let (id, frame) = self.frames.get(self.sent)?;
        let under_way = self.under_way + frame.len();
        if self.under_way > 0 && under_way > WINDOW {
            return None;
        }
        self.sent += 1;
        self.under_way = under_way;
        Some((*id, frame.clone()))
    }

    /// Whether all were sent.
    pub(crate) fn is_sent(&self) -> bool {
        self.sent == self.frames.len()
    }

    pub(crate) fn answered(&mut self, id: u64, now: Duration) {
        self.answer = Some(id);
        self.heard = now;
        self.forget(id);
    }

    /// When an answer came last, where a request still waits for its turn.
    pub(crate) fn waits_since(&self, id: u64) -> Option<Duration> {
        let mut unsent = self.frames.range(self.sent..);
        unsent.any(|(other, _)| *other == id).then_some(self.heard)
    }

    /// A request shall not be sent again.
    pub(crate) fn forget(&mut self, id: u64) {
        let Some(place) = self.frames.iter().position(|(sent, _)| *sent == id) else {
            return;
        };
        if let Some((_, frame)) = self.frames.remove(place)
            && place < self.sent
        {
            self.sent -= 1;
            self.under_way -= frame.len();
        }
        give_back(&mut self.frames);
    }

    /// Takes out all that still waits for its turn, in order.
    pub(crate) fn take_unsent(&mut self) -> impl Iterator<Item = Frame> + use<> {
        let unsent = self.frames.split_off(self.sent);
        unsent.into_iter().map(|(_, frame)| frame)
    }

    /// Takes out all that has no answer, in order.
    pub(crate) fn take(&mut self) -> VecDeque<(u64, Frame)> {
        (self.sent, self.under_way) = (0, 0);
        std::mem::take(&mut self.frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::Frame;

    const NOW: Duration = Duration::from_secs(7);

    fn frame(bytes: usize) -> Frame {
        Frame::Inside(bytes::Bytes::from(vec![0; bytes]).into())
    }

    fn goes(flight: &mut Flight) -> usize {
        std::iter::from_fn(|| flight.next()).count()
    }

    #[test]
    fn only_so_much_is_under_way() {
        let mut flight = Flight::default();
        for id in 0..10 {
            flight.push(id, frame(WINDOW / 4));
        }
        assert_eq!(goes(&mut flight), 4);
        flight.answered(0, NOW);
        flight.answered(1, NOW);
        assert_eq!(goes(&mut flight), 2);
        // One that was never sent makes no room.
        assert_eq!(
            (flight.waits_since(9), flight.waits_since(5)),
            (Some(NOW), None)
        );
        flight.forget(9);
        assert_eq!(goes(&mut flight), 0);
        for id in 2..9 {
            flight.answered(id, NOW);
        }
        assert!(flight.is_sent());
        assert_eq!((flight.sent, flight.under_way), (0, 0));
    }

    #[test]
    fn a_frame_larger_than_all_goes_alone() {
        let mut flight = Flight::default();
        for id in 0..3 {
            flight.push(id, frame(WINDOW + 1));
        }
        for id in 0..3 {
            assert_eq!(goes(&mut flight), 1);
            flight.answered(id, NOW);
        }
        assert!(flight.is_sent());
    }

    #[test]
    fn what_is_taken_out_goes_again_in_order() {
        let mut flight = Flight::default();
        for id in 0..3 {
            flight.push(id, frame(WINDOW / 2));
        }
        assert_eq!(goes(&mut flight), 2);
        let taken = flight.take();
        assert!(taken.iter().map(|(id, _)| *id).eq(0..3));
        for (id, frame) in taken {
            flight.push(id, frame);
        }
        assert_eq!(goes(&mut flight), 2);
    }
}
