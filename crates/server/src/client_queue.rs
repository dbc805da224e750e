//! What waits on its way to one client.
//!
//! The agent's link is shared by all clients of a sandbox, so whoever fills this queue never waits: a client
//! that does not take its frames is closed, and its queue emptied.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use yew_sandbox_protocol::limits::MAX_FRAME;

/// WebSocket close code "try again later", for a client that is too slow.
const TOO_SLOW: u16 = 1013;
/// What an entry counts besides its payload, in bytes.
const OVERHEAD: usize = 64;

/// With more than this on its way to a client, it is behind: output that can wait shall wait. 1 MiB.
const BEHIND: usize = 1024 * 1024;
/// With less than this, it is behind no more. 256 KiB.
const CAUGHT_UP: usize = 256 * 1024;

/// What goes to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToClient {
    /// One protocol frame, untouched, or the last part of one.
    Frame(Bytes),
    /// The first or a further part of a protocol frame: nothing else may come before its last one.
    Part(Bytes),
    /// The answer to a heartbeat.
    Ping,
}

/// Why a client is closed, as a WebSocket says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The WebSocket close code.
    pub code: u16,
    /// For people; at most 123 bytes reach the client.
    pub reason: String,
}

/// How much may wait for a client that is slow to take it.
///
/// The default: 4 MiB for as long as it takes; more, up to four of the largest frames, for a client that
/// takes at least one frame every 30 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientQueueBounds {
    /// Bytes that may wait for as long as it takes.
    pub patient: usize,
    /// Bytes that may wait at all. A larger frame passes when nothing else waits.
    pub hard: usize,
    /// How long a client may take nothing while more than `patient` bytes wait, or while it shall be closed.
    pub patience: Duration,
}

impl Default for ClientQueueBounds {
    fn default() -> Self {
        Self {
            patient: 4 * 1024 * 1024,
            hard: 4 * MAX_FRAME,
            patience: Duration::from_secs(30),
        }
    }
}

/// The agent's end of the queue. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ClientSender(Arc<Shared>);

/// The client's end of the queue. Dropping it empties and closes the queue.
#[derive(Debug)]
pub struct ClientReceiver(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    bounds: ClientQueueBounds,
    state: Mutex<State>,
    /// One permit for the one receiver: something changed.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<ToClient>,
    bytes: usize,
    last_taken: Instant,
    /// Set once. Comes after everything that waits.
    closing: Option<Closing>,
    is_behind: bool,
    /// Hears whether the client is behind.
    told: Option<Told>,
}

struct Told(Box<dyn Fn(bool) + Send>);

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

/// Both ends of a new queue.
pub fn client_queue(bounds: ClientQueueBounds) -> (ClientSender, ClientReceiver) {
    let shared = Arc::new(Shared {
        bounds,
        state: Mutex::new(State {
            waiting: VecDeque::new(),
            bytes: 0,
            last_taken: Instant::now(),
            closing: None,
            is_behind: false,
            told: None,
        }),
        changed: Notify::new(),
    });
    (ClientSender(shared.clone()), ClientReceiver(shared))
}

impl ClientSender {
    /// Puts `item` into the queue, or closes the queue where that would exceed its bounds. False: it is closed.
    pub fn send(&self, item: ToClient) -> bool {
        let mut state = self.0.lock();
        if state.closing.is_some() {
            return false;
        }
        let bytes = state.bytes + item.size();
        let bounds = &self.0.bounds;
        let stuck = bytes > bounds.patient && state.last_taken.elapsed() > bounds.patience;
        if !state.waiting.is_empty() && (bytes > bounds.hard || stuck) {
            state.give_up();
        } else {
            if state.waiting.is_empty() {
                // Who had nothing to take was not slow.
                state.last_taken = Instant::now();
            }
            state.waiting.push_back(item);
            state.bytes = bytes;
            state.tell_if_behind();
        }
        let open = state.closing.is_none();
        drop(state);
        self.0.changed.notify_one();
        open
    }

    /// Calls `told` with true when much begins to wait, and with false once little waits again. It must not block.
    pub fn when_behind(&self, told: impl Fn(bool) + Send + 'static) {
        self.0.lock().told = Some(Told(Box::new(told)));
    }

