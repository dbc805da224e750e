//! The process groups that are alive, so that a signal handler can reach them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

static LEADERS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Remembers the group that `leader` leads.
pub(crate) fn add(leader: u32) {
    leaders().push(leader);
}

/// Forgets the group, once its leader's number may be given to another process.
pub(crate) fn remove(leader: u32) {
    leaders().retain(|known| *known != leader);
}

/// Asks the leader to end; it is its business to end the others in order.
pub(crate) fn ask_to_end(leader: u32) {
    if let Some(leader) = pid(leader) {
        let _ = kill_process(leader, Signal::TERM);
    }
}

/// Kills the whole group.
pub(crate) fn kill(leader: u32) {
    if let Some(leader) = pid(leader) {
        let _ = kill_process_group(leader, Signal::KILL);
    }
}

/// Asks the leaders of all groups to end.
pub(crate) fn ask_all_to_end() {
    leaders().iter().copied().for_each(ask_to_end);
}

/// Kills all groups.
pub(crate) fn kill_all() {
    leaders().iter().copied().for_each(kill);
}

fn leaders() -> MutexGuard<'static, Vec<u32>> {
    LEADERS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}
