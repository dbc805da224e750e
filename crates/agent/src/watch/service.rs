//! The task that tells of changes.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, CreateFlags};
use rustix::io::Errno;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};
use yew_sandbox_protocol::WireError;
use yew_sandbox_protocol::fs::{Rewatch, WatchEvent};

use super::OWN;
use super::excludes::Excludes;
use super::pace::{APART, LOOK, Pace};
use super::registry::{Registry, Wanted};
use crate::files::{Outcome, Root, SandboxPath};
use crate::kept::Ledger;
use crate::outgoing::Outgoing;
use crate::sandbox::Sandbox;

/// All watches of the sandbox. The kernel's part starts with the first one.
#[derive(Debug)]
pub(crate) struct Watches {
    outgoing: Outgoing,
    started: OnceLock<(Started, AbortHandle)>,
}

#[derive(Clone, Debug)]
struct Started {
    /// Who waits for it holds no thread: there may be many, and one look may take seconds.
    registry: Arc<tokio::sync::Mutex<Registry>>,
    /// The agent's own watches, and who is woken.
    followers: Arc<Mutex<HashMap<u64, Arc<Notify>>>>,
    answered: Arc<Notify>,
}

/// A watch of the agent's own.
#[derive(Debug)]
#[must_use = "it lasts until `unfollow`"]
pub(crate) struct Followed(u64);

/// A watch whose client does not know of it yet.
#[derive(Debug)]
#[must_use = "nothing is told before `answered`"]
pub(crate) struct NewWatch {
    /// Names the watch to its client.
    pub(crate) id: String,
    is_answered: Arc<AtomicBool>,
    wake: Arc<Notify>,
}

impl Watches {
    pub(crate) fn new(outgoing: Outgoing) -> Self {
        Self {
            outgoing,
            started: OnceLock::new(),
        }
    }

    /// Gets ready for watches. Needs to be called on the runtime before the first [`Watches::add`].
    pub(crate) fn start(&self) -> io::Result<()> {
        if self.started.get().is_some() {
            return Ok(());
        }
        let descriptor = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let descriptor = Arc::new(descriptor);
        let started = Started {
            registry: Arc::new(tokio::sync::Mutex::new(Registry::new(descriptor.clone()))),
            followers: Arc::default(),
            answered: Arc::new(Notify::new()),
        };
        self.started.get_or_init(|| {
            let telling = tell(descriptor, started.clone(), self.outgoing.clone());
            (started, tokio::spawn(telling).abort_handle())
        });
        Ok(())
    }

    /// Starts a watch, and keeps what it told last where its client can come back. One that the client had under an earlier number, and
    /// names, goes on.
    pub(crate) async fn add(
        &self,
        root: Arc<Root>,
        client: u32,
        request: Rewatch,
        ledger: Option<Arc<Ledger>>,
    ) -> Result<NewWatch, WireError> {
        let excludes = Excludes::asked_for(request.excludes.as_deref().unwrap_or_default())?;
        let path = request.path.clone();
        let added = self
            .add_without(root, client, request, excludes, ledger)
            .await;
        added.map_err(|fault| fault.into_wire("watch", &path))
    }

    async fn add_without(
        &self,
        root: Arc<Root>,
        client: u32,
        request: Rewatch,
        excludes: Excludes,
        ledger: Option<Arc<Ledger>>,
    ) -> Outcome<NewWatch> {
        let (started, _) = self.started.get().ok_or(Errno::NOSYS)?;
        let earlier = request.watch_id.as_ref().and_then(|id| id.parse().ok());
        let cursor = request.cursor.unwrap_or(0);
        let wanted = Wanted {
            client,
            path: root.resolve(&request.path)?,
            recursive: request.recursive == Some(true),
            excludes,
            is_kept: ledger.is_some(),
        };
        let add = move |registry: &mut Registry| {
            let had = |client| ledger.as_ref().is_some_and(|ledger| ledger.has(client));
            if let Some(id) = earlier
                && let Some(is_answered) = registry.go_on(id, cursor, client, had)
            {
                return Ok((id, is_answered));
            }
            registry.add(&root, wanted, had)
        };
        let added = started.blocking(add).await;
        let (id, is_answered) = added.unwrap_or(Err(Errno::CANCELED.into()))?;
        Ok(started.new_watch(id, is_answered))
    }

    /// A client that may come back hears nothing for now; its changes wait.
    pub(crate) async fn hold(&self, client: u32) {
        if let Some((started, _)) = self.started.get() {
            // It can only fail with the runtime.
            let _ = started
                .blocking(move |registry| registry.hold(client))
                .await;
        }
    }

    /// Wakes someone whenever anything changes in a folder itself.
    pub(crate) async fn follow(
        sandbox: &Arc<Sandbox>,
        folder: &SandboxPath,
        changed: &Arc<Notify>,
    ) -> Outcome<Followed> {
        Self::follow_with(sandbox, folder, None, changed).await
    }

