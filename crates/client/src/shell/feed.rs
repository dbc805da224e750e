//! One shell, followed over all connections.

use std::sync::Mutex;

use bytes::Bytes;
use yew_sandbox_protocol::msgpack::{DecodeError, Reader};
use yew_sandbox_protocol::shell::{
    Close, Create, Exited, Open, OpenShell, Output, Rename, Renamed, Reopen, Restarted, Shell,
    ShellStatus, ShellType, Size, Terminated,
};
use yew_sandbox_protocol::{ErrorCode, Notification, SharedText, WireError, decode};

use super::history::{History, Resumed};
use super::output::{OutputQueue, ShellEvent};
use crate::core::{Feed, Heard, Outbox, Step};
use crate::error::{Error, ErrorKind};
use crate::send::{Shared, Weak, lock};
use crate::watch::{Watch, WatchSender};

/// What a client knows of one shell.
pub(super) struct ShellFeed {
    state: Mutex<State>,
    told: WatchSender<Shell>,
    watch: Watch<Shell>,
}

struct State {
    stage: Stage,
    size: Size,
    shell: Shell,
    history: History,
    readers: Vec<Weak<OutputQueue>>,
    /// Whether it was asked what happened while there was no link. The answer tells all that was told before it.
    is_behind: bool,
    ended: Option<Error>,
}

enum Stage {
    /// It is to be made, and called this.
    New(Box<Create>, Option<String>),
    /// The request to make it is under way.
    Creating {
        name: Option<String>,
        /// Whether the link broke meanwhile, and output may have been missed.
        missed: bool,
    },
    /// It is there, and is to be opened.
    Found,
    /// It was opened.
    Open,
}

impl ShellFeed {
    /// A shell that is to be made.
    pub(super) fn create(create: Create, name: Option<String>, history: History) -> Self {
        let size = create.size.unwrap_or_default();
        let shell = unknown(String::new());
        Self::new(Stage::New(Box::new(create), name), size, shell, history)
    }

    /// A shell that is there.
    pub(super) fn open(id: &str, size: Size, history: History) -> Self {
        Self::new(Stage::Found, size, unknown(id.to_owned()), history)
    }

    fn new(stage: Stage, size: Size, shell: Shell, history: History) -> Self {
        let (told, watch) = WatchSender::new(shell.clone());
        let state = Mutex::new(State {
            stage,
            size,
            shell,
            history,
            readers: Vec::new(),
            is_behind: false,
            ended: None,
        });
        Self { state, told, watch }
    }

    pub(super) fn shell(&self) -> Shell {
        lock(&self.state).shell.clone()
    }

    pub(super) fn watch(&self) -> Watch<Shell> {
        self.watch.clone()
    }

    pub(super) fn has_begun(&self) -> bool {
        matches!(lock(&self.state).stage, Stage::Open)
    }

    pub(super) fn error(&self) -> Option<Error> {
        lock(&self.state).ended.clone()
    }

    pub(super) fn size(&self) -> Size {
        lock(&self.state).size
    }

    pub(super) fn set_size(&self, size: Size) {
        lock(&self.state).size = size;
    }

    /// The output that was kept, and whether some is missing in front.
    pub(super) fn text(&self) -> (String, bool) {
        let state = lock(&self.state);
        (state.history.text(), state.history.is_truncated())
    }

    pub(super) fn add_reader(&self, queue: &Shared<OutputQueue>) {
        let mut state = lock(&self.state);
        state.begin(queue);
        if state.ended.is_some() {
            queue.end();
        }
        state.readers.retain(|reader| reader.upgrade().is_some());
        state.readers.push(Shared::downgrade(queue));
    }

    /// Gives a reader that starts over all that is kept.
    pub(super) fn begin(&self, queue: &OutputQueue) {
        lock(&self.state).begin(queue);
    }

    /// The user gave it another name.
    pub(super) fn renamed(&self, name: &str) {
        self.change(|state| name.clone_into(&mut state.shell.name));
    }

    /// The user asked for a restart.
    pub(super) fn restarts(&self) {
        self.change(|state| state.shell.status = ShellStatus::Restarting);
    }

    /// The user's request ended it.
    pub(super) fn terminated(&self) {
        self.change(State::terminated);
    }

