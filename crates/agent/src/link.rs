//! The byte stream between the server and the agent, read and written by both.
//!
//! ```text
//! u32 length (big endian, of what follows) | u8 kind | u32 client number | payload
//! ```

use std::fmt;
use std::io;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use yew_sandbox_protocol::limits::MAX_FRAME;

use crate::allowance::Allowance;
pub use crate::visitor::{GitIdentity, Permission, Visitor};

/// One message on the link. The `Debug` form leaves the bytes of frames out.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// From the server: a client was let in.
    Open {
        /// The client's number; never used twice on one link.
        client: u32,
        /// Who it is.
        visitor: Visitor,
    },
    /// From both: one protocol frame, relayed untouched.
    Frame {
        /// The client's number.
        client: u32,
        /// The frame, at most [`MAX_FRAME`] bytes; after parts of it, what was left of it.
        payload: Bytes,
    },
    /// From the agent: the first or a further part of a large frame, so that it can be on its way to the client before it is whole. Its last part is a
    /// [`Message::Frame`]; nothing else that concerns this client comes between.
    Part {
        /// The client's number.
        client: u32,
        /// The part.
        payload: Bytes,
    },
    /// From both: an empty text frame, answered by an empty text frame.
    Ping {
        /// The client's number.
        client: u32,
    },
    /// From the server: the client left. From the agent: the client shall be closed.
    Close {
        /// The client's number.
        client: u32,
        /// The WebSocket close code.
        code: u16,
        /// Why, for people.
        reason: String,
    },
    /// From the server: tell all clients, finish writes, exit. From the agent: a client asked for it.
    Hibernate,
    /// From the server: whether much waits on its way to a client. Output that can wait shall wait then.
    Behind {
        /// The client's number.
        client: u32,
        /// False once little waits again.
        is_behind: bool,
    },
    /// From the server: the sandbox is over a limit of the disk, so that nothing may be written and started; without a
    /// reason it is not any more.
    Over {
        /// Why, in a clause for people.
        reason: Option<String>,
    },
    /// From the server: what the sandbox may use, and what its files take.
    Allowance(Allowance),
    /// From the agent: it accepts clients.
    Ready {
        /// The absolute path of the workspace, as clients see it.
        workspace_path: String,
        /// The version of the agent's crate. A server speaks with agents of its own version only.
        version: String,
    },
}

/// The version of this crate: what the agents made of it say with [`Message::Ready`].
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads messages from one end of a link.
#[derive(Debug)]
pub struct LinkReader<R> {
    reader: R,
    /// What has arrived and is not yet a whole message.
    buffer: BytesMut,
}

/// Writes messages to one end of a link. Small messages wait for [`LinkWriter::flush`].
#[derive(Debug)]
pub struct LinkWriter<W> {
    writer: W,
    buffer: Vec<u8>,
    /// Frames that are longer go in parts of this length, in bytes.
    longest: usize,
}

const OPEN: u8 = 1;
const FRAME: u8 = 2;
const PING: u8 = 3;
const CLOSE: u8 = 4;
const HIBERNATE: u8 = 5;
const READY: u8 = 6;
const BEHIND: u8 = 7;
const OVER: u8 = 8;
const PART: u8 = 9;
const ALLOWANCE: u8 = 10;

/// The length itself.
const LENGTH: usize = 4;
/// The kind and the client's number.
const HEAD: usize = 5;
/// The largest value of the length.
const MAX_LENGTH: usize = HEAD + MAX_FRAME;
/// How much is read and written at a time. Payloads from here on are not copied on their way out.
const CHUNK: usize = 16 * 1024;
/// Length of the parts of a large frame, in bytes.
const PART_LENGTH: usize = 256 * 1024;

impl<R: AsyncRead + Unpin> LinkReader<R> {
    /// A reader that has read nothing yet.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: BytesMut::new(),
        }
    }

    /// Reads the next message; `None` at an end between two messages.
    ///
    /// Dropping the future loses nothing: what has arrived stays in the reader. Payloads share the reader's
    /// buffer and are not copied.
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
            self.buffer.reserve(missing.max(CHUNK));
            if self.reader.read_buf(&mut self.buffer).await? == 0 {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }

    fn take(&mut self, length: usize) -> io::Result<Message> {
        self.buffer.advance(LENGTH);
        let message = self.buffer.split_to(length).freeze();
        if length > CHUNK || self.buffer.is_empty() {
            // What is left moves to a buffer of its own, so that a large message frees its memory when it is dropped.
            self.buffer = BytesMut::from(&self.buffer[..]);
        }
        decode(message)
    }
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

