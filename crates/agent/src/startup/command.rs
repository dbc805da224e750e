//! What clients ask of the set-up.

use tokio::sync::oneshot;
use yew_sandbox_protocol::WireError;
use yew_sandbox_protocol::setup::Progress;

/// A change of the set-up, and who waits for what comes of it.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) change: Change,
    pub(super) reply: oneshot::Sender<Result<Progress, WireError>>,
}

/// A change of the set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Read the steps again and run them from the start, unless they run.
    Init,
    /// Pass over one step.
    Skip(u32),
    /// Pass over all steps that are left.
    SkipAll,
    /// Go on from this step.
    SetStep(u32),
    /// Stop after the step that runs.
    Disable,
    /// Go on where it was stopped, with the step that failed if one did.
    Enable,
}
