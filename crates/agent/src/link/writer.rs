//! Writing messages.

use std::io;

use bytes::{Buf, BufMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use yew_sandbox_protocol::limits::MAX_FRAME;

use super::{CHUNK, HEAD, MAX_LENGTH, Message, PART, Ready};

/// Length of the parts of a large frame, in bytes.
pub(super) const PART_LENGTH: usize = 256 * 1024;

/// Writes messages to one end of a link. Small messages wait for [`LinkWriter::flush`].
#[derive(Debug)]
pub struct LinkWriter<W> {
    writer: W,
    buffer: Vec<u8>,
    /// Frames that are longer go in parts of this length, in bytes.
    longest: usize,
}

impl<W: AsyncWrite + Unpin> LinkWriter<W> {
    /// A writer that has written nothing yet.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            buffer: Vec::new(),
            longest: MAX_FRAME,
        }
    }

    /// Large frames go in parts from now on. An agent may do that; it reads frames that are whole.
    pub fn in_parts(mut self) -> Self {
        self.longest = PART_LENGTH;
        self
    }

    /// Writes one message, perhaps only into the buffer.
    ///
    /// A write that is dropped before its end leaves the link of no use.
    ///
    /// # Errors
    /// `InvalidInput` for a message over the limit; else what the stream fails with.
    pub async fn write(&mut self, message: &Message) -> io::Result<()> {
        let (kind, client) = (message.kind(), message.client());
        let content = match message {
            Message::Frame { payload, .. } if payload.len() <= MAX_FRAME => {
                let mut rest: &[u8] = payload;
                while let Some((part, after)) = rest.split_at_checked(self.longest)
                    && !after.is_empty()
                {
                    self.put(PART, client, part).await?;
                    rest = after;
                }
                return self.put(kind, client, rest).await;
            }
            Message::Frame { payload, .. } | Message::Part { payload, .. } => {
                return self.put(kind, client, payload).await;
            }
            Message::Open { visitor, .. } => serde_json::to_vec(visitor)?,
            Message::Close { code, reason, .. } => {
                [&code.to_be_bytes(), reason.as_bytes()].concat()
            }
            Message::Ready {
                workspace_path,
                version,
            } => serde_json::to_vec(&Ready {
                workspace_path: workspace_path.clone(),
                version: version.clone(),
            })?,
            Message::Allowance(allowance) => serde_json::to_vec(allowance)?,
            Message::Behind { is_behind, .. } => vec![u8::from(*is_behind)],
            Message::Over { reason } => reason.clone().unwrap_or_default().into_bytes(),
            Message::Ping { .. } | Message::Hibernate => Vec::new(),
        };
        self.put(kind, client, &content).await
    }

    async fn put(&mut self, kind: u8, client: u32, payload: &[u8]) -> io::Result<()> {
        let length = HEAD + payload.len();
        let header_length = u32::try_from(length).ok().filter(|_| length <= MAX_LENGTH);
        let Some(header_length) = header_length else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("a message of {length} bytes; at most {MAX_LENGTH} go over the link"),
            ));
        };
        self.buffer.put_u32(header_length);
        self.buffer.put_u8(kind);
        self.buffer.put_u32(client);
        if payload.len() < CHUNK {
            self.buffer.put_slice(payload);
            if self.buffer.len() >= CHUNK {
                self.write_buffer(&[]).await?;
            }
            return Ok(());
        }
        self.write_buffer(payload).await
    }

    /// Sends everything that waits in the buffer.
    ///
    /// # Errors
    /// What the stream fails with.
    pub async fn flush(&mut self) -> io::Result<()> {
        self.write_buffer(&[]).await?;
        self.writer.flush().await
    }

    async fn write_buffer(&mut self, payload: &[u8]) -> io::Result<()> {
        let mut all = Buf::chain(self.buffer.as_slice(), payload);
        self.writer.write_all_buf(&mut all).await?;
        self.buffer.clear();
        Ok(())
    }
}