impl Message {
    fn kind(&self) -> u8 {
        match self {
            Self::Open { .. } => OPEN,
            Self::Frame { .. } => FRAME,
            Self::Ping { .. } => PING,
            Self::Close { .. } => CLOSE,
            Self::Hibernate => HIBERNATE,
            Self::Ready { .. } => READY,
            Self::Behind { .. } => BEHIND,
            Self::Over { .. } => OVER,
            Self::Part { .. } => PART,
            Self::Allowance(_) => ALLOWANCE,
        }
    }

    /// The client's number, 0 where a message concerns no single client.
    fn client(&self) -> u32 {
        match self {
            Self::Open { client, .. }
            | Self::Frame { client, .. }
            | Self::Part { client, .. }
            | Self::Ping { client }
            | Self::Close { client, .. }
            | Self::Behind { client, .. } => *client,
            Self::Hibernate | Self::Ready { .. } | Self::Over { .. } | Self::Allowance(_) => 0,
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { client, visitor } => f
                .debug_struct("Open")
                .field("client", client)
                .field("visitor", visitor)
                .finish(),
            Self::Frame { client, payload } => f
                .debug_struct("Frame")
                .field("client", client)
                .field("bytes", &payload.len())
                .finish(),
            Self::Part { client, payload } => f
                .debug_struct("Part")
                .field("client", client)
                .field("bytes", &payload.len())
                .finish(),
            Self::Ping { client } => f.debug_struct("Ping").field("client", client).finish(),
            Self::Close {
                client,
                code,
                reason,
            } => f
                .debug_struct("Close")
                .field("client", client)
                .field("code", code)
                .field("reason", reason)
                .finish(),
            Self::Hibernate => f.write_str("Hibernate"),
            Self::Behind { client, is_behind } => f
                .debug_struct("Behind")
                .field("client", client)
                .field("is_behind", is_behind)
                .finish(),
            Self::Allowance(allowance) => f.debug_tuple("Allowance").field(allowance).finish(),
            Self::Over { reason } => f.debug_struct("Over").field("reason", reason).finish(),
            Self::Ready {
                workspace_path,
                version,
            } => f
                .debug_struct("Ready")
                .field("workspace_path", workspace_path)
                .field("version", version)
                .finish(),
        }
    }
}

/// The payload of [`Message::Ready`].
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ready {
    workspace_path: String,
    /// Empty where an agent does not say.
    #[serde(default)]
    version: String,
}

/// Reads a message without its length, which is at least [`HEAD`] bytes.
fn decode(mut message: Bytes) -> io::Result<Message> {
    let kind = message.get_u8();
    let client = message.get_u32();
    match kind {
        OPEN => Ok(Message::Open {
            client,
            visitor: serde_json::from_slice(&message).map_err(invalid)?,
        }),
        FRAME => Ok(Message::Frame {
            client,
            payload: message,
        }),
        PART => Ok(Message::Part {
            client,
            payload: message,
        }),
        PING => Ok(Message::Ping { client }),
        CLOSE => {
            let code = message
                .try_get_u16()
                .map_err(|_| invalid("a close without a code"))?;
            let reason = str::from_utf8(&message).map_err(|_| invalid("a close without a text"))?;
            Ok(Message::Close {
                client,
                code,
                reason: reason.to_owned(),
            })
        }
        HIBERNATE => Ok(Message::Hibernate),
        OVER => {
            let reason =
                str::from_utf8(&message).map_err(|_| invalid("a reason that is no text"))?;
            let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
            Ok(Message::Over { reason })
        }
        ALLOWANCE => {
            let allowance = serde_json::from_slice(&message).map_err(invalid)?;
            Ok(Message::Allowance(allowance))
        }
        BEHIND => match *message {
            [is_behind @ (0 | 1)] => Ok(Message::Behind {
                client,
                is_behind: is_behind == 1,
            }),
            _ => Err(invalid("a word on what waits that is neither yes nor no")),
        },
        READY => {
            let ready: Ready = serde_json::from_slice(&message).map_err(invalid)?;
            Ok(Message::Ready {
                workspace_path: ready.workspace_path,
                version: ready.version,
            })
        }
        kind => Err(invalid(format!("a message of the unknown kind {kind}"))),
    }
}

