//! One command.

use std::fmt;
use std::future::Future;

use yew_sandbox_protocol::shell::{Shell, ShellStatus};

use super::handle::ShellHandle;
use super::output::ShellOutput;
use crate::error::Error;
use crate::send::{MaybeSend, Shared};
use crate::watch::Watch;

/// A command that runs, or ran, in the sandbox. Clones are the same command.
///
/// It outlives broken links. Dropping the last clone and the last stream leaves it running; find it again with
/// [`Commands::get_all`](super::Commands::get_all).
#[derive(Clone)]
pub struct Command {
    handle: Shared<ShellHandle>,
    line: String,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOutput {
    /// 0 for success; 128 and the number of the signal where one ended it.
    pub exit_code: i32,
    /// Whether the beginning of the output is missing, because there was too much.
    pub is_truncated: bool,
    output: String,
}

impl CommandOutput {
    /// The output as text. Bytes that are no UTF-8 have become U+FFFD. As on any terminal, lines end with `\r\n`.
    pub fn text(&self) -> &str {
        &self.output
    }

    /// The output as the bytes of the text.
    pub fn bytes(&self) -> &[u8] {
        self.output.as_bytes()
    }

    /// The text itself.
    pub fn into_text(self) -> String {
        self.output
    }
}

impl Command {
    pub(super) fn new(handle: Shared<ShellHandle>, line: String) -> Self {
        Self { handle, line }
    }

    /// Names it inside the sandbox.
    pub fn id(&self) -> String {
        self.handle.shell().id
    }

    /// The command, as it was asked for.
    pub fn command(&self) -> &str {
        &self.line
    }

    /// How it is.
    pub fn status(&self) -> ShellStatus {
        self.handle.shell().status
    }

    /// How it ended; `None` while it runs.
    pub fn exit_code(&self) -> Option<i32> {
        self.handle.shell().exit_code
    }

    /// Its status and exit code, live.
    pub fn watch_info(&self) -> Watch<Shell> {
        self.handle.feed().watch()
    }

    /// Its output: first what came so far, then all that follows.
    pub fn output(&self) -> ShellOutput {
        ShellOutput::new(self.handle.clone())
    }

    /// The output so far.
    pub fn text(&self) -> String {
        self.handle.feed().text().0
    }

    /// Waits for its end, over broken links too.
    ///
    /// # Errors
    /// `CommandFailed` for another exit code than 0, with the output in [`Error::command`]; `Ended` where it was
    /// killed by a client or went with its sandbox.
    pub fn wait(&self) -> impl Future<Output = Result<CommandOutput, Error>> + MaybeSend + use<> {
        let handle = self.handle.clone();
        let line = self.line.clone();
        async move {
            let exit_code = handle.exited().await.map_err(|error| error.about(&line))?;
            let (output, is_truncated) = handle.feed().text();
            let output = CommandOutput {
                exit_code,
                is_truncated,
                output,
            };
            match exit_code {
                0 => Ok(output),
                _ => Err(Error::command_failed(output).about(&line)),
            }
        }
    }

    /// Removes it from the sandbox once it has ended, and waits for nothing.
    pub fn discard(&self) {
        self.handle.discard();
    }

    /// Types text into it.
    ///
    /// # Errors
    /// `Ended` where it has ended, `Interrupted` where the link broke and it may have arrived.
    pub fn write(
        &self,
        input: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.handle.write(input)
    }

    /// Ends it with all that it started, and removes it. Whoever waits for it gets an error. One that is gone already is
    /// fine.
    ///
    /// # Errors
    /// `ReadOnly` where the session may only read, and those of the connection.
    pub fn kill(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.handle.kill()
    }

    /// Runs it again under the same id. Whoever waits for it waits for the new end.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub fn restart(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.handle.restart()
    }
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.handle, &other.handle)
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command")
            .field("id", &self.id())
            .field("command", &self.line)
            .finish_non_exhaustive()
    }
}
