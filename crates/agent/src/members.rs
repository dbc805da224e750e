//! Who is connected.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;
use yew_sandbox_protocol::client::{ClientInfo, Subscriptions};

/// All clients that the server let in.
#[derive(Debug, Default)]
pub(crate) struct Members {
    all: Mutex<BTreeMap<u32, Member>>,
    behind: watch::Sender<Behind>,
}

/// Those that have much to take yet.
pub(crate) type Behind = BTreeMap<u32, Lag>;

/// The name of the JavaScript SDK as an app.
pub(crate) const SDK: &str = "sdk";

/// How far behind a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lag {
    pub(crate) since: Instant,
    /// The output of shells that it was sent since, in bytes.
    sent: usize,
}

/// Most output of shells that a client is sent while it is behind, in bytes: 4 MiB.
const MOST_WHILE_BEHIND: usize = 4 * 1024 * 1024;

#[derive(Debug, Default)]
struct Member {
    /// Who it is; `None` before it joined.
    info: Option<ClientInfo>,
    /// Names the user to the server.
    user_id: String,
    wants_clients: bool,
    wants_setup: bool,
    wants_shells: bool,
    wants_metrics: bool,
    wants_git_status: bool,
    wants_git_operations: bool,
    wants_ports: bool,
}

impl Members {
    /// A client was let in.
    pub(crate) fn open(&self, client: u32, user_id: &str) {
        let member = Member {
            user_id: user_id.to_owned(),
            ..Member::default()
        };
        self.lock().insert(client, member);
    }

    /// Whether a client listens for what follows an answer only after it has handled the answer, and misses what comes with it. So
    /// does the JavaScript SDK outside of browsers.
    pub(crate) fn listens_late(&self, client: u32) -> bool {
        self.is_the_sdk(client)
    }

    /// Whether a client means a restart when it runs what runs already: the JavaScript SDK's `restart` sends nothing else.
    pub(crate) fn restarts_by_running(&self, client: u32) -> bool {
        self.is_the_sdk(client)
    }

    fn is_the_sdk(&self, client: u32) -> bool {
        let all = self.lock();
        let info = all.get(&client).and_then(|member| member.info.as_ref());
        info.is_some_and(|info| info.app_id == SDK)
    }

    /// A client joined.
    pub(crate) fn join(&self, client: u32, info: ClientInfo, wanted: &Subscriptions) {
        if let Some(member) = self.lock().get_mut(&client) {
            member.info = Some(info);
            member.wants_clients = wanted
                .client
                .as_ref()
                .is_some_and(|switch| switch.status == Some(true));
            member.wants_setup = wanted
                .setup
                .as_ref()
                .is_some_and(|switch| switch.progress == Some(true));
            member.wants_shells = wanted
                .shell
                .as_ref()
                .is_some_and(|switch| switch.status == Some(true));
            let git = wanted.git.as_ref();
            member.wants_git_status = git.is_some_and(|switches| switches.status == Some(true));
            member.wants_git_operations =
                git.is_some_and(|switches| switches.operations == Some(true));
            member.wants_metrics = wanted
                .system
                .as_ref()
                .is_some_and(|switch| switch.metrics == Some(true));
            member.wants_ports = wanted
                .port
                .as_ref()
                .is_some_and(|switch| switch.status == Some(true));
        }
    }

    /// A client left; who it was, if it had joined.
    pub(crate) fn leave(&self, client: u32) -> Option<ClientInfo> {
        let member = self.lock().remove(&client);
        self.set_behind(client, false);
        member.and_then(|member| member.info)
    }

    /// Whether a client has much to take yet.
    pub(crate) fn set_behind(&self, client: u32, is_behind: bool) {
        self.behind.send_if_modified(|behind| {
            if is_behind && self.is_open(client) {
                let lag = Lag {
                    since: Instant::now(),
                    sent: 0,
                };
                behind.insert(client, lag).is_none()
            } else {
                behind.remove(&client).is_some()
            }
        });
    }

    /// Whether a client shall be sent so many bytes of output more, and not be given up.
    pub(crate) fn may_have(&self, client: u32, bytes: usize) -> bool {
        let mut may = true;
        self.behind.send_if_modified(|behind| {
            if let Some(lag) = behind.get_mut(&client) {
                lag.sent += bytes;
                may = lag.sent <= MOST_WHILE_BEHIND;
            }
            // Nobody waits for this.
            false
        });
        may
    }

    /// Follows who has much to take yet.
    pub(crate) fn follow_behind(&self) -> watch::Receiver<Behind> {
        self.behind.subscribe()
    }

    pub(crate) fn is_open(&self, client: u32) -> bool {
        self.lock().contains_key(&client)
    }

    /// All that have joined.
    pub(crate) fn list(&self) -> Vec<ClientInfo> {
        let members = self.lock();
        members
            .values()
            .filter_map(|member| member.info.clone())
            .collect()
    }

    /// The id under which the others know a client; `None` before it joined.
    pub(crate) fn id(&self, client: u32) -> Option<String> {
        let members = self.lock();
        let info = members.get(&client)?.info.as_ref()?;
        Some(info.client_id.clone())
    }

    /// Whether two clients are of the same user.
    pub(crate) fn is_same_user(&self, one: u32, other: u32) -> bool {
        let members = self.lock();
        match (members.get(&one), members.get(&other)) {
            (Some(one), Some(other)) => one.user_id == other.user_id,
            _ => false,
        }
    }

    /// The numbers of all that have joined.
    pub(crate) fn joined(&self) -> Vec<u32> {
        self.filtered(|member| member.info.is_some())
    }

    /// The numbers of all, joined or not.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        self.lock().keys().copied().collect()
    }

    /// The numbers of those that have joined.
    pub(crate) fn who_joined(&self) -> Vec<u32> {
        self.filtered(|member| member.info.is_some())
    }

    /// Those that want to hear of clients.
    pub(crate) fn who_want_clients(&self) -> Vec<u32> {
        self.filtered(|member| member.wants_clients)
    }

    /// Those that want to hear of the set-up.
    pub(crate) fn who_want_setup(&self) -> Vec<u32> {
        self.filtered(|member| member.wants_setup)
    }

    /// Those that want to hear of shells and tasks.
    pub(crate) fn who_want_shells(&self) -> Vec<u32> {
        self.filtered(|member| member.wants_shells)
    }

    /// Those that want to hear of metrics.
    pub(crate) fn who_want_metrics(&self) -> Vec<u32> {
        self.filtered(|member| member.wants_metrics)
    }

    /// Those that want to hear of the repository's state.
    pub(crate) fn who_want_git_status(&self) -> Vec<u32> {
        self.filtered(|member| member.wants_git_status)
    }

    /// Those that want to hear of what is done to the repository.
    pub(crate) fn who_want_git_operations(&self) -> Vec<u32> {
        self.filtered(|member| member.wants_git_operations)
    }

    /// Those that want to hear of ports.
    pub(crate) fn who_want_ports(&self) -> Vec<u32> {
        self.filtered(|member| member.wants_ports)
    }

    fn filtered(&self, is_wanted: impl Fn(&Member) -> bool) -> Vec<u32> {
        let members = self.lock();
        let wanted = members.iter().filter(|(_, member)| is_wanted(member));
        wanted.map(|(client, _)| *client).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Member>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
