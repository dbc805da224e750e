//! The handle on the sandbox.

use yew::prelude::*;

use crate::context::Sandbox;

/// The handle on the sandbox of the nearest [`SandboxProvider`](crate::SandboxProvider).
///
/// The component renders again only when the provider moves to another sandbox.
///
/// # Panics
/// If there is no provider around the component.
#[hook]
pub fn use_sandbox() -> Sandbox {
    use_context().expect("use_sandbox needs a <SandboxProvider> around the component")
}
