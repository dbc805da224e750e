//! One sandbox: asleep, waking, awake, falling asleep.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as BlockingStream;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::Child;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::agent::{Agent, Ended, Pump, log_lines};
use super::isolation::{Isolation, Launch};
use super::root_folder;
use super::spawn::Spawner;
use super::store::Meta;
use crate::problem::{Limit, Problem, ProblemKind};

/// What all sandboxes share.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) isolation: Isolation,
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
    pub(crate) meta: Meta,
    launch: Launch,
    phase: watch::Sender<Phase>,
}

#[derive(Clone, Debug)]
enum Phase {
    /// Files only. Where the last start failed: why.
    Asleep(Option<Problem>),
    Waking,
    Awake(Arc<Agent>),
    FallingAsleep,
}

/// What was found by waking.
#[derive(Clone, Debug)]
pub(crate) struct Woken {
    pub(crate) agent: Arc<Agent>,
    /// False where it was awake before.
    pub(crate) now: bool,
}

impl Sandbox {
    pub(crate) fn new(id: String, meta: Meta, launch: Launch) -> Self {
        Self {
            id,
            meta,
            launch,
            phase: watch::Sender::new(Phase::Asleep(None)),
        }
    }

    /// The agent, if it accepts clients.
    pub(crate) fn agent(&self) -> Option<Arc<Agent>> {
        match &*self.phase.borrow() {
            Phase::Awake(agent) => Some(agent.clone()),
            _ => None,
        }
    }

    /// The agent, started if need be. However many ask at once, it is started once.
    pub(crate) async fn wake(self: &Arc<Self>, host: &Arc<Host>) -> Result<Woken, Problem> {
        let mut phases = self.phase.subscribe();
        let mut now = false;
        loop {
            let mut begin = false;
            self.phase.send_if_modified(|phase| {
                begin = matches!(phase, Phase::Asleep(_)) && !now;
                if begin {
                    *phase = Phase::Waking;
                }
                begin
            });
            if begin {
                // In a task of its own: who asked may go away, and others may wait for the same.
                tokio::spawn(self.clone().live(host.clone()));
            }
            let phase = phases.borrow_and_update().clone();
            match phase {
                Phase::Awake(agent) => return Ok(Woken { agent, now }),
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

    /// Waits until it sleeps. Returns at once where it sleeps already.
    pub(crate) async fn asleep(&self) {
        let mut phases = self.phase.subscribe();
        // The sender is a part of this very sandbox, so it cannot be gone.
        let _ = phases
            .wait_for(|phase| matches!(phase, Phase::Asleep(_)))
            .await;
    }

    /// Puts it to sleep, also where it is just waking.
    pub(crate) async fn put_to_sleep(&self) {
        let mut phases = self.phase.subscribe();
        loop {
            match &*phases.borrow_and_update() {
                Phase::Asleep(_) => return,
                Phase::Awake(agent) => agent.sleep(),
                Phase::Waking | Phase::FallingAsleep => {}
            }
            if phases.changed().await.is_err() {
                return;
            }
        }
    }

    /// From waking to sleeping.
    async fn live(self: Arc<Self>, host: Arc<Host>) {
        match self.start(&host).await {
            Ok((child, pump, permit)) => {
                tracing::info!(sandbox = self.id, "awake");
                self.phase.send_replace(Phase::Awake(pump.agent.clone()));
                let falls_asleep = || {
                    self.phase.send_replace(Phase::FallingAsleep);
                };
                let ended = pump.run(child, host.hibernate_after, falls_asleep).await;
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
                self.phase.send_replace(Phase::Asleep(None));
            }
            Err(problem) => {
                self.phase.send_replace(Phase::Asleep(Some(problem)));
            }
        }
    }

    async fn start(&self, host: &Host) -> Result<(Child, LinkPump, OwnedSemaphorePermit), Problem> {
        let permit = host.running.clone().try_acquire_owned();
        let permit =
            permit.map_err(|_| Problem::limited(Limit::RunningSandboxes, host.running_limit))?;
        match self.start_agent(host).await {
            Ok((child, pump)) => Ok((child, pump, permit)),
            Err(error) => {
                tracing::error!(sandbox = self.id, %error, "a sandbox did not start");
                Err(Problem::new(
                    ProblemKind::Unavailable,
                    "the sandbox did not start",
                    "try again; the server's log has the reason",
                ))
            }
        }
    }

    async fn start_agent(&self, host: &Host) -> io::Result<(Child, LinkPump)> {
        let (root, owner) = (self.launch.root.clone(), self.launch.owner);
        let prepared = tokio::task::spawn_blocking(move || root_folder::prepare(&root, owner));
        prepared.await.map_err(io::Error::other)??;

        let (ours, theirs) = BlockingStream::pair()?;
        ours.set_nonblocking(true)?;
        let mut command = host.isolation.agent(&self.launch);
        command.stdin(Stdio::from(OwnedFd::from(theirs)));
        let mut child = host.spawner.spawn(command).await?;
        if let Some(output) = child.stderr.take() {
            tokio::spawn(log_lines(self.id.clone(), output));
        }
        let (reader, writer) = UnixStream::from_std(ours)?.into_split();
        let pump = Pump::start(reader, writer).await?;
        Ok((child, pump))
    }
}

type LinkPump = Pump<OwnedReadHalf, OwnedWriteHalf>;

async fn changed(phases: &mut watch::Receiver<Phase>) -> Result<(), Problem> {
    phases.changed().await.map_err(|_| Problem::internal())
}
