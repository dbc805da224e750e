//! The embedded backend as the router sees it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use yew_sandbox_agent::Permission;

use super::agent::asleep;
use super::bubblewrap::Bubblewrap;
use super::disk::DiskWatch;
use super::error::OpenError;
use super::groups::Groups;
use super::inner::{Inner, awake};
use super::isolation::{Isolation, IsolationChoice, Launch};
use super::options::LocalOptions;
use super::program;
use super::root_folder;
use super::sandbox::Host;
use super::spawn::Spawner;
use super::store::Store;
use crate::backend::{Attachment, Awake, Backend, DoorStream, Inside, Visit};
use crate::identity::{SessionOptions, User};
use crate::kept::Kept;
use crate::manage::PreviewAccess;
use crate::problem::{Problem, ProblemKind};
use crate::rate::PerMinute;

/// How many sandboxes are copied at once.
const COPIES: usize = 2;

/// Sandboxes as folders and processes of this machine. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct LocalBackend(pub(super) Arc<Inner>);

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
            copies: Arc::new(Semaphore::new(COPIES)),
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
        let all_asleep = join_all(sandboxes.iter().map(async |sandbox| {
            // Whoever asked for it before may wake it once more.
            while !sandbox.sleeps() {
                sandbox.put_to_sleep().await;
            }
        }));
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
        let making = self
            .0
            .make(async move { inner.create_for(owner, session).await });
        making.await.map(|(_, awake)| awake)
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
        let woken = sandbox.wake(&self.0.host).await?;
        woken.agent.touch();
        let user = Some(owner.clone());
        let session = sandbox.open_session(user, session.clone()).await?;
        Ok(awake(&sandbox, &woken.agent, woken.bootup_type, session))
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
            sandbox.wake(&self.0.host).await?;
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
