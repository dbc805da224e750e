//! The state of the connection.

use yew::prelude::*;
use yew_sandbox_client::ConnectionState;

use super::{use_sandbox, use_watch};
use crate::context::Sandbox;

/// What [`use_connection`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct UseConnectionHandle {
    /// The state of this render.
    pub state: ConnectionState,
    sandbox: Sandbox,
}

impl UseConnectionHandle {
    /// Connects where nothing was asked yet.
    pub fn connect(&self) {
        self.sandbox.connect();
    }

    /// Connects again, also after a disconnect and after a failure.
    pub fn reconnect(&self) {
        self.sandbox.reconnect();
    }

    /// Closes the connection and keeps it closed until [`UseConnectionHandle::reconnect`].
    pub fn disconnect(&self) {
        self.sandbox.disconnect();
    }
}

/// The state of the connection. The component renders again for each transition.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_connection() -> UseConnectionHandle {
    let sandbox = use_sandbox();
    let state = sandbox.shown(use_watch(&sandbox.client().watch_state()));
    UseConnectionHandle { state, sandbox }
}
