//! The log beside a client that it cannot see, over links that break at any moment.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::time::Instant;
use yew_sandbox_protocol::limits::{MAX_KEPT_ANSWERS, MAX_KEPT_BYTES};

use super::log::Log;

const LOOK: &str = "fs/readFile";
const CHANGE: &str = "fs/rename";

/// What happens next.
#[derive(Clone, Debug)]
enum Happening {
    /// The client asks: for a look or a change, and is answered with so many bytes.
    Ask(bool, usize),
    /// The agent takes a request off the link.
    Arrive,
    /// One of the requests that run is done.
    Done(usize),
    /// The client takes an answer off the link.
    Read,
    Cut,
    ComeBack,
}

/// A client, an agent, and what is on its way between them.
#[derive(Default)]
struct World {
    log: Log,
    is_linked: bool,
    up: VecDeque<u64>,
    down: VecDeque<u64>,
    /// By number: whether it is a look, and how large its answer is.
    asked: BTreeMap<u64, (bool, usize)>,
    unanswered: Vec<u64>,
    seen: Option<u64>,
    running: Vec<u64>,
    /// Which ran, in order.
    ran: Vec<u64>,
    answers: BTreeMap<u64, usize>,
}

impl World {
    fn happen(&mut self, what: &Happening) {
        match what {
            Happening::Ask(is_look, size) => {
                let id = self.asked.len() as u64;
                self.asked.insert(id, (*is_look, *size));
                self.unanswered.push(id);
                if self.is_linked {
                    self.up.push_back(id);
                }
            }
            Happening::Arrive => {
                if let Some(id) = self.up.pop_front()
                    && self.log.begin(id)
                {
                    self.ran.push(id);
                    self.running.push(id);
                }
            }
            Happening::Done(which) if !self.running.is_empty() => {
                let id = self.running.remove(which % self.running.len());
                let (is_look, size) = self.asked[&id];
                let method = if is_look { LOOK } else { CHANGE };
                self.log
                    .answer(id, method, &answer(id, size), Instant::now());
                if self.is_linked {
                    self.down.push_back(id);
                }
            }
            Happening::Read => {
                if let Some(id) = self.down.pop_front() {
                    self.seen = Some(id);
                    self.unanswered.retain(|other| *other != id);
                    *self.answers.entry(id).or_default() += 1;
                }
            }
            Happening::Cut => {
                self.is_linked = false;
                self.up.clear();
                self.down.clear();
            }
            Happening::ComeBack if !self.is_linked => {
                assert!(self.log.resume(self.seen), "all is kept that was not seen");
                self.is_linked = true;
                self.down = self.log.unseen().map(number).collect();
                self.up = self.unanswered.iter().copied().collect();
            }
            Happening::Done(_) | Happening::ComeBack => {}
        }
    }
}

/// An answer's frame of about so many bytes.
fn answer(id: u64, size: usize) -> Bytes {
    yew_sandbox_protocol::encode_answer(id, CHANGE, "x".repeat(size).as_str())
}

fn number(frame: &Bytes) -> u64 {
    crate::fitting::answered(frame).map_or(u64::MAX, |(id, _)| id)
}

fn happening() -> impl Strategy<Value = Happening> {
    let size = prop_oneof![20 => 0..100usize, 2 => 4_000..5_000usize, 1 => 262_000..263_000usize];
    prop_oneof![
        6 => (any::<bool>(), size).prop_map(|(is_look, size)| Happening::Ask(is_look, size)),
        6 => Just(Happening::Arrive),
        6 => any::<usize>().prop_map(Happening::Done),
        5 => Just(Happening::Read),
        2 => Just(Happening::Cut),
        3 => Just(Happening::ComeBack),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    /// Whenever the link breaks: each change runs once, in the order in which the client asked, and each request is answered once.
    #[test]
    fn each_request_runs_and_is_answered_once(what in vec(happening(), 1..120)) {
        let mut world = World::default();
        world.happen(&Happening::ComeBack);
        for what in &what {
            world.happen(what);
        }
        world.happen(&Happening::ComeBack);
        while !world.unanswered.is_empty() {
            world.happen(&Happening::Arrive);
            world.happen(&Happening::Done(0));
            world.happen(&Happening::Read);
        }
        let changes: Vec<_> = world.ran.iter().filter(|id| !world.asked[id].0).collect();
        let all: Vec<_> = world.asked.iter().filter(|(_, (is_look, _))| !is_look).map(|(id, _)| id).collect();
        prop_assert_eq!(changes, all);
        prop_assert_eq!(world.answers.len(), world.asked.len());
        prop_assert!(world.answers.values().all(|count| *count == 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    /// However much is answered: the log stays within its bounds, and resumes whoever missed nothing that is gone.
    #[test]
    fn the_log_is_bounded(sizes in vec(prop_oneof![9 => 0..200usize, 1 => 0..300_000usize], 1..400), many in 0..3usize) {
        let mut log = Log::default();
        let mut id = 0;
        for size in sizes.iter().copied().chain(std::iter::repeat_n(0, many * MAX_KEPT_ANSWERS / 2)) {
            log.begin(id);
            log.answer(id, CHANGE, &answer(id, size), Instant::now());
            id += 1;
            if id % 50 == 0 {
                prop_assert!(log.unseen().map(Bytes::len).sum::<usize>() <= MAX_KEPT_BYTES);
                prop_assert!(log.unseen().count() <= MAX_KEPT_ANSWERS);
            }
        }
        let kept: Vec<_> = log.unseen().map(number).collect();
        prop_assert!(kept.iter().copied().eq(id - kept.len() as u64..id), "the latest are kept");
        let is_whole = kept.len() as u64 == id;
        if let Some(forgotten) = (id - kept.len() as u64).checked_sub(1) {
            prop_assert!(!log.resume(Some(forgotten)));
        }
        prop_assert_eq!(log.resume(None), is_whole);
        let middle = kept[kept.len() / 2];
        prop_assert!(log.resume(Some(middle)));
        prop_assert!(log.unseen().map(number).eq(middle + 1..id));
        prop_assert!(!log.resume(None), "something was forgotten");
    }
}

#[test]
fn what_a_client_saw_is_freed_with_the_answers_that_follow() {
    let mut log = Log::default();
    let ask = |log: &mut Log, ids: std::ops::Range<u64>| {
        for id in ids {
            assert!(log.begin(id));
            log.answer(id, CHANGE, &answer(id, 10), Instant::now());
        }
    };
    ask(&mut log, 0..4_000);
    assert!(log.resume(Some(3_999)));
    assert_eq!(log.unseen().count(), 0);
    ask(&mut log, 4_000..4_500);
    assert_eq!(log.held(), 501);
    // Nor does it count any more.
    ask(&mut log, 4_500..8_000);
    assert_eq!(log.unseen().count(), 4_000);
}

/// On a link that is whole the log grew until its bounds, which are far off.
#[test]
fn what_was_answered_long_ago_is_forgotten_but_for_the_last() {
    let mut log = Log::default();
    let begun = Instant::now();
    let ask = |log: &mut Log, id, seconds| {
        assert!(log.begin(id));
        let now = begun + Duration::from_secs(seconds);
        log.answer(id, CHANGE, &answer(id, 10), now);
    };
    for second in 0..1_000 {
        ask(&mut log, second, second);
        assert!(log.unseen().count() <= 123);
    }
    // Nothing for a while; then the link breaks before the next answer is seen.
    ask(&mut log, 1_000, 5_000);
    assert!(log.resume(Some(999)));
    assert_eq!(log.unseen().map(number).collect::<Vec<_>>(), [1_000]);
}
