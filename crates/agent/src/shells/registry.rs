//! All shells of the sandbox.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use yew_sandbox_protocol::shell::{Shell as Description, ShellStatus, ShellType, Size};
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::environment::Environment;
use super::family::{Family, Mark, kill_namespace};
use super::process::Program;
use super::runner::{Plan, Runner, Tap};
use super::shell::{Order, Shell, is_running};
use crate::files::{Root, SandboxPath};
use crate::members::Members;
use crate::outgoing::Outgoing;
use crate::reply::Reply;
use crate::room::Room;
use crate::secret::random_text;

/// Most shells that run at a time.
const MOST_RUNNING: usize = 64;
/// Most shells that are kept after their end.
const MOST_ENDED: usize = 32;

/// All shells of the sandbox. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Shells(Arc<Shared>);

/// What the runners share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) root: Arc<Root>,
    pub(super) outgoing: Outgoing,
    pub(super) members: Arc<Members>,
    room: Room,
    mark: Mark,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Oldest first.
    shells: BTreeMap<u64, Arc<Shell>>,
    next: u64,
    /// The ids of those that ended, oldest end first.
    ended: VecDeque<String>,
    /// What shells that are gone left running.
    left: Vec<Family>,
    is_over: bool,
}

/// A shell that shall be.
pub(crate) struct Wanted {
    /// The command line; `None` for an interactive shell.
    pub(crate) command: Option<String>,
    pub(crate) directory: SandboxPath,
    pub(crate) size: Size,
    pub(crate) kind: ShellType,
    /// Whether a program wants it, and no person.
    pub(crate) is_system: bool,
    /// For people; else the command line.
    pub(crate) name: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) environment: Environment,
    /// Whether what it leaves in the background outlives it.
    pub(crate) leaves_jobs: bool,
    /// Hears the output as text.
    pub(crate) tap: Option<Tap>,
}

impl Shells {
    pub(crate) fn new(
        root: Arc<Root>,
        outgoing: Outgoing,
        members: Arc<Members>,
        room: Room,
    ) -> Self {
        Self(Arc::new(Shared {
            root,
            outgoing,
            members,
            room,
            mark: Mark::new(),
            state: Mutex::default(),
        }))
    }

    /// Starts a shell. Where someone asked for it, the answer comes before the output.
    ///
    /// # Errors
    /// Where there are too many, the directory cannot be opened, or bash cannot be started. The request then still
    /// waits for its answer.
    pub(crate) fn create(
        &self,
        wanted: Wanted,
        creator: &mut Option<Reply>,
    ) -> Result<Arc<Shell>, WireError> {
        self.0.room.check()?;
        self.0.lock().check_room()?;
        let name = wanted.name.or_else(|| wanted.command.clone());
        let is_terminal = wanted.kind == ShellType::Terminal;
        let description = Description {
            id: random_text(),
            name: name.unwrap_or_else(|| "bash".to_owned()),
            kind: wanted.kind,
            status: ShellStatus::Running,
            exit_code: None,
            start_command: (!is_terminal).then(|| wanted.command.clone().unwrap_or_default()),
            owner_username: wanted.owner.filter(|_| is_terminal),
            is_system_shell: Some(wanted.is_system),
        };
        let plan = Plan {
            program: Program {
                command: wanted.command,
                environment: wanted.environment,
                mark: self.0.mark.clone(),
                leaves_jobs: wanted.leaves_jobs,
            },
            directory: wanted.directory,
            size: wanted.size,
            tap: wanted.tap,
        };
        let process = plan.start(&self.0.root)?;
        let (shell, orders) = Shell::new(description);
        let shell = Arc::new(shell);
        {
            let mut state = self.0.lock();
            let number = state.next;
            state.next += 1;
            state.shells.insert(number, shell.clone());
        }
        let runner = Runner::new(self.0.clone(), shell.clone(), orders, plan, process);
        tokio::spawn(runner.run(creator.take()));
        Ok(shell)
    }

