//! `channel/*`: messages between clients.

use std::collections::{BTreeMap, BTreeSet};

use yew_sandbox_protocol::channel::{
    Message, Send, SendAnswer, Subscribe, SubscribeAnswer, Subscribed, Unsubscribe, Unsubscribed,
};
use yew_sandbox_protocol::{
    ClientFrame, ErrorCode, Notification, Raw, Request, WireError, encode_notification,
};

use super::sandbox::FakeSandbox;
use super::state::{Answer, State, answer, params};

/// Who receives which channel, by the ids of the clients; those of others are among them.
pub(super) type Channels = BTreeMap<String, BTreeSet<String>>;

impl FakeSandbox {
    /// Another client, see [`client_joins`](Self::client_joins), receives a channel from now on.
    pub fn subscribe(&self, client_id: &str, channel: &str) {
        self.with(|state| drop(state.subscribe(client_id, channel)));
    }

    /// Another client sends a message to all that receive the channel.
    pub fn send_message(&self, client_id: &str, channel: &str, data: Raw) {
        self.with(|state| {
            state.send_message(client_id, channel, None, data);
        });
    }
}

impl State {
    pub(super) fn channel(&mut self, connection: u64, frame: &ClientFrame) -> Answer {
        let id = self.connections.get(&connection);
        let id = id.and_then(|connection| connection.info.as_ref());
        let id = id.map(|info| info.client_id.clone()).unwrap_or_default();
        match frame.method.as_str() {
            Subscribe::METHOD => {
                let Subscribe { name } = params(frame)?;
                let subscribers = self.subscribe(&id, &name);
                answer(&SubscribeAnswer { subscribers })
            }
            Unsubscribe::METHOD => {
                let Unsubscribe { name } = params(frame)?;
                self.unsubscribe(&id, &name);
                answer(&())
            }
            Send::METHOD => {
                let request: Send = params(frame)?;
                let name = request.name;
                if !self
                    .channels
                    .get(&name)
                    .is_some_and(|all| all.contains(&id))
                {
                    let message = format!(
                        "this client does not receive the channel {name:?}; subscribe first"
                    );
                    return Err(WireError::new(ErrorCode::CHANNEL_NOT_FOUND, message));
                }
                let clients = self.send_message(&id, &name, request.clients, request.data);
                answer(&SendAnswer { clients })
            }
            _ => self.unknown(frame),
        }
    }

    /// Takes a client out of all channels.
    pub(super) fn leave_channels(&mut self, client_id: &str) {
        let names: Vec<String> = self.channels.keys().cloned().collect();
        for name in names {
            self.unsubscribe(client_id, &name);
        }
    }

    fn subscribe(&mut self, client_id: &str, name: &str) -> Vec<String> {
        let all = self.channels.entry(name.to_owned()).or_default();
        let is_new = all.insert(client_id.to_owned());
        let subscribers: Vec<String> = all.iter().cloned().collect();
        if is_new {
            let told = Subscribed {
                name: name.to_owned(),
                client_id: client_id.to_owned(),
                subscribers: subscribers.clone(),
            };
            self.tell_others(client_id, &subscribers, &told);
        }
        subscribers
    }

    fn unsubscribe(&mut self, client_id: &str, name: &str) {
        let Some(all) = self.channels.get_mut(name) else {
            return;
        };
        if all.remove(client_id) {
            let subscribers: Vec<String> = all.iter().cloned().collect();
            let told = Unsubscribed {
                name: name.to_owned(),
                client_id: client_id.to_owned(),
                subscribers: subscribers.clone(),
            };
            self.tell_others(client_id, &subscribers, &told);
        }
    }

    /// Sends a message to the others that receive a channel, or to some of them; gives their ids.
    fn send_message(
        &mut self,
        client_id: &str,
        name: &str,
        wanted: Option<Vec<String>>,
        data: Raw,
    ) -> Vec<String> {
        let all = self.channels.get(name).into_iter().flatten();
        let is_wanted =
            |id: &&String| *id != client_id && wanted.as_ref().is_none_or(|ids| ids.contains(id));
        let receivers: Vec<String> = all.filter(is_wanted).cloned().collect();
        let is_user = !self.others.iter().any(|other| other.client_id == client_id);
        let message = Message {
            name: name.to_owned(),
            client_id: client_id.to_owned(),
            is_user,
            data,
        };
        self.tell_others(client_id, &receivers, &message);
        receivers
    }

    fn tell_others<N: Notification>(&mut self, but: &str, ids: &[String], told: &N) {
        let frame = encode_notification(told);
        let connections = self.connections.iter().filter_map(|(number, connection)| {
            let id = &connection.info.as_ref()?.client_id;
            (id != but && ids.contains(id)).then_some(*number)
        });
        let connections: Vec<u64> = connections.collect();
        for connection in connections {
            self.send(connection, frame.clone());
        }
    }
}
