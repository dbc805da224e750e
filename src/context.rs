//! What the provider hands to the hooks.

use yew_sandbox_client::{Client, Commands, FileSystem, Ports, Terminals};

/// A handle on the provider's sandbox: a cheap clone, equal to every other handle on the same connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Sandbox {
    client: Client,
}

impl Sandbox {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The connection itself, for what the shortcuts here do not cover.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The sandbox's id, once a session told it.
    pub fn id(&self) -> Option<String> {
        self.client.sandbox().map(|sandbox| sandbox.sandbox_id)
    }

    /// The sandbox's files.
    pub fn fs(&self) -> FileSystem {
        self.client.fs()
    }

    /// The sandbox's terminals.
    pub fn terminals(&self) -> Terminals {
        self.client.terminals()
    }

    /// The sandbox's commands.
    pub fn commands(&self) -> Commands {
        self.client.commands()
    }

    /// The sandbox's open ports.
    pub fn ports(&self) -> Ports {
        self.client.ports()
    }

    /// Connects where nothing was asked yet, without waiting.
    pub fn connect(&self) {
        drop(self.client.connect());
    }

    /// Connects again, also after [`Sandbox::disconnect`] and after a failure, without waiting.
    pub fn reconnect(&self) {
        drop(self.client.reconnect());
    }

    /// Closes the connection and keeps it closed until [`Sandbox::reconnect`], without waiting.
    pub fn disconnect(&self) {
        drop(self.client.disconnect());
    }
}
