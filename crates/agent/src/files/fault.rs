//! How a file operation fails.

use std::io;

use rustix::io::Errno;
use yew_sandbox_protocol::{ErrorCode, WireError};

use crate::quoted::quoted;

/// How a file operation fails; the path and the intent are added where the answer is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The path cannot be in the sandbox, by its own text.
    Path(&'static str),
    /// The request goes on with what is not there.
    Unknown(&'static str),
    /// The system said no.
    System(Errno),
    /// The system would say it less clearly.
    Explained(Errno, String),
}

pub(crate) type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// The error of an answer to a request that wanted to `action` the `path`.
    pub(crate) fn into_wire(self, action: &str, path: &str) -> WireError {
        let (errno, reason) = match self {
            Self::Path(reason) => {
                let message = format!("cannot {action} {}: {reason}", quoted(path));
                return WireError::new(ErrorCode::INVALID_PATH, message);
            }
            Self::Unknown(reason) => {
                let message = format!("cannot {action} {}: {reason}", quoted(path));
                return WireError::new(ErrorCode::INVALID_ID, message);
            }
            Self::System(errno) => (errno, describe(errno)),
            Self::Explained(errno, reason) => (errno, reason),
        };
        WireError::file(
            Some(errno.raw_os_error()),
            format!("cannot {action} {}: {reason}", quoted(path)),
        )
    }

    /// The sentence for people, without the path.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Path(reason) | Self::Unknown(reason) => (*reason).to_owned(),
            Self::System(errno) => describe(*errno),
            Self::Explained(_, reason) => reason.clone(),
        }
    }

    /// The errno, that of an invalid argument for a path that cannot be.
    pub(crate) fn errno(&self) -> Errno {
        match self {
            Self::Path(_) | Self::Unknown(_) => Errno::INVAL,
            Self::System(errno) | Self::Explained(errno, _) => *errno,
        }
    }
}

impl From<Errno> for Fault {
    fn from(errno: Errno) -> Self {
        Self::System(errno)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::System(Errno::from_io_error(&error).unwrap_or(Errno::IO))
    }
}

/// The system's words, without the number that the standard library puts behind them.
fn describe(errno: Errno) -> String {
    let text = io::Error::from(errno).to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