    /// Wakes someone whenever anything changes in a folder or beneath it, but for what the globs leave out.
    pub(crate) async fn follow_tree(
        sandbox: &Arc<Sandbox>,
        folder: &SandboxPath,
        excludes: &[&str],
        changed: &Arc<Notify>,
    ) -> Outcome<Followed> {
        Self::follow_with(sandbox, folder, Some(excludes), changed).await
    }

    async fn follow_with(
        sandbox: &Arc<Sandbox>,
        folder: &SandboxPath,
        below: Option<&[&str]>,
        changed: &Arc<Notify>,
    ) -> Outcome<Followed> {
        sandbox.watches.start()?;
        let (started, _) = sandbox.watches.started.get().ok_or(Errno::NOSYS)?;
        let (root, followers) = (sandbox.root.clone(), started.followers.clone());
        let excludes = below.unwrap_or_default().iter();
        let excludes: Vec<String> = excludes.map(|&glob| glob.to_owned()).collect();
        let wanted = Wanted {
            client: OWN,
            path: folder.clone(),
            recursive: below.is_some(),
            excludes: Excludes::new(&excludes),
            is_kept: false,
        };
        let changed = changed.clone();
        let add = move |registry: &mut Registry| {
            let (id, is_answered) = registry.add(&root, wanted, |_| false)?;
            lock(&followers).insert(id, changed);
            is_answered.store(true, Ordering::Release);
            Ok(Followed(id))
        };
        let followed = started.blocking(add).await;
        followed.unwrap_or(Err(Errno::CANCELED.into()))
    }

    /// Ends a watch of the agent's own.
    pub(crate) async fn unfollow(&self, followed: Followed) {
        if let Some((started, _)) = self.started.get() {
            lock(&started.followers).remove(&followed.0);
            // It can only fail with the runtime.
            let _ = started
                .blocking(move |registry| registry.remove(OWN, followed.0))
                .await;
        }
    }

    /// Ends a watch, and says whether the client had it.
    pub(crate) async fn remove(&self, client: u32, id: &str) -> bool {
        let (Some((started, _)), Ok(id)) = (self.started.get(), id.parse()) else {
            return false;
        };
        let remove = started.blocking(move |registry| registry.remove(client, id));
        remove.await.unwrap_or(false)
    }

    /// Ends all watches of a client.
    pub(crate) async fn remove_client(&self, client: u32) {
        if let Some((started, _)) = self.started.get() {
            // It can only fail with the runtime.
            let _ = started
                .blocking(move |registry| registry.remove_client(client))
                .await;
        }
    }
}

impl Drop for Watches {
    fn drop(&mut self) {
        if let Some((_, telling)) = self.started.get() {
            telling.abort();
        }
    }
}

impl Started {
    fn new_watch(&self, id: u64, is_answered: Arc<AtomicBool>) -> NewWatch {
        NewWatch {
            id: id.to_string(),
            is_answered,
            wake: self.answered.clone(),
        }
    }

    /// Works on the registry away from the runtime's thread: it may look at thousands of files.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Registry) -> T + Send + 'static,
    ) -> Result<T, tokio::task::JoinError> {
        let mut registry = self.registry.clone().lock_owned().await;
        tokio::task::spawn_blocking(move || work(&mut registry)).await
    }
}

impl NewWatch {
    /// The client knows of the watch: it may be told of changes.
    pub(crate) fn answered(self) {
        self.is_answered.store(true, Ordering::Release);
        self.wake.notify_one();
    }
}

/// Waits for events, takes them in for a while, and tells of them together.
async fn tell(events: Arc<OwnedFd>, started: Started, outgoing: Outgoing) {
    let mut pace = Pace::default();
    loop {
        tokio::select! {
            () = readable(&events) => {}
            () = started.answered.notified() => {}
        }
        pace.begin(Instant::now());
        loop {
            let taken = started.blocking(Registry::drain).await.unwrap_or_default();
            if pace.is_due(Instant::now(), taken) {
                break;
            }
            sleep(LOOK).await;
        }
        let batches = started.blocking(Registry::take_batches).await;
        for batch in batches.unwrap_or_default() {
            if let Some(follower) = lock(&started.followers).get(&batch.watch) {
                follower.notify_one();
                continue;
            }
            let event = WatchEvent {
                watch_id: batch.watch.to_string(),
                events: batch.changes,
            };
            outgoing.notify(batch.client, &event).await;
        }
    }
}

/// Waits until the kernel has events. Afterwards nobody is woken for each of many more.
async fn readable(events: &OwnedFd) {
    let receiver = events
        .try_clone()
        .and_then(Receiver::from_owned_fd_unchecked);
    match receiver {
        // It can only fail with the runtime.
        Ok(receiver) => drop(receiver.readable().await),
        // The system has no room for one more.
        Err(_) => sleep(APART).await,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
