//! The task that tells of changes.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags};
use rustix::io::{Errno, ioctl_fionread};
use tokio::net::unix::pipe::Receiver;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};
use yew_sandbox_protocol::fs::{Change, Watch, WatchEvent};
use yew_sandbox_protocol::limits::MAX_CONTENT;

use super::excludes::Excludes;
use super::registry::{Registry, Wanted};
use crate::files::{Fault, Outcome, Root, SandboxPath};
use crate::outgoing::Outgoing;
use crate::sandbox::Sandbox;

/// How long changes wait for others to go with them.
const COALESCE: Duration = Duration::from_millis(50);
/// Most bytes of paths in one notification.
const MOST_BYTES: usize = MAX_CONTENT / 16;
/// Stands for the agent itself where a client is named. The server counts its clients from 1.
const OWN: u32 = 0;

/// All watches of the sandbox. The kernel's part starts with the first one.
#[derive(Debug)]
pub(crate) struct Watches {
    outgoing: Outgoing,
    started: OnceLock<(Started, AbortHandle)>,
}

#[derive(Clone, Debug)]
struct Started {
    registry: Arc<Mutex<Registry>>,
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
            registry: Arc::new(Mutex::new(Registry::new(descriptor.clone()))),
            followers: Arc::default(),
            answered: Arc::new(Notify::new()),
        };
        let events = Receiver::from_owned_fd_unchecked(descriptor.try_clone()?)?;
        self.started.get_or_init(|| {
            let telling = tell(events, started.clone(), self.outgoing.clone());
            (started, tokio::spawn(telling).abort_handle())
        });
        Ok(())
    }

    /// Starts a watch. May block.
    pub(crate) fn add(&self, root: &Root, client: u32, request: &Watch) -> Outcome<NewWatch> {
        let (started, _) = self.started.get().ok_or(Errno::NOSYS)?;
        let wanted = Wanted {
            client,
            path: root.resolve(&request.path)?,
            recursive: request.recursive == Some(true),
            excludes: Excludes::new(request.excludes.as_deref().unwrap_or_default()),
        };
        let (id, is_answered) = started.with(|registry| registry.add(root, wanted))?;
        Ok(NewWatch {
            id: id.to_string(),
            is_answered,
            wake: started.answered.clone(),
        })
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
        };
        let changed = changed.clone();
        let add = move |registry: &mut Registry| {
            let (id, is_answered) = registry.add(&root, wanted)?;
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

    /// Ends a watch, and says whether the client had it. May block.
    pub(crate) fn remove(&self, client: u32, id: &str) -> bool {
        let (Some((started, _)), Ok(id)) = (self.started.get(), id.parse()) else {
            return false;
        };
        started.with(|registry| registry.remove(client, id))
    }

    /// Ends all watches of a client. May block.
    pub(crate) fn remove_client(&self, client: u32) {
        if let Some((started, _)) = self.started.get() {
            started.with(|registry| registry.remove_client(client));
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
    fn with<T>(&self, work: impl FnOnce(&mut Registry) -> T) -> T {
        work(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Works on the registry away from the runtime's thread: it may look at thousands of files.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Registry) -> T + Send + 'static,
    ) -> Result<T, tokio::task::JoinError> {
        let started = self.clone();
        tokio::task::spawn_blocking(move || started.with(work)).await
    }
}

impl NewWatch {
    /// The client knows of the watch: it may be told of changes.
    pub(crate) fn answered(self) {
        self.is_answered.store(true, Ordering::Release);
        self.wake.notify_one();
    }
}

/// Takes in events at once, so that the kernel's queue stays short, and tells of them a little later.
async fn tell(events: Receiver, started: Started, outgoing: Outgoing) -> Result<(), Fault> {
    let mut due: Option<Instant> = None;
    loop {
        tokio::select! {
            ready = events.readable() => {
                ready?;
                let has_news = started.blocking(Registry::drain).await;
                wait_for_more(&events);
                if has_news.unwrap_or(false) {
                    due.get_or_insert_with(|| Instant::now() + COALESCE);
                }
            }
            () = started.answered.notified() => {
                due.get_or_insert_with(|| Instant::now() + COALESCE);
            }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                due = None;
                for batch in started.blocking(Registry::take_batches).await.unwrap_or_default() {
                    if let Some(follower) = lock(&started.followers).get(&batch.watch) {
                        follower.notify_one();
                        continue;
                    }
                    for events in portions(batch.changes) {
                        let event = WatchEvent { watch_id: batch.watch.to_string(), events };
                        outgoing.notify(batch.client, &event).await;
                    }
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the next wait one for events that have not been read.
fn wait_for_more(events: &Receiver) {
    let is_there_more = || match ioctl_fionread(events) {
        Ok(0) => Err(io::ErrorKind::WouldBlock.into()),
        outcome => Ok(outcome?),
    };
    // Its only effect is on the receiver's own notion of readiness.
    let _ = events.try_io(is_there_more);
}

/// Splits changes so that each portion fits into a frame with ease.
fn portions(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let mut portions = vec![Vec::<Change>::new()];
    let mut bytes = 0;
    for change in changes {
        for path in change.paths {
            bytes += path.len();
            if bytes > MOST_BYTES {
                portions.push(Vec::new());
                bytes = path.len();
            }
            if let Some(portion) = portions.last_mut() {
                match portion.last_mut() {
                    Some(last) if last.kind == change.kind => last.paths.push(path),
                    _ => portion.push(Change {
                        paths: vec![path],
                        kind: change.kind,
                    }),
                }
            }
        }
    }
    portions
}
