//! What all handles of one backend share: its sandboxes, and how they are made, woken and removed.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, oneshot};
use yew_sandbox_protocol::BootupType;

use super::agent::Agent;
use super::catalog::Catalog;
use super::claim::Claim;
use super::isolation::Launch;
use super::meta::Meta;
use super::options::LocalOptions;
use super::sandbox::{Host, Sandbox};
use super::store::Store;
use crate::backend::{AgentAt, Awake};
use crate::identity::{SessionOptions, User};
use crate::kept::Kept;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::rate::PerMinute;

/// Names further hosts to Vite.
const VITE_HOSTS: &str = "__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS";

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) host: Arc<Host>,
    pub(super) store: Store,
    pub(super) options: LocalOptions,
    pub(super) catalog: Kept<Catalog>,
    /// One permit for each sandbox that may be copied at once.
    pub(super) copies: Arc<Semaphore>,
    pub(super) program: PathBuf,
    pub(super) creates: PerMinute,
    pub(super) sandboxes: Mutex<Sandboxes>,
    pub(super) closing: AtomicBool,
}

#[derive(Debug, Default)]
pub(super) struct Sandboxes {
    pub(super) all: HashMap<String, Arc<Sandbox>>,
    /// The numbers and owners of those that are being made.
    pub(super) claims: HashMap<u32, Option<String>>,
}

impl Sandboxes {
    /// How many there are whose owner is such a one, with those that are being made.
    pub(super) fn count(&self, is_counted: impl Fn(Option<&str>) -> bool) -> usize {
        let made = self.all.values();
        let made = made.filter(|sandbox| is_counted(sandbox.meta.get().owner.as_deref()));
        let being_made = self.claims.values();
        let being_made = being_made.filter(|owner| is_counted(owner.as_deref()));
        made.count() + being_made.count()
    }
}

