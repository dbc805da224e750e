//! Errors as they stand in an answer.

use std::fmt;

use bytes::Bytes;

use crate::msgpack::{DecodeError, Reader, Writer};
use crate::wire::{Decode, Encode, record};

/// The number that says what kind of error an answer carries.
///
/// The values are those of the JavaScript SDK's `PitcherErrorCode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub u32);

impl ErrorCode {
    /// The request could not be understood, or the agent failed.
    pub const CRITICAL: Self = Self(0);
    /// The agent does not know the method.
    pub const FEATURE_UNAVAILABLE: Self = Self(1);
    /// The session's permission does not allow it.
    pub const NO_ACCESS: Self = Self(2);
    /// Too many at once, or too much.
    pub const RATE_LIMIT: Self = Self(3);
    /// An id that names nothing.
    pub const INVALID_ID: Self = Self(100);
    /// A path that cannot be in the sandbox.
    pub const INVALID_PATH: Self = Self(101);
    /// A file operation failed; the errno tells how.
    pub const RAWFS: Self = Self(102);
}

impl Encode for ErrorCode {
    fn encode(&self, writer: &mut Writer) {
        writer.unsigned(self.0.into());
    }
}

impl Decode for ErrorCode {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        u32::decode(reader).map(Self)
    }
}

/// The error of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct WireError {
    /// What kind of error it is.
    pub code: ErrorCode,
    /// A sentence for people.
    pub message: String,
    /// The Linux errno of a failed file operation.
    pub errno: Option<i32>,
}

impl WireError {
    /// An error without an errno.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            errno: None,
        }
    }

    /// A failed file operation (code 102).
    pub fn file(errno: Option<i32>, message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::RAWFS,
            message: message.into(),
            errno,
        }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for WireError {}

record! {
    struct Data {
        "errno" => errno: Option<i32>,
    }
}

impl Encode for WireError {
    fn encode(&self, writer: &mut Writer) {
        let with_data = self.code == ErrorCode::RAWFS;
        writer.map(if with_data { 3 } else { 2 });
        writer.text("code");
        self.code.encode(writer);
        writer.text("message");
        writer.text(&self.message);
        if with_data {
            writer.text("data");
            Data { errno: self.errno }.encode(writer);
        }
    }
}

impl Decode for WireError {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut code = None;
        let mut message = None;
        let mut data: Option<Bytes> = None;
        for _ in 0..reader.enter_map()? {
            match reader.text()? {
                "code" => code = crate::wire::field(reader, "code")?,
                "message" => message = crate::wire::field(reader, "message")?,
                "data" => data = Some(reader.raw()?),
                _ => reader.skip()?,
            }
        }
        reader.leave();
        Ok(Self {
            code: crate::wire::or_absent(code, "code")?,
            message: message.unwrap_or_default(),
            // Other kinds of errors carry other data, which is no reason to lose the error.
            errno: data
                .and_then(|data| crate::wire::decode::<Data>(&data).ok())
                .and_then(|data| data.errno),
        })
    }
}
