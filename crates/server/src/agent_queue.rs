//! What waits on its way to an agent.
//!
//! All clients of a sandbox share it. It is bounded by bytes and first come, first served: while it is full,
//! the sockets of those who want to send are not read, and nothing else stops. The server's own messages pass by that bound;
//! they are counted, so that whoever has more of them can tell that the agent takes nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use yew_sandbox_agent::Message;

/// Bytes that may wait, 4 MiB. A larger frame passes alone.
const BOUND: u32 = 4 * 1024 * 1024;
/// What a message counts besides its payload.
const OVERHEAD: u32 = 64;
/// With more of the server's own messages than these on their way, an agent takes none.
const OWN: usize = 1_000;

/// Sends to an agent. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AgentSender {
    queue: mpsc::UnboundedSender<Queued>,
    room: Arc<Semaphore>,
    /// How many of the server's own messages wait.
    own: Arc<AtomicUsize>,
}

/// The agent's end of the queue.
#[derive(Debug)]
pub struct AgentReceiver {
    queue: mpsc::UnboundedReceiver<Queued>,
    /// The room that the message handed out last took. It is free once the next one is asked for.
    taken: Option<OwnedSemaphorePermit>,
    own: Arc<AtomicUsize>,
}

/// The agent is gone: it slept in, crashed, or was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentGone;

#[derive(Debug)]
struct Queued {
    message: Message,
    room: Option<OwnedSemaphorePermit>,
}

/// Both ends of a new queue.
pub fn agent_queue() -> (AgentSender, AgentReceiver) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(BOUND as usize));
    let own = Arc::<AtomicUsize>::default();
    (
        AgentSender {
            queue: sender,
            room,
            own: own.clone(),
        },
        AgentReceiver {
            queue: receiver,
            taken: None,
            own,
        },
    )
}

impl AgentSender {
    /// Sends a message once there is room for it.
    ///
    /// # Errors
    /// The agent is gone.
    pub async fn send(&self, message: Message) -> Result<(), AgentGone> {
        let payload = match &message {
            Message::Frame { payload, .. } => u32::try_from(payload.len()).unwrap_or(BOUND),
            _ => 0,
        };
        let size = payload.saturating_add(OVERHEAD).min(BOUND);
        let room = tokio::select! {
            room = self.room.clone().acquire_many_owned(size) => room.map_err(|_| AgentGone)?,
            // Whoever waits must not wait for a reader that is no more.
            () = self.queue.closed() => return Err(AgentGone),
        };
        self.push(message, Some(room))
    }

    /// Sends a small message of the server itself at once.
    ///
    /// There is no bound to these. Whoever has as many as it likes asks [`AgentSender::is_stuck`] first.
    ///
    /// # Errors
    /// The agent is gone.
    pub fn send_now(&self, message: Message) -> Result<(), AgentGone> {
        self.own.fetch_add(1, Ordering::Relaxed);
        let pushed = self.push(message, None);
        if pushed.is_err() {
            self.own.fetch_sub(1, Ordering::Relaxed);
        }
        pushed
    }

    /// Whether so many of the server's own messages wait that the agent can be told to take nothing.
    pub fn is_stuck(&self) -> bool {
        self.own.load(Ordering::Relaxed) >= OWN
    }

    fn push(&self, message: Message, room: Option<OwnedSemaphorePermit>) -> Result<(), AgentGone> {
        let queued = Queued { message, room };
        self.queue.send(queued).map_err(|_| AgentGone)
    }
}

impl AgentReceiver {
    /// The next message; `None` once all senders are gone.
    pub async fn next(&mut self) -> Option<Message> {
        self.taken = None;
        let queued = self.queue.recv().await?;
        Some(self.take(queued))
    }

    /// The next message if one waits.
    pub fn try_next(&mut self) -> Option<Message> {
        self.taken = None;
        let queued = self.queue.try_recv().ok()?;
        Some(self.take(queued))
    }

    fn take(&mut self, queued: Queued) -> Message {
        if queued.room.is_none() {
            self.own.fetch_sub(1, Ordering::Relaxed);
        }
        self.taken = queued.room;
        queued.message
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::time::timeout;

    use super::*;

    fn frame(size: usize) -> Message {
        Message::Frame {
            client: 1,
            payload: Bytes::from(vec![0; size]),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn full_queue_makes_the_sender_wait_until_the_agent_takes() {
        let (sender, mut receiver) = agent_queue();
        sender.send(frame(16 << 20)).await.unwrap();
        let waiting = sender.send(frame(1));
        tokio::pin!(waiting);
        let second = Duration::from_secs(1);
        assert!(timeout(second, &mut waiting).await.is_err());
        // The server's own words pass all the same.
        sender.send_now(Message::Hibernate).unwrap();
        assert_eq!(receiver.next().await, Some(frame(16 << 20)));
        assert!(
            timeout(second, &mut waiting).await.is_err(),
            "still in the agent's hands"
        );
        assert_eq!(receiver.next().await, Some(Message::Hibernate));
        timeout(second, &mut waiting).await.unwrap().unwrap();
        assert_eq!(receiver.try_next(), Some(frame(1)));
        assert_eq!(receiver.try_next(), None);
    }

    #[tokio::test]
    async fn agent_that_takes_none_of_the_servers_own_messages_is_stuck_until_it_takes_one() {
        let (sender, mut receiver) = agent_queue();
        sender.send(frame(1)).await.unwrap();
        for _ in 0..OWN {
            assert!(!sender.is_stuck());
            sender.send_now(Message::Hibernate).unwrap();
        }
        assert!(sender.is_stuck());
        assert_eq!(receiver.next().await, Some(frame(1)));
        assert!(sender.is_stuck());
        assert_eq!(receiver.try_next(), Some(Message::Hibernate));
        assert!(!sender.is_stuck());
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_when_the_agent_is_gone() {
        let (sender, receiver) = agent_queue();
        sender.send(frame(16 << 20)).await.unwrap();
        let waiting = sender.send(frame(1));
        tokio::pin!(waiting);
        assert!(timeout(Duration::from_secs(1), &mut waiting).await.is_err());
        drop(receiver);
        assert_eq!(waiting.await, Err(AgentGone));
    }
}
