//! One sandbox: asleep, waking, awake, falling asleep.

use std::collections::HashMap;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::Child;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinError;
use yew_sandbox_protocol::BootupType;

use super::agent::{Agent, Ended, Pump, log_lines};
use super::disk::{DiskWatch, KeptTo};
use super::door::Door;
use super::groups::{Group, Groups};
use super::host_tokens::HostTokens;
use super::isolation::{Isolation, Launch};
use super::limits::SandboxLimits;
use super::meta::{self, Meta};
use super::root_folder;
use super::sessions::{Of, Sessions};
use super::spawn::Spawner;
use crate::identity::{SessionOptions, User};
use crate::kept::Kept;
use crate::metrics::Metrics;
use crate::problem::{Limit, Problem, ProblemKind};

/// What all sandboxes share.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) isolation: Isolation,
    /// The kernel's limits on whole sandboxes, where there are some.
    pub(crate) groups: Option<Groups>,
    pub(crate) disk: Arc<DiskWatch>,
    pub(crate) metrics: Metrics,
    pub(crate) spawner: Spawner,
    pub(crate) hibernate_after: Duration,
    /// One permit for each sandbox that may be awake.
    pub(crate) running: Arc<Semaphore>,
    pub(crate) running_limit: usize,
}

/// One sandbox.
#[derive(Debug)]
pub(crate) struct Sandbox {
    pub(crate) id: String,
    pub(crate) meta: Kept<Meta>,
    pub(crate) sessions: Kept<Sessions>,
    pub(crate) host_tokens: Kept<HostTokens>,
    /// The way to its previews and downloads.
    pub(crate) door: Door,
    /// When each host token was last used.
    uses: Mutex<HashMap<String, SystemTime>>,
    launch: Launch,
    phase: watch::Sender<Phase>,
    /// It is being deleted: nobody wakes it any more. Read and written under the lock of `phase`.
    ends: AtomicBool,
}

#[derive(Clone, Debug)]
enum Phase {
    /// Files only. Where the last start failed: why.
    Asleep(Option<Problem>),
    Waking,
    /// And how it came up.
    Awake(Arc<Agent>, BootupType),
    FallingAsleep,
    /// It was deleted.
    Gone,
}

/// What was found by waking.
#[derive(Clone, Debug)]
pub(crate) struct Woken {
    pub(crate) agent: Arc<Agent>,
    /// How it came up, where that was now.
    pub(crate) bootup_type: BootupType,
}

impl Sandbox {
    /// The sandbox that keeps its files in `folder`, which holds at least its meta.json.
    pub(crate) fn new(id: String, folder: &Path, meta: Meta, launch: Launch) -> Self {
        Self {
            meta: Kept::new(folder.join("meta.json"), meta),
            sessions: load(&id, folder.join("sessions.json")),
            host_tokens: load(&id, folder.join("host-tokens.json")),
            door: Door::new(folder.to_owned()),
            uses: Mutex::default(),
            id,
            launch,
            phase: watch::Sender::new(Phase::Asleep(None)),
            ends: AtomicBool::new(false),
        }
    }

    /// The agent, if it accepts clients.
    pub(crate) fn agent(&self) -> Option<Arc<Agent>> {
        match &*self.phase.borrow() {
            Phase::Awake(agent, _) => Some(agent.clone()),
            _ => None,
        }
    }

    /// The agent, started if need be. However many ask at once, it is started once.
    pub(crate) async fn wake(self: &Arc<Self>, host: &Arc<Host>) -> Result<Woken, Problem> {
        let mut phases = self.phase.subscribe();
        let mut now = false;
        loop {
            let (mut begin, mut ends) = (false, false);
            self.phase.send_if_modified(|phase| {
                ends = self.ends.load(Ordering::Relaxed);
                begin = matches!(phase, Phase::Asleep(_)) && !now && !ends;
                if begin {
                    *phase = Phase::Waking;
                }
                begin
            });
            if ends {
                return Err(Problem::not_found());
            }
            if begin {
                // In a task of its own: who asked may go away, and others may wait for the same.
                tokio::spawn(self.clone().live(host.clone()));
            }
            let phase = phases.borrow_and_update().clone();
            match phase {
                Phase::Awake(agent, bootup_type) => {
                    let bootup_type = if now {
                        bootup_type
                    } else {
                        BootupType::Running
                    };
                    return Ok(Woken { agent, bootup_type });
                }
                Phase::Gone => return Err(Problem::not_found()),
                Phase::Asleep(Some(problem)) if now => return Err(problem),
                // It woke and fell asleep again while nobody looked here.
                Phase::Asleep(_) => now = false,
                Phase::Waking => {
                    now = true;
                    changed(&mut phases).await?;
                }
                Phase::FallingAsleep => {
                    now = false;
                    changed(&mut phases).await?;
                }
            }
        }
    }