    /// Takes over what the agent says of the shell.
    pub(super) fn seed(&self, opened: OpenShell) {
        self.change(|state| state.seed(opened));
    }

    /// Changes the state, and tells if it is another then. Nobody is told under the lock.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = lock(&self.state);
        let before = (state.shell.clone(), state.ended.is_some());
        change(&mut state);
        let after = (state.shell.clone(), state.ended.is_some());
        drop(state);
        if before != after {
            self.told.set(after.0);
        }
    }
}

impl Feed for ShellFeed {
    fn methods(&self) -> &'static [&'static str] {
        &[
            Output::METHOD,
            Exited::METHOD,
            Restarted::METHOD,
            Terminated::METHOD,
            Renamed::METHOD,
        ]
    }

    fn joined(&self, out: &mut Outbox) {
        let mut state = lock(&self.state);
        match std::mem::replace(&mut state.stage, Stage::Open) {
            Stage::New(create, name) => {
                out.ask(&*create);
                let missed = false;
                state.stage = Stage::Creating { name, missed };
            }
            // Asked before the link broke; the answer will come.
            Stage::Creating { name, .. } => {
                let missed = true;
                state.stage = Stage::Creating { name, missed };
            }
            Stage::Open if out.resumed => state.reopen(out),
            stage => {
                state.stage = stage;
                state.is_behind = true;
                out.ask(&Open {
                    shell_id: state.shell.id.clone(),
                    size: Some(state.size),
                });
            }
        }
    }

    fn answer(&self, outcome: Result<Bytes, WireError>, out: &mut Outbox) -> Step {
        let opened = match outcome.map(|result| decode::<OpenShell>(&result)) {
            Ok(Ok(opened)) => opened,
            Ok(Err(error)) => return Step::Failed(Error::undecodable(error)),
            Err(error) if self.has_begun() && error.code == ErrorCode::SHELL_NOT_FOUND => {
                return Step::Failed(gone().because(error));
            }
            Err(error) => return Step::Failed(error.into()),
        };
        let mut step = Step::Begun;
        self.change(|state| {
            state.is_behind = false;
            let stage = std::mem::replace(&mut state.stage, Stage::Open);
            let is_first = !matches!(stage, Stage::Open);
            if is_first {
                state.history.resume(opened.buffer.clone(), opened.offset);
                state.shell = opened.shell();
            } else {
                state.seed(opened);
            }
            if let Stage::Creating { name, missed } = stage {
                if let Some(name) = name {
                    let shell_id = state.shell.id.clone();
                    state.shell.name.clone_from(&name);
                    out.tell(&Rename { shell_id, name });
                }
                if state.ended.is_some() {
                    // It was not made in time. What is to be closed is known only now.
                    let shell_id = state.shell.id.clone();
                    out.tell(&Close { shell_id });
                } else if missed {
                    state.reopen(out);
                    step = Step::Waiting;
                }
            }
        });
        step
    }

    fn notification(&self, method: &str, params: &Bytes, _out: &mut Outbox) -> Heard {
        let taken = match method {
            Renamed::METHOD => self.on_renamed(params),
            _ if !matches!(shell_id(params), Ok(Some(id)) if id == lock(&self.state).shell.id) => {
                Ok(())
            }
            Output::METHOD | Exited::METHOD | Restarted::METHOD if lock(&self.state).is_behind => {
                Ok(())
            }
            Output::METHOD => decode::<Output>(params).map(|output| {
                lock(&self.state).output(output.out);
            }),
            Exited::METHOD => decode::<Exited>(params).map(|exited| {
                self.change(|state| state.exited(exited.exit_code));
            }),
            Restarted::METHOD => {
                self.change(State::restarted);
                Ok(())
            }
            _ => {
                self.change(State::terminated);
                Ok(())
            }
        };
        match taken {
            Ok(()) => Heard::Noted,
            Err(_) => Heard::Malformed,
        }
    }

    fn lost(&self, kept: bool) -> Option<Error> {
        let state = lock(&self.state);
        (!kept && matches!(state.stage, Stage::Creating { .. })).then(|| {
            Error::new(
                ErrorKind::Interrupted,
                "the link broke while the shell was being made",
            )
        })
    }

    fn ended(&self, error: Error) {
        self.change(|state| state.end(error));
    }

    fn dropped(&self, out: &mut Outbox) {
        let state = lock(&self.state);
        if matches!(state.stage, Stage::Open) && state.ended.is_none() {
            out.tell(&Close {
                shell_id: state.shell.id.clone(),
            });
        }
    }
}

