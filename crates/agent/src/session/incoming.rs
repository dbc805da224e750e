//! What a client has sent and nobody has handled yet, within bounds.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, WireError, encode_error};

/// How many units may wait: 8,192 requests, or 128 MiB of content.
const ROOM: usize = 8192;
/// The bytes of a unit. As small frames share their buffers in pieces of that size, it bounds the memory too.
const UNIT: usize = 16 * 1024;

/// The agent's end.
#[derive(Debug)]
pub(crate) struct Sender {
    sender: mpsc::UnboundedSender<Received>,
    room: Arc<Semaphore>,
}

/// The session's end.
#[derive(Debug)]
pub(crate) struct Incoming(mpsc::UnboundedReceiver<Received>);

/// A frame; its room is free again when the permit is dropped.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) frame: Bytes,
    pub(crate) permit: OwnedSemaphorePermit,
}

impl Incoming {
    pub(crate) fn new() -> (Sender, Self) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let sender = Sender {
            sender,
            room: Arc::new(Semaphore::new(ROOM)),
        };
        (sender, Self(receiver))
    }

    pub(crate) async fn next(&mut self) -> Option<Received> {
        self.0.recv().await
    }
}

impl Sender {
    /// Hands a frame to the session.
    ///
    /// # Errors
    /// The answer to a request for which there is no room.
    pub(crate) fn send(&self, frame: Bytes) -> Result<(), Option<Bytes>> {
        let units = u32::try_from(1 + frame.len() / UNIT).unwrap_or(u32::MAX);
        match self.room.clone().try_acquire_many_owned(units) {
            Ok(permit) => {
                // A session that is over takes nothing any more, and its client is being closed.
                let _ = self.sender.send(Received { frame, permit });
                Ok(())
            }
            Err(_) => Err(ClientFrame::decode(&frame).ok().map(|frame| {
                let message = format!(
                    "too many requests wait: at most {ROOM}, or {} MiB; wait for answers first",
                    ROOM * UNIT / (1024 * 1024)
                );
                let error = WireError::new(ErrorCode::RATE_LIMIT, message);
                encode_error(frame.id, &frame.method, &error)
            })),
        }
    }
}
