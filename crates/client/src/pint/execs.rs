//! The list of all execs, followed once somebody asked for shells: who made, ended and removed which.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use yew_sandbox_protocol::shell::Exited;

use super::api::{self, Exec};
use super::bridge::Link;
use super::exact::is_own;
use super::follower::terminated;
use super::lists::follow_list;
use super::shells::started_again;
use crate::send::lock;

/// The list as it was told last.
#[derive(Default)]
pub(super) struct Execs {
    is_followed: AtomicBool,
    known: Mutex<Option<List>>,
}

/// Execs by id.
type List = HashMap<String, Exec>;

impl Execs {
    /// The client was told this list, when no list had come yet: what the first one has more is new.
    pub(super) fn told(&self, execs: &[Exec]) {
        lock(&self.known).get_or_insert_with(|| by_id(execs.to_vec()));
    }

    /// The client was told this exec: another process of it is news.
    pub(super) fn saw(&self, exec: &Exec) {
        let mut known = lock(&self.known);
        let known = known.get_or_insert_with(List::new);
        known.entry(exec.id.clone()).or_insert_with(|| exec.clone());
    }

    /// Whether the list says that an exec has ended.
    pub(super) fn says_over(&self, id: &str) -> bool {
        let known = lock(&self.known);
        known
            .as_ref()
            .and_then(|known| known.get(id))
            .is_some_and(Exec::is_over)
    }
}

/// Begins to follow, where that has not begun.
pub(super) fn follow(bridge: &Link) {
    if bridge.execs.is_followed.swap(true, Ordering::Relaxed) {
        return;
    }
    let bridge = bridge.clone();
    bridge.clone().spawn(async move {
        let take = |execs: api::Execs| compare(&bridge, by_id(execs.execs.unwrap_or_default()));
        follow_list(&bridge, "stream/execs", take).await;
    });
}

/// Those that concern the client.
fn by_id(mut execs: Vec<Exec>) -> List {
    execs.retain(|exec| !is_own(exec));
    let execs = execs.into_iter();
    execs.map(|exec| (exec.id.clone(), exec)).collect()
}

fn compare(bridge: &Link, execs: List) {
    let before = lock(&bridge.execs.known).replace(execs.clone());
    for id in bridge.shells.ids() {
        let now = execs.get(&id);
        let earlier = before.as_ref().and_then(|before| before.get(&id));
        if bridge.shells.waits_for_restart(&id) && is_started_again(earlier, now) {
            started_again(bridge, &id);
        } else if now.is_none_or(Exec::is_over) {
            // It has ended, or the list has only those that run, or it is gone: the exec itself tells.
            bridge.shells.hint(&id);
        }
    }
    let Some(before) = before else {
        return;
    };
    for (id, exec) in &execs {
        match before.get(id) {
            None => bridge.notify(&bridge.shell(exec)),
            Some(before)
                if exec.is_over() && !before.is_over() && !bridge.shells.is_followed(id) =>
            {
                bridge.notify(&Exited {
                    shell_id: id.clone(),
                    kind: None,
                    exit_code: exec.exit_code.unwrap_or(-1),
                });
            }
            Some(_) => {}
        }
    }
    for id in before.keys().filter(|id| !execs.contains_key(*id)) {
        let is_own = bridge.shells.take_removed(id);
        if !is_own && !bridge.shells.is_followed(id) {
            terminated(bridge, id);
        }
    }
    if before != execs {
        bridge.tasks.look_again();
    }
}

/// Whether a process that had ended runs again, or did so between two lists.
fn is_started_again(before: Option<&Exec>, now: Option<&Exec>) -> bool {
    let (Some(before), Some(now)) = (before, now) else {
        return false;
    };
    before.is_over() && (!now.is_over() || now.pid != before.pid)
}
