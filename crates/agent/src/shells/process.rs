//! A process on a terminal of its own.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::process::ExitStatus;
use std::task::{Context, Poll};

use bytes::{Buf, BytesMut};
use pty_process::{Command, Pts, Pty};
use rustix::fd::{AsRawFd, OwnedFd};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::process::Child;
use yew_sandbox_protocol::shell::Size;

use super::environment::{Environment, REMOVED};
use super::family::{Family, Mark};

/// Most output that is taken at once, in bytes.
const MOST_OUTPUT: usize = 64 * 1024;
/// As much as a terminal gives at a time.
const READ: usize = 4096;
/// Most output that is taken after the end of the process. More than a terminal holds.
const MOST_LEFT: usize = 256 * 1024;
/// Runs its first argument so that it does not hear of the terminal's end, and neither does what it starts.
const UNTIL_KILLED: &str = "trap '' HUP; exec bash -c \"$0\"";

/// What a shell runs.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// The command line; `None` for an interactive shell.
    pub(super) command: Option<String>,
    pub(super) environment: Environment,
    pub(super) mark: Mark,
    /// Whether what it leaves in the background outlives it.
    pub(super) leaves_jobs: bool,
}

/// A process, its terminal, and all that it started.
pub(super) struct Process {
    pty: Pty,
    /// Kept open so that the terminal lasts as long as the process, whatever the process closes.
    pts: Option<Pts>,
    child: Child,
    pub(super) family: Option<Family>,
}

/// What came out of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// There may be more.
    Open,
    /// Nobody holds the terminal any more.
    Closed,
}

impl Process {
    /// Starts a program in a directory.
    pub(super) fn start(program: &Program, directory: &OwnedFd, size: Size) -> io::Result<Self> {
        let (pty, pts) = pty_process::open().map_err(into_io)?;
        resize(&pty, size)?;
        let mut command = Command::new("bash");
        command = match &program.command {
            None => command,
            Some(line) if program.leaves_jobs => command.args(["-c", UNTIL_KILLED, line]),
            Some(line) => command.args(["-c", line]),
        };
        for name in REMOVED {
            command = command.env_remove(name);
        }
        let child = command
            .env("TERM", "xterm-256color")
            .envs(program.environment.iter())
            .envs([program.mark.variable()])
            .current_dir(format!("/proc/self/fd/{}", directory.as_raw_fd()))
            .kill_on_drop(true)
            .spawn_borrowed(&pts)
            .map_err(into_io)?;
        let family = child.id().and_then(Family::led_by);
        Ok(Self {
            pty,
            pts: Some(pts),
            child,
            family,
        })
    }

    pub(super) fn resize(&self, size: Size) -> io::Result<()> {
        resize(&self.pty, size)
    }

    /// Writes what waits in `input`, and adds what comes to `output` where it is wanted. Ends when something came, or with
    /// the process.
    ///
    /// Dropping the future loses nothing.
    pub(super) async fn next(
        &mut self,
        input: &mut BytesMut,
        output: &mut Vec<u8>,
        is_wanted: bool,
    ) -> Option<io::Result<ExitStatus>> {
        let Self { pty, child, .. } = self;
        let transfer = poll_fn(|context| {
            write(pty, context, input);
            if is_wanted {
                // It lasts as long as the process, whose end is told by itself.
                let _ = read(pty, context, output);
            }
            if output.is_empty() {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        });
        tokio::select! {
            // What it left behind may write without end.
            biased;
            status = child.wait() => Some(status),
            () = transfer => None,
        }
    }

    /// Waits for output, throws it away, and says whether there may be more.
    ///
    /// Dropping the future loses nothing that counts.
    pub(super) async fn discard(&mut self) -> Flow {
        let mut output = Vec::new();
        poll_fn(|context| match read(&mut self.pty, context, &mut output) {
            Flow::Closed => Poll::Ready(Flow::Closed),
            Flow::Open if output.is_empty() => Poll::Pending,
            Flow::Open => Poll::Ready(Flow::Open),
        })
        .await
    }

    /// What is left in the terminal after the process's end.
    pub(super) fn rest(&mut self) -> (Vec<u8>, Flow) {
        self.pts = None;
        let mut output = Vec::new();
        let mut buffer = [0; READ];
        while output.len() < MOST_LEFT {
            match rustix::io::read(&self.pty, &mut buffer) {
                Ok(0) => return (output, Flow::Closed),
                Ok(length) => output.extend_from_slice(&buffer[..length]),
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return (output, Flow::Open),
                Err(_) => return (output, Flow::Closed),
            }
        }
        (output, Flow::Open)
    }
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process")
            .field("child", &self.child)
            .field("family", &self.family)
            .finish_non_exhaustive()
    }
}

fn write(pty: &mut Pty, context: &mut Context<'_>, input: &mut BytesMut) {
    while !input.is_empty() {
        match Pin::new(&mut *pty).poll_write(context, input) {
            Poll::Ready(Ok(length)) => input.advance(length),
            // Nobody will read it.
            Poll::Ready(Err(_)) => input.clear(),
            Poll::Pending => return,
        }
    }
}

/// Adds what has come, and says whether there may be more.
fn read(pty: &mut Pty, context: &mut Context<'_>, output: &mut Vec<u8>) -> Flow {
    let mut buffer = [0; READ];
    while output.len() + READ <= MOST_OUTPUT {
        let mut buffer = ReadBuf::new(&mut buffer);
        match Pin::new(&mut *pty).poll_read(context, &mut buffer) {
            Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                output.extend_from_slice(buffer.filled());
            }
            Poll::Pending => break,
            Poll::Ready(_) => return Flow::Closed,
        }
    }
    Flow::Open
}

fn resize(pty: &Pty, size: Size) -> io::Result<()> {
    // A terminal without room confuses programs.
    let size = pty_process::Size::new(size.rows.max(1), size.cols.max(1));
    pty.resize(size).map_err(into_io)
}

fn into_io(error: pty_process::Error) -> io::Error {
    match error {
        pty_process::Error::Io(error) => error,
        pty_process::Error::Rustix(errno) => errno.into(),
        error => io::Error::other(error),
    }
}
