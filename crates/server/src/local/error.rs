//! Why the embedded backend does not start.

use std::path::PathBuf;
use std::{fmt, io};

/// Why a data folder cannot be served. The text says what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The data folder cannot be made, read or written.
    DataDir {
        /// What could not be used.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another server uses the data folder.
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// A newer server made the data folder.
    Newer {
        /// The data folder.
        path: PathBuf,
        /// The version of its format.
        version: u32,
    },
    /// The template is no folder that can be read.
    Template {
        /// What was given.
        path: PathBuf,
        /// Why it cannot be used.
        source: io::Error,
    },
    /// Bubblewrap is not installed.
    IsolationMissing,
    /// Bubblewrap is there and cannot isolate here.
    IsolationDenied {
        /// What it said.
        output: String,
    },
    /// The agent's program cannot be had.
    Agent {
        /// Where it is.
        path: PathBuf,
        /// Why it cannot be used.
        source: io::Error,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataDir { path, source } => {
                let what_to_do = match source.kind() {
                    io::ErrorKind::ReadOnlyFilesystem => "Mount its disk writable",
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "Make room on its disk",
                    io::ErrorKind::InvalidData => "Restore it from a backup",
                    _ => "Make it writable for this user",
                };
                write!(
                    f,
                    "the data folder cannot be used: {}: {source}. {what_to_do}, or choose another one with \
                     --data-dir",
                    path.display()
                )
            }
            Self::Newer { path, version } => write!(
                f,
                "the data folder {} has the format {version} of a newer server, and this one knows up to {}. Start \
                 that server, or choose another folder with --data-dir",
                path.display(),
                super::format::FORMAT
            ),
            Self::InUse { path } => write!(
                f,
                "another server uses the data folder {}. Stop that one, or choose another folder with --data-dir",
                path.display()
            ),
            Self::Template { path, source } => write!(
                f,
                "the template cannot be used: {}: {source}. Name a folder that this user can read with \
                 --template-dir, or leave the option away",
                path.display()
            ),
            Self::IsolationMissing => f.write_str(
                "sandboxes cannot be isolated: bubblewrap is not installed. Run `apt install bubblewrap`; or, \
                 where you trust everybody who can open the page, start with `--isolation none`",
            ),
            Self::IsolationDenied { output } => write!(
                f,
                "sandboxes cannot be isolated: bubblewrap is not allowed to do it here. It said: {output}. Allow \
                 unprivileged user namespaces (in a container: run it with more rights); or, where you trust \
                 everybody who can open the page, start with `--isolation none`"
            ),
            Self::Agent { path, source } => write!(
                f,
                "the agent's program cannot be used: {}: {source}. Start the server from a program file that \
                 this user can read, or name an agent of its version with --agent",
                path.display()
            ),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::DataDir { source, .. }
            | Self::Template { source, .. }
            | Self::Agent { source, .. } => Some(source),
            Self::InUse { .. }
            | Self::Newer { .. }
            | Self::IsolationMissing
            | Self::IsolationDenied { .. } => None,
        }
    }
}
