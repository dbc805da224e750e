//! `shell/*`: terminals and commands.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use yew_sandbox_protocol::shell::{
    Close, Create, Exited, Input, List, ListAnswer, Open, OpenShell, Output, Rename, Renamed,
    Resize, Restart, Restarted, Shell, ShellStatus, ShellType, Size, Terminate, Terminated,
};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, Request, WireError, encode_notification};

use super::command::Step;
use super::state::{Answer, State, Work, answer, params};
use crate::shell::command_of;

/// Most output of a shell that is kept, in bytes, as by the agent.
const MOST_KEPT: usize = 1024 * 1024;

/// One shell.
#[derive(Debug)]
pub(super) struct FakeShell {
    pub(super) info: Shell,
    /// What it runs; `None` where lines are typed into it.
    pub(super) command: Option<String>,
    pub(super) kept: String,
    /// How much came before what is kept.
    offset: u64,
    /// The connections that hear its output.
    pub(super) listeners: BTreeSet<u64>,
    pub(super) size: Size,
    /// Counts what it ran; steps of an earlier run do nothing.
    pub(super) run: u64,
    /// What it does next; `None` where nothing runs.
    pub(super) steps: Option<VecDeque<Step>>,
    /// The ports that its program opened.
    pub(super) ports: Vec<u16>,
    /// What is being typed.
    pub(super) line: String,
    /// Lines that were typed while something ran.
    pub(super) ahead: VecDeque<String>,
    /// All that was ever typed.
    pub(super) typed: String,
}

impl FakeShell {
    pub(super) fn is_running(&self) -> bool {
        self.info.status == ShellStatus::Running
    }

    fn opened(&self) -> OpenShell {
        let buffer = match self.kept.as_str() {
            "" => Vec::new(),
            kept => vec![kept.into()],
        };
        OpenShell::new(self.info.clone(), buffer, Some(self.offset))
    }

    fn keep(&mut self, text: &str) {
        self.kept.push_str(text);
        // In large portions, so that a flood does not move the text for each piece.
        if self.kept.len() > 2 * MOST_KEPT {
            let mut start = self.kept.len() - MOST_KEPT;
            while !self.kept.is_char_boundary(start) {
                start += 1;
            }
            self.kept.drain(..start);
            self.offset += start as u64;
        }
    }
}