    /// Puts it to sleep, also where it is just waking. Ready once it sleeps, or has been woken anew since.
    pub(crate) async fn put_to_sleep(&self) {
        let mut phases = self.phase.subscribe();
        let mut agent: Option<Arc<Agent>> = None;
        let mut ends = false;
        loop {
            match &*phases.borrow_and_update() {
                Phase::Asleep(_) | Phase::Gone => return,
                Phase::Waking if ends => return,
                Phase::Waking => {}
                Phase::Awake(awake, _) => match &agent {
                    Some(agent) if Arc::ptr_eq(agent, awake) => {}
                    None if !ends => {
                        awake.sleep();
                        agent = Some(awake.clone());
                        ends = true;
                    }
                    _ => return,
                },
                Phase::FallingAsleep => ends = true,
            }
            if phases.changed().await.is_err() {
                return;
            }
        }
    }

    /// Until it is not just waking.
    pub(crate) async fn settled(&self) {
        let mut phases = self.phase.subscribe();
        let settled = phases.wait_for(|phase| !matches!(phase, Phase::Waking));
        // The sender is a part of this very sandbox, so it cannot be gone.
        let _ = settled.await;
    }

    /// After how long without requests it falls asleep.
    fn idle(&self, host: &Host) -> Duration {
        let own = self.meta.get().hibernation_timeout;
        own.map_or(host.hibernate_after, |seconds| {
            Duration::from_secs(seconds.into())
        })
    }

    /// Lets a change of that time hold at once.
    pub(crate) fn renew_idle(&self, host: &Host) {
        if let Some(agent) = self.agent() {
            agent.set_idle(self.idle(host));
        }
    }

    /// Ends it for good, processes and connections included. Its files are the caller's.
    ///
    /// From now on nobody wakes it, however many ask.
    pub(crate) async fn end(&self) {
        self.phase.send_if_modified(|_| {
            self.ends.store(true, Ordering::Relaxed);
            false
        });
        loop {
            self.put_to_sleep().await;
            // Somebody may have woken it before.
            let ended = self.phase.send_if_modified(|phase| {
                let ends = matches!(phase, Phase::Asleep(_));
                if ends {
                    *phase = Phase::Gone;
                }
                ends
            });
            if ended || matches!(*self.phase.borrow(), Phase::Gone) {
                return;
            }
        }
    }

