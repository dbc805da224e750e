//! `shell/*`: processes on terminals.

use crate::request::{Repeat, Request, notifications, requests};
use crate::wire::{SharedText, record, words};

words! {
    /// What a shell is for.
    pub enum ShellType {
        /// Someone types into it.
        Terminal = "TERMINAL",
        /// It runs one command.
        Command = "COMMAND",
    }
}

words! {
    /// Where a shell's process is.
    pub enum ShellStatus {
        /// It runs.
        Running = "RUNNING",
        /// It ended with exit code 0.
        Finished = "FINISHED",
        /// It ended with another exit code.
        Error = "ERROR",
        /// A signal or a request ended it.
        Killed = "KILLED",
        /// It is being started again.
        Restarting = "RESTARTING",
    }
}

record! {
    /// A terminal's size, in characters.
    #[derive(Copy, Eq)]
    pub struct Size {
        /// Characters in a line.
        "cols" => cols: u16,
        /// Lines.
        "rows" => rows: u16,
    }
}

impl Default for Size {
    fn default() -> Self {
        Self { cols: 80, rows: 24 }
    }
}

record! {
    /// A shell, as it stands in lists and notifications.
    #[derive(Eq)]
    pub struct Shell {
        /// Names it.
        "shellId" => id: String,
        /// Its name, for people. The JavaScript SDK keeps JSON in it.
        "name" => name: String,
        /// What it is for.
        "shellType" => kind: ShellType,
        /// Where its process is.
        "status" => status: ShellStatus,
        /// How its process ended; 128 and the number of the signal where one ended it.
        "exitCode" => exit_code: Option<i32>,
        /// The command line of a [`ShellType::Command`].
        "startCommand" => start_command: Option<String>,
        /// Who made a [`ShellType::Terminal`].
        "ownerUsername" => owner_username: Option<String>,
        /// Whether a program started it, and no person.
        "isSystemShell" => is_system_shell: Option<bool>,
    }
}

record! {
    /// A shell with the output that the agent still has.
    #[derive(Eq)]
    pub struct OpenShell {
        /// Names it.
        "shellId" => id: String,
        /// Its name, for people.
        "name" => name: String,
        /// What it is for.
        "shellType" => kind: ShellType,
        /// Where its process is.
        "status" => status: ShellStatus,
        /// How its process ended.
        "exitCode" => exit_code: Option<i32>,
        /// The command line of a [`ShellType::Command`].
        "startCommand" => start_command: Option<String>,
        /// Who made a [`ShellType::Terminal`].
        "ownerUsername" => owner_username: Option<String>,
        /// Whether a program started it, and no person.
        "isSystemShell" => is_system_shell: Option<bool>,
        /// The output so far in pieces, which follow each other without anything between them.
        "buffer" => buffer: Vec<SharedText>,
        /// How many bytes of output came before the buffer, since the shell was made and over all restarts. An extension of our
        /// agent: with it a client can tell whether it missed any.
        "offset" => offset: Option<u64>,
    }
}

impl OpenShell {
    /// The shell with its output.
    pub fn new(shell: Shell, buffer: Vec<SharedText>, offset: Option<u64>) -> Self {
        Self {
            id: shell.id,
            name: shell.name,
            kind: shell.kind,
            status: shell.status,
            exit_code: shell.exit_code,
            start_command: shell.start_command,
            owner_username: shell.owner_username,
            is_system_shell: shell.is_system_shell,
            buffer,
            offset,
        }
    }

    /// The shell without its output.
    pub fn shell(&self) -> Shell {
        Shell {
            id: self.id.clone(),
            name: self.name.clone(),
            kind: self.kind,
            status: self.status,
            exit_code: self.exit_code,
            start_command: self.start_command.clone(),
            owner_username: self.owner_username.clone(),
            is_system_shell: self.is_system_shell,
        }
    }
}

record! {
    /// `shell/create`: starts a shell. Its creator receives the output without opening it.
    pub struct Create {
        /// The command line; absent: an interactive shell.
        "command" => command: Option<String>,
        /// Where it starts; absent: the workspace.
        "cwd" => cwd: Option<String>,
        /// The terminal's size; absent: 80 by 24.
        "size" => size: Option<Size>,
        /// What it is for; absent: a command where there is a command line, else a terminal.
        "type" => kind: Option<ShellType>,
        /// Whether a program starts it, and no person.
        "isSystemShell" => is_system_shell: Option<bool>,
    }
}

