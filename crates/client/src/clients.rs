//! Who is in the sandbox.

use std::future::Future;

use bytes::Bytes;
use yew_sandbox_protocol::client::{ClientInfo, Disconnected, List, Updated};
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::{Notification, decode};

use crate::client::Client;
use crate::core::Outbox;
use crate::error::Error;
use crate::live::{Applied, Live, Topic};
use crate::live_events::LiveEvents;
use crate::send::MaybeSend;

/// Who is in the sandbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Clients {
    client: Client,
}

/// Someone came or left.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientEvent {
    /// A client is there.
    Joined(ClientInfo),
    /// A client is gone.
    Left(ClientInfo),
}

impl Clients {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// All that are connected, this one among them.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn get_all(
        &self,
    ) -> impl Future<Output = Result<Vec<ClientInfo>, Error>> + MaybeSend + use<> {
        self.client.request(&List)
    }

    /// All that are connected, kept up to date.
    pub fn live(&self) -> Live<Vec<ClientInfo>> {
        Live::new(&self.client, ClientTopic)
    }

    /// Tells who comes and who leaves from now on. After a reconnect this client is another one, and says so.
    pub fn events(&self) -> LiveEvents<Vec<ClientInfo>, ClientEvent> {
        LiveEvents::new(self.live(), |before, now, events| {
            let is_in = |all: &[ClientInfo], one: &ClientInfo| {
                all.iter().any(|other| other.client_id == one.client_id)
            };
            let left = before.iter().filter(|one| !is_in(now, one)).cloned();
            events.extend(left.map(ClientEvent::Left));
            let joined = now.iter().filter(|one| !is_in(before, one)).cloned();
            events.extend(joined.map(ClientEvent::Joined));
        })
    }
}

struct ClientTopic;

impl Topic for ClientTopic {
    type Value = Vec<ClientInfo>;

    fn methods(&self) -> &'static [&'static str] {
        &[ClientInfo::METHOD, Disconnected::METHOD, Updated::METHOD]
    }

    fn ask(&self, out: &mut Outbox) {
        out.ask(&List);
    }

    fn read(&self, answer: &Bytes) -> Result<Vec<ClientInfo>, DecodeError> {
        decode(answer)
    }

    fn apply(
        &self,
        _clients: &Vec<ClientInfo>,
        _method: &str,
        _params: &Bytes,
    ) -> Applied<Vec<ClientInfo>> {
        Applied::Ask
    }
}
