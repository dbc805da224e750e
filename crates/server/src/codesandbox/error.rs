//! What goes wrong between this server and the cloud.

use std::borrow::Cow;
use std::fmt;

use crate::problem::{Limit, Problem, ProblemKind};

/// What went wrong, to branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloudErrorKind {
    /// The cloud does not know the key, or the key may not do that.
    BadKey,
    /// The cloud has no such sandbox or template.
    NotFound,
    /// The cloud's rate limit is reached and does not end in time.
    RateLimited,
    /// The cloud cannot be reached, or does not answer in time.
    Unreachable,
    /// The cloud failed or refused.
    Refused,
    /// The cloud's answer makes no sense.
    Unreadable,
    /// An option makes no sense.
    Options,
    /// The data folder cannot be used, or another server uses it.
    DataDir,
}

/// A failure of the cloud's backend: a kind and a sentence. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudError {
    kind: CloudErrorKind,
    message: Cow<'static, str>,
}

/// What the cloud was asked about.
#[derive(Clone, Copy, Debug)]
pub(super) enum About {
    /// What new sandboxes are forks of.
    Template,
    /// One that there is, or was.
    Sandbox,
}

impl CloudError {
    pub(super) fn new(kind: CloudErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What went wrong.
    pub fn kind(&self) -> CloudErrorKind {
        self.kind
    }

    /// What a page is told. The rest is the operator's business and goes to the log.
    pub(super) fn into_problem(self, about: About) -> Problem {
        tracing::error!(kind = ?self.kind, error = %self, "a call of the cloud failed");
        let (message, hint) = match self.kind {
            CloudErrorKind::RateLimited => {
                return Problem::new(
                    ProblemKind::Limited(Limit::Cloud),
                    "the cloud's rate limit is reached",
                    "try again in a while",
                );
            }
            CloudErrorKind::BadKey => (
                "the cloud refuses this server's key",
                "tell who runs the server: its log has the reason",
            ),
            CloudErrorKind::NotFound => match about {
                About::Template => (
                    "the cloud has no such template",
                    "tell who runs the server: its log has the reason",
                ),
                About::Sandbox => (
                    "the cloud does not find the sandbox",
                    "try again in a moment; the server's log has the reason",
                ),
            },
            CloudErrorKind::Unreachable => ("the cloud cannot be reached", "try again in a moment"),
            _ => (
                "the cloud did not do it",
                "try again; the server's log has the reason",
            ),
        };
        Problem::new(ProblemKind::Unavailable, message, hint)
    }
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CloudError {}
