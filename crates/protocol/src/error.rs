//! Errors as they stand in an answer.

use std::fmt;

use bytes::Bytes;

use crate::limits::MAX_ERROR_MESSAGE;
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
    /// The shell cannot be used like this.
    pub const SHELL_NOT_ACCESSIBLE: Self = Self(200);
    /// The shell's process has ended.
    pub const SHELL_CLOSED: Self = Self(201);
    /// There is no such shell.
    pub const SHELL_NOT_FOUND: Self = Self(204);
    /// Another git operation is under way.
    pub const GIT_OPERATION_IN_PROGRESS: Self = Self(400);
    /// The commit has no such file.
    pub const GIT_REMOTE_FILE_NOT_FOUND: Self = Self(404);
    /// The remote cannot be read.
    pub const GIT_FETCH_FAIL: Self = Self(410);
    /// What the remote has contradicts what is here.
    pub const GIT_PULL_CONFLICT: Self = Self(420);
    /// The branch cannot be made what the remote has.
    pub const GIT_RESET_LOCAL_REMOTE_ERROR: Self = Self(430);
    /// The remote does not take what is new.
    pub const GIT_PUSH_FAIL: Self = Self(440);
    /// The first branch cannot be gone back to.
    pub const GIT_RESET_CHECKOUT_INITIAL_BRANCH_FAIL: Self = Self(450);
    /// What the remote has cannot be taken over.
    pub const GIT_PULL_FAIL: Self = Self(460);
    /// The lines cannot be followed.
    pub const GIT_TRANSPOSE_LINES_FAIL: Self = Self(470);
    /// There is no such channel, or the client did not subscribe to it.
    pub const CHANNEL_NOT_FOUND: Self = Self(500);
    /// The tasks file is there already.
    pub const CONFIG_FILE_ALREADY_EXISTS: Self = Self(600);
    /// There is no such task.
    pub const TASK_NOT_FOUND: Self = Self(601);
    /// The tasks file has this command already.
    pub const COMMAND_ALREADY_CONFIGURED: Self = Self(602);
    /// There is no such command.
    pub const COMMAND_NOT_FOUND: Self = Self(704);
    /// The request ran before the link broke, and its answer was not kept. An extension of our agent.
    pub const ANSWER_LOST: Self = Self(900);
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
#[derive(Clone, PartialEq)]
pub struct WireError {
    /// What kind of error it is.
    pub code: ErrorCode,
    /// A sentence for people; on the wire at most [`MAX_ERROR_MESSAGE`] bytes of it.
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

/// By hand: as the source of another error it brings its form for programmers into every page, and a derived one takes 1 kB of it.
impl fmt::Debug for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (code {}", self.message, self.code.0)?;
        if let Some(errno) = self.errno {
            write!(f, ", errno {errno}")?;
        }
        f.write_str(")")
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
        let end = self.message.floor_char_boundary(MAX_ERROR_MESSAGE);
        writer.text(&self.message[..end]);
        if with_data {
            writer.text("data");
            Data { errno: self.errno }.encode(writer);
        }
    }

    fn size_hint(&self) -> usize {
        self.message.len().min(MAX_ERROR_MESSAGE) + 64
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
