//! The commands of a sandbox.

use std::future::Future;

use yew_sandbox_protocol::shell::{Create, List, Shell, ShellStatus, ShellType, Size};

use super::command::{Command, CommandOutput};
use super::command_line::command_line;
use super::handle::ShellHandle;
use super::name::CommandName;
use crate::client::Client;
use crate::error::Error;
use crate::send::MaybeSend;

/// The commands of a sandbox.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// let output = client.commands().run("echo hello").await?;
/// assert_eq!(output.text().trim(), "hello");
///
/// let error = client.commands().run("ls /nowhere").await.unwrap_err();
/// println!("{error}: {}", error.command().expect("it ran").text());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Commands {
    client: Client,
}

/// How a command is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOptions {
    /// Where it runs. The workspace by default.
    pub directory: Option<String>,
    /// Variables of its environment, beside those of the session.
    pub environment: Vec<(String, String)>,
    /// Its name, for people.
    pub name: Option<String>,
    /// The size of its terminal in characters. 128 by 24 by default.
    pub size: Size,
    /// Most bytes of output that are kept; of more, the beginning is dropped. 16 MiB by default.
    pub max_output: usize,
}

/// A command in the list of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// Names it inside the sandbox; [`Commands::open`] takes it.
    pub id: String,
    /// The command, as it was asked for.
    pub command: String,
    /// Its name, for people.
    pub name: Option<String>,
    /// How it is.
    pub status: ShellStatus,
    /// How it ended; `None` while it runs.
    pub exit_code: Option<i32>,
}

impl Default for CommandOptions {
    fn default() -> Self {
        Self {
            directory: None,
            environment: Vec::new(),
            name: None,
            size: Size {
                cols: 128,
                rows: 24,
            },
            max_output: 16 * 1024 * 1024,
        }
    }
}

impl Commands {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Runs a command to its end. It is removed from the sandbox's list afterwards.
    ///
    /// # Errors
    /// `CommandFailed` for another exit code than 0, with the output in [`Error::command`]; otherwise as
    /// [`run_background_with`](Self::run_background_with).
    pub fn run(
        &self,
        command: &str,
    ) -> impl Future<Output = Result<CommandOutput, Error>> + MaybeSend + use<> {
        self.run_with(command, CommandOptions::default())
    }

    /// Runs commands one after the other, until one fails.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_all(
        &self,
        commands: &[&str],
    ) -> impl Future<Output = Result<CommandOutput, Error>> + MaybeSend + use<> {
        self.run(&commands.join(" && "))
    }

    /// Runs a command to its end, in a directory and an environment of your choice.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_with(
        &self,
        command: &str,
        options: CommandOptions,
    ) -> impl Future<Output = Result<CommandOutput, Error>> + MaybeSend + use<> {
        let started = self.run_background_with(command, options);
        async move {
            let command = started.await?;
            let output = command.wait().await;
            command.discard();
            output
        }
    }

    /// Starts a command and does not wait for it.
    ///
    /// # Errors
    /// As [`run_background_with`](Self::run_background_with).
    pub fn run_background(
        &self,
        command: &str,
    ) -> impl Future<Output = Result<Command, Error>> + MaybeSend + use<> {
        self.run_background_with(command, CommandOptions::default())
    }

    /// Starts a command in a directory and an environment of your choice, and does not wait for it.
    ///
    /// # Errors
    /// `InvalidInput` for an environment that no shell takes, `ReadOnly`, `RateLimited` where too many run,
    /// `Interrupted` where the link broke and it may have been started.
    pub fn run_background_with(
        &self,
        command: &str,
        options: CommandOptions,
    ) -> impl Future<Output = Result<Command, Error>> + MaybeSend + use<> {
        let line = command_line(command, options.directory.as_deref(), &options.environment);
        let command = command.to_owned();
        let created = line.map(|line| {
            let create = Create {
                command: Some(line),
                cwd: None,
                size: Some(options.size),
                // Of this type and with a name in JSON, as the JavaScript SDK makes and finds commands.
                kind: Some(ShellType::Terminal),
                is_system_shell: Some(true),
            };
            let name = CommandName {
                command: command.clone(),
                name: options.name,
            };
            let name = Some(name.to_json());
            ShellHandle::create(&self.client, create, name, options.max_output)
        });
        async move { Ok(Command::new(created?.await?, command)) }
    }

    /// Attaches to a command by its id, with the output that the agent has kept.
    ///
    /// # Errors
    /// `NotFound` where there is none of that id.
    pub fn open(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Command, Error>> + MaybeSend + use<> {
        let options = CommandOptions::default();
        let opened = ShellHandle::open(&self.client, id, options.size, options.max_output);
        async move {
            let handle = opened.await?;
            let info = CommandInfo::of(handle.shell());
            Ok(Command::new(handle, info.command))
        }
    }

    /// All commands that were not removed, those of other clients among them, oldest first.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn get_all(
        &self,
    ) -> impl Future<Output = Result<Vec<CommandInfo>, Error>> + MaybeSend + use<> {
        let list = self.client.request(&List);
        async move {
            let shells = list.await?.shells.into_iter();
            let commands = shells.filter(|shell| CommandName::from_json(&shell.name).is_some());
            Ok(commands.map(CommandInfo::of).collect())
        }
    }
}

impl CommandInfo {
    fn of(shell: Shell) -> Self {
        let (command, name) = match CommandName::from_json(&shell.name) {
            Some(said) => (said.command, said.name),
            None => (shell.start_command.unwrap_or_default(), Some(shell.name)),
        };
        Self {
            id: shell.id,
            command,
            name,
            status: shell.status,
            exit_code: shell.exit_code,
        }
    }
}
