//! Shells, which are execs of the agent.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use futures_channel::mpsc;
use futures_util::future::{AbortHandle, abortable};
use yew_sandbox_protocol::shell::{
    Close, Create, List, ListAnswer, Open, OpenShell, Rename, Resize, Restart, Restarted, Shell,
    ShellStatus, ShellType, Size, Terminate,
};
use yew_sandbox_protocol::{ErrorCode, SharedText, WireError};

use super::api::{Done, Exec, ExecInput, Execs, UpdateExec};
use super::argv::args_of;
use super::bridge::{Bridge, Link};
use super::exact::is_own;
use super::failure::{CallError, Failure};
use super::follower::{self, follow};
use super::memory::Position;
use super::output::{Heard, Reader};
use super::rest::{NOTHING, under};
use crate::send::lock;
use crate::shell::{command_name, command_of};

/// Starts `$2` in the directory `$1`. `$3` tells others what it is for.
const START: &str = r#"cd -- "$1" && exec bash -c "$2""#;

const COMMAND: &str = "command";
const TERMINAL: &str = "terminal";

/// How long an answer waits for output that was there before.
const CATCH_UP: Duration = Duration::from_secs(2);

/// A process that has ended has said all once nothing came for so long.
const DRAINED: Duration = Duration::from_millis(200);

/// Most bytes of output in an answer; what is older is left out, and said to be.
const SCROLLBACK: usize = 8 * 1024 * 1024;

/// The execs that the client looks at.
#[derive(Default)]
pub(super) struct Shells {
    followed: Mutex<HashMap<String, Followed>>,
    /// Those that this client removes: it need not be told.
    removed: Mutex<HashSet<String>>,
    /// Those that this client starts again.
    restarting: Mutex<HashSet<String>>,
}

