//! The steps that prepare the sandbox.

use yew::prelude::*;
use yew_sandbox_client::SetupProgress;

use super::use_topic;

/// The steps that prepare the sandbox and how far they are; `None` before they are known.
///
/// The component renders again when a step begins or ends.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_setup() -> Option<SetupProgress> {
    use_topic(|client| client.setup().live())
}
