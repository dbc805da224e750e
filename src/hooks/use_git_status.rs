//! The state of the repository.

use yew::prelude::*;
use yew_sandbox_client::GitStatus;

use super::use_topic;

/// The state of the workspace's repository; `None` before it is known, and where there is none.
///
/// The component renders again when a file of the repository or its branch changes.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_git_status() -> Option<GitStatus> {
    use_topic(|client| client.git().live())
}
