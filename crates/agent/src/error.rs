//! Why an agent cannot serve.

use std::path::{Path, PathBuf};
use std::{fmt, io};

/// Why an agent ended without being asked to.
#[derive(Debug)]
pub struct AgentError {
    kind: AgentErrorKind,
    source: io::Error,
}

/// What failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentErrorKind {
    /// The sandbox's root cannot be opened.
    Root(PathBuf),
    /// The kernel does not keep paths beneath a root (`openat2`, Linux 5.6 and later).
    Unsupported,
    /// The workspace is no absolute path without `..`.
    Workspace(PathBuf),
    /// The arguments of the program make no agent.
    Arguments,
    /// The link to the server broke.
    Link,
    /// Something else that the agent needs from the system.
    System,
}

impl AgentError {
    /// What failed.
    pub fn kind(&self) -> &AgentErrorKind {
        &self.kind
    }

    pub(crate) fn root(path: &Path, source: io::Error) -> Self {
        let kind = match source.kind() {
            io::ErrorKind::Unsupported => AgentErrorKind::Unsupported,
            _ => AgentErrorKind::Root(path.to_owned()),
        };
        Self { kind, source }
    }

    pub(crate) fn workspace(path: &Path) -> Self {
        Self {
            kind: AgentErrorKind::Workspace(path.to_owned()),
            source: io::ErrorKind::InvalidInput.into(),
        }
    }

    pub(crate) fn arguments(source: lexopt::Error) -> Self {
        Self {
            kind: AgentErrorKind::Arguments,
            source: io::Error::new(io::ErrorKind::InvalidInput, source),
        }
    }

    pub(crate) fn link(source: io::Error) -> Self {
        Self {
            kind: AgentErrorKind::Link,
            source,
        }
    }

    pub(crate) fn system(source: io::Error) -> Self {
        Self {
            kind: AgentErrorKind::System,
            source,
        }
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = &self.source;
        match &self.kind {
            AgentErrorKind::Root(path) => write!(
                f,
                "the sandbox's root {} cannot be opened: {source}. Make it a folder that this user can read and write",
                path.display()
            ),
            AgentErrorKind::Unsupported => write!(
                f,
                "the kernel cannot keep paths beneath the sandbox's root: {source}. Linux 5.6 or later is needed"
            ),
            AgentErrorKind::Workspace(path) => write!(
                f,
                "the workspace {} is no absolute path without `..`. Give one such as /project/workspace",
                path.display()
            ),
            AgentErrorKind::Arguments => {
                write!(f, "{source}. Start the agent through the server")
            }
            AgentErrorKind::Link => write!(
                f,
                "the link to the server broke: {source}. Start the agent through the server"
            ),
            AgentErrorKind::System => write!(f, "the agent cannot run: {source}"),
        }
    }
}

impl std::error::Error for AgentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
