//! What becomes of a call that failed.

use yew_sandbox_protocol::{ErrorCode, WireError};

/// Why a request of the client has no good answer.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// The agent refused, or the request makes no sense: the client is told.
    Refused(WireError),
    /// There is no agent to be heard: the link is lost, and the client decides what may be asked again.
    Lost(String),
}

impl Failure {
    pub(super) fn file(errno: i32, message: impl Into<String>) -> Self {
        Self::Refused(WireError::file(Some(errno), message))
    }
}

/// Why a call of the agent has no good answer.
#[derive(Debug)]
pub(super) enum CallError {
    /// The agent refused.
    Refused(Refused),
    /// No answer came, or it was not the agent's.
    Lost(String),
}

/// A refusal of the agent.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: u16,
    /// In the agent's words.
    pub(super) message: String,
    /// Whether the body was one of the agent's, and not that of somebody on the way.
    pub(super) is_agents: bool,
}

impl CallError {
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.status == 404)
    }

    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.status == 409)
    }

    /// The failure of a request that is not about a file; `missing` is the code of what is not there.
    pub(super) fn into_failure(self, missing: ErrorCode) -> Failure {
        match self {
            Self::Lost(reason) => Failure::Lost(reason),
            Self::Refused(refused) => {
                let code = match refused.status {
                    403 => ErrorCode::NO_ACCESS,
                    404 => missing,
                    429 => ErrorCode::RATE_LIMIT,
                    _ => ErrorCode::CRITICAL,
                };
                Failure::Refused(WireError::new(code, refused.message))
            }
        }
    }

    /// The failure of a request about a file. The agent tells what happened in words only: those of Linux are known.
    pub(super) fn into_file_failure(self, action: &str, path: &str) -> Failure {
        match self {
            Self::Lost(reason) => Failure::Lost(reason),
            Self::Refused(refused) => {
                let message = ["cannot ", action, " ", path, ": ", &refused.message].concat();
                Failure::Refused(match refused.status {
                    403 => WireError::new(ErrorCode::NO_ACCESS, message),
                    429 => WireError::new(ErrorCode::RATE_LIMIT, message),
                    status => {
                        let missing = (status == 404).then_some(2);
                        WireError::file(errno_in(&refused.message).or(missing), message)
                    }
                })
            }
        }
    }
}

/// The Linux error that a message speaks of.
pub(super) fn errno_in(message: &str) -> Option<i32> {
    const WORDS: [(&str, i32); 13] = [
        ("no such file or directory", 2),
        ("permission denied", 13),
        ("operation not permitted", 1),
        ("not a directory", 20),
        ("is a directory", 21),
        ("directory not empty", 39),
        ("file exists", 17),
        ("already exists", 17),
        ("no space left", 28),
        ("read-only file system", 30),
        ("file name too long", 36),
        ("too many open files", 24),
        ("too many levels of symbolic links", 40),
    ];
    let message = message.to_ascii_lowercase();
    WORDS
        .iter()
        .find(|(words, _)| message.contains(words))
        .map(|(_, errno)| *errno)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_linux_become_numbers() {
        assert_eq!(errno_in("open /a: no such file or directory"), Some(2));
        assert_eq!(errno_in("cp: cannot stat 'x': Not a directory"), Some(20));
        assert_eq!(errno_in("it went wrong"), None);
    }
}
