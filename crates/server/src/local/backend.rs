//! The embedded backend as the router sees it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;
use yew_sandbox_agent::Permission;
use yew_sandbox_protocol::BootupType;

use super::agent::{Agent, asleep};
use super::bubblewrap::Bubblewrap;
use super::catalog::Catalog;
use super::disk::DiskWatch;
use super::error::OpenError;
use super::groups::Groups;
use super::isolation::{Isolation, IsolationChoice, Launch};
use super::meta::Meta;
use super::options::LocalOptions;
use super::program;
use super::root_folder;
use super::sandbox::{Host, Sandbox, Woken};
use super::spawn::Spawner;
use super::store::Store;
use crate::backend::{AgentAt, Attachment, Awake, Backend, DoorStream, Inside, Visit};
use crate::identity::{SessionOptions, User};
use crate::kept::Kept;
use crate::manage::PreviewAccess;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::rate::PerMinute;

/// Names further hosts to Vite.
const VITE_HOSTS: &str = "__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS";
/// How many sandboxes are copied at once.
const COPIES: usize = 2;

/// Sandboxes as folders and processes of this machine. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct LocalBackend(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) host: Arc<Host>,
    pub(super) store: Store,
    pub(super) options: LocalOptions,
    pub(super) catalog: Kept<Catalog>,
    /// One permit for each sandbox that may be copied at once.
    pub(super) copies: Semaphore,
    program: PathBuf,
    creates: PerMinute,
    sandboxes: Mutex<Sandboxes>,
    closing: AtomicBool,
}

#[derive(Debug, Default)]
struct Sandboxes {
    all: HashMap<String, Arc<Sandbox>>,
    /// The numbers and owners of those that are being made.
    claims: HashMap<u32, Option<String>>,
}

impl LocalBackend {
    /// Takes hold of the data folder, finds the sandboxes in it, and finds out how to isolate them.
    ///
    /// Must be called inside a tokio runtime with I/O and time; the sandboxes' processes end with it.
    ///
    /// # Errors
    /// The folder or the template cannot be used, another server uses the folder, or sandboxes cannot be
    /// isolated as asked for. The text of the error says what to do.
    pub async fn open(mut options: LocalOptions) -> Result<Self, OpenError> {
        let store = Store::open(&options.data_dir)?;
        let own = options.template_dir.iter_mut();
        for template in own.chain(options.templates.values_mut()) {
            *template = readable_folder(template)?;
        }
        let program = program::keep(store.data(), options.agent_program.as_deref()).await?;
        let isolation = match options.isolation {
            IsolationChoice::None => Isolation::None,
            IsolationChoice::Auto | IsolationChoice::Bubblewrap => {
                let launch = probe_launch(store.data(), &program, &options)?;
                Isolation::Bubblewrap(Bubblewrap::probe(&launch).await?)
            }
        };
        let failed = |source| OpenError::DataDir {
            path: store.data().to_owned(),
            source,
        };
        let groups = isolation.limits().then(Groups::find).flatten();
        if let Some(groups) = &groups {
            groups.sweep();
        }
        let inner = Inner {
            host: Arc::new(Host {
                isolation,
                groups,
                metrics: options.metrics.clone(),
                disk: Arc::new(DiskWatch::new(
                    options.min_free_disk,
                    options.metrics.clone(),
                )),
                spawner: Spawner::start().map_err(failed)?,
                hibernate_after: options.hibernate_after,
                running: Arc::new(Semaphore::new(options.limits.running_sandboxes)),
                running_limit: options.limits.running_sandboxes,
            }),
            catalog: Kept::load(store.data().join("catalog.json")).map_err(failed)?,
            copies: Semaphore::new(COPIES),
            creates: PerMinute::new(options.limits.creates_per_minute),
            sandboxes: Mutex::default(),
            closing: AtomicBool::new(false),
            store,
            options,
            program,
        };
        for (id, meta) in inner.store.load()? {
            inner.add(id, meta);
        }
        tracing::info!(
            data = %inner.store.data().display(),
            sandboxes = inner.sandboxes().all.len(),
            isolation = inner.host.isolation.name(),
            "the data folder is open"
        );
        inner.tell_limits();
        let count = inner.sandboxes().all.len();
        inner.host.metrics.kept(count);
        Ok(Self(Arc::new(inner)))
    }

    /// The data folder, as an absolute path.
    pub fn data_dir(&self) -> &Path {
        self.0.store.data()
    }

