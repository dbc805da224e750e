//! How far start-up is.

use yew::prelude::*;
use yew_sandbox_client::InitProgress;

use super::{use_sandbox, use_watch};

/// How far start-up is. The component renders again for each of its events.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_init_status() -> InitProgress {
    let sandbox = use_sandbox();
    use_watch(&sandbox.client().watch_init())
}
