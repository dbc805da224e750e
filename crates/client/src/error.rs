//! Why an operation failed.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::{ErrorCode, WireError};

use crate::errno;
use crate::shell::CommandOutput;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is nothing at the path, or nothing of that name.
    NotFound,
    /// The path leads to a directory where a file was expected.
    IsADirectory,
    /// The path leads to a file where a directory was expected.
    NotADirectory,
    /// There is something at the path already.
    AlreadyExists,
    /// The directory is not empty.
    NotEmpty,
    /// The sandbox's own permissions do not allow it.
    PermissionDenied,
    /// The session, or the file system, may only be read.
    ReadOnly,
    /// The path cannot be in the sandbox.
    InvalidPath,
    /// It is larger than the operation takes: 16 MiB for a file that is read, uploaded, one of many, or written to an agent that takes
    /// no parts; less for a snippet of code and for a message to a preview.
    TooLarge,
    /// The disk is full, or the quota is used up.
    NoSpace,
    /// The sandbox does not know the operation or the protocol.
    Unsupported,
    /// No answer came in time.
    Timeout,
    /// The link broke before the answer came: it may have run.
    Interrupted,
    /// Too many requests wait for a connection.
    QueueFull,
    /// The client was disconnected on purpose.
    Disconnected,
    /// The client is gone.
    Closed,
    /// There is no such sandbox, or it is not this user's.
    SandboxNotFound,
    /// The user is not known.
    Unauthorized,
    /// The user is known and may not.
    Forbidden,
    /// The other side sent what the protocol does not allow.
    Protocol,
    /// No session could be had.
    Session,
    /// The file is not UTF-8 text.
    InvalidText,
    /// Too many at once, or too much, for the sandbox.
    RateLimited,
    /// The call itself makes no sense.
    InvalidInput,
    /// The command ended with another exit code than 0, or by a signal: see [`Error::command`].
    CommandFailed,
    /// The shell, task or step is gone, or its process has ended.
    Ended,
    /// Another operation of the same kind is under way.
    Busy,
    /// Code in a preview failed, or the document's policy forbids it: the message is the document's own word.
    Script,
    /// The git program, or the remote, refused.
    Git,
    /// Anything else.
    Other,
}

/// Why an operation failed, what it concerned, and what to do next.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// use yew_sandbox_client::ErrorKind;
///
/// match client.fs().read_text("notes.txt").await {
///     Err(error) if error.kind() == ErrorKind::NotFound => println!("no notes yet"),
///     other => println!("{}", other?),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

/// In a box, so that every outcome that may be an error is small to hand on.
#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    subject: Option<String>,
    message: String,
    errno: Option<i32>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error without a subject. The message is one sentence for people, without a full stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            subject: None,
            message: message.into(),
            errno: None,
            source: None,
        }))
    }

    /// The same error, said of a path or a sandbox.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        self.0.subject = Some(subject.to_owned());
        self
    }

    /// The same error with what brought it about.
    #[must_use]
    pub fn because(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// What to branch on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The path, the sandbox's id or the method that it concerns.
    pub fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// What failed, in the words of who tells it: one sentence without subject and Linux error, which `Display` adds.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The name of the Linux error of a failed file operation, such as `ENOENT`.
    pub fn errno_name(&self) -> Option<&'static str> {
        self.0.errno.and_then(errno::name)
    }

    /// How a command ended that failed, with its output.
    pub fn command(&self) -> Option<&CommandOutput> {
        let source = self.0.source.as_ref()?;
        Some(&source.downcast_ref::<FailedCommand>()?.0)
    }

    /// What to do next: one sentence for people.
    pub fn hint(&self) -> &'static str {
        match self.0.kind {
            ErrorKind::NotFound => "Check the name, or create it first.",
            ErrorKind::IsADirectory => "Name a file inside the directory.",
            ErrorKind::NotADirectory => "Name a directory.",
            ErrorKind::AlreadyExists => "Choose another name, or allow overwriting.",
            ErrorKind::NotEmpty => "Empty the directory first, or remove it recursively.",
            ErrorKind::PermissionDenied => "Change the permissions inside the sandbox.",
            ErrorKind::ReadOnly => "Ask for a session that may write.",
            ErrorKind::InvalidPath => "Use a path inside the sandbox.",
            ErrorKind::TooLarge => "Split the content, or use an operation that takes more.",
            ErrorKind::NoSpace => "Remove files from the sandbox.",
            ErrorKind::Unsupported => "Use a newer sandbox server.",
            ErrorKind::Timeout => "Try again; if it lasts, look at the server.",
            ErrorKind::Interrupted => "Look whether it was done before you repeat it.",
            ErrorKind::QueueFull => "Wait for the connection, then try again.",
            ErrorKind::Disconnected => "Reconnect first.",
            ErrorKind::Closed => "Make a new client.",
            ErrorKind::SandboxNotFound => "Check the sandbox's id, or create a new sandbox.",
            ErrorKind::Unauthorized => "Sign in again.",
            ErrorKind::Forbidden => "Ask the sandbox's owner for access.",
            ErrorKind::Protocol => "Use client and server of matching versions.",
            ErrorKind::Session => "Look at the server that hands out sessions.",
            ErrorKind::InvalidText => "Read the file as bytes.",
            ErrorKind::RateLimited => "Do less at once, and try again later.",
            ErrorKind::InvalidInput => "Correct the call.",
            ErrorKind::CommandFailed => "Look at the command's output.",
            ErrorKind::Ended => "Start it again.",
            ErrorKind::Busy => "Wait until it is done, then try again.",
            ErrorKind::Git => "Look at what git says.",
            ErrorKind::Script => "Look at the code and at the preview's content security policy.",
            ErrorKind::Other => "Look at the server's log.",
        }
    }

    /// Whether it is about the connection, not about what was asked for: another connection may help.
    pub fn is_connection(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Timeout
                | ErrorKind::Interrupted
                | ErrorKind::QueueFull
                | ErrorKind::Disconnected
                | ErrorKind::Closed
                | ErrorKind::SandboxNotFound
                | ErrorKind::Unauthorized
                | ErrorKind::Forbidden
                | ErrorKind::Protocol
                | ErrorKind::Session
        )
    }

    /// The code of an error that the agent answered.
    pub(crate) fn wire_code(&self) -> Option<ErrorCode> {
        let source = self.0.source.as_ref()?;
        Some(source.downcast_ref::<WireError>()?.code)
    }

    pub(crate) fn command_failed(output: CommandOutput) -> Self {
        let mut message = "the command ended with exit code ".to_owned();
        message.push_str(&output.exit_code.to_string());
        Self::new(ErrorKind::CommandFailed, message).because(FailedCommand(output))
    }

    pub(crate) fn disconnected() -> Self {
        Self::new(ErrorKind::Disconnected, "the client is disconnected")
    }

    pub(crate) fn closed() -> Self {
        Self::new(ErrorKind::Closed, "the client was closed")
    }

    pub(crate) fn undecodable(error: DecodeError) -> Self {
        Self::new(
            ErrorKind::Protocol,
            "the sandbox sent what could not be read",
        )
        .because(error)
    }
}

