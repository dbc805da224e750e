//! Reading messages.

use std::io;

use bytes::{Buf, BufMut, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::lent::Lent;
use super::{CHUNK, HEAD, LENGTH, MAX_LENGTH, Message, decode, invalid};

/// Reads messages from one end of a link.
#[derive(Debug)]
pub struct LinkReader<R> {
    reader: R,
    /// What has arrived and is not yet a whole message.
    buffer: BytesMut,
    lent: Lent,
}

impl<R: AsyncRead + Unpin> LinkReader<R> {
    /// A reader that has read nothing yet.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: BytesMut::new(),
            lent: Lent::default(),
        }
    }

    /// Reads the next message; `None` at an end between two messages.
    ///
    /// Dropping the future loses nothing: what has arrived stays in the reader. Payloads share the reader's
    /// buffer and are not copied. The runtime needs its timer: memory of large messages is kept for the next ones, for a second.
    ///
    /// # Errors
    /// `InvalidData` where the bytes are no message, `UnexpectedEof` at an end inside a message, and what the
    /// stream itself fails with. The link is of no use after any of them.
    pub async fn read(&mut self) -> io::Result<Option<Message>> {
        loop {
            let missing = match self.buffer.first_chunk() {
                None => CHUNK,
                Some(length) => {
                    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
                    if !(HEAD..=MAX_LENGTH).contains(&length) {
                        return Err(invalid(format!("a message of {length} bytes")));
                    }
                    if self.buffer.len() >= LENGTH + length {
                        return self.take(length).map(Some);
                    }
                    LENGTH + length - self.buffer.len()
                }
            };
            let missing = missing.max(CHUNK);
            self.make_room(missing);
            // No more, whatever room there is: what lies behind a large message has to move.
            let mut room = (&mut self.buffer).limit(missing);
            let read = tokio::select! {
                biased;
                read = self.reader.read_buf(&mut room) => read?,
                () = self.lent.until() => {
                    self.lent.let_go();
                    continue;
                }
            };
            if read == 0 {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }

    #[cfg(test)]
    pub(super) fn remembers_nothing(&self) -> bool {
        self.lent.is_empty()
    }

    #[cfg(test)]
    pub(super) fn read_ahead(&self) -> usize {
        self.buffer.len()
    }

    fn make_room(&mut self, missing: usize) {
        let length = self.buffer.len() + missing;
        if self.buffer.capacity() < length
            && let Some(memory) = self.lent.reuse(&self.buffer, length)
        {
            self.buffer = memory;
        }
        self.buffer.reserve(missing);
    }

    fn take(&mut self, length: usize) -> io::Result<Message> {
        self.buffer.advance(LENGTH);
        let message = self.buffer.split_to(length).freeze();
        if length > CHUNK || self.buffer.is_empty() {
            // What is left moves to a buffer of its own, so that a large message frees its memory when it is dropped.
            self.buffer = BytesMut::from(&self.buffer[..]);
            self.lent.remember(&message);
        }
        decode(message)
    }
}