/// Dropping it ends the looking.
struct Followed {
    follower: AbortHandle,
    /// Closed once the exec has ended.
    hint: mpsc::UnboundedSender<()>,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

/// Never waits for output: a process may say nothing for ever.
pub(super) async fn create(bridge: Link, number: u64, request: Create) {
    let made = bridge.start(&request).await;
    let exec = match made {
        Ok(exec) => exec,
        Err(failure) => return bridge.answer::<Create>(number, Err(failure)),
    };
    // However fast it was, its end is told after the answer.
    let mut shell = bridge.shell(&exec);
    shell.status = ShellStatus::Running;
    shell.exit_code = None;
    let opened = OpenShell::new(shell, Vec::new(), Some(0));
    bridge.answer::<Create>(number, Ok(opened));
    follow_from(&bridge, Reader::new(&exec.id, Position::default()));
    super::execs::follow(&bridge);
    if let (Some(size), true) = (request.size, exec.interactive) {
        // An agent that does not know sizes keeps its own.
        let _ = bridge.set_size(&exec.id, size).await;
    }
}

/// Answers at once where nothing was told before, and otherwise once all that was told is in the buffer, so that the client sees
/// that it misses nothing. Of a process that has ended all comes in the answer.
pub(super) async fn open(bridge: Link, number: u64, request: Open) {
    let id = request.shell_id;
    let exec: Exec = match bridge.rest.get(&under("execs/", &id)).await {
        Ok(exec) => exec,
        Err(error) => {
            let failure = error.into_failure(ErrorCode::SHELL_NOT_FOUND);
            return bridge.answer::<Open>(number, Err(failure));
        }
    };
    bridge.shells.let_go(&id);
    let known = bridge.memory.position(&id);
    let mut reader = Reader::new(&id, Position::default());
    let mut buffer = Vec::new();
    if exec.is_over() || known.is_some() {
        buffer = match bridge
            .catch_up(&mut reader, known.as_ref(), exec.is_over())
            .await
        {
            Ok(buffer) => buffer,
            Err(reason) => return bridge.lost(reason),
        };
    }
    let mut offset = reader.offset(known.as_ref());
    let mut bytes: usize = buffer.iter().map(String::len).sum();
    let mut left_out = 0;
    while bytes > SCROLLBACK && left_out < buffer.len() {
        let length = buffer[left_out].len();
        bytes -= length;
        left_out += 1;
        offset = offset.map(|offset| offset + length as u64);
    }
    let buffer = buffer.drain(left_out..).map(SharedText::from).collect();
    if let Some(known) = &known {
        reader.position.base = known.base;
    }
    bridge.memory.set_position(&id, reader.position.clone());
    let opened = OpenShell::new(bridge.shell(&exec), buffer, offset);
    bridge.answer::<Open>(number, Ok(opened));
    if exec.is_over() {
        bridge.execs.saw(&exec);
        bridge.shells.keep(&id);
    } else {
        follow_from(&bridge, reader);
    }
    super::execs::follow(&bridge);
}

pub(super) async fn close(bridge: Link, request: Close) -> Result<(), Failure> {
    bridge.shells.let_go(&request.shell_id);
    bridge.memory.forget_position(&request.shell_id);
    Ok(())
}

pub(super) async fn list(bridge: Link, _request: List) -> Result<ListAnswer, Failure> {
    let execs: Execs = bridge
        .rest
        .get("execs")
        .await
        .map_err(|error| error.into_failure(ErrorCode::CRITICAL))?;
    let execs = execs.execs.unwrap_or_default();
    bridge.execs.told(&execs);
    super::execs::follow(&bridge);
    let shells = execs.iter().filter(|exec| !is_own(exec));
    Ok(ListAnswer {
        shells: shells.map(|exec| bridge.shell(exec)).collect(),
    })
}

/// The agent starts again only what has ended.
pub(super) async fn restart(bridge: Link, request: Restart) -> Result<(), Failure> {
    let id = request.shell_id;
    lock(&bridge.shells.restarting).insert(id.clone());
    let path = under("execs/", &id);
    let body = UpdateExec { status: "running" };
    let started = bridge.rest.call::<Done>("PUT", &path, Some(&body)).await;
    let outcome = match started {
        Ok(_) => {
            started_again(&bridge, &id);
            Ok(())
        }
        Err(error) if error.is_conflict() => {
            let message = "the process runs: the sandbox's agent starts again only what has ended";
            let error = WireError::new(ErrorCode::SHELL_NOT_ACCESSIBLE, message);
            Err(Failure::Refused(error))
        }
        Err(error) => Err(error.into_failure(ErrorCode::SHELL_NOT_FOUND)),
    };
    lock(&bridge.shells.restarting).remove(&id);
    outcome
}

/// Nothing is told of an end that was asked for.
pub(super) async fn terminate(bridge: Link, request: Terminate) -> Result<Option<Shell>, Failure> {
    let id = request.shell_id;
    lock(&bridge.shells.removed).insert(id.clone());
    let was_followed = bridge.shells.let_go(&id);
    let path = under("execs/", &id);
    let deleted = bridge.rest.call::<Done>("DELETE", &path, NOTHING).await;
    if let Err(error) = deleted {
        lock(&bridge.shells.removed).remove(&id);
        if was_followed && !error.is_not_found() {
            let position = bridge.memory.position(&id).unwrap_or_default();
            follow_from(&bridge, Reader::new(&id, position));
        }
        return Err(error.into_failure(ErrorCode::SHELL_NOT_FOUND));
    }
    bridge.memory.forget(&id);
    Ok(None)
}

pub(super) async fn resize(bridge: Link, request: Resize) -> Result<(), Failure> {
    let resized = bridge.set_size(&request.shell_id, request.size).await;
    resized.map_err(|error| error.into_failure(ErrorCode::SHELL_NOT_FOUND))
}

/// The agent has no names: this client alone knows it.
pub(super) async fn rename(bridge: Link, request: Rename) -> Result<(), Failure> {
    if !bridge.shells.is_followed(&request.shell_id) {
        let path = under("execs/", &request.shell_id);
        let exec: Result<Exec, _> = bridge.rest.get(&path).await;
        exec.map_err(|error| error.into_failure(ErrorCode::SHELL_NOT_FOUND))?;
    }
    bridge.memory.set_name(&request.shell_id, &request.name);
    Ok(())
}

/// Tells of everything from the reader's place on.
fn follow_from(bridge: &Link, reader: Reader) {
    let (hint, hints) = mpsc::unbounded();
    let id = reader.id.clone();
    let (work, follower) = abortable(follow(bridge.clone(), reader, hints));
    let followed = Followed { follower, hint };
    lock(&bridge.shells.followed).insert(id.clone(), followed);
    if bridge.execs.says_over(&id) {
        // The list was faster than the answer that made the exec known here.
        bridge.shells.hint(&id);
    }
    bridge.spawn(async {
        // It may be given up.
        let _ = work.await;
    });
}

/// A process that had ended runs again.
pub(super) fn started_again(bridge: &Link, id: &str) {
    bridge.shells.let_go(id);
    let position = bridge.memory.position(id);
    bridge.notify(&Restarted {
        shell_id: id.to_owned(),
    });
    follow_from(
        bridge,
        Reader::after_restart(id, position.unwrap_or_default()),
    );
}

impl Shells {
    /// The list of all execs says something of this one.
    pub(super) fn hint(&self, id: &str) {
        if let Some(followed) = lock(&self.followed).get(id) {
            // It fails where the end is known.
            let _ = followed.hint.unbounded_send(());
        }
    }

    pub(super) fn ids(&self) -> Vec<String> {
        lock(&self.followed).keys().cloned().collect()
    }

    pub(super) fn is_followed(&self, id: &str) -> bool {
        lock(&self.followed).contains_key(id)
    }

