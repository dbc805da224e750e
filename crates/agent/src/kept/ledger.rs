//! One client over all of its links.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use super::log::Log;
use crate::link::Visitor;
use crate::session::Line;

/// So many numbers of earlier links are remembered even where nothing runs under them.
const MOST_NUMBERS: usize = 64;

/// What one client asked and was answered, and which of its links serves it now.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(super) token: String,
    user_id: String,
    session_id: Option<String>,
    /// The order of the client's operations.
    pub(crate) line: Line,
    /// Held while a request is taken up, so that those of a new link come behind those of the one before.
    turn: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The client number whose requests are taken.
    serving: u32,
    /// Whether answers go out to it.
    is_linked: bool,
    /// The numbers of its links, oldest first: requests may still run and watches be kept under each.
    numbers: Vec<u32>,
    log: Log,
}

/// What is to be done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It is to be run.
    New,
    /// It runs or has run, and its answer was sent or will be.
    Known,
    /// The client came back over another link, and sends it again there.
    Replaced,
}

impl Ledger {
    pub(super) fn new(number: u32, token: String, visitor: &Visitor) -> Self {
        Self {
            token,
            user_id: visitor.user_id.clone(),
            session_id: visitor.session_id.clone(),
            line: Line::default(),
            turn: Arc::default(),
            state: Mutex::new(State {
                serving: number,
                is_linked: true,
                numbers: vec![number],
                log: Log::default(),
            }),
        }
    }

    /// Names the client to the agent when it comes back.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Whether a visitor is who the client was.
    pub(super) fn is_of(&self, visitor: &Visitor) -> bool {
        self.user_id == visitor.user_id && self.session_id == visitor.session_id
    }

    /// Whether a client number is, or was, this client's.
    pub(crate) fn has(&self, number: u32) -> bool {
        self.lock().numbers.contains(&number)
    }

    /// Waits until the request before was taken up, by whichever link it came.
    pub(crate) async fn turn(&self) -> OwnedMutexGuard<()> {
        self.turn.clone().lock_owned().await
    }

    /// Takes note of a request that came over a link.
    pub(crate) fn arrive(&self, number: u32, id: u64) -> Arrival {
        let mut state = self.lock();
        if state.serving != number {
            Arrival::Replaced
        } else if state.log.begin(id) {
            Arrival::New
        } else {
            Arrival::Known
        }
    }

    /// Takes note of an answer, and sends it where there is a link. Under the lock, so that the log has the link's order.
    pub(super) fn answer(
        &self,
        id: u64,
        method: &str,
        frame: Bytes,
        send: impl FnOnce(u32, Bytes),
    ) {
        let mut state = self.lock();
        state.log.answer(id, method, &frame, Instant::now());
        if state.is_linked {
            send(state.serving, frame);
        }
    }

    /// The link is gone. Says whether it was the one that served.
    pub(super) fn lose(&self, number: u32) -> bool {
        let mut state = self.lock();
        let was_serving = state.serving == number;
        state.is_linked &= !was_serving;
        was_serving
    }

    /// The client is back over another link, from which requests are taken from now on; answers wait for [`Ledger::attach`]. Gives the
    /// number before, and those that are of no use any more.
    ///
    /// `None` where it cannot be shown that nothing was lost, and all stays as it was.
    pub(super) fn claim(&self, number: u32, seen: Option<u64>) -> Option<(u32, Vec<u32>)> {
        let mut state = self.lock();
        if !state.log.resume(seen) {
            return None;
        }
        state.numbers.push(number);
        let surplus = state.numbers.len().saturating_sub(MOST_NUMBERS);
        let mut done = Vec::new();
        if state.log.is_idle() {
            done.extend(state.numbers.drain(..surplus));
        }
        state.is_linked = false;
        Some((std::mem::replace(&mut state.serving, number), done))
    }

    /// Sends what the client did not see, and from now on all answers.
    pub(crate) fn attach(&self, number: u32, mut send: impl FnMut(u32, Bytes)) {
        let mut state = self.lock();
        // Another link may have taken over in the meantime.
        if state.serving == number {
            state.is_linked = true;
            for frame in state.log.unseen() {
                send(number, frame.clone());
            }
        }
    }

    /// Whether the client has no link, and the last was that of `number`.
    pub(super) fn is_away_since(&self, number: u32) -> bool {
        let state = self.lock();
        state.serving == number && !state.is_linked
    }

    /// Whether it is the link of `number` whose requests are taken.
    pub(super) fn is_served_by(&self, number: u32) -> bool {
        self.lock().serving == number
    }

    pub(super) fn numbers(&self) -> Vec<u32> {
        self.lock().numbers.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
