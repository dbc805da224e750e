//! The memory of large messages, used again. The system's fresh memory costs more than the bytes that are copied into it.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, sleep_until};

use super::LENGTH;

/// How many messages are remembered.
const MOST: usize = 10;
/// Smaller ones find memory that was used before by themselves.
const SMALLEST: usize = 128 * 1024;
/// Larger ones are not remembered, so that no more than 10 MiB are.
const LARGEST: usize = 1024 * 1024;
/// How long memory that nobody uses stays after the last large message.
const KEPT: Duration = Duration::from_secs(1);

/// The large messages that were handed out last. Once nobody else has one, its memory is taken for another.
#[derive(Debug, Default)]
pub(super) struct Lent {
    messages: Vec<Bytes>,
    until: Option<Instant>,
}

impl Lent {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Remembers a message that is handed out.
    pub(super) fn remember(&mut self, message: &Bytes) {
        if (SMALLEST..=LARGEST).contains(&message.len()) && self.messages.len() < MOST {
            self.messages.push(message.clone());
            self.until = Some(Instant::now() + KEPT);
        }
    }

    /// Memory that a message had which nobody has any more, with room for `length` bytes. It begins with `content`.
    pub(super) fn reuse(&mut self, content: &[u8], length: usize) -> Option<BytesMut> {
        // The length that stood before the message had its place there too.
        let is_free = |message: &Bytes| LENGTH + message.len() >= length && message.is_unique();
        let place = self.messages.iter().position(is_free)?;
        let mut memory = self.messages.swap_remove(place).try_into_mut().ok()?;
        memory.clear();
        memory.reserve(length);
        memory.extend_from_slice(content);
        Some(memory)
    }

    /// Ends when it is time to [let go](Self::let_go).
    pub(super) async fn until(&self) {
        match self.until {
            Some(until) => sleep_until(until).await,
            None => std::future::pending().await,
        }
    }

    /// Gives the memory back that nobody uses.
    pub(super) fn let_go(&mut self) {
        *self = Self::default();
    }
}
