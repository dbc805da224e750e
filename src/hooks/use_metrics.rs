//! What the sandbox uses, as a value of the page.

use yew::prelude::*;
use yew_sandbox_client::Metrics;

use super::use_topic;

/// What the sandbox uses of processors, memory and disk; `None` before it is known.
///
/// The component renders again when it changes, which the sandbox tells every few seconds at most.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_metrics() -> Option<Metrics> {
    use_topic(|client| client.system().live_metrics())
}