fn invalid(what: impl fmt::Display) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the link is broken: it carried {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages() -> Vec<Message> {
        vec![
            Message::Ready {
                workspace_path: "/project/workspace".into(),
                version: VERSION.into(),
            },
            Message::Open {
                client: 7,
                visitor: Visitor::new(Permission::Read, "Ada", "u1"),
            },
            Message::Frame {
                client: u32::MAX,
                payload: Bytes::new(),
            },
            Message::Frame {
                client: 7,
                payload: Bytes::from(vec![5; MAX_FRAME]),
            },
            Message::Ping { client: 7 },
            Message::Behind {
                client: 7,
                is_behind: true,
            },
            Message::Behind {
                client: 7,
                is_behind: false,
            },
            Message::Close {
                client: 7,
                code: 1002,
                reason: "no frame".into(),
            },
            Message::Hibernate,
            Message::Over {
                reason: Some("over a limit".into()),
            },
            Message::Over { reason: None },
            Message::Allowance(Allowance {
                memory: None,
                millicores: Some(500),
                disk: u64::MAX,
                disk_used: 0,
            }),
        ]
    }

    #[tokio::test]
    async fn messages_arrive_as_they_were_sent_whatever_the_size_of_the_pipe() {
        for size in [1024, 1 << 20] {
            let (near, far) = tokio::io::duplex(size);
            let sender = tokio::spawn(async move {
                let mut writer = LinkWriter::new(near);
                for message in messages() {
                    writer.write(&message).await.unwrap();
                }
                writer.flush().await.unwrap();
            });
            let mut reader = LinkReader::new(far);
            for message in messages() {
                assert!(reader.read().await.unwrap() == Some(message));
            }
            assert_eq!(reader.read().await.unwrap(), None);
            sender.await.unwrap();
        }
    }

    #[tokio::test]
    async fn large_frame_goes_in_parts_and_can_be_put_together() {
        for (length, expected) in [
            (PART_LENGTH, 1),
            (PART_LENGTH + 1, 2),
            (MAX_FRAME, MAX_FRAME.div_ceil(PART_LENGTH)),
        ] {
            let payload: Bytes = (0..length).map(|place| (place % 251) as u8).collect();
            let message = Message::Frame { client: 7, payload };
            let mut bytes = Vec::new();
            let mut writer = LinkWriter::new(&mut bytes).in_parts();
            writer.write(&message).await.unwrap();
            writer.flush().await.unwrap();
            let mut reader = LinkReader::new(bytes.as_slice());
            let mut parts = crate::Parts::default();
            let mut count = 0;
            let mut whole = None;
            while let Some(part) = reader.read().await.unwrap() {
                assert!(whole.is_none(), "a part after the last one");
                count += 1;
                whole = parts.take(part);
            }
            assert!(whole == Some(message), "{length}");
            assert_eq!(count, expected, "{length}");
        }
    }

    #[tokio::test]
    async fn a_read_that_is_dropped_loses_nothing() {
        let (mut near, far) = tokio::io::duplex(64);
        let mut reader = LinkReader::new(far);
        for byte in [0, 0, 0, 6, FRAME, 0, 0, 0, 9] {
            near.write_all(&[byte]).await.unwrap();
            tokio::select! {
                biased;
                message = reader.read() => panic!("{message:?} is not whole"),
                () = tokio::task::yield_now() => {}
            }
        }
        near.write_all(b"x").await.unwrap();
        let message = reader.read().await.unwrap().unwrap();
        assert_eq!(format!("{message:?}"), "Frame { client: 9, bytes: 1 }");
    }

    #[tokio::test]
    async fn what_is_no_message_is_invalid_data() {
        let broken: [&[u8]; 8] = [
            &[0, 0, 0, 5, BEHIND, 0, 0, 0, 1],
            &[0, 0, 0, 6, BEHIND, 0, 0, 0, 1, 2],
            &[0xff, 0xff, 0xff, 0xff, FRAME, 0, 0, 0, 1],
            &[0, 0, 0, 4, FRAME, 0, 0, 0],
            &[0, 0, 0, 5, 99, 0, 0, 0, 0],
            &[0, 0, 0, 6, CLOSE, 0, 0, 0, 0, 1],
            &[0, 0, 0, 8, CLOSE, 0, 0, 0, 0, 1, 1, 0xff],
            &[0, 0, 0, 6, OPEN, 0, 0, 0, 1, b'{'],
        ];
        for bytes in broken {
            let error = LinkReader::new(bytes).read().await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
        }
        let cut = LinkReader::new(&[0u8, 0, 0, 9, FRAME][..]).read().await;
        assert_eq!(cut.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
