//! The terminals of a sandbox.

use std::future::Future;

use bytes::Bytes;
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::shell::{
    Create, Exited, List, ListAnswer, Renamed, Restarted, Shell, ShellType, Size, Terminated,
};
use yew_sandbox_protocol::{Notification, decode};

use super::SCROLLBACK;
use super::command_line::command_line;
use super::handle::ShellHandle;
use super::name::CommandName;
use super::terminal::Terminal;
use crate::client::Client;
use crate::core::Outbox;
use crate::error::Error;
use crate::live::{Applied, Live, Topic};
use crate::send::MaybeSend;

/// The terminals of a sandbox.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// use yew_sandbox_client::{ShellEvent, TerminalOptions};
///
/// let terminal = client.terminals().create(TerminalOptions::default()).await?;
/// let mut output = terminal.output();
/// terminal.run("echo hello").await?;
/// while let Some(ShellEvent::Output(text)) = output.next().await {
///     print!("{}", text.as_str());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Terminals {
    client: Client,
}

/// How a terminal is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
    /// The program that people type to. `bash` by default.
    pub program: String,
    /// Its size in characters. 80 by 24 by default.
    pub size: Size,
    /// Where it starts. The workspace by default.
    pub directory: Option<String>,
    /// Variables of its environment, beside those of the session.
    pub environment: Vec<(String, String)>,
    /// Its name, for people.
    pub name: Option<String>,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self {
            program: "bash".to_owned(),
            size: Size::default(),
            directory: None,
            environment: Vec::new(),
            name: None,
        }
    }
}

impl Terminals {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Starts a terminal.
    ///
    /// # Errors
    /// `InvalidInput` for an environment that no shell takes, `ReadOnly`, `RateLimited` where there are too many,
    /// `Interrupted` where the link broke and it may have been made.
    pub fn create(
        &self,
        options: TerminalOptions,
    ) -> impl Future<Output = Result<Terminal, Error>> + MaybeSend + use<> {
        let program = ["exec ", &options.program].concat();
        let line = command_line(&program, options.directory.as_deref(), &options.environment);
        let created = line.map(|line| {
            let create = Create {
                command: Some(line),
                cwd: None,
                size: Some(options.size),
                kind: Some(ShellType::Terminal),
                is_system_shell: None,
            };
            ShellHandle::create(&self.client, create, options.name, SCROLLBACK)
        });
        async move { Ok(Terminal::new(created?.await?)) }
    }

    /// Attaches to a terminal by its id, with the output that the agent has kept.
    ///
    /// # Errors
    /// `NotFound` where there is none of that id.
    pub fn open(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Terminal, Error>> + MaybeSend + use<> {
        let opened = ShellHandle::open(&self.client, id, Size::default(), SCROLLBACK);
        async move { Ok(Terminal::new(opened.await?)) }
    }

    /// All terminals, those of other clients among them, oldest first. They are not opened.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn get_all(&self) -> impl Future<Output = Result<Vec<Shell>, Error>> + MaybeSend + use<> {
        let list = self.client.request(&List);
        async move {
            let mut shells = list.await?.shells;
            shells.retain(Self::is_terminal);
            Ok(shells)
        }
    }

    /// Whether a shell is a terminal: one that people type to, and neither a command nor a step of the set-up.
    pub fn is_terminal(shell: &Shell) -> bool {
        shell.kind == ShellType::Terminal && CommandName::from_json(&shell.name).is_none()
    }

    /// All shells, terminals and commands alike, kept up to date.
    pub fn live(&self) -> Live<Vec<Shell>> {
        Live::new(&self.client, ShellList)
    }

    /// One terminal by its id, if there is one. It is not opened.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn get(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Option<Shell>, Error>> + MaybeSend + use<> {
        let all = self.get_all();
        let id = id.to_owned();
        async move { Ok(all.await?.into_iter().find(|shell| shell.id == id)) }
    }
}

/// The list of all shells.
struct ShellList;

impl Topic for ShellList {
    type Value = Vec<Shell>;

    fn methods(&self) -> &'static [&'static str] {
        &[
            Shell::METHOD,
            Exited::METHOD,
            Restarted::METHOD,
            Renamed::METHOD,
            Terminated::METHOD,
        ]
    }

    fn ask(&self, out: &mut Outbox) {
        out.ask(&List);
    }

    fn read(&self, answer: &Bytes) -> Result<Vec<Shell>, DecodeError> {
        decode::<ListAnswer>(answer).map(|answer| answer.shells)
    }

    /// Not all that changes is told to whoever changed it, so the list is asked for.
    fn apply(&self, _shells: &Vec<Shell>, _method: &str, _params: &Bytes) -> Applied<Vec<Shell>> {
        Applied::Ask
    }
}
