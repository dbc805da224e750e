//! Who is in the sandbox.

use yew::prelude::*;
use yew_sandbox_client::ClientInfo;

use super::use_topic;

/// Who is connected to the sandbox, this page among them; `None` before it is known.
///
/// The component renders again when someone comes or leaves.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_clients() -> Option<Vec<ClientInfo>> {
    use_topic(|client| client.clients().live())
}
