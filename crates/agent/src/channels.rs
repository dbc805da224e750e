//! Channels between clients.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yew_sandbox_protocol::channel::{Message, Subscribed, Unsubscribed};
use yew_sandbox_protocol::limits::MAX_FRAME;
use yew_sandbox_protocol::{ErrorCode, Raw, WireError, encode_notification};

use crate::members::Members;
use crate::outgoing::Outgoing;
use crate::quoted::quoted;

/// Most channels of one client.
const MOST_CHANNELS: usize = 64;
/// Most bytes of a channel's name.
const MOST_NAME: usize = 256;

/// Who receives which channel. A channel is there as long as someone receives it.
#[derive(Debug)]
pub(crate) struct Channels {
    outgoing: Outgoing,
    members: Arc<Members>,
    channels: Mutex<BTreeMap<String, BTreeSet<u32>>>,
}

impl Channels {
    pub(crate) fn new(outgoing: Outgoing, members: Arc<Members>) -> Self {
        Self {
            outgoing,
            members,
            channels: Mutex::default(),
        }
    }

    /// Lets a client receive a channel. Gives the ids of all that receive it, and whether it is new to the client.
    ///
    /// # Errors
    /// Where the name cannot be one, or the client has too many.
    pub(crate) fn subscribe(
        &self,
        client: u32,
        name: &str,
    ) -> Result<(Vec<String>, bool), WireError> {
        if name.is_empty() || name.len() > MOST_NAME {
            let message = format!("the name of a channel has 1 to {MOST_NAME} bytes");
            return Err(WireError::new(ErrorCode::CHANNEL_NOT_FOUND, message));
        }
        let mut channels = self.lock();
        let own = channels.values().filter(|all| all.contains(&client));
        let is_new = channels.get(name).is_none_or(|all| !all.contains(&client));
        if is_new && own.count() >= MOST_CHANNELS {
            let message =
                format!("a client receives at most {MOST_CHANNELS} channels; leave one first");
            return Err(WireError::new(ErrorCode::RATE_LIMIT, message));
        }
        // One that left while it asked receives nothing; asked under the lock that its leaving waits for.
        if is_new && self.members.is_open(client) {
            channels.entry(name.to_owned()).or_default().insert(client);
        }
        Ok((self.ids(channels.get(name)), is_new))
    }

    /// Tells the others of a client that receives a channel now.
    pub(crate) async fn tell_subscribed(&self, client: u32, name: &str) {
        let Some(client_id) = self.members.id(client) else {
            return;
        };
        let (others, subscribers) = self.others(client, name);
        let notification = Subscribed {
            name: name.to_owned(),
            client_id,
            subscribers,
        };
        let frame = encode_notification(&notification);
        for other in others {
            self.outgoing.frame(other, frame.clone()).await;
        }
    }

    /// Lets a client receive a channel no more, and tells the others.
    pub(crate) async fn unsubscribe(&self, client: u32, name: &str) {
        if let Some(client_id) = self.members.id(client)
            && self.remove(client, name)
        {
            self.tell_unsubscribed(client, &client_id, name).await;
        }
    }

    /// A client is gone; its id is that under which the others knew it.
    pub(crate) async fn remove_client(&self, client: u32, client_id: &str) {
        let names: Vec<String> = {
            let channels = self.lock();
            let own = channels.iter().filter(|(_, all)| all.contains(&client));
            own.map(|(name, _)| name.clone()).collect()
        };
        for name in names {
            if self.remove(client, &name) {
                self.tell_unsubscribed(client, client_id, &name).await;
            }
        }
    }

    /// Sends a message to the others that receive the channel, or to some of them. Gives the ids of those.
    ///
    /// # Errors
    /// Where the sender does not receive the channel.
    pub(crate) async fn send(
        &self,
        client: u32,
        name: &str,
        wanted: Option<&[String]>,
        data: Raw,
    ) -> Result<Vec<String>, WireError> {
        let receivers: Vec<u32> = self
            .lock()
            .get(name)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let Some(client_id) = self
            .members
            .id(client)
            .filter(|_| receivers.contains(&client))
        else {
            let message = format!(
                "this client does not receive the channel {}; subscribe first",
                quoted(name)
            );
            return Err(WireError::new(ErrorCode::CHANNEL_NOT_FOUND, message));
        };
        let mut message = Message {
            name: name.to_owned(),
            client_id,
            is_user: false,
            data,
        };
        let to_others = encode_notification(&message);
        if to_others.len() > MAX_FRAME {
            let message = format!(
                "the message takes {} bytes and at most {MAX_FRAME} fit; send it in parts",
                to_others.len()
            );
            return Err(WireError::new(ErrorCode::RATE_LIMIT, message));
        }
        message.is_user = true;
        let to_own = encode_notification(&message);
        let mut sent = Vec::new();
        for other in receivers {
            let Some(id) = self.members.id(other).filter(|_| other != client) else {
                continue;
            };
            if wanted.is_none_or(|wanted| wanted.contains(&id)) {
                let is_own = self.members.is_same_user(client, other);
                let frame = if is_own { &to_own } else { &to_others };
                self.outgoing.frame(other, frame.clone()).await;
                sent.push(id);
            }
        }
        Ok(sent)
    }

    async fn tell_unsubscribed(&self, client: u32, client_id: &str, name: &str) {
        let (others, subscribers) = self.others(client, name);
        let notification = Unsubscribed {
            name: name.to_owned(),
            client_id: client_id.to_owned(),
            subscribers,
        };
        let frame = encode_notification(&notification);
        for other in others {
            self.outgoing.frame(other, frame.clone()).await;
        }
    }

    /// Takes a client out of a channel, and says whether it was in it.
    fn remove(&self, client: u32, name: &str) -> bool {
        let mut channels = self.lock();
        let Some(all) = channels.get_mut(name) else {
            return false;
        };
        let was_there = all.remove(&client);
        if all.is_empty() {
            channels.remove(name);
        }
        was_there
    }

    /// The others that receive a channel, and the ids of all that do.
    fn others(&self, client: u32, name: &str) -> (Vec<u32>, Vec<String>) {
        let channels = self.lock();
        let all = channels.get(name);
        let others = all.into_iter().flatten().copied();
        let others = others.filter(|other| *other != client).collect();
        (others, self.ids(all))
    }

    fn ids(&self, clients: Option<&BTreeSet<u32>>) -> Vec<String> {
        let clients = clients.into_iter().flatten();
        clients
            .filter_map(|client| self.members.id(*client))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, BTreeSet<u32>>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