impl Inner {
    pub(super) fn must_be_open(&self) -> Result<(), Problem> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(Problem::new(
                ProblemKind::Unavailable,
                "the server is shutting down",
                "try again in a moment",
            ));
        }
        Ok(())
    }

    /// A new sandbox of a user, awake, with a session. Nothing is left where it fails.
    pub(super) async fn create_for(
        self: &Arc<Self>,
        owner: User,
        session: SessionOptions,
    ) -> Result<(Arc<Sandbox>, Awake), Problem> {
        let sandbox = self
            .create(Meta::new(Some(owner.id.clone())), |_| Ok(()))
            .await?;
        let started = async {
            let woken = sandbox.wake(&self.host).await?;
            let session = sandbox.open_session(Some(owner), session).await?;
            Ok(awake(&sandbox, &woken.agent, woken.bootup_type, session))
        };
        match started.await {
            Ok(awake) => Ok((sandbox, awake)),
            Err(problem) => {
                self.remove(&sandbox).await;
                Err(problem)
            }
        }
    }

    /// The sandbox that `work` makes, and what comes with it.
    ///
    /// In a task of its own: what has begun is ended or taken back, also where who asked goes away.
    pub(super) async fn make<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl Future<Output = Result<(Arc<Sandbox>, T), Problem>> + Send + 'static,
    ) -> Result<(Arc<Sandbox>, T), Problem> {
        let inner = self.clone();
        let (answer, answered) = oneshot::channel();
        let making = tokio::spawn(async move {
            if let Err(Ok((sandbox, _))) = answer.send(work.await) {
                // Nobody knows of it.
                inner.remove(&sandbox).await;
            }
        });
        let made = answered.await.map_err(|_| Problem::internal())?;
        // It lets go of the data folder, too.
        let _ = making.await;
        made
    }

    pub(super) fn sandbox(&self, id: &str) -> Result<Arc<Sandbox>, Problem> {
        let found = self.sandboxes().all.get(id).cloned();
        found.ok_or_else(Problem::not_found)
    }

    pub(super) fn all(&self) -> Vec<Arc<Sandbox>> {
        self.sandboxes().all.values().cloned().collect()
    }

    /// A new sandbox with `fill` for its files.
    pub(super) async fn create(
        self: &Arc<Self>,
        mut meta: Meta,
        fill: impl FnOnce(&Path) -> io::Result<()> + Send + 'static,
    ) -> Result<Arc<Sandbox>, Problem> {
        self.must_be_open()?;
        if !self.host.disk.has_room(self.store.data()) {
            return Err(Problem::disk_is_full());
        }
        let claim = Claim::take(self, meta.owner.as_deref())?;
        // Only what may be made counts, so that whoever has too many keeps nobody else from making one.
        if !self.creates.allows() {
            return Err(Problem::limited(
                Limit::CreatesPerMinute,
                self.creates.bound(),
            ));
        }
        meta.number = claim.number;
        let inner = self.clone();
        let created = tokio::task::spawn_blocking(move || {
            let id = inner.store.create(&meta, fill).map_err(|error| {
                tracing::error!(%error, "a sandbox's folder could not be made");
                Problem::of_disk(&error).unwrap_or_else(|| {
                    Problem::new(
                        ProblemKind::Unavailable,
                        "the sandbox's folder could not be made",
                        "the server's log has the reason",
                    )
                })
            })?;
            Ok(claim.become_sandbox(inner.new_sandbox(id, meta)))
        });
        created.await.map_err(|_| Problem::internal())?
    }

    /// Ends a sandbox and removes all that there is of it.
    pub(super) async fn remove(self: &Arc<Self>, sandbox: &Sandbox) -> bool {
        sandbox.end().await;
        let (inner, id) = (self.clone(), sandbox.id.clone());
        let removed = tokio::task::spawn_blocking(move || inner.store.remove(&id)).await;
        {
            let mut sandboxes = self.sandboxes();
            sandboxes.all.remove(&sandbox.id);
            self.host.metrics.kept(sandboxes.all.len());
        }
        match removed {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(sandbox = sandbox.id, %error, "a sandbox that was deleted left files behind");
                false
            }
            Err(_) => false,
        }
    }

    pub(super) fn add(&self, id: String, meta: Meta) {
        let sandbox = self.new_sandbox(id, meta);
        self.sandboxes()
            .all
            .insert(sandbox.id.clone(), Arc::new(sandbox));
    }

    fn new_sandbox(&self, id: String, meta: Meta) -> Sandbox {
        let named = meta.template.as_ref();
        let template = named.and_then(|name| self.options.templates.get(name));
        let launch = Launch {
            program: self.program.clone(),
            root: self.store.root(&id),
            template: template.or(self.options.template_dir.as_ref()).cloned(),
            owner: self.host.isolation.owner(meta.number),
            limits: self.options.sandbox,
            groups: Vec::new(),
            told: self.told(&id),
            environment: self.environment(),
        };
        let folder = self.store.folder(&id);
        Sandbox::new(id, &folder, meta, launch)
    }

    /// Says what keeps sandboxes from taking all of the machine.
    pub(super) fn tell_limits(&self) {
        let limits = self.options.sandbox.describe();
        match &self.host.groups {
            Some(groups) => {
                tracing::info!(by = groups.name(), limits, "each sandbox is limited");
            }
            None if self.host.isolation.limits() => tracing::warn!(
                by = "rlimits",
                limits,
                "each sandbox is limited, but memory counts for each of its processes alone and the processors \
                 not at all: this server is neither root nor has control groups delegated to it"
            ),
            None => tracing::warn!("without isolation, only the disk use of sandboxes is limited"),
        }
    }

    /// What a sandbox's agent is told of the world outside.
    fn told(&self, id: &str) -> Vec<OsString> {
        let domain = self.options.preview_domain.to_string();
        let mut told = vec!["--sandbox-id", id, "--preview-host", &domain];
        if let Some(url) = &self.options.public_url {
            told.extend(["--public-url", url]);
        }
        told.into_iter().map(OsString::from).collect()
    }

    /// Vite answers to `localhost` and its subdomains, and to other hosts only where it is told of them.
    fn environment(&self) -> Vec<(&'static str, OsString)> {
        let domain = self.options.preview_domain.name();
        if domain == "localhost" || domain.ends_with(".localhost") {
            return Vec::new();
        }
        vec![(VITE_HOSTS, format!(".{domain}").into())]
    }

    pub(super) fn sandboxes(&self) -> MutexGuard<'_, Sandboxes> {
        self.sandboxes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn awake(
    sandbox: &Sandbox,
    agent: &Agent,
    bootup_type: BootupType,
    session: String,
) -> Awake {
    Awake {
        id: sandbox.id.clone(),
        bootup_type,
        workspace_path: agent.workspace_path.clone(),
        agent: AgentAt::Here { session },
    }
}
