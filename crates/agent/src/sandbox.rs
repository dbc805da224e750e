//! What all clients of one sandbox share.

use std::sync::Arc;

use tokio::sync::Semaphore;
use yew_sandbox_protocol::client::{DisconnectReason, Disconnected};

use crate::archive::Downloads;
use crate::channels::Channels;
use crate::files::Root;
use crate::git::Repository;
use crate::members::Members;
use crate::metrics::Meter;
use crate::notifications::Notifications;
use crate::outgoing::Outgoing;
use crate::ports::Ports;
use crate::search::Searches;
use crate::shells::Shells;
use crate::startup::Startup;
use crate::tasks::Tasks;
use crate::watch::Watches;

/// How many file operations run at a time, each on a thread of its own.
pub(crate) const JOBS: u32 = 4;

/// What all clients of one sandbox share.
#[derive(Debug)]
pub(crate) struct Sandbox {
    pub(crate) root: Arc<Root>,
    pub(crate) outgoing: Outgoing,
    pub(crate) members: Arc<Members>,
    pub(crate) shells: Shells,
    pub(crate) startup: Startup,
    pub(crate) tasks: Tasks,
    pub(crate) watches: Watches,
    pub(crate) searches: Searches,
    pub(crate) downloads: Downloads,
    pub(crate) channels: Channels,
    pub(crate) notifications: Notifications,
    pub(crate) meter: Arc<Meter>,
    pub(crate) repository: Arc<Repository>,
    pub(crate) ports: Arc<Ports>,
    /// A permit for each file operation that runs.
    pub(crate) jobs: Arc<Semaphore>,
}

impl Sandbox {
    /// A client is gone: frees what it held and tells the others. A second time does nothing.
    pub(crate) async fn forget(self: Arc<Self>, client: u32) {
        let info = self.members.leave(client);
        self.searches.remove_client(client);
        self.repository.reconsider();
        self.shells.forget(client);
        let sandbox = self.clone();
        // It can only fail with the runtime.
        let _ = tokio::task::spawn_blocking(move || sandbox.watches.remove_client(client)).await;
        if let Some(info) = info {
            self.channels.remove_client(client, &info.client_id).await;
            let gone = Disconnected {
                client_id: info.client_id,
                reason: DisconnectReason::Disconnect,
            };
            for other in self.members.who_want_clients() {
                self.outgoing.notify(other, &gone).await;
            }
        }
    }
}