    /// Puts all sandboxes to sleep, starts none any more, and lets go of the data folder.
    ///
    /// Takes at most `longest`. Where a sandbox is awake then, the folder stays held until this process ends,
    /// and the sandbox with it.
    pub async fn close(&self, longest: Duration) {
        self.0.closing.store(true, Ordering::SeqCst);
        let sandboxes: Vec<_> = self.0.sandboxes().all.values().cloned().collect();
        let all_asleep = join_all(sandboxes.iter().map(|sandbox| sandbox.put_to_sleep()));
        if timeout(longest, all_asleep).await.is_err() {
            tracing::warn!("not all sandboxes fell asleep in time");
        } else if let Err(error) = self.0.store.release() {
            tracing::warn!(%error, "the data folder stays held");
        }
    }
}

impl Backend for LocalBackend {
    async fn create(&self, owner: &User, session: &SessionOptions) -> Result<Awake, Problem> {
        let (inner, owner, session) = (self.0.clone(), owner.clone(), session.clone());
        let (answer, answered) = oneshot::channel();
        // In a task of its own: what has begun is ended or taken back, also where who asked goes away.
        tokio::spawn(async move {
            let made = inner.create_for(owner, session).await;
            if let Err(Ok((sandbox, _))) = answer.send(made) {
                // Nobody knows of it.
                inner.remove(&sandbox).await;
            }
        });
        let (_, awake) = answered.await.map_err(|_| Problem::internal())??;
        Ok(awake)
    }

    async fn resume(
        &self,
        id: &str,
        owner: &User,
        session: &SessionOptions,
    ) -> Result<Awake, Problem> {
        self.0.must_be_open()?;
        let sandbox = self.0.sandbox(id)?;
        if sandbox.meta.get().owner.as_ref() != Some(&owner.id) {
            return Err(Problem::not_found());
        }
        let (woken, bootup_type) = self.0.wake(&sandbox).await?;
        woken.agent.touch();
        let user = Some(owner.clone());
        let session = sandbox.open_session(user, session.clone()).await?;
        Ok(awake(&sandbox, &woken.agent, bootup_type, session))
    }

    async fn attach(&self, id: &str, session: &str) -> Result<Attachment, Problem> {
        let options = &self.0.options;
        let sandbox = self.0.sandbox(id)?;
        let visitor = sandbox.sessions.get().find(session).cloned();
        let mut visitor = visitor.ok_or_else(session_is_over)?;
        if sandbox.meta.get().frozen {
            visitor.permission = Permission::Read;
        }
        let agent = sandbox.agent().ok_or_else(asleep)?;
        agent.attach(
            visitor,
            options.limits.sockets_per_sandbox,
            options.client_queue,
        )
    }

    fn preview_access(&self, id: &str, token: Option<&str>) -> PreviewAccess {
        self.preview_allowed(id, token)
    }

    async fn connect(&self, id: &str, to: Inside<'_>, visit: Visit) -> Result<DoorStream, Problem> {
        let sandbox = self.0.sandbox(id)?;
        let wake_on = sandbox.meta.get().wake_on;
        let wakes = match visit {
            Visit::Http => wake_on.http,
            Visit::WebSocket => wake_on.websocket,
            Visit::Quiet => false,
        };
        if sandbox.agent().is_none() {
            if !wakes {
                return Err(asleep());
            }
            self.0.must_be_open()?;
            self.0.wake(&sandbox).await?;
        }
        sandbox.door.connect(to).await
    }

