//! The audit log: a line for everything that lets somebody in, keeps somebody out, makes or ends a sandbox.
//!
//! The lines have the target `audit` and stay in the log whatever else is left out of it. They hold no token.

use axum::http::Method;

use super::Caller;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A sandbox was made.
    Create,
    /// A session of a sandbox that was there was given out.
    Resume,
    /// A client connected to its agent.
    Join,
    /// A sandbox was put to sleep, or shut down.
    Sleep,
    /// A sandbox was deleted.
    Delete,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Resume => "resume",
            Self::Join => "join",
            Self::Sleep => "sleep",
            Self::Delete => "delete",
        }
    }
}

/// Writes the line. `by` is a user's id, or `management` where an API key was used.
pub(crate) fn audit(event: Event, caller: &Caller, sandbox: &str, by: &str) {
    tracing::info!(
        target: "audit",
        event = event.name(),
        request = &*caller.id,
        address = caller.address.map(tracing::field::display),
        sandbox,
        by,
    );
}

/// The line of a request that was refused. `path` holds no token.
pub(super) fn refused(caller: &Caller, reason: &str, method: &str, path: &str) {
    tracing::info!(
        target: "audit",
        event = "refuse",
        request = &*caller.id,
        address = caller.address.map(tracing::field::display),
        reason,
        method,
        path,
    );
}

/// The preview that somebody asked for in vain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RefusedPreview<'a> {
    pub(crate) method: &'a Method,
    pub(crate) sandbox: &'a str,
    pub(crate) port: u16,
}

/// The line of a preview that was refused. Its path is the program's inside, and may hold a token of its own.
pub(super) fn refused_preview(caller: &Caller, reason: &str, asked: &RefusedPreview<'_>) {
    tracing::info!(
        target: "audit",
        event = "refuse",
        request = &*caller.id,
        address = caller.address.map(tracing::field::display),
        reason,
        method = asked.method.as_str(),
        sandbox = asked.sandbox,
        port = asked.port,
    );
}
