//! Which port belongs to which task.

use std::collections::{BTreeMap, HashSet};

use yew_sandbox_protocol::port::Port;
use yew_sandbox_protocol::task::{UnassignedPortClosed, UnassignedPortOpened};

use super::{Tasks, sockets};
use crate::shells::Family;

impl Tasks {
    /// Finds out again which port belongs to which task, and tells of what is new.
    ///
    /// A task has the port that it states, and those that its processes listen on.
    pub(super) async fn assign_ports(&self) {
        let _turn = self.0.ports_turn.lock().await;
        let listening = self.0.listening.borrow().clone();
        let families = self.families();
        if listening.is_empty() && self.0.lock().ports.is_empty() && families.is_empty() {
            return;
        }
        let look = move || {
            let ports = |family: &Family| sockets::listening(&family.process_ids());
            let owned = families
                .into_iter()
                .map(|(id, family)| (id, ports(&family)));
            owned.collect::<BTreeMap<String, HashSet<u16>>>()
        };
        // It can only fail with the runtime.
        let owned = tokio::task::spawn_blocking(look).await.unwrap_or_default();
        let (changed, opened, closed) = {
            let mut state = self.0.lock();
            let state = &mut *state;
            let all = state.config.tasks.iter().chain(&state.unconfigured);
            let mut ports = BTreeMap::new();
            let mut unassigned = listening.clone();
            for (id, task) in all {
                let stated = task.preview.as_ref().and_then(|preview| preview.port);
                let is_own = |port: &&Port| {
                    Some(port.port) == stated
                        || owned.get(id).is_some_and(|own| own.contains(&port.port))
                };
                let own: Vec<Port> = listening.iter().filter(is_own).cloned().collect();
                unassigned.retain(|port| !own.contains(port));
                if !own.is_empty() {
                    ports.insert(id.clone(), own);
                }
            }
            let ids: HashSet<&String> = ports.keys().chain(state.ports.keys()).collect();
            let is_changed = |id: &&&String| ports.get(**id) != state.ports.get(**id);
            let changed: Vec<String> = ids
                .iter()
                .filter(is_changed)
                .map(|&id| id.clone())
                .collect();
            let opened = without(&unassigned, &state.unassigned);
            let closed = without(&state.unassigned, &unassigned);
            state.ports = ports;
            state.unassigned = unassigned;
            (changed, opened, closed)
        };
        for id in changed {
            self.tell_of(&id).await;
        }
        for Port { port, url } in closed {
            self.tell(&UnassignedPortClosed { port, url }).await;
        }
        for Port { port, url } in opened {
            self.tell(&UnassignedPortOpened { port, url }).await;
        }
    }

    /// The processes of the tasks that run.
    fn families(&self) -> Vec<(String, Family)> {
        let shells = self.0.lock().shells.clone();
        let family = |(id, shell): (String, String)| {
            let shell = self
                .0
                .shells
                .get(&shell)
                .filter(|shell| shell.is_running())?;
            Some((id, shell.family()?))
        };
        shells.into_iter().filter_map(family).collect()
    }
}

fn without(all: &[Port], others: &[Port]) -> Vec<Port> {
    let is_new = |port: &&Port| !others.contains(port);
    all.iter().filter(is_new).cloned().collect()
}
