//! The embedded backend as the router sees it.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use yew_sandbox_agent::Visitor;
use yew_sandbox_protocol::BootupType;

use super::agent::asleep;
use super::bubblewrap::Bubblewrap;
use super::error::OpenError;
use super::isolation::{Isolation, IsolationChoice, Launch};
use super::options::LocalOptions;
use super::root_folder;
use super::sandbox::{Host, Sandbox, Woken};
use super::spawn::Spawner;
use super::store::{Meta, Store};
use crate::backend::{Attachment, Awake, Backend};
use crate::identity::User;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::rate::PerMinute;

/// Sandboxes as folders and processes of this machine. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct LocalBackend(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    host: Arc<Host>,
    store: Store,
    options: LocalOptions,
    program: PathBuf,
    creates: PerMinute,
    sandboxes: Mutex<HashMap<String, Arc<Sandbox>>>,
    closing: AtomicBool,
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
        if let Some(template) = &mut options.template_dir {
            *template = readable_folder(template)?;
        }
        let program = agent_program(store.data(), options.agent_program.as_deref())?;
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
        let inner = Inner {
            host: Arc::new(Host {
                isolation,
                spawner: Spawner::start().map_err(failed)?,
                hibernate_after: options.hibernate_after,
                running: Arc::new(Semaphore::new(options.limits.running_sandboxes)),
                running_limit: options.limits.running_sandboxes,
            }),
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
            sandboxes = inner.sandboxes().len(),
            isolation = inner.host.isolation.name(),
            limits = inner.host.isolation.limits(),
            "the data folder is open"
        );
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
        let sandboxes: Vec<_> = self.0.sandboxes().values().cloned().collect();
        let all_asleep = join_all(sandboxes.iter().map(|sandbox| sandbox.put_to_sleep()));
        if timeout(longest, all_asleep).await.is_err() {
            tracing::warn!("not all sandboxes fell asleep in time");
        } else if let Err(error) = self.0.store.release() {
            tracing::warn!(%error, "the data folder stays held");
        }
    }
}

impl Backend for LocalBackend {
    async fn create(&self, owner: &User) -> Result<Awake, Problem> {
        let inner = &self.0;
        inner.must_be_open()?;
        if !inner.creates.allows() {
            return Err(Problem::limited(
                Limit::CreatesPerMinute,
                inner.creates.bound(),
            ));
        }
        let sandbox = inner.create(owner).await?;
        match sandbox.wake(&inner.host).await {
            Ok(woken) => Ok(awake(&sandbox, woken, BootupType::Clean)),
            Err(problem) => {
                inner.take_back(&sandbox).await;
                Err(problem)
            }
        }
    }

    async fn resume(&self, id: &str, owner: &User) -> Result<Awake, Problem> {
        self.0.must_be_open()?;
        let sandbox = self.0.sandbox(id)?;
        if sandbox.meta.owner != owner.id {
            return Err(Problem::not_found());
        }
        let woken = sandbox.wake(&self.0.host).await?;
        woken.agent.touch();
        Ok(awake(&sandbox, woken, BootupType::Resume))
    }

    async fn attach(&self, id: &str, visitor: Visitor) -> Result<Attachment, Problem> {
        let options = &self.0.options;
        let agent = self.0.sandbox(id)?.agent().ok_or_else(asleep)?;
        agent.attach(
            visitor,
            options.limits.sockets_per_sandbox,
            options.client_queue,
        )
    }
}

