//! All processes of one shell.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::time::{Instant, sleep};

use crate::secret::random_text;

/// How long processes may take to end once they are told that their terminal is gone.
const GRACE: Duration = Duration::from_secs(1);
/// How long the kernel may take to end what was killed.
const LAST_MOMENTS: Duration = Duration::from_secs(1);
/// How often marked processes are looked for at most.
const MOST_SWEEPS: usize = 10;
/// How often it is looked whether they have ended, at most.
const LOOK: Duration = Duration::from_millis(20);

/// All processes of one session: the shell's first process and all that descend from it, unless they made a session
/// of their own.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    leader: Pid,
    /// When the leader started, in ticks; tells it from a later process of the same number.
    started: Option<u64>,
}

/// Set in the environment of all that one agent starts, so that what left its family is found too.
#[derive(Clone, Debug)]
pub(crate) struct Mark(String);

/// What the system tells of a process.
#[derive(Debug)]
struct Status {
    pid: Pid,
    is_alive: bool,
    session: i32,
    started: u64,
}

impl Mark {
    const NAME: &'static str = "YEW_SANDBOX_AGENT";

    pub(super) fn new() -> Self {
        Self(random_text())
    }

    /// The variable and its value.
    pub(super) fn variable(&self) -> (&'static str, &str) {
        (Self::NAME, &self.0)
    }

    /// Kills all that has the mark. May block.
    pub(super) fn kill_all(&self) {
        let wanted = format!("{}={}", Self::NAME, self.0);
        let has_mark = |process: &Status| {
            let environment = std::fs::read(format!("/proc/{}/environ", process.pid.as_raw_pid()));
            let environment = environment.unwrap_or_default();
            let mut variables = environment.split(|&byte| byte == 0);
            variables.any(|variable| variable == wanted.as_bytes())
        };
        // What was being started while the others were looked for is found the next time.
        for _ in 0..MOST_SWEEPS {
            let marked: Vec<Pid> = processes()
                .filter(|process| process.is_alive && has_mark(process))
                .map(|process| process.pid)
                .collect();
            if marked.is_empty() {
                return;
            }
            send(&marked, Signal::KILL);
        }
    }
}

impl Family {
    /// The family of a process that has just made its session.
    pub(super) fn led_by(process: u32) -> Option<Self> {
        let leader = Pid::from_raw(i32::try_from(process).ok()?)?;
        let started = status(leader).map(|status| status.started);
        Some(Self { leader, started })
    }

    /// Tells all that their terminal is gone, and kills those that stay. Ends once they have ended.
    pub(crate) async fn end(&self) {
        let mut wait = Duration::from_millis(1);
        let start = Instant::now();
        let mut told = Vec::new();
        loop {
            let members = self.members_later().await;
            if members.is_empty() || start.elapsed() > GRACE + LAST_MOMENTS {
                return;
            }
            if start.elapsed() > GRACE {
                send(&members, Signal::KILL);
            } else {
                // Some may have been started meanwhile.
                let new: Vec<_> = members
                    .into_iter()
                    .filter(|pid| !told.contains(pid))
                    .collect();
                send(&new, Signal::HUP);
                // What is stopped does not hear of it otherwise.
                send(&new, Signal::CONT);
                told.extend(new);
            }
            sleep(wait).await;
            wait = (wait * 2).min(LOOK);
        }
    }

    /// The numbers of those that run. May block.
    pub(crate) fn process_ids(&self) -> Vec<i32> {
        self.members().into_iter().map(Pid::as_raw_pid).collect()
    }

    /// Whether any of them runs.
    pub(crate) fn is_alive(&self) -> bool {
        !self.members().is_empty()
    }

    async fn members_later(&self) -> Vec<Pid> {
        let family = self.clone();
        // It can only fail with the runtime.
        let members = tokio::task::spawn_blocking(move || family.members()).await;
        members.unwrap_or_default()
    }

    /// Those that run.
    fn members(&self) -> Vec<Pid> {
        let leader = status(self.leader);
        if leader.is_some_and(|leader| Some(leader.started) != self.started) {
            // The number belongs to someone else by now, so no session of that name is left of ours.
            return Vec::new();
        }
        let session = self.leader.as_raw_pid();
        processes()
            .filter(|process| process.session == session && process.is_alive)
            .map(|process| process.pid)
            .collect()
    }
}

/// Kills all processes of an isolation but this one and its first, in one step: nothing can flee by forking.
pub(super) fn kill_namespace() {
    // Outside of one this would be every process of the machine.
    let first = std::fs::read_to_string("/proc/1/comm").unwrap_or_default();
    if first.trim_end() == "bwrap" {
        // The group of number 1 is the system's word for all. There may be none.
        let _ = kill_process_group(Pid::INIT, Signal::KILL);
    }
}

/// All processes that can be seen.
fn processes() -> impl Iterator<Item = Status> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        status(Pid::from_raw(pid)?)
    })
}

fn send(processes: &[Pid], signal: Signal) {
    for &process in processes {
        // It may be gone already.
        let _ = kill_process(process, signal);
    }
}

fn status(pid: Pid) -> Option<Status> {
    let text = std::fs::read(format!("/proc/{}/stat", pid.as_raw_pid())).ok()?;
    let text = String::from_utf8_lossy(&text);
    // The name is in parentheses and may hold some itself.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    Some(Status {
        pid,
        is_alive: !matches!(*fields.first()?, "Z" | "X" | "x"),
        session: fields.get(3)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}
