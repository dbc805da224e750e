//! Child processes: each leads a process group of its own, and none outlives its guard.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait::until;

/// How long a child has to end by itself before its group is killed.
const GRACE: Duration = Duration::from_secs(10);
/// The same where nobody can be kept waiting.
const SHORT_GRACE: Duration = Duration::from_secs(2);

/// A running child. Dropping it ends its whole group.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    ended: bool,
}

impl Running {
    /// Starts `command` as the leader of a new group, with nothing to read; what it writes goes to `log`.
    ///
    /// # Errors
    /// The log cannot be written or the program cannot be started.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let output =
            File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .with_context(|| format!("`{name}` cannot be started"))?;
        Ok(Self {
            child,
            ended: false,
        })
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, waits for that, and kills what is left of its group.
    pub(crate) async fn end(mut self) {
        self.ask_to_end();
        // Past the deadline it is killed when it is dropped.
        let _ = until("the end of a process", GRACE, async || {
            Ok(self.has_ended().then_some(()))
        })
        .await;
        self.kill();
    }

    fn ask_to_end(&self) {
        if let Some(leader) = self.leader() {
            let _ = kill_process(leader, Signal::TERM);
        }
    }

    fn kill(&mut self) {
        // The leader may be gone while others of its group are not.
        if let Some(leader) = self.leader() {
            let _ = kill_process_group(leader, Signal::KILL);
        }
        let _ = self.child.wait();
        self.ended = true;
    }

    fn leader(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.child.id()).ok()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.ask_to_end();
        let deadline = Instant::now() + SHORT_GRACE;
        while !self.has_ended() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(10));
        }
        self.kill();
    }
}

/// Waits until a line of `log` yields something.
///
/// # Errors
/// The process ends before, or the deadline passes; the log's end is in the error.
pub(crate) async fn line<T>(
    process: &mut Running,
    log: &PathBuf,
    within: Duration,
    mut wanted: impl FnMut(&str) -> Option<T>,
) -> Result<T> {
    let what = format!("a line in {}", log.display());
    let found = until(&what, within, async || {
        // In this order: what it wrote just before its end is still seen.
        let ended = process.has_ended();
        let text = std::fs::read(log)?;
        let text = String::from_utf8_lossy(&text);
        let found = text.lines().find_map(&mut wanted);
        Ok(match (found, ended) {
            (Some(found), _) => Some(Some(found)),
            (None, true) => Some(None),
            (None, false) => None,
        })
    })
    .await?;
    found.with_context(|| format!("the process ended: {}", tail(log)))
}

/// The last lines of a log.
pub(crate) fn tail(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
