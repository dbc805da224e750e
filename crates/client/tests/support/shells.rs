//! Shells of the scripted agent.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use yew_sandbox_client::protocol::shell::{
    Close, Create, Exited, Input, List, ListAnswer, Open, OpenShell, Output, Rename, Resize,
    Restart, Restarted, Shell, ShellStatus, ShellType, Terminate, Terminated,
};
use yew_sandbox_client::protocol::{
    ClientFrame, Encode, ErrorCode, Request, WireError, encode_answer, encode_error,
};

use super::agent::{Agent, Handler};

/// The shells, as the agent holds them.
#[derive(Clone, Default)]
pub struct Shells {
    state: Arc<Mutex<Vec<FakeShell>>>,
}

#[derive(Clone, Debug)]
pub struct FakeShell {
    pub shell: Shell,
    pub command: Option<String>,
    /// The scrollback, and how much came before it.
    pub buffer: String,
    pub offset: Option<u64>,
    pub typed: Vec<String>,
    pub is_open: bool,
    pub size: (u16, u16),
}

impl Shells {
    /// Lets an agent serve shells.
    pub fn of(agent: &Agent) -> Self {
        let shells = Self::default();
        agent.state().handlers.push(shells.handler());
        shells
    }

    /// Changes one shell behind the client's back.
    pub fn change(&self, id: &str, change: impl FnOnce(&mut FakeShell)) {
        let mut shells = self.state.lock().unwrap();
        let shell = shells.iter_mut().find(|shell| shell.shell.id == id);
        change(shell.expect("the shell is there"));
    }

    pub fn get(&self, id: &str) -> Option<FakeShell> {
        let shells = self.state.lock().unwrap();
        shells.iter().find(|shell| shell.shell.id == id).cloned()
    }

    pub fn remove_all(&self) {
        self.state.lock().unwrap().clear();
    }

    /// A shell puts something out.
    pub fn output(&self, agent: &Agent, id: &str, text: &str) {
        self.change(id, |shell| shell.buffer.push_str(text));
        agent.notify(&Output {
            shell_id: id.into(),
            out: text.into(),
        });
    }

    /// A shell's process ends.
    pub fn exit(&self, agent: &Agent, id: &str, exit_code: i32) {
        self.change(id, |shell| shell.end(exit_code));
        agent.notify(&Exited {
            shell_id: id.into(),
            kind: Some(ShellType::Terminal),
            exit_code,
        });
    }

    /// Another client starts a shell again.
    pub fn restart(&self, agent: &Agent, id: &str) {
        self.change(id, FakeShell::begin);
        agent.notify(&Restarted {
            shell_id: id.into(),
        });
    }

    /// Another client ends a shell.
    pub fn terminate(&self, agent: &Agent, id: &str) {
        self.state
            .lock()
            .unwrap()
            .retain(|shell| shell.shell.id != id);
        agent.notify(&Terminated {
            shell_id: id.into(),
            author: Some("other".into()),
        });
    }

    fn handler(&self) -> Handler {
        let this = self.clone();
        Box::new(move |frame| {
            frame.method.starts_with("shell/").then(|| {
                let mut shells = this.state.lock().unwrap();
                vec![serve(&mut shells, frame)]
            })
        })
    }
}

impl FakeShell {
    pub fn end(&mut self, exit_code: i32) {
        self.shell.exit_code = Some(exit_code);
        self.shell.status = match exit_code {
            0 => ShellStatus::Finished,
            _ => ShellStatus::Error,
        };
    }

    pub fn begin(&mut self) {
        self.shell.exit_code = None;
        self.shell.status = ShellStatus::Running;
        if let Some(offset) = &mut self.offset {
            *offset += self.buffer.len() as u64;
        }
        self.buffer.clear();
    }

    fn opened(&self) -> OpenShell {
        OpenShell::new(
            self.shell.clone(),
            vec![self.buffer.as_str().into()],
            self.offset,
        )
    }
}

fn serve(shells: &mut Vec<FakeShell>, frame: &ClientFrame) -> Bytes {
    match frame.method.as_str() {
        Create::METHOD => {
            let create: Create = frame.params().unwrap();
            let shell = FakeShell {
                shell: Shell {
                    id: format!("shell-{}", shells.len() + 1),
                    name: String::new(),
                    kind: create.kind.unwrap_or(ShellType::Terminal),
                    status: ShellStatus::Running,
                    exit_code: None,
                    start_command: None,
                    owner_username: None,
                    is_system_shell: create.is_system_shell,
                },
                command: create.command,
                buffer: String::new(),
                offset: Some(0),
                typed: Vec::new(),
                is_open: true,
                size: create.size.map_or((80, 24), |size| (size.cols, size.rows)),
            };
            let answer = answer(frame, &shell.opened());
            shells.push(shell);
            answer
        }
        List::METHOD => {
            let shells = shells.iter().map(|shell| shell.shell.clone()).collect();
            answer(frame, &ListAnswer { shells })
        }
        Open::METHOD => with(
            shells,
            frame,
            |open: Open| open.shell_id,
            |shell, _| {
                shell.is_open = true;
                shell.opened()
            },
        ),
        Close::METHOD => with(
            shells,
            frame,
            |close: Close| close.shell_id,
            |shell, _| {
                shell.is_open = false;
            },
        ),
        Input::METHOD => with(
            shells,
            frame,
            |input: Input| input.shell_id,
            |shell, input| {
                shell.typed.push(input.input);
            },
        ),
        Resize::METHOD => with(
            shells,
            frame,
            |resize: Resize| resize.shell_id,
            |shell, to| {
                shell.size = (to.size.cols, to.size.rows);
            },
        ),
        Rename::METHOD => with(
            shells,
            frame,
            |rename: Rename| rename.shell_id,
            |shell, to| {
                shell.shell.name = to.name;
            },
        ),
        Restart::METHOD => with(
            shells,
            frame,
            |restart: Restart| restart.shell_id,
            |shell, _| {
                shell.begin();
            },
        ),
        Terminate::METHOD => {
            let answer = with(
                shells,
                frame,
                |end: Terminate| end.shell_id,
                |shell, _| shell.shell.clone(),
            );
            let end: Terminate = frame.params().unwrap();
            shells.retain(|shell| shell.shell.id != end.shell_id);
            answer
        }
        other => panic!("the scripted agent does not know {other}"),
    }
}

fn with<R: Request + Clone, T: Encode>(
    shells: &mut [FakeShell],
    frame: &ClientFrame,
    id: impl Fn(R) -> String,
    act: impl FnOnce(&mut FakeShell, R) -> T,
) -> Bytes {
    let request: R = frame.params().unwrap();
    let id = id(request.clone());
    match shells.iter_mut().find(|shell| shell.shell.id == id) {
        Some(shell) => answer(frame, &act(shell, request)),
        None => {
            let error = WireError::new(ErrorCode::SHELL_NOT_FOUND, "there is no such shell");
            encode_error(frame.id, &frame.method, &error)
        }
    }
}

fn answer<T: Encode>(frame: &ClientFrame, result: &T) -> Bytes {
    encode_answer(frame.id, &frame.method, result)
}