    /// Closes the client after it got what waits. Only the first reason counts.
    pub fn close(&self, closing: Closing) {
        self.0.lock().closing.get_or_insert(closing);
        self.0.changed.notify_one();
    }
}

impl ClientReceiver {
    /// The next item, or why there is none any more.
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    /// The client shall be closed.
    pub async fn next(&mut self) -> Result<ToClient, Closing> {
        loop {
            {
                let mut state = self.0.lock();
                if let Some(item) = state.waiting.pop_front() {
                    state.bytes -= item.size();
                    state.last_taken = Instant::now();
                    state.tell_if_behind();
                    if state.waiting.is_empty() {
                        // An idle client keeps no memory from its last burst.
                        state.waiting = VecDeque::new();
                    }
                    return Ok(item);
                }
                if let Some(closing) = &state.closing {
                    return Err(closing.clone());
                }
            }
            self.0.changed.notified().await;
        }
    }

    /// Waits until the client shall be closed and nothing waits for it any more; or until it took nothing for the
    /// bounds' `patience` while it shall be closed or more than `patient` bytes wait, which empties the queue.
    ///
    /// For whoever is busy with sending an item and wants to know that the next will not be one.
    pub async fn closing(&self) -> Closing {
        loop {
            let end = {
                let mut state = self.0.lock();
                if let (Some(closing), true) = (&state.closing, state.waiting.is_empty()) {
                    return closing.clone();
                }
                let end = state.end_of_patience(&self.0.bounds);
                if end.is_some_and(|end| end <= Instant::now()) {
                    return state.give_up();
                }
                end
            };
            let end = async {
                match end {
                    Some(end) => sleep_until(end).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.0.changed.notified() => {}
                // Nobody need put anything in for that.
                () = end => {}
            }
        }
    }
}

impl Drop for ClientReceiver {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.waiting = VecDeque::new();
        state.bytes = 0;
        state.closing.get_or_insert_with(|| Closing {
            code: 1006,
            reason: "the client left".into(),
        });
    }
}

impl State {
    /// When a client that takes nothing more has had its time; none while what waits may wait for ever.
    fn end_of_patience(&self, bounds: &ClientQueueBounds) -> Option<Instant> {
        let is_impatient = self.closing.is_some() || self.bytes > bounds.patient;
        // A time that cannot be told never comes.
        is_impatient
            .then(|| self.last_taken.checked_add(bounds.patience))
            .flatten()
    }

    /// Empties the queue of a client that is too slow, and closes it.
    fn give_up(&mut self) -> Closing {
        self.waiting = VecDeque::new();
        self.bytes = 0;
        let too_slow = || Closing {
            code: TOO_SLOW,
            reason: "the client takes its frames too slowly".into(),
        };
        self.closing.get_or_insert_with(too_slow).clone()
    }

    /// Under the lock, so that what is told is in order.
    fn tell_if_behind(&mut self) {
        let is_behind = match self.is_behind {
            false => self.bytes > BEHIND,
            true => self.bytes >= CAUGHT_UP,
        };
        if is_behind != self.is_behind {
            self.is_behind = is_behind;
            if let Some(Told(told)) = &self.told {
                told(is_behind);
            }
        }
    }
}