/// Carries the output of a failed command inside an [`Error`].
#[derive(Debug)]
struct FailedCommand(CommandOutput);

impl fmt::Display for FailedCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.text().trim_end())
    }
}

impl StdError for FailedCommand {}

impl PartialEq for Error {
    /// Whether both say the same, whatever brought them about.
    fn eq(&self, other: &Self) -> bool {
        (self.0.kind, self.0.errno) == (other.0.kind, other.0.errno)
            && self.0.subject == other.0.subject
            && self.0.message == other.0.message
    }
}

impl From<WireError> for Error {
    fn from(wire: WireError) -> Self {
        let kind = match wire.code {
            ErrorCode::RAWFS => wire.errno.map_or(ErrorKind::Other, errno::kind),
            ErrorCode::FEATURE_UNAVAILABLE => ErrorKind::Unsupported,
            ErrorCode::NO_ACCESS => ErrorKind::ReadOnly,
            ErrorCode::RATE_LIMIT => ErrorKind::RateLimited,
            ErrorCode::ANSWER_LOST => ErrorKind::Interrupted,
            ErrorCode::INVALID_PATH => ErrorKind::InvalidPath,
            ErrorCode::SHELL_NOT_FOUND
            | ErrorCode::TASK_NOT_FOUND
            | ErrorCode::CHANNEL_NOT_FOUND
            | ErrorCode::COMMAND_NOT_FOUND
            | ErrorCode::INVALID_ID
            | ErrorCode::GIT_REMOTE_FILE_NOT_FOUND => ErrorKind::NotFound,
            ErrorCode::SHELL_CLOSED | ErrorCode::SHELL_NOT_ACCESSIBLE => ErrorKind::Ended,
            ErrorCode::GIT_OPERATION_IN_PROGRESS => ErrorKind::Busy,
            ErrorCode::CONFIG_FILE_ALREADY_EXISTS | ErrorCode::COMMAND_ALREADY_CONFIGURED => {
                ErrorKind::AlreadyExists
            }
            ErrorCode(400..500) => ErrorKind::Git,
            _ => ErrorKind::Other,
        };
        let message = if wire.message.is_empty() {
            "the sandbox refused".to_owned()
        } else {
            wire.message.clone()
        };
        Self(Box::new(Inner {
            kind,
            subject: None,
            message,
            errno: wire.errno,
            source: Some(Arc::new(wire)),
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(subject) = &self.0.subject
            && !names(&self.0.message, subject)
        {
            f.write_str(subject)?;
            f.write_str(": ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(name) = self.errno_name()
            && !names(&self.0.message, name)
        {
            f.write_str(" (")?;
            f.write_str(name)?;
            f.write_str(")")?;
        }
        Ok(())
    }
}

/// Whether a message has this text in it. Byte by byte: the library's search, made for long texts, takes 1 kB of a page's size.
fn names(message: &str, text: &str) -> bool {
    let text = text.as_bytes();
    text.is_empty()
        || message
            .as_bytes()
            .windows(text.len())
            .any(|part| part == text)
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_ref()
            .map(|source| source.as_ref() as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_errors_carry_kind_errno_and_path() {
        let error = Error::from(WireError::file(Some(2), "no such file")).about("a.txt");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.errno_name(), Some("ENOENT"));
        assert_eq!(error.subject(), Some("a.txt"));
        assert_eq!(error.to_string(), "a.txt: no such file (ENOENT)");
        assert!(error.source().is_some());
        let error = Error::from(WireError::file(Some(2), "cannot read \"a.txt\"")).about("a.txt");
        assert_eq!(error.to_string(), "cannot read \"a.txt\" (ENOENT)");
    }

    #[test]
    fn codes_become_kinds() {
        let kind = |code| Error::from(WireError::new(code, "")).kind();
        assert_eq!(kind(ErrorCode::NO_ACCESS), ErrorKind::ReadOnly);
        assert_eq!(kind(ErrorCode::FEATURE_UNAVAILABLE), ErrorKind::Unsupported);
        assert_eq!(kind(ErrorCode::INVALID_PATH), ErrorKind::InvalidPath);
        assert_eq!(kind(ErrorCode(77)), ErrorKind::Other);
        assert_eq!(
            Error::from(WireError::file(None, "x")).kind(),
            ErrorKind::Other
        );
    }
}
