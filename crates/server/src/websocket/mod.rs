//! The server's end of a WebSocket (RFC 6455): no extensions, no subprotocols, whole messages.
//!
//! Our own and not a library because of its buffers. A message of 16 MiB passes without being copied, and what
//! it took is free again afterwards; an idle connection keeps 4 KiB. Libraries keep the largest message that
//! ever passed, twice, for as long as the connection lasts.

mod handshake;
mod reader;
mod writer;

pub(crate) use handshake::{Handshake, has_word};
pub(crate) use reader::{Fault, Incoming, Reader};
pub(crate) use writer::Writer;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    fn from_bits(bits: u8) -> Option<Self> {
        match bits {
            0x0 => Some(Self::Continuation),
            0x1 => Some(Self::Text),
            0x2 => Some(Self::Binary),
            0x8 => Some(Self::Close),
            0x9 => Some(Self::Ping),
            0xa => Some(Self::Pong),
            _ => None,
        }
    }

    fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xa,
        }
    }

    /// Control frames are short, whole, and may come between the parts of a message.
    pub(crate) fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}