    fn preview_used(&self, id: &str) {
        let sandbox = self.0.sandbox(id).ok();
        if let Some(agent) = sandbox.and_then(|sandbox| sandbox.agent()) {
            agent.touch();
        }
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
    async fn create_for(
        self: &Arc<Self>,
        owner: User,
        session: SessionOptions,
    ) -> Result<(Arc<Sandbox>, Awake), Problem> {
        let sandbox = self
            .create(Meta::new(Some(owner.id.clone())), |_| Ok(()))
            .await?;
        let started = async {
            let (woken, bootup_type) = self.wake(&sandbox).await?;
            let session = sandbox.open_session(Some(owner), session).await?;
            Ok(awake(&sandbox, &woken.agent, bootup_type, session))
        };
        match started.await {
            Ok(awake) => Ok((sandbox, awake)),
            Err(problem) => {
                self.remove(&sandbox).await;
                Err(problem)
            }
        }
    }

    pub(super) fn sandbox(&self, id: &str) -> Result<Arc<Sandbox>, Problem> {
        let found = self.sandboxes().all.get(id).cloned();
        found.ok_or_else(Problem::not_found)
    }

    pub(super) fn all(&self) -> Vec<Arc<Sandbox>> {
        self.sandboxes().all.values().cloned().collect()
    }

    /// Wakes a sandbox if it sleeps, and says how it came up.
    pub(super) async fn wake(
        &self,
        sandbox: &Arc<Sandbox>,
    ) -> Result<(Woken, BootupType), Problem> {
        let meta = sandbox.meta.get();
        let woken = sandbox.wake(&self.host).await?;
        if !woken.now {
            return Ok((woken, BootupType::Running));
        }
        if !meta.started || meta.shut_down {
            let change = |meta: &mut Meta| {
                meta.started = true;
                meta.shut_down = false;
            };
            sandbox.change_meta(change).await?;
        }
        let bootup_type = match (meta.started, &meta.fork_of) {
            (false, Some(_)) => BootupType::Fork,
            (false, None) => BootupType::Clean,
            (true, _) if meta.shut_down => BootupType::Clean,
            (true, _) => BootupType::Resume,
        };
        Ok((woken, bootup_type))
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
        if !self.creates.allows() {
            return Err(Problem::limited(
                Limit::CreatesPerMinute,
                self.creates.bound(),
            ));
        }
        let inner = self.clone();
        let created = tokio::task::spawn_blocking(move || {
            meta.number = inner.claim(meta.owner.as_deref())?;
            let number = meta.number;
            let created = inner.store.create(&meta, fill);
            let mut sandboxes = inner.sandboxes();
            sandboxes.claims.remove(&number);
            let id = created.map_err(|error| {
                tracing::error!(%error, "a sandbox's folder could not be made");
                Problem::of_disk(&error).unwrap_or_else(|| {
                    Problem::new(
                        ProblemKind::Unavailable,
                        "the sandbox's folder could not be made",
                        "the server's log has the reason",
                    )
                })
            })?;
            let sandbox = Arc::new(inner.new_sandbox(id, meta));
            sandboxes.all.insert(sandbox.id.clone(), sandbox.clone());
            inner.host.metrics.kept(sandboxes.all.len());
            Ok(sandbox)
        });
        created.await.map_err(|_| Problem::internal())?
    }

    /// A number for a new sandbox of that owner, whose files are made after it.
    fn claim(&self, owner: Option<&str>) -> Result<u32, Problem> {
        let mut sandboxes = self.sandboxes();
        let limits = &self.options.limits;
        let (limit, bound) = match owner {
            Some(_) => (Limit::SandboxesPerUser, limits.sandboxes_per_user),
            None => (Limit::ManagedSandboxes, limits.managed_sandboxes),
        };
        let made = sandboxes
            .all
            .values()
            .filter(|sandbox| sandbox.meta.get().owner.as_deref() == owner);
        let being_made = sandboxes
            .claims
            .values()
            .filter(|claim| claim.as_deref() == owner);
        if made.count() + being_made.count() >= bound {
            return Err(Problem::limited(limit, bound));
        }
        let numbers = sandboxes
            .all
            .values()
            .map(|sandbox| sandbox.meta.get().number);
        let highest = numbers.chain(sandboxes.claims.keys().copied()).max();
        let number = highest.map_or(0, |highest| highest.saturating_add(1));
        sandboxes.claims.insert(number, owner.map(str::to_owned));
        Ok(number)
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

    fn add(&self, id: String, meta: Meta) {
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
    fn tell_limits(&self) {
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

    fn sandboxes(&self) -> MutexGuard<'_, Sandboxes> {
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

/// Its place was taken by newer ones.
fn session_is_over() -> Problem {
    Problem::new(
        ProblemKind::Unauthorized,
        "the session is over",
        "fetch a new session",
    )
}

/// A sandbox that nobody owns, to try the isolation with.
fn probe_launch(data: &Path, program: &Path, options: &LocalOptions) -> Result<Launch, OpenError> {
    let root = data.join("probe");
    let owner = Isolation::probe_owner();
    let prepare = || {
        fs::create_dir_all(&root)?;
        root_folder::prepare(&root, owner)
    };
    prepare().map_err(|source| OpenError::DataDir {
        path: root.clone(),
        source,
    })?;
    Ok(Launch {
        program: program.to_owned(),
        root,
        template: options.template_dir.clone(),
        owner,
        limits: options.sandbox,
        groups: Vec::new(),
        told: Vec::new(),
        environment: Vec::new(),
    })
}

fn readable_folder(path: &Path) -> Result<PathBuf, OpenError> {
    let read = || {
        let path = path.canonicalize()?;
        fs::read_dir(&path)?;
        Ok(path)
    };
    read().map_err(|source| OpenError::Template {
        path: path.to_owned(),
        source,
    })
}
