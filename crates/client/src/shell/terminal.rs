//! One terminal.

use std::fmt;
use std::future::Future;

use yew_sandbox_protocol::shell::{Shell, Size};

use super::handle::ShellHandle;
use super::output::ShellOutput;
use crate::error::Error;
use crate::send::{MaybeSend, Shared};
use crate::watch::Watch;

/// A terminal that this client has open. Clones are the same terminal.
///
/// It outlives broken links: after each it is opened again, and its output goes on where it was, or says
/// [`Gap`](super::ShellEvent::Gap). Dropping the last clone and the last stream leaves it running in the sandbox; attach again with
/// [`Terminals::open`](super::Terminals::open).
#[derive(Clone)]
pub struct Terminal {
    handle: Shared<ShellHandle>,
}

impl Terminal {
    pub(crate) fn new(handle: Shared<ShellHandle>) -> Self {
        Self { handle }
    }

    /// Names it inside the sandbox.
    pub fn id(&self) -> String {
        self.handle.shell().id
    }

    /// Its name, status and exit code.
    pub fn info(&self) -> Shell {
        self.handle.shell()
    }

    /// Its name, status and exit code, live.
    pub fn watch_info(&self) -> Watch<Shell> {
        self.handle.feed().watch()
    }

    /// Its output: first what was kept, at most 1 MiB, then all that follows.
    pub fn output(&self) -> ShellOutput {
        ShellOutput::new(self.handle.clone())
    }

    /// The output that was kept: at most 1 MiB of it.
    pub fn scrollback(&self) -> String {
        self.handle.feed().text().0
    }

    /// Types text. What is typed arrives in order, once at most.
    ///
    /// # Errors
    /// `Ended` where the process has ended, `Interrupted` where the link broke and it may have arrived.
    pub fn write(
        &self,
        input: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.handle.write(input)
    }

    /// Types a line and the return key.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn run(&self, line: &str) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let mut input = line.to_owned();
        input.push('\n');
        self.handle.write(&input)
    }

    /// Sets its size in characters.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub fn resize(
        &self,
        size: Size,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.handle.resize(size)
    }

    /// Gives it a name, for people.
    ///
    /// # Errors
    /// `NotFound` where it is gone.
    pub fn rename(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.handle.rename(name)
    }

    /// Starts its program again, in place of the process that runs or has ended.
    ///
    /// # Errors
    /// `ReadOnly` where the session may only read, `NotFound` where it is gone.
    pub fn restart(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.handle.restart()
    }

    /// Ends its process with all that it started, and removes it. One that is gone already is fine.
    ///
    /// # Errors
    /// `ReadOnly` where the session may only read, and those of the connection.
    pub fn kill(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.handle.kill()
    }
}

impl PartialEq for Terminal {
    fn eq(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.handle, &other.handle)
    }
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Terminal").field(&self.id()).finish()
    }
}
