//! What is typed into terminals, and the scripts that answer.

use std::collections::VecDeque;
use std::time::Duration;

use yew_sandbox_protocol::shell::{Create, Shell, ShellStatus, ShellType, Size};

use super::command::{FakeCommand, Step, with_returns};
use super::sandbox::FakeSandbox;
use super::state::{State, Work};
use crate::send::{Function, MaybeSend, MaybeSync, Shared};

/// What a terminal says when it waits for a line.
const PROMPT: &str = "$ ";
/// Most bytes of a flood in one piece.
const PIECE: usize = 256 * 1024;

/// What commands do: whole lines first, then the function.
#[derive(Default)]
pub(super) struct Scripts {
    lines: Vec<(String, FakeCommand)>,
    function: Option<Function<String, Option<FakeCommand>>>,
}

impl Scripts {
    pub(super) fn set_line(&mut self, line: &str, command: FakeCommand) {
        self.lines.retain(|(known, _)| known != line);
        self.lines.push((line.to_owned(), command));
    }

    pub(super) fn set_function(
        &mut self,
        script: impl Fn(&str) -> Option<FakeCommand> + MaybeSend + MaybeSync + 'static,
    ) {
        self.function = Some(Shared::new(move |line: String| script(&line)));
    }
}

impl FakeSandbox {
    /// Says what a command line does from now on, in terminals, commands and tasks.
    pub fn command(&self, line: &str, command: FakeCommand) {
        self.with(|state| state.scripts.set_line(line, command));
    }

    /// Says what all other command lines do from now on. `None` for those that are not known: `echo` works, and everything else is
    /// not found. The function may use handles of this sandbox; one that it holds keeps the sandbox alive.
    pub fn on_command(
        &self,
        script: impl Fn(&str) -> Option<FakeCommand> + MaybeSend + MaybeSync + 'static,
    ) {
        self.with(|state| state.scripts.set_function(script));
    }

    /// All shells, oldest first: terminals, commands, and those of tasks and steps.
    pub fn shells(&self) -> Vec<Shell> {
        self.with(|state| {
            state
                .shells
                .iter()
                .map(|shell| shell.info.clone())
                .collect()
        })
    }

    /// Another client opens a terminal. Returns its id.
    pub fn open_terminal(&self) -> String {
        self.with(|state| state.create_shell(create(None, ShellType::Terminal), None))
    }

    /// Another client runs a command. Returns the id of its shell.
    pub fn run(&self, line: &str) -> String {
        let line = Some(line.to_owned());
        self.with(|state| state.create_shell(create(line, ShellType::Command), None))
    }

    /// Another client types into a terminal.
    pub fn type_into(&self, shell_id: &str, text: &str) {
        self.with(|state| state.type_into(shell_id, text));
    }

    /// A shell puts text out as it is, escape sequences and all; of line feeds become `\r\n`.
    pub fn put_out(&self, shell_id: &str, text: &str) {
        self.with(|state| state.put_out(shell_id, &with_returns(text)));
    }

    /// A shell puts out so many bytes of numbered lines, 256 KiB each millisecond.
    pub fn flood(&self, shell_id: &str, bytes: usize) {
        self.with(|state| state.flood(shell_id, bytes));
    }

    /// The process of a shell ends.
    pub fn exit_shell(&self, shell_id: &str, exit_code: i32) {
        self.with(|state| state.end_shell(shell_id, status(exit_code), exit_code));
    }

    /// The output of a shell that is still kept, at least the last 1 MiB; `None` where there is no such shell.
    pub fn output(&self, shell_id: &str) -> Option<String> {
        self.with(|state| Some(state.find_shell(shell_id)?.kept.clone()))
    }

    /// All that was ever typed into a shell; `None` where there is no such shell.
    pub fn typed(&self, shell_id: &str) -> Option<String> {
        self.with(|state| Some(state.find_shell(shell_id)?.typed.clone()))
    }

    /// The size of a shell's terminal in characters; `None` where there is no such shell.
    pub fn terminal_size(&self, shell_id: &str) -> Option<Size> {
        self.with(|state| Some(state.find_shell(shell_id)?.size))
    }

    /// Asks the scripts what a line does, without the lock, and does it.
    pub(super) fn run_line(&self, shell_id: &str, run: u64, line: &str) {
        let (known, function) = self.with(|state| {
            let mut lines = state.scripts.lines.iter();
            let known = lines.find(|(known, _)| known == line);
            (
                known.map(|(_, command)| command.clone()),
                state.scripts.function.clone(),
            )
        });
        let command = known
            .or_else(|| function?(line.to_owned()))
            .or_else(|| self.with(|state| state.task_of_line(line)))
            .unwrap_or_else(|| FakeCommand::unknown(line));
        self.with(|state| {
            if let Some(shell) = state.find_shell(shell_id)
                && shell.run == run
            {
                shell.steps.get_or_insert_default().extend(command.steps);
                state.advance(shell_id, run);
            }
        });
    }
}