    /// Changes what is known of the sandbox.
    pub(crate) async fn change_meta(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Meta) + Send + 'static,
    ) -> Result<(), Problem> {
        let sandbox = self.clone();
        let changed = tokio::task::spawn_blocking(move || {
            sandbox.meta.change(|meta| {
                change(meta);
                Ok(())
            })
        });
        self.kept(changed.await)
    }

    /// Keeps what a session carries, and gives its name in tokens.
    pub(crate) async fn open_session(
        self: &Arc<Self>,
        user: Option<User>,
        options: SessionOptions,
    ) -> Result<String, Problem> {
        let sandbox = self.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let of = user.as_ref().map_or(Of::Management, Of::User);
            sandbox
                .sessions
                .change(|sessions| Ok(sessions.open(of, &options)))
        });
        self.kept(opened.await)
    }

    /// Changes the tokens that open its previews.
    pub(crate) async fn change_host_tokens<R: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut HostTokens) -> Result<R, Problem> + Send + 'static,
    ) -> Result<R, Problem> {
        let sandbox = self.clone();
        let changed = tokio::task::spawn_blocking(move || sandbox.host_tokens.change(change));
        self.kept(changed.await)
    }

    /// Notes that a host token was used now.
    pub(crate) fn note_use(&self, token: &str) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if !uses.contains_key(token) {
            // Those that are gone make room for the new one.
            let tokens = self.host_tokens.get();
            uses.retain(|id, _| tokens.active().any(|token| token.id == *id));
        }
        uses.insert(token.to_owned(), SystemTime::now());
    }

    /// When a host token was last used, since this server started.
    pub(crate) fn last_use(&self, token: &str) -> Option<SystemTime> {
        let uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.get(token).copied()
    }

    /// What came of a change of what is kept.
    fn kept<T>(
        &self,
        changed: Result<io::Result<Result<T, Problem>>, JoinError>,
    ) -> Result<T, Problem> {
        match changed {
            Ok(Ok(result)) => result,
            _ if self.is_gone() => Err(Problem::not_found()),
            Ok(Err(error)) => {
                tracing::error!(sandbox = self.id, %error, "what is kept of a sandbox could not be changed");
                Err(Problem::internal())
            }
            Err(_) => Err(Problem::internal()),
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Awake(..) | Phase::Waking)
    }

    /// Files only, or not even those.
    pub(crate) fn sleeps(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Asleep(_) | Phase::Gone)
    }

    pub(crate) fn is_gone(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Gone)
    }

    /// From waking to sleeping.
    async fn live(self: Arc<Self>, host: Arc<Host>) {
        match self.start(&host).await {
            Ok(Started {
                child,
                pump,
                group,
                permit,
                from_nothing,
            }) => {
                tracing::info!(sandbox = self.id, "awake");
                let counted = host.metrics.woke();
                let agent = pump.agent.clone();
                let bootup_type = self.note_start(from_nothing).await;
                self.phase
                    .send_replace(Phase::Awake(agent.clone(), bootup_type));
                let falls_asleep = || {
                    self.phase.send_replace(Phase::FallingAsleep);
                };
                let root = self.launch.root.clone();
                let kept_to = match &group {
                    Some(_) => KeptTo::All,
                    None => KeptTo::Nothing,
                };
                let (disk, limits) = (&host.disk, self.limits());
                let follow = disk.follow(&self.id, root, limits, kept_to, &agent);
                let ended = tokio::select! {
                    ended = pump.run(child, falls_asleep) => ended,
                    // It never ends.
                    () = follow => return,
                };
                end_group(&self.id, group).await;
                host.metrics.ended(ended.name());
                drop(counted);
                match ended {
                    Ended::Asleep => tracing::info!(sandbox = self.id, "asleep"),
                    Ended::Killed => {
                        tracing::warn!(
                            sandbox = self.id,
                            "did not fall asleep in time, was killed"
                        );
                    }
                    Ended::Crashed => {
                        tracing::error!(sandbox = self.id, "the agent ended unexpectedly")
                    }
                }
                drop(permit);
                if let Err(error) = self.door.close() {
                    tracing::warn!(sandbox = self.id, %error, "its door stays behind");
                }
                let falling_asleep = self.change_meta(|meta| meta.updated = meta::now()).await;
                if let Err(problem) = falling_asleep {
                    tracing::warn!(sandbox = self.id, %problem, "its last change is not noted");
                }
                self.phase.send_replace(Phase::Asleep(None));
            }
            Err(problem) => {
                self.phase.send_replace(Phase::Asleep(Some(problem)));
            }
        }
    }

    /// Keeps that it has started, and says how it came up.
    async fn note_start(self: &Arc<Self>, from_nothing: bool) -> BootupType {
        let before = self.meta.get();
        if !before.started || from_nothing {
            let change = move |meta: &mut Meta| {
                meta.started = true;
                // Where it was shut down only while it started, the next start is meant.
                meta.shut_down &= !from_nothing;
            };
            if let Err(problem) = self.change_meta(change).await {
                tracing::error!(sandbox = self.id, %problem, "its start is not noted: the next one is like it");
            }
        }
        match (before.started, &before.fork_of) {
            (false, Some(_)) => BootupType::Fork,
            (false, None) => BootupType::Clean,
            (true, _) if from_nothing => BootupType::Clean,
            (true, _) => BootupType::Resume,
        }
    }

    async fn start(&self, host: &Host) -> Result<Started, Problem> {
        if !host.disk.has_room(&self.launch.root) {
            return Err(Problem::disk_is_full());
        }
        let permit = host.running.clone().try_acquire_owned();
        let permit =
            permit.map_err(|_| Problem::limited(Limit::RunningSandboxes, host.running_limit))?;
        let from_nothing = self.meta.get().shut_down;
        match self.start_agent(host, from_nothing).await {
            Ok((child, pump, group)) => Ok(Started {
                child,
                pump,
                group,
                permit,
                from_nothing,
            }),
            Err(error) => {
                tracing::error!(sandbox = self.id, %error, "a sandbox did not start");
                Err(Problem::of_disk(&error).unwrap_or_else(|| {
                    Problem::new(
                        ProblemKind::Unavailable,
                        "the sandbox did not start",
                        "try again; the server's log has the reason",
                    )
                }))
            }
        }
    }

    async fn start_agent(
        &self,
        host: &Host,
        from_nothing: bool,
    ) -> io::Result<(Child, LinkPump, Option<Group>)> {
        let (root, owner) = (self.launch.root.clone(), self.launch.owner);
        let prepared = tokio::task::spawn_blocking(move || {
            root_folder::prepare(&root, owner)?;
            if from_nothing {
                root_folder::forget_steps(&root, owner)?;
            }
            io::Result::Ok(())
        });
        prepared.await.map_err(io::Error::other)??;

        let (ours, theirs) = BlockingStream::pair()?;
        ours.set_nonblocking(true)?;
        let limits = self.limits();
        let group = self.group(host, limits).await?;
        let entrances = group.iter().flat_map(Group::entrances);
        let mut command = host.isolation.agent(&Launch {
            limits,
            groups: entrances.collect(),
            ..self.launch.clone()
        });
        command.stdin(Stdio::from(OwnedFd::from(theirs)));
        command.stdout(Stdio::from(self.door.open()?));
        let started = async {
            let mut child = host.spawner.spawn(command).await?;
            if let Some(output) = child.stderr.take() {
                tokio::spawn(log_lines(self.id.clone(), output));
            }
            let (reader, writer) = UnixStream::from_std(ours)?.into_split();
            let pump = Pump::start(reader, writer, self.idle(host)).await?;
            io::Result::Ok((child, pump))
        };
        match started.await {
            Ok((child, pump)) => Ok((child, pump, group)),
            Err(error) => {
                end_group(&self.id, group).await;
                Err(error)
            }
        }
    }

    /// What it may use, by its size.
    fn limits(&self) -> SandboxLimits {
        self.launch.limits.of(self.meta.get().tier)
    }

    /// Its control groups, where its processes are limited and the kernel has some.
    async fn group(&self, host: &Host, limits: SandboxLimits) -> io::Result<Option<Group>> {
        let groups = host.groups.clone().filter(|_| host.isolation.limits());
        let Some(groups) = groups else {
            return Ok(None);
        };
        let id = self.id.clone();
        let made = tokio::task::spawn_blocking(move || groups.create(&id, &limits));
        made.await.map_err(io::Error::other)?.map(Some)
    }
}