impl Inner {
    fn must_be_open(&self) -> Result<(), Problem> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(Problem::new(
                ProblemKind::Unavailable,
                "the server is shutting down",
                "try again in a moment",
            ));
        }
        Ok(())
    }

    fn sandbox(&self, id: &str) -> Result<Arc<Sandbox>, Problem> {
        let found = self.sandboxes().get(id).cloned();
        found.ok_or_else(Problem::not_found)
    }

    async fn create(self: &Arc<Self>, owner: &User) -> Result<Arc<Sandbox>, Problem> {
        let inner = self.clone();
        let owner = owner.id.clone();
        let created = tokio::task::spawn_blocking(move || {
            // Held over the few file operations, so that limits and numbers are exact.
            let mut sandboxes = inner.sandboxes();
            let limit = inner.options.limits.sandboxes_per_user;
            let owned = sandboxes
                .values()
                .filter(|sandbox| sandbox.meta.owner == owner);
            if owned.count() >= limit {
                return Err(Problem::limited(Limit::SandboxesPerUser, limit));
            }
            let highest = sandboxes.values().map(|sandbox| sandbox.meta.number).max();
            let number = highest.map_or(0, |highest| highest.saturating_add(1));
            let (id, meta) = inner.store.create(&owner, number).map_err(|error| {
                tracing::error!(%error, "a sandbox's folder could not be made");
                Problem::new(
                    ProblemKind::Unavailable,
                    "the sandbox's folder could not be made",
                    "the server's log has the reason",
                )
            })?;
            let sandbox = Arc::new(inner.new_sandbox(id, meta));
            sandboxes.insert(sandbox.id.clone(), sandbox.clone());
            Ok(sandbox)
        });
        created.await.map_err(|_| Problem::internal())?
    }

    /// A sandbox that never came up is nothing that anybody owns.
    async fn take_back(self: &Arc<Self>, sandbox: &Sandbox) {
        sandbox.asleep().await;
        self.sandboxes().remove(&sandbox.id);
        let (inner, id) = (self.clone(), sandbox.id.clone());
        let removed = tokio::task::spawn_blocking(move || inner.store.remove(&id));
        if let Ok(Err(error)) = removed.await {
            tracing::warn!(sandbox = sandbox.id, %error, "a sandbox that did not start left files behind");
        }
    }

    fn add(&self, id: String, meta: Meta) {
        let sandbox = self.new_sandbox(id, meta);
        self.sandboxes()
            .insert(sandbox.id.clone(), Arc::new(sandbox));
    }

    fn new_sandbox(&self, id: String, meta: Meta) -> Sandbox {
        let launch = Launch {
            program: self.program.clone(),
            root: self.store.root(&id),
            template: self.options.template_dir.clone(),
            owner: self.host.isolation.owner(meta.number),
        };
        Sandbox::new(id, meta, launch)
    }

    fn sandboxes(&self) -> MutexGuard<'_, HashMap<String, Arc<Sandbox>>> {
        self.sandboxes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn awake(sandbox: &Sandbox, woken: Woken, bootup_type: BootupType) -> Awake {
    Awake {
        id: sandbox.id.clone(),
        bootup_type: if woken.now {
            bootup_type
        } else {
            BootupType::Running
        },
        workspace_path: woken.agent.workspace_path.clone(),
    }
}

/// The program as it is now, kept in the data folder: a build may replace it while sandboxes run.
fn agent_program(data: &Path, given: Option<&Path>) -> Result<PathBuf, OpenError> {
    let original = match given {
        Some(given) => Ok(given.to_owned()),
        None => std::env::current_exe(),
    };
    let failed = |path: &Path, source| OpenError::Agent {
        path: path.to_owned(),
        source,
    };
    let original = original.map_err(|source| failed(Path::new("the running program"), source))?;
    let (kept, beside) = (data.join("agent"), data.join("agent.new"));
    let keep = || -> io::Result<()> {
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let everybody = 0o555;
        let mode = fs::metadata(&original)?.permissions().mode();
        // A second name costs nothing, where it is the same disk and the sandboxes' users may run it.
        if mode & everybody != everybody || fs::hard_link(&original, &beside).is_err() {
            fs::copy(&original, &beside)?;
            fs::set_permissions(&beside, fs::Permissions::from_mode(0o755))?;
        }
        // Where both are one file already, renaming leaves the second name in place.
        fs::rename(&beside, &kept)
    };
    keep().map_err(|source| failed(&original, source))?;
    Ok(kept)
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
