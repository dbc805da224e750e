//! The byte stream between the server and the agent, read and written by both.
//!
//! ```text
//! u32 length (big endian, of what follows) | u8 kind | u32 client number | payload
//! ```

mod lent;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::io;

use bytes::{Buf, Bytes};
use serde::{Deserialize, Serialize};
use yew_sandbox_protocol::limits::MAX_FRAME;

use crate::allowance::Allowance;
pub use crate::visitor::{GitIdentity, Permission, Visitor};
pub use reader::LinkReader;
pub use writer::LinkWriter;

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