impl State {
    /// Does the next steps of a shell, up to one that waits.
    pub(super) fn advance(&mut self, id: &str, run: u64) {
        loop {
            let Some(shell) = self.find_shell(id) else {
                return;
            };
            if shell.run != run {
                return;
            }
            let Some(steps) = &mut shell.steps else {
                return;
            };
            match steps.pop_front() {
                None => return self.finish(id, 0),
                Some(Step::Exit(code)) => return self.finish(id, code),
                // Nothing follows.
                Some(Step::Forever) => return steps.push_front(Step::Forever),
                Some(Step::Wait(time)) => return self.go_on(id, run, time),
                Some(Step::Output(text)) => self.put_out(id, &text),
                Some(Step::Flood(bytes)) => {
                    let piece = numbered_lines(bytes.min(PIECE));
                    if bytes > PIECE {
                        steps.push_front(Step::Flood(bytes - PIECE));
                        self.put_out(id, &piece);
                        return self.go_on(id, run, Duration::from_millis(1));
                    }
                    self.put_out(id, &piece);
                }
                Some(Step::Write(path, content)) => {
                    if let Ok(path) = super::paths::resolve(&path) {
                        self.tree.place(&path, content);
                    }
                }
                Some(Step::Remove(path)) => {
                    if let Ok(path) = super::paths::resolve(&path) {
                        // What is not there need not go.
                        let _ = self.tree.remove(&path, true);
                    }
                }
                Some(Step::OpenPort(port, host)) => {
                    shell.ports.push(port);
                    self.open_port(port, host.as_deref());
                    self.tell_task_of(id);
                }
                Some(Step::ClosePort(port)) => {
                    shell.ports.retain(|open| *open != port);
                    self.close_port(port);
                    self.tell_task_of(id);
                }
            }
        }
    }

    /// Puts out a piece of a flood, and the rest later.
    pub(super) fn flood(&mut self, id: &str, bytes: usize) {
        if self.find_shell(id).is_none() {
            return;
        }
        self.put_out(id, &numbered_lines(bytes.min(PIECE)));
        if bytes > PIECE {
            let work = Work::Flood {
                shell: id.to_owned(),
                bytes: bytes - PIECE,
            };
            self.due.push((Duration::from_millis(1), work));
        }
    }

    fn go_on(&mut self, id: &str, run: u64, time: Duration) {
        let shell = id.to_owned();
        self.due.push((time, Work::Step { shell, run }));
    }

    /// A program ended: a terminal waits for the next line, and a command is over.
    fn finish(&mut self, id: &str, code: i32) {
        let Some(shell) = self.find_shell(id) else {
            return;
        };
        if shell.command.is_some() {
            return self.end_shell(id, status(code), code);
        }
        shell.run += 1;
        for port in std::mem::take(&mut shell.ports) {
            self.close_port(port);
        }
        self.await_line(id);
    }

    /// A terminal shows its prompt, and takes a line that was typed ahead.
    pub(super) fn await_line(&mut self, id: &str) {
        self.put_out(id, PROMPT);
        let Some(shell) = self.find_shell(id) else {
            return;
        };
        shell.steps = None;
        if let Some(line) = shell.ahead.pop_front() {
            self.take_line(id, &line);
        }
    }

    /// What a terminal does with what is typed: it echoes, edits the line, and hands whole lines on.
    pub(super) fn type_into(&mut self, id: &str, text: &str) {
        if let Some(shell) = self.find_shell(id) {
            shell.typed.push_str(text);
        }
        for letter in text.chars() {
            let Some(shell) = self.find_shell(id).filter(|shell| shell.is_running()) else {
                return;
            };
            match letter {
                '\r' | '\n' => {
                    let line = std::mem::take(&mut shell.line);
                    let is_busy = shell.steps.is_some();
                    if is_busy && shell.command.is_none() {
                        shell.ahead.push_back(line.clone());
                    }
                    self.put_out(id, "\r\n");
                    if !is_busy {
                        self.take_line(id, &line);
                    }
                }
                '\u{3}' => self.interrupt(id),
                '\u{4}' => {
                    if shell.steps.is_none() && shell.line.is_empty() {
                        self.put_out(id, "exit\r\n");
                        return self.end_shell(id, ShellStatus::Finished, 0);
                    }
                }
                '\u{8}' | '\u{7f}' => {
                    if shell.line.pop().is_some() {
                        self.put_out(id, "\u{8} \u{8}");
                    }
                }
                // Keys such as the arrows send sequences, which no line holds.
                '\u{1b}' => return,
                letter => {
                    shell.line.push(letter);
                    self.put_out(id, letter.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }

    fn interrupt(&mut self, id: &str) {
        self.put_out(id, "^C\r\n");
        let Some(shell) = self.find_shell(id) else {
            return;
        };
        shell.line.clear();
        shell.ahead.clear();
        match &shell.command {
            Some(_) => self.end_shell(id, ShellStatus::Error, 130),
            None => self.finish(id, 130),
        }
    }

    fn take_line(&mut self, id: &str, line: &str) {
        let line = line.trim();
        if line == "exit" {
            return self.end_shell(id, ShellStatus::Finished, 0);
        }
        let Some(shell) = self.find_shell(id) else {
            return;
        };
        shell.run += 1;
        shell.steps = Some(VecDeque::new());
        let work = Work::Line {
            shell: id.to_owned(),
            run: shell.run,
            line: line.to_owned(),
        };
        self.due.push((Duration::ZERO, work));
    }
}

/// What a shell is after its process ended.
fn status(exit_code: i32) -> ShellStatus {
    match exit_code {
        0 => ShellStatus::Finished,
        _ => ShellStatus::Error,
    }
}

fn create(command: Option<String>, kind: ShellType) -> Create {
    Create {
        command,
        cwd: None,
        size: None,
        kind: Some(kind),
        is_system_shell: None,
    }
}

/// Lines of 64 bytes, the last one perhaps shorter.
fn numbered_lines(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 64);
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        text.push_str(&format!("{number:08} {:-<53}\r\n", ""));
    }
    text.truncate(bytes);
    text
}
