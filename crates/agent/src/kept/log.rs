//! What a client asked and was answered, as far as a broken link may have hidden it from the client.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use yew_sandbox_protocol::limits::{
    KEEP_SECONDS, MAX_KEPT_ANSWER, MAX_KEPT_ANSWERS, MAX_KEPT_BYTES, MAX_KEPT_LOOK,
};
use yew_sandbox_protocol::{ErrorCode, WireError, encode_error};

use super::looks::only_looks;

/// What an answer counts besides its bytes.
const OVERHEAD: usize = 64;
/// How many forgotten answers are freed with each that is kept.
const FREED_AT_ONCE: usize = 8;
/// How long an answer is kept on a link that is whole. By then it was read, or the link was given up long ago. A client that did
/// neither is not resumed when it comes back, which is safe.
const KEEP: Duration = Duration::from_secs(KEEP_SECONDS as u64);

/// The requests of one client over all of its links: those that run, and those that were answered last.
#[derive(Debug, Default)]
pub(super) struct Log {
    running: HashSet<u64>,
    /// The last answers, in the order in which they went out first.
    answers: VecDeque<Answered>,
    /// Of these and of those that are forgotten and not freed.
    bytes: usize,
    /// What the client said that it saw. To free thousands takes a millisecond, for which a client that comes back would wait: so a few are
    /// freed with each answer.
    forgotten: VecDeque<Answered>,
    /// Whether answers were forgotten.
    is_cut: bool,
    /// The numbers that were known when the client came back last. It sends those again of which it has no answer.
    before: HashSet<u64>,
}

/// A request's answer, and when it went out.
#[derive(Debug)]
struct Answered {
    id: u64,
    answer: Answer,
    at: Instant,
}

/// What became of an answer.
#[derive(Debug, PartialEq)]
enum Answer {
    /// It is kept for the case that the client did not see it.
    Kept(Bytes),
    /// It was too large, and is found again by doing the same again.
    Again,
    /// The client saw it. The last such stays, to be named once more where nothing comes after it.
    Seen,
}

impl Log {
    /// Takes note of a request that is to be run; false for one that runs or has run.
    pub(super) fn begin(&mut self, id: u64) -> bool {
        let is_new = !self.before.contains(&id);
        if is_new {
            self.running.insert(id);
        }
        is_new
    }

    /// Takes note of an answer that goes out `now`.
    pub(super) fn answer(&mut self, id: u64, method: &str, frame: &Bytes, now: Instant) {
        self.running.remove(&id);
        let looks = only_looks(method);
        let most = if looks {
            MAX_KEPT_LOOK
        } else {
            MAX_KEPT_ANSWER
        };
        let answer = if frame.len() <= most {
            Answer::Kept(frame.clone())
        } else if looks {
            Answer::Again
        } else {
            Answer::Kept(lost(id, method))
        };
        self.bytes += cost(&answer);
        for _ in 0..FREED_AT_ONCE {
            self.free_one();
        }
        let is_old = |kept: &Answered| now.duration_since(kept.at) > KEEP;
        // The last of the old ones stays: it may be the last that the client saw.
        while self.answers.get(1).is_some_and(is_old) {
            self.forget_first();
        }
        self.answers.push_back(Answered {
            id,
            answer,
            at: now,
        });
        while self.bytes > MAX_KEPT_BYTES && self.free_one() {}
        while self.answers.len() > MAX_KEPT_ANSWERS || self.bytes > MAX_KEPT_BYTES {
            self.forget_first();
        }
    }

    /// Whether nothing runs.
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// The client is back, and the last answer that it saw is that to `seen`. What it saw is forgotten.
    ///
    /// False, and nothing is forgotten, where it cannot be shown that all that the client did not see is still here.
    pub(super) fn resume(&mut self, seen: Option<u64>) -> bool {
        match seen {
            None if self.is_cut => return false,
            None => {}
            Some(seen) => {
                let Some(place) = self.answers.iter().rposition(|kept| kept.id == seen) else {
                    return false;
                };
                let rest = self.answers.split_off(place);
                let mut forgotten = std::mem::replace(&mut self.answers, rest);
                self.forgotten.append(&mut forgotten);
                if let Some(first) = self.answers.front_mut() {
                    self.bytes -= cost(&first.answer);
                    first.answer = Answer::Seen;
                    self.bytes += cost(&Answer::Seen);
                }
                self.is_cut = true;
            }
        }
        let kept = self.answers.iter();
        let kept = kept.filter(|kept| kept.answer != Answer::Again);
        self.before = kept.map(|kept| kept.id).collect();
        self.before.extend(&self.running);
        true
    }

    /// The answers that the client did not see, in order.
    pub(super) fn unseen(&self) -> impl Iterator<Item = &Bytes> {
        self.answers.iter().filter_map(|kept| match &kept.answer {
            Answer::Kept(frame) => Some(frame),
            Answer::Again | Answer::Seen => None,
        })
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.answers.len() + self.forgotten.len()
    }

    /// Frees an answer that is forgotten; false where there is none.
    fn free_one(&mut self) -> bool {
        let Some(forgotten) = self.forgotten.pop_front() else {
            return false;
        };
        self.bytes -= cost(&forgotten.answer);
        true
    }

    fn forget_first(&mut self) {
        if let Some(kept) = self.answers.pop_front() {
            self.bytes -= cost(&kept.answer);
            self.is_cut = true;
        }
    }
}

fn cost(answer: &Answer) -> usize {
    match answer {
        Answer::Kept(frame) => frame.len() + OVERHEAD,
        Answer::Again | Answer::Seen => OVERHEAD,
    }
}

/// What stands in the place of an answer that is too large to be kept.
fn lost(id: u64, method: &str) -> Bytes {
    let message =
        format!("{method} ran before the link broke, and its answer was too large to be kept");
    encode_error(id, method, &WireError::new(ErrorCode::ANSWER_LOST, message))
}