impl Shared {
    /// Nothing is left half done while it is held, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ToClient {
    fn size(&self) -> usize {
        match self {
            Self::Frame(payload) | Self::Part(payload) => payload.len() + OVERHEAD,
            Self::Ping => OVERHEAD,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: ClientQueueBounds = ClientQueueBounds {
        patient: 1000,
        hard: 4000,
        patience: Duration::from_secs(10),
    };

    fn frame(size: usize) -> ToClient {
        ToClient::Frame(Bytes::from(vec![0; size - OVERHEAD]))
    }

    #[tokio::test(start_paused = true)]
    async fn items_come_in_order_and_the_reason_last() {
        let (sender, mut receiver) = client_queue(BOUNDS);
        assert!(sender.send(frame(100)));
        assert!(sender.send(ToClient::Ping));
        let closing = Closing {
            code: 1001,
            reason: "sleep".into(),
        };
        sender.close(closing.clone());
        sender.close(Closing {
            code: 1012,
            reason: "later".into(),
        });
        assert!(!sender.send(ToClient::Ping));
        assert_eq!(receiver.next().await, Ok(frame(100)));
        assert_eq!(receiver.next().await, Ok(ToClient::Ping));
        assert_eq!(receiver.closing().await, closing);
        assert_eq!(receiver.next().await, Err(closing));
    }

    #[tokio::test(start_paused = true)]
    async fn single_frame_of_any_size_passes_an_empty_queue() {
        let (sender, mut receiver) = client_queue(BOUNDS);
        assert!(sender.send(frame(1_000_000)));
        assert_eq!(receiver.next().await, Ok(frame(1_000_000)));
        assert!(sender.send(frame(1_000_000)));
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_the_hard_bound_closes_at_once_and_frees_the_queue() {
        let (sender, mut receiver) = client_queue(BOUNDS);
        assert!(sender.send(frame(2000)));
        assert!(sender.send(frame(2000)));
        assert!(!sender.send(frame(100)));
        assert_eq!(sender.0.lock().bytes, 0);
        assert_eq!(receiver.next().await.unwrap_err().code, TOO_SLOW);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_for_who_takes_nothing_and_not_for_who_does() {
        let (sender, mut receiver) = client_queue(BOUNDS);
        assert!(sender.send(frame(800)));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(
            sender.send(frame(100)),
            "little may wait for as long as it takes"
        );
        assert!(receiver.next().await.is_ok());
        assert!(sender.send(frame(1500)));
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(receiver.next().await.is_ok());
        assert!(sender.send(frame(1500)));
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(sender.send(ToClient::Ping));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(!sender.send(ToClient::Ping));
        assert_eq!(receiver.next().await.unwrap_err().code, TOO_SLOW);
    }

    /// Patience ended only with a further item, so what waited for a client of a quiet agent waited for ever.
    #[tokio::test(start_paused = true)]
    async fn patience_ends_without_another_item() {
        let (sender, receiver) = client_queue(BOUNDS);
        let begun = Instant::now();
        assert!(sender.send(frame(1500)));
        let closing = tokio::time::timeout(2 * BOUNDS.patience, receiver.closing());
        assert_eq!(closing.await.unwrap().code, TOO_SLOW);
        assert_eq!(begun.elapsed(), BOUNDS.patience);
        assert_eq!(sender.0.lock().bytes, 0);
        assert!(!sender.send(frame(100)));
    }

    #[tokio::test(start_paused = true)]
    async fn little_waits_until_the_client_shall_be_closed_and_then_as_long_as_patience_lasts() {
        let (sender, mut receiver) = client_queue(BOUNDS);
        let minute = Duration::from_secs(60);
        for _ in 0..3 {
            assert!(sender.send(frame(100)));
        }
        let closing = tokio::time::timeout(minute, receiver.closing());
        assert!(closing.await.is_err());
        assert!(receiver.next().await.is_ok());
        let asked = Closing {
            code: 1001,
            reason: "sleep".into(),
        };
        sender.close(asked.clone());
        let almost = BOUNDS.patience - Duration::from_secs(1);
        let closing = tokio::time::timeout(almost, receiver.closing());
        assert!(closing.await.is_err());
        assert_eq!(receiver.next().await, Ok(frame(100)));
        let begun = Instant::now();
        let closing = tokio::time::timeout(2 * BOUNDS.patience, receiver.closing());
        assert_eq!(closing.await.unwrap(), asked);
        assert_eq!(begun.elapsed(), BOUNDS.patience);
        assert_eq!(sender.0.lock().bytes, 0);
    }

    #[tokio::test]
    async fn who_is_behind_is_told_once_and_so_is_the_end_of_it() {
        let (sender, mut receiver) = client_queue(ClientQueueBounds::default());
        let told = Arc::new(Mutex::new(Vec::new()));
        let own = told.clone();
        sender.when_behind(move |is_behind| own.lock().unwrap().push(is_behind));
        for _ in 0..12 {
            assert!(sender.send(frame(100_000)));
        }
        assert_eq!(*told.lock().unwrap(), [true]);
        for _ in 0..9 {
            receiver.next().await.unwrap();
        }
        assert_eq!(*told.lock().unwrap(), [true]);
        receiver.next().await.unwrap();
        assert_eq!(*told.lock().unwrap(), [true, false]);
    }

    #[test]
    fn dropped_receiver_takes_nothing_more() {
        let (sender, receiver) = client_queue(BOUNDS);
        drop(receiver);
        assert!(!sender.send(ToClient::Ping));
    }
}