    /// All of them, oldest first.
    pub(crate) fn list(&self) -> Vec<Description> {
        let state = self.0.lock();
        state
            .shells
            .values()
            .map(|shell| shell.description())
            .collect()
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Shell>> {
        let state = self.0.lock();
        state
            .shells
            .values()
            .find(|shell| shell.id() == id)
            .cloned()
    }

    /// Removes a shell whose process has ended.
    pub(crate) fn let_go(&self, id: &str) {
        if let Some(shell) = self.get(id) {
            self.0.remove(id);
            // A shell that is being removed goes anyway.
            let _ = shell.order(Order::Leave);
        }
    }

    /// A client is gone.
    pub(crate) fn forget(&self, client: u32) {
        for shell in self.0.lock().shells.values() {
            let reply = None;
            // A shell that is being removed forgets it anyway.
            let _ = shell.order(Order::Close { client, reply });
        }
    }

    /// Kills all processes, at once; what can be started is started no less afterwards.
    pub(crate) async fn kill_all(&self, is_isolated: bool) {
        let mark = self.0.mark.clone();
        let kill = move || {
            if is_isolated {
                kill_namespace();
            } else {
                mark.kill_all();
            }
        };
        // It can only fail with the runtime.
        let _ = tokio::task::spawn_blocking(kill).await;
    }

    /// Ends all processes, and starts no more.
    pub(crate) async fn end(&self) {
        let (shells, left) = {
            let mut state = self.0.lock();
            state.is_over = true;
            (
                std::mem::take(&mut state.shells),
                std::mem::take(&mut state.left),
            )
        };
        let mut ends = tokio::task::JoinSet::new();
        for shell in shells.into_values() {
            let (ended, end) = oneshot::channel();
            if shell.order(Order::End { ended }).is_ok() {
                ends.spawn(async move {
                    // The runner is gone only after its processes.
                    let _ = end.await;
                });
            }
        }
        for family in left {
            ends.spawn(async move { family.end().await });
        }
        ends.join_all().await;
        let mark = self.0.mark.clone();
        // It can only fail with the runtime.
        let _ = tokio::task::spawn_blocking(move || mark.kill_all()).await;
    }
}

impl Shared {
    /// Takes a shell out of the list.
    pub(super) fn remove(&self, id: &str) {
        let mut state = self.lock();
        state.shells.retain(|_, shell| shell.id() != id);
        state.ended.retain(|other| other != id);
    }

    /// A shell's process ended: it is kept, and perhaps the oldest such makes room.
    pub(super) fn ended(&self, id: &str) {
        let mut state = self.lock();
        state.ended.push_back(id.to_owned());
        while state.ended.len() > MOST_ENDED {
            let Some(oldest) = state.ended.pop_front() else {
                break;
            };
            let gone = state.shells.extract_if(.., |_, shell| shell.id() == oldest);
            for (_, shell) in gone {
                // A shell that is being removed goes anyway.
                let _ = shell.order(Order::Leave);
            }
        }
    }

    /// A shell is about to run again.
    pub(super) fn begin_restart(&self, shell: &Shell) -> Result<(), WireError> {
        self.room.check()?;
        let mut state = self.lock();
        if !shell.is_running() {
            state.check_room()?;
        }
        state.ended.retain(|other| other != shell.id());
        shell.change(|description| description.status = ShellStatus::Restarting);
        Ok(())
    }

    /// Ends processes with the sandbox, if not before.
    pub(super) async fn keep_in_mind(&self, family: Family) {
        let mut known = std::mem::take(&mut self.lock().left);
        known.push(family);
        let check = move || {
            known.retain(Family::is_alive);
            known
        };
        // It can only fail with the runtime.
        if let Ok(known) = tokio::task::spawn_blocking(check).await {
            self.lock().left.extend(known);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check_room(&self) -> Result<(), WireError> {
        let running = self
            .shells
            .values()
            .filter(|shell| is_running(shell.description().status));
        if self.is_over {
            let message = "the sandbox falls asleep; come back when it is awake";
            Err(WireError::new(ErrorCode::SHELL_NOT_ACCESSIBLE, message))
        } else if running.count() >= MOST_RUNNING {
            let message =
                format!("at most {MOST_RUNNING} shells run at a time; terminate one first");
            Err(WireError::new(ErrorCode::RATE_LIMIT, message))
        } else {
            Ok(())
        }
    }
}
