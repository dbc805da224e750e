//! The shells of the sandbox.

use yew::prelude::*;
use yew_sandbox_client::ShellInfo;

use super::use_topic;

/// All shells of the sandbox, terminals and commands alike; `None` before they are known.
///
/// The component renders again when one comes, ends or goes.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_shells() -> Option<Vec<ShellInfo>> {
    use_topic(|client| client.terminals().live())
}
