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
        let listening = self.0.addresses.of(&self.0.listening.borrow()).list;
        let is_known = {
            let state = self.0.lock();
            listening.is_empty() && state.ports.is_empty() && state.unassigned.is_empty()
        };
        if is_known {
            return;
        }
        let families = self.families();
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
                if !own.is_empty() {
                    unassigned = without(&unassigned, &own);
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
    let others: HashSet<u16> = others.iter().map(|port| port.port).collect();
    let is_new = |port: &&Port| !others.contains(&port.port);
    all.iter().filter(is_new).cloned().collect()
}

#[cfg(test)]
mod tests {
    use crate::kept::Ledgers;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::sync::watch;
    use yew_sandbox_protocol::client::{ClientInfo, Subscriptions};
    use yew_sandbox_protocol::task::{Preview, Task, TaskDefinition};
    use yew_sandbox_protocol::{Notification, ServerFrame, decode};

    use super::*;
    use crate::files::Root;
    use crate::link::{LinkReader, Message};
    use crate::members::Members;
    use crate::outgoing::Outgoing;
    use crate::ports::Addresses;
    use crate::shells::Shells;

    fn ports(numbers: &[u16]) -> Vec<Port> {
        let port = |&port: &u16| Port {
            port,
            url: format!("box-{port}.localhost"),
        };
        numbers.iter().map(port).collect()
    }

    #[tokio::test]
    async fn ports_belong_to_the_task_that_states_them_and_to_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::new(folder.path(), "/".as_ref()).unwrap();
        let root = Arc::new(root);
        let (outgoing, queue) = Outgoing::new(Ledgers::default());
        let (near, far) = tokio::io::duplex(1 << 20);
        tokio::spawn(queue.write_to(near));
        let mut told = LinkReader::new(far);
        let members = Arc::new(Members::default());
        members.open(1, "u");
        let client = ClientInfo {
            client_id: "c".into(),
            username: "u".into(),
            name: "u".into(),
            avatar_url: None,
            color: "red".into(),
            app_id: "test".into(),
        };
        members.join(1, client, &Subscriptions::all());
        let shells = Shells::new(
            root.clone(),
            outgoing.clone(),
            members.clone(),
            Default::default(),
        );
        let listening = watch::Sender::default();
        let tasks = Tasks::new(
            root,
            shells,
            outgoing,
            members,
            (listening.subscribe(), Addresses::new("box", "localhost")),
        );
        let id = tasks
            .add_unconfigured(TaskDefinition {
                name: "web".into(),
                command: "true".into(),
                run_at_start: None,
                preview: Some(Preview {
                    port: Some(8080),
                    review_link: None,
                }),
            })
            .await
            .unwrap();
        let mut words = Vec::new();
        for numbers in [&[8080, 9000][..], &[8080, 9000], &[9001], &[]] {
            listening.send_replace(numbers.to_vec());
            tasks.assign_ports().await;
            words.push(tasks.get(&id).unwrap().ports);
        }
        assert_eq!(words, [ports(&[8080]), ports(&[8080]), vec![], vec![]]);
        let mut methods = Vec::new();
        while methods.len() < 6 {
            let next = tokio::time::timeout(Duration::from_secs(10), told.read());
            let Some(Message::Frame { payload, .. }) = next.await.unwrap().unwrap() else {
                panic!("the link ended");
            };
            let Ok(ServerFrame::Notification { method, params }) = ServerFrame::decode(&payload)
            else {
                panic!("no notification");
            };
            methods.push(match method.as_str() {
                Task::METHOD => format!("task {}", decode::<Task>(&params).unwrap().ports.len()),
                UnassignedPortOpened::METHOD => {
                    let opened: UnassignedPortOpened = decode(&params).unwrap();
                    format!("opened {} {}", opened.port, opened.url)
                }
                _ => {
                    let closed: UnassignedPortClosed = decode(&params).unwrap();
                    format!("closed {}", closed.port)
                }
            });
        }
        let expected = [
            "task 1",
            "opened 9000 box-9000.localhost",
            "task 0",
            "closed 9000",
            "opened 9001 box-9001.localhost",
            "closed 9001",
        ];
        assert_eq!(methods, expected);
    }
}