record! {
    /// `shell/in`: what is typed.
    pub struct Input {
        /// The shell.
        "shellId" => shell_id: String,
        /// The text.
        "input" => input: String,
        /// The terminal's size.
        "size" => size: Option<Size>,
    }
}

record! {
    /// `shell/list`: all shells.
    pub struct List;
}

record! {
    /// The answer to [`List`].
    pub struct ListAnswer {
        /// The shells, oldest first.
        "shells" => shells: Vec<Shell>,
    }
}

record! {
    /// `shell/open`: the output so far, and all that follows.
    pub struct Open {
        /// The shell.
        "shellId" => shell_id: String,
        /// The terminal's size.
        "size" => size: Option<Size>,
    }
}

record! {
    /// `shell/open` of a client that comes back: the output behind what it has. An extension of our agent.
    pub struct Reopen {
        /// The shell.
        "shellId" => shell_id: String,
        /// The terminal's size.
        "size" => size: Option<Size>,
        /// How many bytes of output the client has, counted as `offset` in [`OpenShell`]; absent: as [`Open`].
        "cursor" => cursor: Option<u64>,
    }
}

record! {
    /// `shell/close`: no more output of this shell for this client.
    pub struct Close {
        /// The shell.
        "shellId" => shell_id: String,
    }
}

record! {
    /// `shell/restart`: runs the same again under the same id.
    pub struct Restart {
        /// The shell.
        "shellId" => shell_id: String,
    }
}

record! {
    /// `shell/terminate`: ends the process with all that it started, and removes the shell.
    pub struct Terminate {
        /// The shell.
        "shellId" => shell_id: String,
    }
}

record! {
    /// `shell/resize`: sets the terminal's size.
    pub struct Resize {
        /// The shell.
        "shellId" => shell_id: String,
        /// The new size.
        "size" => size: Size,
    }
}

record! {
    /// `shell/rename`: sets the shell's name.
    pub struct Rename {
        /// The shell.
        "shellId" => shell_id: String,
        /// The new name, at most 64 KiB.
        "name" => name: String,
    }
}

record! {
    /// `shell/out`: output.
    pub struct Output {
        /// The shell.
        "shellId" => shell_id: String,
        /// Text that follows the output before it.
        "out" => out: SharedText,
    }
}

record! {
    /// `shell/exit`: the process ended, and all its output was sent.
    pub struct Exited {
        /// The shell.
        "shellId" => shell_id: String,
        /// What it was for.
        "shellType" => kind: Option<ShellType>,
        /// How it ended; 128 and the number of the signal where one ended it.
        "exitCode" => exit_code: i32,
    }
}

record! {
    /// `shell/restart` as a notification: the shell runs anew, and its output so far is gone.
    pub struct Restarted {
        /// The shell.
        "shellId" => shell_id: String,
    }
}

record! {
    /// `shell/terminate` as a notification: the shell is gone.
    pub struct Terminated {
        /// The shell.
        "shellId" => shell_id: String,
        /// Who ended it.
        "author" => author: Option<String>,
    }
}

record! {
    /// `shell/rename` as a notification: the shell has another name.
    pub struct Renamed {
        /// The shell as it is now.
        "shell" => shell: Shell,
    }
}

requests! {
    Create: "shell/create" -> OpenShell, Once;
    Input: "shell/in" -> (), Once;
    List: "shell/list" -> ListAnswer, Repeatable;
    Open: "shell/open" -> OpenShell, Repeatable;
    Reopen: "shell/open" -> OpenShell, Repeatable;
    Close: "shell/close" -> (), Repeatable;
    Restart: "shell/restart" -> (), Once;
    Resize: "shell/resize" -> (), Repeatable;
    Rename: "shell/rename" -> (), Repeatable;
}

impl Request for Terminate {
    const METHOD: &'static str = "shell/terminate";
    type Answer = Option<Shell>;

    /// A shell that is gone stays gone.
    fn repeat(&self) -> Repeat {
        Repeat::Repeatable
    }
}

notifications! {
    Output: "shell/out";
    Shell: "shell/create";
    Exited: "shell/exit";
    Restarted: "shell/restart";
    Terminated: "shell/terminate";
    Renamed: "shell/rename";
}
