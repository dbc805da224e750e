//! What the provider hands to the hooks.

use yew_sandbox_client::{
    Channels, Client, Clients, Commands, ConnectionState, FileSystem, Git, Hosts, Interpreters,
    Notifications, Ports, Setup, System, Tasks, Terminals,
};

use crate::platform::pause;
use crate::provider::Start;

/// A handle on the provider's sandbox: a cheap clone, equal to every other handle on the same connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Sandbox {
    client: Client,
    start: Start,
}

impl Sandbox {
    pub(crate) fn new(client: Client, start: Start) -> Self {
        Self { client, start }
    }

    /// When the provider connects it.
    pub(crate) fn start(&self) -> Start {
        self.start
    }

    /// The state as people are told of it. What is about to connect by itself is connecting: nobody is to press a button for
    /// that, neither in the first moment nor in the markup of a server.
    pub(crate) fn shown(&self, state: ConnectionState) -> ConnectionState {
        match (state, self.start) {
            (ConnectionState::Idle, Start::AtOnce) => ConnectionState::Connecting,
            (state, _) => state,
        }
    }

    /// The connection itself, for what the shortcuts here do not cover.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Until it is worth trying again what failed: until there is a link, or, where there is one, for 2 s, and longer while nobody sees the page, as each
    /// try keeps the sandbox awake. Without an end once the client is closed.
    pub async fn until_retry(&self) {
        let mut states = self.client.watch_state();
        if states.get().is_connected() {
            return pause().await;
        }
        while let Some(state) = states.changed().await {
            if state.is_connected() {
                return;
            }
        }
        // Whoever waits is ended by who began it.
        std::future::pending().await
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

    /// The sandbox's tasks.
    pub fn tasks(&self) -> Tasks {
        self.client.tasks()
    }

    /// The steps that prepare the sandbox.
    pub fn setup(&self) -> Setup {
        self.client.setup()
    }

    /// The workspace's repository.
    pub fn git(&self) -> Git {
        self.client.git()
    }

    /// Snippets of code.
    pub fn interpreters(&self) -> Interpreters {
        self.client.interpreters()
    }

    /// Where the ports are reached from outside.
    pub fn hosts(&self) -> Hosts {
        self.client.hosts()
    }

    /// Who is in the sandbox.
    pub fn clients(&self) -> Clients {
        self.client.clients()
    }

    /// Messages between the clients of the sandbox.
    pub fn channels(&self) -> Channels {
        self.client.channels()
    }

    /// What the sandbox tells people.
    pub fn notifications(&self) -> Notifications {
        self.client.notifications()
    }

    /// The sandbox as a whole.
    pub fn system(&self) -> System {
        self.client.system()
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
