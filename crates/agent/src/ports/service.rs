//! Looks at the ports while somebody is there, and tells of changes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify, watch};
use tokio::time::sleep;
use yew_sandbox_protocol::port;

use super::Addresses;
use super::family::Family;
use super::listeners::{Listener, listeners};
use crate::members::Members;
use crate::outgoing::Outgoing;

/// How often it is looked.
const PERIOD: Duration = Duration::from_millis(50);

/// The ports that something inside listens on.
#[derive(Debug)]
pub(crate) struct Ports {
    /// False: other processes of the machine are seen too, and their ports do not count.
    is_isolated: bool,
    addresses: Addresses,
    outgoing: Outgoing,
    members: Arc<Members>,
    seen: Mutex<Seen>,
    current: watch::Sender<Vec<u16>>,
    /// Somebody came.
    visited: Notify,
}

/// What the last look has found.
#[derive(Debug, Default)]
struct Seen {
    listeners: Vec<Listener>,
    family: Family,
}

impl Ports {
    pub(crate) fn new(
        is_isolated: bool,
        addresses: Addresses,
        outgoing: Outgoing,
        members: Arc<Members>,
    ) -> Self {
        Self {
            is_isolated,
            addresses,
            outgoing,
            members,
            seen: Mutex::default(),
            current: watch::Sender::default(),
            visited: Notify::new(),
        }
    }

    /// Looks while clients are there, and tells those who want to know. Never ends.
    pub(crate) async fn run(&self) {
        tokio::join!(self.follow(), self.tell());
    }

    /// A client is there.
    pub(crate) fn visit(&self) {
        self.visited.notify_one();
    }

    /// The ports now, lowest first.
    pub(crate) async fn list(&self) -> port::Ports {
        self.look().await;
        self.addresses.of(&self.current.borrow())
    }

    /// Follows the ports, each with its host.
    pub(crate) fn follow_list(&self) -> (watch::Receiver<Vec<u16>>, Addresses) {
        (self.current.subscribe(), self.addresses.clone())
    }

    /// Whether connections to `port` stay inside. Inside an isolation all do.
    pub(crate) async fn is_inside(&self, port: u16) -> bool {
        if self.is_isolated {
            return true;
        }
        self.look().await;
        self.current.borrow().contains(&port)
    }

    async fn follow(&self) {
        loop {
            if self.members.numbers().is_empty() {
                self.visited.notified().await;
            }
            self.look().await;
            sleep(PERIOD).await;
        }
    }

    async fn look(&self) {
        let mut seen = self.seen.lock().await;
        let listeners = listeners();
        if listeners == seen.listeners {
            return;
        }
        seen.listeners = listeners;
        let sockets = if self.is_isolated {
            None
        } else {
            let mut family = std::mem::take(&mut seen.family);
            // It can only fail with the runtime.
            let looked = tokio::task::spawn_blocking(move || {
                let sockets = family.sockets();
                (family, sockets)
            });
            let (family, sockets) = looked.await.unwrap_or_default();
            seen.family = family;
            Some(sockets)
        };
        let ours = seen.listeners.iter().filter(|listener| {
            let sockets = sockets.as_ref();
            sockets.is_none_or(|sockets| sockets.contains(&listener.inode))
        });
        let mut ports: Vec<u16> = ours.map(|listener| listener.port).collect();
        ports.dedup();
        self.current.send_if_modified(|current| {
            let is_new = *current != ports;
            if is_new {
                *current = ports;
            }
            is_new
        });
    }

    async fn tell(&self) {
        let mut ports = self.current.subscribe();
        // The sender is a part of this very service.
        while ports.changed().await.is_ok() {
            let list = self.addresses.of(&ports.borrow_and_update());
            for client in self.members.who_want_ports() {
                self.outgoing.notify(client, &list).await;
            }
        }
    }
}
