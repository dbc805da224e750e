//! The tasks of the sandbox.

use yew::prelude::*;
use yew_sandbox_client::TaskList;

use super::use_topic;

/// The tasks of `.codesandbox/tasks.json` with their processes and ports; `None` before they are known.
///
/// The component renders again when a task, its process or its ports change.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_tasks() -> Option<TaskList> {
    use_topic(|client| client.tasks().live())
}
