//! All tasks of the sandbox.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use yew_sandbox_protocol::port::Port;
use yew_sandbox_protocol::shell::{ShellType, Size};
use yew_sandbox_protocol::task::{ConfigParseError, Task, TaskDefinition, Tasks as TaskList};
use yew_sandbox_protocol::{ErrorCode, Map, Notification, WireError, encode_notification};

use super::config::{self, Config};
use super::edit::check;
use crate::files::Root;
use crate::members::Members;
use crate::outgoing::Outgoing;
use crate::ports::Addresses;
use crate::quoted::quoted;
use crate::shells::{Environment, Order, Shells, Wanted};

/// Most tasks that are not in the file.
const MOST_UNCONFIGURED: usize = 64;
/// How long a task's processes may take to end.
const END: Duration = Duration::from_secs(5);

/// All tasks of the sandbox. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Tasks(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) root: Arc<Root>,
    pub(super) shells: Shells,
    outgoing: Outgoing,
    members: Arc<Members>,
    /// What listens in the sandbox.
    pub(super) listening: watch::Receiver<Vec<u16>>,
    /// Where that is reached.
    pub(super) addresses: Addresses,
    /// Held while ports are assigned.
    pub(super) ports_turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Held while the file is read or written and while a task starts, so that both happen once and in order.
    pub(super) turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// The file as it was when it last made sense.
    pub(super) config: Config,
    /// What is wrong with the file now.
    pub(super) broken: Option<String>,
    /// Tasks that are not in the file, oldest first.
    pub(super) unconfigured: Vec<(String, TaskDefinition)>,
    /// The id of the shell that runs a task or ran it last, by the task's id.
    pub(super) shells: BTreeMap<String, String>,
    /// The ports of tasks, by the tasks' ids.
    pub(super) ports: BTreeMap<String, Vec<Port>>,
    /// The ports of no task.
    pub(super) unassigned: Vec<Port>,
}

impl Tasks {
    pub(crate) fn new(
        root: Arc<Root>,
        shells: Shells,
        outgoing: Outgoing,
        members: Arc<Members>,
        (listening, addresses): (watch::Receiver<Vec<u16>>, Addresses),
    ) -> Self {
        Self(Arc::new(Shared {
            root,
            shells,
            outgoing,
            members,
            listening,
            addresses,
            ports_turn: tokio::sync::Mutex::default(),
            state: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }))
    }

    /// All tasks, as the file has them now.
    pub(crate) async fn list(&self) -> TaskList {
        self.refresh().await;
        self.current()
    }

    /// Starts a task, unless it runs.
    ///
    /// # Errors
    /// Where there is no such task, or no shell for it.
    pub(crate) async fn run(&self, id: &str, environment: Environment) -> Result<Task, WireError> {
        self.refresh().await;
        let _turn = self.0.turn.lock().await;
        self.start(id, environment)?;
        self.get(id)
    }

    /// Ends what a task runs.
    ///
    /// # Errors
    /// Where there is no such task.
    pub(crate) async fn stop(&self, id: &str) -> Result<Task, WireError> {
        self.get(id)?;
        let shell = self.0.lock().shells.get(id).cloned();
        if let Some(shell) = shell.and_then(|shell| self.0.shells.get(&shell))
            && shell.is_running()
            && shell.order(Order::Stop).is_ok()
        {
            // What does not end in time is told to run.
            let _ = timeout(END, shell.ended()).await;
        }
        self.get(id)
    }

    /// Takes a task in that is not in the file.
    ///
    /// # Errors
    /// Where the task cannot be.
    pub(crate) async fn add_unconfigured(&self, task: TaskDefinition) -> Result<String, WireError> {
        check(&task)?;
        let _turn = self.0.turn.lock().await;
        let mut state = self.0.lock();
        let id = state.new_id(&task.name);
        state.unconfigured.push((id.clone(), task));
        if state.unconfigured.len() > MOST_UNCONFIGURED {
            let is_running = |id: &str| {
                let shell = state.shells.get(id);
                let shell = shell.and_then(|shell| self.0.shells.get(shell));
                shell.is_some_and(|shell| shell.is_running())
            };
            let idle = state
                .unconfigured
                .iter()
                .position(|(id, _)| !is_running(id));
            state.unconfigured.remove(idle.unwrap_or(0));
            state.forget_shells();
        }
        Ok(id)
    }

    /// One task as it is now.
    pub(super) fn get(&self, id: &str) -> Result<Task, WireError> {
        let state = self.0.lock();
        let all = state.config.tasks.iter().map(|task| (task, false));
        let mut all = all.chain(state.unconfigured.iter().map(|task| (task, true)));
        let found = all.find(|((own, _), _)| own == id);
        let ((_, definition), is_unconfigured) = found.ok_or_else(|| {
            let message = format!(
                "there is no task {}; list the tasks to see which there are",
                quoted(id)
            );
            WireError::new(ErrorCode::TASK_NOT_FOUND, message)
        })?;
        Ok(self.describe(&state, id, definition, is_unconfigured))
    }

    /// All tasks as they are known.
    pub(super) fn current(&self) -> TaskList {
        let state = self.0.lock();
        let configured = state.config.tasks.iter().map(|task| (task, false));
        let all = configured.chain(state.unconfigured.iter().map(|task| (task, true)));
        let describe = |((id, definition), is_unconfigured): (&(String, TaskDefinition), bool)| {
            (
                id.clone(),
                self.describe(&state, id, definition, is_unconfigured),
            )
        };
        let mut errors = state.config.errors.clone();
        errors.extend(state.broken.clone());
        TaskList {
            tasks: Map(all.map(describe).collect()),
            setup_tasks: state.config.steps.clone().unwrap_or_default(),
            validation_errors: errors,
        }
    }

