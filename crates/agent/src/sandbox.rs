//! What all clients of one sandbox share.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use yew_sandbox_protocol::client::{DisconnectReason, Disconnected};
use yew_sandbox_protocol::limits::KEEP_SECONDS;

use crate::archive::Downloads;
use crate::channels::Channels;
use crate::files::Root;
use crate::git::Repository;
use crate::kept::Ledgers;
use crate::members::Members;
use crate::metrics::Meter;
use crate::notifications::Notifications;
use crate::outgoing::Outgoing;
use crate::ports::Ports;
use crate::room::Room;
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
    pub(crate) ledgers: Ledgers,
    pub(crate) room: Room,
    /// A permit for each file operation that runs.
    pub(crate) jobs: Arc<Semaphore>,
}

impl Sandbox {
    /// A client is gone for good: frees what it held and tells the others. A second time does nothing.
    pub(crate) async fn forget(self: Arc<Self>, client: u32) {
        self.ledgers.forget(client);
        self.searches.remove_client(client);
        self.clone().let_go(client).await;
        self.leave(client).await;
    }

    /// The link of a client that can come back is gone. What it asked for goes on, and its watches wait for it, for two minutes. A
    /// second time does nothing more.
    pub(crate) async fn lose(self: Arc<Self>, client: u32) {
        self.searches.cancel_streams(client);
        let sandbox = self.clone();
        // Somebody may look at a large tree: what is told until then is taken back with the watch.
        tokio::spawn(async move { sandbox.watches.hold(client).await });
        self.leave(client).await;
        // An agent that ends does not wait for it.
        let sandbox = Arc::downgrade(&self);
        let kept = tokio::time::sleep(Duration::from_secs(KEEP_SECONDS.into()));
        tokio::spawn(async move {
            kept.await;
            if let Some(sandbox) = sandbox.upgrade() {
                sandbox.expire(client).await;
            }
        });
    }

    /// Frees what is left of a lost link: all of the client where it has not come back, else what it did not ask for again.
    pub(crate) async fn expire(self: Arc<Self>, client: u32) {
        self.ledgers.expire(client);
        self.let_go(client).await;
    }

    async fn let_go(self: Arc<Self>, client: u32) {
        self.watches.remove_client(client).await;
        // It can only fail with the runtime.
        let _ = tokio::task::spawn_blocking(move || self.root.give_up_parts()).await;
    }

    /// A client hears nothing any more, and the others are told.
    async fn leave(&self, client: u32) {
        let info = self.members.leave(client);
        self.repository.reconsider();
        self.shells.forget(client);
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