impl ShellFeed {
    fn on_renamed(&self, params: &Bytes) -> Result<(), DecodeError> {
        let Renamed { shell } = decode(params)?;
        self.change(|state| {
            if state.shell.id == shell.id {
                state.shell.name = shell.name;
            }
        });
        Ok(())
    }
}

impl State {
    /// Asks for what follows the output that is here.
    fn reopen(&mut self, out: &mut Outbox) {
        self.is_behind = true;
        out.ask(&Reopen {
            shell_id: self.shell.id.clone(),
            size: Some(self.size),
            cursor: Some(self.history.position()),
        });
    }

    fn output(&mut self, text: SharedText) {
        self.history.push(text.clone());
        self.tell(ShellEvent::Output(text));
    }

    fn exited(&mut self, code: i32) {
        // While it restarts, this is the end of the process before.
        if self.shell.status != ShellStatus::Restarting {
            self.shell.exit_code = Some(code);
            self.shell.status = match code {
                0 => ShellStatus::Finished,
                _ => ShellStatus::Error,
            };
            self.tell(ShellEvent::Exited(code));
        }
    }

    fn restarted(&mut self) {
        self.shell.status = ShellStatus::Running;
        self.shell.exit_code = None;
        self.history.clear();
        self.tell(ShellEvent::Restarted);
    }

    fn terminated(&mut self) {
        self.end(Error::new(ErrorKind::Ended, "the shell was terminated"));
    }

    /// The agent's word of the shell, after a time in which the client did not hear of it.
    fn seed(&mut self, opened: OpenShell) {
        let ran = is_running(self.shell.status);
        self.shell = opened.shell();
        match self.history.resume(opened.buffer, opened.offset) {
            Resumed::Continues(rest) => {
                for piece in rest {
                    self.tell(ShellEvent::Output(piece));
                }
            }
            Resumed::Replaced => {
                for reader in self.readers.iter().filter_map(Weak::upgrade) {
                    reader.start_over();
                }
            }
        }
        if let (true, false, Some(code)) =
            (ran, is_running(self.shell.status), self.shell.exit_code)
        {
            self.tell(ShellEvent::Exited(code));
        }
    }

    fn end(&mut self, error: Error) {
        if is_running(self.shell.status) {
            self.shell.status = ShellStatus::Killed;
        }
        // The first end counts.
        self.ended.get_or_insert(error);
        for reader in self.readers.drain(..).filter_map(|weak| weak.upgrade()) {
            reader.end();
        }
    }

    /// What a reader gets before all that follows.
    fn begin(&self, queue: &OutputQueue) {
        let exit_code = self.shell.exit_code;
        let exit_code = exit_code.filter(|_| !is_running(self.shell.status));
        queue.begin(self.history.kept(), exit_code);
    }

    fn tell(&mut self, event: ShellEvent) {
        self.readers.retain(|reader| {
            let reader = reader.upgrade();
            if let Some(queue) = &reader {
                queue.push(event.clone());
            }
            reader.is_some()
        });
    }
}

/// Whether more can come of a shell.
pub(super) fn is_running(status: ShellStatus) -> bool {
    matches!(status, ShellStatus::Running | ShellStatus::Restarting)
}

fn gone() -> Error {
    Error::new(
        ErrorKind::Ended,
        "the shell ended while there was no connection",
    )
}

/// A shell of which nothing is known.
fn unknown(id: String) -> Shell {
    Shell {
        id,
        name: String::new(),
        kind: ShellType::Terminal,
        status: ShellStatus::Running,
        exit_code: None,
        start_command: None,
        owner_username: None,
        is_system_shell: None,
    }
}

/// The shell that a notification concerns, without reading the rest.
fn shell_id(params: &Bytes) -> Result<Option<&str>, DecodeError> {
    let mut reader = Reader::new(params);
    for _ in 0..reader.enter_map()? {
        if reader.text()? == "shellId" {
            return reader.text().map(Some);
        }
        reader.skip()?;
    }
    Ok(None)
}
