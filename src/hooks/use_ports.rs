//! The sandbox's open ports.

use std::rc::Rc;

use yew::prelude::*;
use yew_sandbox_client::Port;

use super::use_topic;

/// The ports that something in the sandbox listens on, lowest first; empty before they are known.
///
/// The component renders again when one opens or closes.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_ports() -> Rc<Vec<Port>> {
    Rc::new(use_topic(|client| client.ports().live()).unwrap_or_default())
}
