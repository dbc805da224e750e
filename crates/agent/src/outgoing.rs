//! The one way out: everything that goes to the server waits here.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use yew_sandbox_protocol::limits::MAX_KEPT_BYTES;
use yew_sandbox_protocol::{Notification, encode_notification};

use crate::fitting::{answered, fitting};
use crate::kept::{Ledger, Ledgers};
use crate::link::{LinkWriter, Message};

/// How much may wait, in units of 1 KiB: two of the largest frames.
const BUDGET: usize = 33 * 1024;
const UNIT: usize = 1024;
/// How much bulk of the kind that its source holds back may wait, in units: 2 MiB. Answers do not wait long behind it.
const BULK: usize = 2 * 1024;

/// A queue to the server that is bounded in bytes. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    sender: mpsc::UnboundedSender<Queued>,
    budget: Arc<Semaphore>,
    bulk: Arc<Semaphore>,
    /// Answers of clients that can come back go by their ledgers.
    ledgers: Ledgers,
}

/// The other end of an [`Outgoing`].
#[derive(Debug)]
pub(crate) struct Queue(mpsc::UnboundedReceiver<Queued>);

#[derive(Debug)]
enum Queued {
    /// The permit goes back once the message is written.
    Message(Message, Option<OwnedSemaphorePermit>),
    End,
}

impl Outgoing {
    pub(crate) fn new(ledgers: Ledgers) -> (Self, Queue) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let outgoing = Self {
            sender,
            budget: Arc::new(Semaphore::new(BUDGET)),
            bulk: Arc::new(Semaphore::new(BULK)),
            ledgers,
        };
        (outgoing, Queue(receiver))
    }

    /// Queues a frame as soon as there is room. One that is too large goes as an error, where it is an answer.
    pub(crate) async fn frame(&self, client: u32, payload: Bytes) {
        let Some(payload) = fitting(payload) else {
            return;
        };
        let units = units(&payload);
        if let Ok(permit) = self.budget.clone().acquire_many_owned(units).await {
            self.pass(client, payload, permit);
        }
    }

    /// Queues the answer to a join, which is not sent again: the client joins again instead.
    pub(crate) async fn unkept(&self, client: u32, payload: Bytes) {
        let Some(payload) = fitting(payload) else {
            return;
        };
        let units = units(&payload);
        if let Ok(permit) = self.budget.clone().acquire_many_owned(units).await {
            self.push(Message::Frame { client, payload }, Some(permit));
        }
    }

    /// Queues the answers that a client did not see on its earlier links; those that come later follow them.
    pub(crate) async fn attach(&self, client: u32, ledger: &Ledger) {
        let most = u32::try_from(MAX_KEPT_BYTES / UNIT).unwrap_or(u32::MAX);
        if let Ok(mut room) = self.budget.clone().acquire_many_owned(most).await {
            ledger.attach(client, |client, payload| {
                // Many small ones take more units than bytes; their number is bounded too.
                let permit = room.split(units(&payload) as usize);
                self.push(Message::Frame { client, payload }, permit);
            });
        }
    }

    /// Queues a frame of at most 1 MiB as soon as there is room for one that its source can hold back.
    pub(crate) async fn bulk(&self, client: u32, payload: Bytes) {
        let units = units(&payload);
        if let Ok(permit) = self.bulk.clone().acquire_many_owned(units).await {
            self.push(Message::Frame { client, payload }, Some(permit));
        }
    }

    /// Queues a frame if there is room now, and says whether there was.
    pub(crate) fn try_frame(&self, client: u32, payload: Bytes) -> bool {
        let units = units(&payload);
        let permit = self.budget.clone().try_acquire_many_owned(units);
        let has_room = permit.is_ok();
        if let Ok(permit) = permit {
            self.pass(client, payload, permit);
        }
        has_room
    }

    /// Queues a notification as soon as there is room.
    pub(crate) async fn notify<N: Notification>(&self, client: u32, notification: &N) {
        self.frame(client, encode_notification(notification)).await;
    }

    /// Queues a small message whatever waits. The caller keeps the number of these bounded.
    pub(crate) fn control(&self, message: Message) {
        self.push(message, None);
    }

    /// Queues a small message if there is room now; without room it is dropped.
    pub(crate) fn try_control(&self, message: Message) {
        if let Ok(permit) = self.budget.clone().try_acquire_owned() {
            self.push(message, Some(permit));
        }
    }

    /// Ends the queue: what was queued before is still written.
    pub(crate) fn end(&self) {
        // The other end is gone only once the link is, and then there is nothing to end.
        let _ = self.sender.send(Queued::End);
    }

    fn pass(&self, client: u32, payload: Bytes, permit: OwnedSemaphorePermit) {
        let frame = payload.clone();
        self.ledgers
            .pass(client, answered(&frame), payload, |client, payload| {
                self.push(Message::Frame { client, payload }, Some(permit));
            });
    }

    fn push(&self, message: Message, permit: Option<OwnedSemaphorePermit>) {
        // Without the link nobody waits for the message.
        let _ = self.sender.send(Queued::Message(message, permit));
    }
}

impl Queue {
    /// Writes what is queued until the end, and flushes whenever nothing waits.
    pub(crate) async fn write_to<W: AsyncWrite + Unpin>(mut self, writer: W) -> io::Result<()> {
        let mut writer = LinkWriter::new(writer).in_parts();
        while let Some(mut queued) = self.0.recv().await {
            loop {
                match queued {
                    Queued::Message(message, _permit) => writer.write(&message).await?,
                    Queued::End => return writer.flush().await,
                }
                match self.0.try_recv() {
                    Ok(next) => queued = next,
                    Err(_) => break,
                }
            }
            writer.flush().await?;
        }
        Ok(())
    }
}

fn units(payload: &Bytes) -> u32 {
    // A frame is at most 16 MiB and a little: the units fit.
    u32::try_from(payload.len() / UNIT + 1).unwrap_or(u32::MAX)
}