/// What has started.
struct Started {
    child: Child,
    pump: LinkPump,
    group: Option<Group>,
    permit: OwnedSemaphorePermit,
    /// It had been shut down.
    from_nothing: bool,
}

/// Ends what is left in the control groups of a sandbox that sleeps, and removes them.
async fn end_group(id: &str, group: Option<Group>) {
    let Some(group) = group else { return };
    match tokio::task::spawn_blocking(move || group.end()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(sandbox = id, %error, "its control groups stay behind"),
        // The runtime ends, and the groups with it.
        Err(_) => {}
    }
}

type LinkPump = Pump<OwnedReadHalf, OwnedWriteHalf>;

async fn changed(phases: &mut watch::Receiver<Phase>) -> Result<(), Problem> {
    phases.changed().await.map_err(|_| Problem::internal())
}

/// Sessions and tokens can be made again, so that a file that cannot be read ends nothing but those.
fn load<T>(id: &str, path: PathBuf) -> Kept<T>
where
    T: Clone + Default + PartialEq + Serialize + DeserializeOwned,
{
    Kept::load(path.clone()).unwrap_or_else(|error| {
        tracing::warn!(sandbox = id, file = %path.display(), %error, "a file cannot be read; it starts anew");
        Kept::new(path, T::default())
    })
}

#[cfg(test)]
mod tests;