    /// Whether the client looks at it, knows that it has ended, and did not start it again itself.
    pub(super) fn waits_for_restart(&self, id: &str) -> bool {
        let has_ended = |followed: &Followed| followed.hint.is_closed();
        lock(&self.followed).get(id).is_some_and(has_ended) && !lock(&self.restarting).contains(id)
    }

    /// Whether this client removed it. It is asked once.
    pub(super) fn take_removed(&self, id: &str) -> bool {
        lock(&self.removed).remove(id)
    }

    /// Whether it was looked at.
    fn let_go(&self, id: &str) -> bool {
        let followed = lock(&self.followed).remove(id);
        followed.is_some()
    }

    /// Looks at an exec that has ended: it may be started again.
    fn keep(&self, id: &str) {
        let (hint, _) = mpsc::unbounded();
        let (follower, _) = AbortHandle::new_pair();
        let followed = Followed { follower, hint };
        lock(&self.followed).insert(id.to_owned(), followed);
    }
}

impl Bridge {
    async fn start(&self, request: &Create) -> Result<Exec, Failure> {
        let directory = request.cwd.as_deref().unwrap_or_default();
        let directory = self.paths.resolve(directory)?;
        let line = request.command.as_deref().unwrap_or("exec bash");
        let is_command =
            request.is_system_shell == Some(true) || request.kind == Some(ShellType::Command);
        let role = if is_command { COMMAND } else { TERMINAL };
        let args = ["-c", START, "bash", &directory, line, role].map(str::to_owned);
        let is_on_terminal = request.kind != Some(ShellType::Command);
        self.exec("bash", &args, is_on_terminal).await
    }

    async fn set_size(&self, id: &str, size: Size) -> Result<(), CallError> {
        let path = under("execs/", id) + "/io";
        let size = format!(r#"{{"cols":{},"rows":{}}}"#, size.cols, size.rows);
        let input = ExecInput {
            kind: "resize",
            input: &size,
        };
        let sent = self.rest.call::<Done>("POST", &path, Some(&input)).await;
        sent.map(drop)
    }

    /// The output from the beginning, as far as it was told before; all of it where the process has ended.
    async fn catch_up(
        &self,
        reader: &mut Reader,
        known: Option<&Position>,
        is_over: bool,
    ) -> Result<Vec<String>, String> {
        let until = self.now() + CATCH_UP;
        let mut pieces = Vec::new();
        let last = known.and_then(|known| known.last);
        let is_there = |reader: &Reader| !is_over && reader.position.last >= last;
        while !is_there(reader) && self.now() < until {
            match reader.open(self).await {
                Ok(()) => {}
                Err(CallError::Lost(reason)) => return Err(reason),
                Err(CallError::Refused(_)) => break,
            }
            let patience = match is_over {
                true => DRAINED,
                false => until.saturating_sub(self.now()),
            };
            match reader.next(self, patience).await {
                Heard::Event(event) if event.output.is_empty() => {}
                Heard::Event(event) => pieces.push(event.output),
                Heard::Quiet => break,
                Heard::Closed if is_over && reader.is_unread() => break,
                Heard::Closed if is_over => {}
                Heard::Closed => self.sleep(follower::FIRST_PAUSE).await,
            }
        }
        Ok(pieces)
    }

    /// An exec as the client sees it.
    pub(super) fn shell(&self, exec: &Exec) -> Shell {
        let args = args_of(exec);
        let (line, is_command) = match args.as_slice() {
            [_, start, _, _, line, role] if start == START => (line.clone(), role == COMMAND),
            args => {
                let line = [std::slice::from_ref(&exec.command), args]
                    .concat()
                    .join(" ");
                let is_shell = ["bash", "sh", "zsh", "fish"]
                    .contains(&exec.command.rsplit('/').next().unwrap_or_default());
                (line, !(is_shell && args.is_empty()))
            }
        };
        let name = self
            .memory
            .name(&exec.id)
            .unwrap_or_else(|| match is_command {
                true => command_name(command_of(&line)),
                false => "bash".to_owned(),
            });
        let exit_code = exec.exit_code.filter(|_| exec.is_over());
        let was_killed = ["stopped", "killed", "terminated"]
            .iter()
            .any(|word| exec.status.eq_ignore_ascii_case(word));
        Shell {
            id: exec.id.clone(),
            name,
            kind: ShellType::Terminal,
            status: match exit_code {
                _ if !exec.is_over() => ShellStatus::Running,
                Some(0) if !was_killed => ShellStatus::Finished,
                _ if was_killed => ShellStatus::Killed,
                _ => ShellStatus::Error,
            },
            exit_code,
            start_command: Some(line),
            owner_username: None,
            is_system_shell: Some(is_command),
        }
    }
}
