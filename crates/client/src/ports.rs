//! The ports that something in the sandbox listens on.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::port::{List, Port, Ports as PortList};
use yew_sandbox_protocol::{Notification, decode};

use crate::client::Client;
use crate::core::Outbox;
use crate::error::Error;
use crate::live::{Applied, Live, Topic};
use crate::live_events::LiveEvents;
use crate::race::Limit;
use crate::send::MaybeSend;

/// The ports that something in the sandbox listens on.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// use std::time::Duration;
///
/// let server = client.commands().run_background("npx vite").await?;
/// let port = client.ports().wait_for_port(5173, Some(Duration::from_secs(30))).await?;
/// println!("open http://{}", port.url);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Ports {
    client: Client,
}

/// A change of the ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortEvent {
    /// Something listens now.
    Opened(Port),
    /// Nothing listens any more on the port of this number.
    Closed(u16),
}

impl Ports {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// All ports, lowest first.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn get_all(&self) -> impl Future<Output = Result<Vec<Port>, Error>> + MaybeSend + use<> {
        let list = self.client.ask_agent(&List);
        list.reading(|result| Ok(decode::<PortList>(result)?.list))
    }

    /// One port, if something listens on it.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn get(
        &self,
        port: u16,
    ) -> impl Future<Output = Result<Option<Port>, Error>> + MaybeSend + use<> {
        let all = self.get_all();
        async move { Ok(all.await?.into_iter().find(|open| open.port == port)) }
    }

    /// All ports, kept up to date.
    pub fn live(&self) -> Live<Vec<Port>> {
        Live::new(&self.client, PortTopic)
    }

    /// Tells of ports that open and close, from its [beginning](LiveEvents::begun) on.
    pub fn events(&self) -> LiveEvents<Vec<Port>, PortEvent> {
        LiveEvents::new(self.live(), |before, now, events| {
            let is_open = |port: &&Port| now.iter().any(|open| open.port == port.port);
            let closed = before.iter().filter(|port| !is_open(port));
            events.extend(closed.map(|port| PortEvent::Closed(port.port)));
            let opened = now.iter().filter(|port| !before.contains(port)).cloned();
            events.extend(opened.map(PortEvent::Opened));
        })
    }

    /// Waits until something listens on a port, over broken links too. It may listen already.
    ///
    /// # Errors
    /// `Timeout` after `timeout`, where one is given; `Closed` where the client is gone.
    pub fn wait_for_port(
        &self,
        port: u16,
        timeout: Option<Duration>,
    ) -> impl Future<Output = Result<Port, Error>> + MaybeSend + use<> {
        let limit = Limit::new(&self.client, timeout);
        let live = self.live();
        async move {
            let open = |ports: &Vec<Port>| ports.iter().find(|open| open.port == port).cloned();
            limit
                .on(live.wait_for(open), "nothing listened on the port in time")
                .await
                .map_err(|error| error.about(&port.to_string()))
        }
    }
}

struct PortTopic;

impl Topic for PortTopic {
    type Value = Vec<Port>;

    fn methods(&self) -> &'static [&'static str] {
        &[PortList::METHOD]
    }

    fn ask(&self, out: &mut Outbox) {
        out.ask(&List);
    }

    fn read(&self, answer: &Bytes) -> Result<Vec<Port>, DecodeError> {
        decode::<PortList>(answer).map(|ports| ports.list)
    }

    fn apply(&self, _ports: &Vec<Port>, _method: &str, params: &Bytes) -> Applied<Vec<Port>> {
        match self.read(params) {
            Ok(ports) => Applied::New(ports),
            Err(_) => Applied::Ask,
        }
    }
}