    /// Reads the file, and tells of what is new.
    pub(super) async fn refresh(&self) {
        let _turn = self.0.turn.lock().await;
        let root = self.0.root.clone();
        let read = tokio::task::spawn_blocking(move || {
            config::read(&root).map_err(|reason| {
                let place = config::place(&root);
                format!("{place} is broken: {reason}. The tasks stay as they were.")
            })
        });
        // It can only fail with the runtime.
        let Ok(read) = read.await else { return };
        match read {
            Ok(config) => self.take(config).await,
            Err(error) => {
                let is_new = {
                    let mut state = self.0.lock();
                    let is_new = state.broken.as_ref() != Some(&error);
                    state.broken = Some(error.clone());
                    is_new
                };
                if is_new {
                    self.tell(&ConfigParseError { error }).await;
                }
            }
        }
    }

    /// Takes a file over that makes sense, and tells of what is new.
    pub(super) async fn take(&self, config: Config) {
        let is_new = {
            let mut state = self.0.lock();
            let was_broken = state.broken.take().is_some();
            let is_new = was_broken || state.config != config;
            let old = std::mem::replace(&mut state.config, config);
            // What runs stays in sight.
            for (id, task) in old.tasks {
                let shell = state.shells.get(&id);
                let shell = shell.and_then(|shell| self.0.shells.get(shell));
                if shell.is_some_and(|shell| shell.is_running()) {
                    state.unconfigured.push((id, task));
                }
            }
            let State {
                config,
                unconfigured,
                ..
            } = &mut *state;
            unconfigured.retain(|(id, _)| config.tasks.iter().all(|(own, _)| own != id));
            state.forget_shells();
            is_new
        };
        if is_new {
            self.assign_ports().await;
            self.tell(&self.current()).await;
        }
    }

    /// Starts a task, unless it runs. The caller has the turn.
    pub(super) fn start(&self, id: &str, environment: Environment) -> Result<(), WireError> {
        let task = self.get(id)?;
        let old = self.0.lock().shells.get(id).cloned();
        if let Some(old) = old {
            match self.0.shells.get(&old) {
                Some(shell) if shell.is_running() => return Ok(()),
                _ => self.0.shells.let_go(&old),
            }
        }
        let wanted = Wanted {
            command: Some(task.command),
            directory: self.0.root.workspace().clone(),
            size: Size::default(),
            kind: ShellType::Command,
            is_system: true,
            name: Some(task.name),
            owner: None,
            environment,
            leaves_jobs: false,
            tap: None,
        };
        let shell = self.0.shells.create(wanted, &mut None)?;
        let shells = &mut self.0.lock().shells;
        shells.insert(id.to_owned(), shell.id().to_owned());
        let (tasks, id, mut changes) = (self.clone(), id.to_owned(), shell.follow());
        tokio::spawn(async move {
            let mut is_there = true;
            while is_there {
                tasks.tell_of(&id).await;
                is_there = changes.changed().await.is_ok();
            }
            // The shell was removed.
            tasks.tell_of(&id).await;
        });
        Ok(())
    }

    /// Tells of one task, where it still is.
    pub(super) async fn tell_of(&self, id: &str) {
        if let Ok(task) = self.get(id) {
            self.tell(&task).await;
        }
    }

    pub(super) async fn tell<N: Notification>(&self, notification: &N) {
        let frame = encode_notification(notification);
        for client in self.0.members.who_joined() {
            self.0.outgoing.frame(client, frame.clone()).await;
        }
    }

    fn describe(
        &self,
        state: &State,
        id: &str,
        definition: &TaskDefinition,
        is_unconfigured: bool,
    ) -> Task {
        let shell = state.shells.get(id);
        let shell = shell.and_then(|shell| self.0.shells.get(shell));
        let definition = definition.clone();
        Task {
            id: id.to_owned(),
            name: definition.name,
            command: definition.command,
            run_at_start: definition.run_at_start,
            preview: definition.preview,
            unconfigured: is_unconfigured.then_some(true),
            shell: shell.map(|shell| shell.description()),
            ports: state.ports.get(id).cloned().unwrap_or_default(),
        }
    }
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Forgets which shells ran tasks that are no more: another task may get the id of one.
    fn forget_shells(&mut self) {
        let all = self.config.tasks.iter().chain(&self.unconfigured);
        let ids: HashSet<&str> = all.map(|(id, _)| id.as_str()).collect();
        self.shells.retain(|id, _| ids.contains(id.as_str()));
    }

    /// An id that no task has, after the task's name.
    pub(super) fn new_id(&self, name: &str) -> String {
        let name = name.to_lowercase();
        let words: Vec<&str> = name
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let base = if words.is_empty() {
            "task".to_owned()
        } else {
            words.join("-").chars().take(64).collect()
        };
        let is_free = |id: &String| {
            let mut all = self.config.tasks.iter().chain(&self.unconfigured);
            !all.any(|(own, _)| own == id)
        };
        std::iter::once(base.clone())
            .chain((2u64..).map(|number| format!("{base}-{number}")))
            .find(is_free)
            .unwrap_or(base)
    }
}
