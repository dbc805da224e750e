//! Child processes: each leads a process group of its own, and none outlives its guard.

pub(crate) mod groups;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result, bail};

use crate::interrupt;

/// How long a child has to end by itself before its group is killed.
const GRACE: Duration = Duration::from_secs(8);

/// A running child. Dropping it ends its whole group.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    name: String,
    ended: bool,
}

impl Running {
    /// Starts `command` as the leader of a new group, with nothing to read.
    ///
    /// # Errors
    /// The program cannot be started, or this run is being ended.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = name_of(command);
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("`{name}` cannot be started"))?;
        groups::add(child.id());
        let running = Self {
            child,
            name,
            ended: false,
        };
        // A signal that came before the group was known would miss it.
        if interrupt::was_interrupted() {
            bail!("interrupted");
        }
        Ok(running)
    }

    /// The child, for its pipes.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// The child failed, or its status cannot be read.
    pub(crate) fn wait(self) -> Result<()> {
        let name = self.name.clone();
        let status = self.wait_for_status()?;
        if !status.success() {
            bail!("`{name}` failed ({status})");
        }
        Ok(())
    }

    /// Waits for the end, and tells what it was.
    ///
    /// # Errors
    /// The status cannot be read.
    pub(crate) fn wait_for_status(mut self) -> Result<ExitStatus> {
        let status = self.child.wait();
        self.ended = true;
        // One that was ended may not have ended what it started: cargo does not.
        if !status.as_ref().is_ok_and(ExitStatus::success) {
            groups::kill(self.child.id());
        }
        groups::remove(self.child.id());
        status.with_context(|| format!("waiting for `{}` failed", self.name))
    }

    /// The status, if the child has ended.
    ///
    /// # Errors
    /// The status cannot be read.
    pub(crate) fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("asking for the state of `{}` failed", self.name))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        groups::ask_to_end(self.child.id());
        let deadline = Instant::now() + GRACE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        // The leader may be gone while others of its group are not.
        groups::kill(self.child.id());
        let _ = self.child.wait();
        groups::remove(self.child.id());
    }
}

/// Runs `command` to its end, its output shown as it comes.
///
/// # Errors
/// As [`Running::start`] and [`Running::wait`].
pub(crate) fn run(command: &mut Command) -> Result<()> {
    Running::start(command)?.wait()
}

/// Runs `command` to its end and gives what it wrote to its standard output.
///
/// # Errors
/// The program cannot be started or fails; its own words are in the error.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let name = name_of(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{name}` cannot be started"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!("`{name}` failed ({}): {}", output.status, words.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as a person would type it, its program without the folder.
pub(crate) fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