impl State {
    pub(super) fn shell(&mut self, connection: u64, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            List::METHOD => {
                let shells = self.shells.iter().map(|shell| shell.info.clone());
                answer(&ListAnswer {
                    shells: shells.collect(),
                })
            }
            Open::METHOD => {
                let request: Open = params(frame)?;
                let shell = self.known_shell(&request.shell_id)?;
                shell.listeners.insert(connection);
                answer(&shell.opened())
            }
            Close::METHOD => {
                let request: Close = params(frame)?;
                let shell = self.known_shell(&request.shell_id)?;
                shell.listeners.remove(&connection);
                answer(&())
            }
            Create::METHOD
            | Input::METHOD
            | Resize::METHOD
            | Rename::METHOD
            | Restart::METHOD
            | Terminate::METHOD => {
                self.may_change(frame)?;
                self.change_shell(connection, frame)
            }
            _ => self.unknown(frame),
        }
    }

    fn change_shell(&mut self, connection: u64, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            Create::METHOD => {
                let request: Create = params(frame)?;
                let id = self.create_shell(request, Some(connection));
                let shell = self.known_shell(&id)?;
                shell.listeners.insert(connection);
                answer(&shell.opened())
            }
            Input::METHOD => {
                let request: Input = params(frame)?;
                let shell = self.known_shell(&request.shell_id)?;
                if !shell.is_running() {
                    let message = "the shell has ended; restart it to type into it";
                    return Err(WireError::new(ErrorCode::SHELL_CLOSED, message));
                }
                shell.size = request.size.unwrap_or(shell.size);
                self.type_into(&request.shell_id, &request.input);
                answer(&())
            }
            Resize::METHOD => {
                let request: Resize = params(frame)?;
                self.known_shell(&request.shell_id)?.size = request.size;
                answer(&())
            }
            Rename::METHOD => {
                let request: Rename = params(frame)?;
                let shell = self.known_shell(&request.shell_id)?;
                shell.info.name = request.name;
                let shell = shell.info.clone();
                self.tell(&Renamed { shell });
                answer(&())
            }
            Restart::METHOD => {
                let request: Restart = params(frame)?;
                self.known_shell(&request.shell_id)?;
                self.restart_shell(&request.shell_id);
                answer(&())
            }
            _ => {
                let Terminate { shell_id } = params(frame)?;
                self.known_shell(&shell_id)?;
                answer(&self.terminate_shell(Some(connection), &shell_id))
            }
        }
    }

    fn known_shell(&mut self, id: &str) -> Result<&mut FakeShell, WireError> {
        self.find_shell(id).ok_or_else(|| {
            let message =
                format!("there is no shell {id:?}; list the shells to see which there are");
            WireError::new(ErrorCode::SHELL_NOT_FOUND, message)
        })
    }

    pub(super) fn find_shell(&mut self, id: &str) -> Option<&mut FakeShell> {
        self.shells.iter_mut().find(|shell| shell.info.id == id)
    }

    /// Makes a shell that runs what nobody scripts, until someone ends it.
    pub(super) fn step_shell(&mut self, command: &str, name: &str) -> String {
        let request = Create {
            command: Some(command.to_owned()),
            cwd: None,
            size: None,
            kind: Some(ShellType::Command),
            is_system_shell: Some(true),
        };
        let id = self.add_shell(request, name, None);
        if let Some(shell) = self.find_shell(&id) {
            shell.steps = Some(VecDeque::from([Step::Forever]));
        }
        id
    }

    /// Makes a shell and begins what it runs.
    pub(super) fn create_shell(&mut self, request: Create, creator: Option<u64>) -> String {
        let name = request.command.clone();
        let name = name.unwrap_or_else(|| "bash".to_owned());
        let id = self.add_shell(request, &name, creator);
        self.begin_shell(&id);
        id
    }

    fn add_shell(&mut self, request: Create, name: &str, creator: Option<u64>) -> String {
        let kind = request.kind.unwrap_or(match request.command {
            Some(_) => ShellType::Command,
            None => ShellType::Terminal,
        });
        let is_terminal = kind == ShellType::Terminal;
        let command = request.command.as_deref().map(command_of);
        let info = Shell {
            id: format!("shell-{}", self.next_id()),
            name: name.to_owned(),
            kind,
            status: ShellStatus::Running,
            exit_code: None,
            start_command: request.command.clone().filter(|_| !is_terminal),
            owner_username: is_terminal.then(|| self.username.clone()),
            is_system_shell: Some(request.is_system_shell == Some(true)),
        };
        let id = info.id.clone();
        self.tell_but(creator, &info);
        self.shells.push(FakeShell {
            info,
            command: command
                .filter(|line| !is_interactive(line))
                .map(str::to_owned),
            kept: String::new(),
            offset: 0,
            listeners: BTreeSet::new(),
            size: request.size.unwrap_or_default(),
            run: 0,
            steps: None,
            ports: Vec::new(),
            line: String::new(),
            ahead: VecDeque::new(),
            typed: String::new(),
        });
        id
    }

    /// Lets a shell run its command, or wait for lines.
    fn begin_shell(&mut self, id: &str) {
        let Some(shell) = self.find_shell(id) else {
            return;
        };
        shell.run += 1;
        shell.steps = Some(VecDeque::new());
        match shell.command.clone() {
            Some(line) => {
                let work = Work::Line {
                    shell: id.to_owned(),
                    run: shell.run,
                    line,
                };
                self.due.push((Duration::ZERO, work));
            }
            None => self.await_line(id),
        }
    }

    /// Appends output and tells those that opened the shell.
    pub(super) fn put_out(&mut self, id: &str, text: &str) {
        let Some(shell) = self.find_shell(id) else {
            return;
        };
        shell.keep(text);
        let listeners: Vec<u64> = shell.listeners.iter().copied().collect();
        let frame = encode_notification(&Output {
            shell_id: id.to_owned(),
            out: text.into(),
        });
        for listener in listeners {
            self.send(listener, frame.clone());
        }
    }

    /// The process of a shell ended.
    pub(super) fn end_shell(&mut self, id: &str, status: ShellStatus, exit_code: i32) {
        let Some(shell) = self.find_shell(id) else {
            return;
        };
        shell.run += 1;
        shell.steps = None;
        shell.info.status = status;
        shell.info.exit_code = Some(exit_code);
        let kind = Some(shell.info.kind);
        let ports = std::mem::take(&mut shell.ports);
        self.tell(&Exited {
            shell_id: id.to_owned(),
            kind,
            exit_code,
        });
        for port in ports {
            self.close_port(port);
        }
        self.tell_task_of(id);
    }

    pub(super) fn restart_shell(&mut self, id: &str) {
        let Some(shell) = self.find_shell(id) else {
            return;
        };
        shell.info.status = ShellStatus::Running;
        shell.info.exit_code = None;
        shell.offset += shell.kept.len() as u64;
        shell.kept.clear();
        shell.line.clear();
        shell.ahead.clear();
        for port in std::mem::take(&mut shell.ports) {
            self.close_port(port);
        }
        let shell_id = id.to_owned();
        self.tell(&Restarted { shell_id });
        self.begin_shell(id);
        self.tell_task_of(id);
    }

    /// Ends a shell and takes it out of the list.
    pub(super) fn terminate_shell(&mut self, by: Option<u64>, id: &str) -> Option<Shell> {
        let place = self.shells.iter().position(|shell| shell.info.id == id)?;
        let mut shell = self.shells.remove(place);
        shell.info.status = ShellStatus::Killed;
        for port in shell.ports {
            self.close_port(port);
        }
        let author = by.map(|_| self.username.clone());
        let gone = Terminated {
            shell_id: id.to_owned(),
            author,
        };
        self.tell_but(by, &gone);
        self.tell_task_of(id);
        Some(shell.info)
    }
}

/// Whether a command line is a shell that waits for lines.
fn is_interactive(line: &str) -> bool {
    let line = line.strip_prefix("exec ").unwrap_or(line);
    let program = line.split(' ').next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    matches!(name, "bash" | "sh" | "zsh" | "fish") && !line.contains(" -c ")
}
