//! The ports that something in the sandbox listens on.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::port::{List, Port, Ports as PortList};
use yew_sandbox_protocol::{Notification, decode};

use crate::client::Client;
use crate::core::Outbox;
use crate::error::{Error, ErrorKind};
use crate::live::{Applied, Live, Topic};
use crate::send::MaybeSend;
use crate::watch::Watch;

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

/// A stream of changes of the ports. It outlives broken links: what changed meanwhile is told after them.
#[must_use = "a stream does nothing unless it is read"]
#[derive(Debug)]
pub struct PortEvents {
    live: Live<Vec<Port>>,
    watch: Watch<Option<Vec<Port>>>,
    /// As the reader knows them; `None` before the first list.
    known: Option<Vec<Port>>,
    waiting: Vec<PortEvent>,
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
        let list = self.client.request(&List);
        async move { Ok(list.await?.list) }
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

    /// Tells of ports that open and close from now on.
    pub fn events(&self) -> PortEvents {
        let live = self.live();
        PortEvents {
            watch: live.watch(),
            live,
            known: None,
            waiting: Vec::new(),
        }
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
        let live = self.live();
        let alarm = timeout.map(|timeout| self.client.sleep(timeout));
        async move {
            let mut opened = pin!(
                live.wait_for(|ports| { ports.iter().find(|open| open.port == port).cloned() })
            );
            let mut alarm = alarm;
            poll_fn(|context| {
                if let Poll::Ready(opened) = opened.as_mut().poll(context) {
                    return Poll::Ready(opened);
                }
                match &mut alarm {
                    Some(alarm) => alarm.as_mut().poll(context).map(|()| {
                        let message = "nothing listened on the port in time";
                        Err(Error::new(ErrorKind::Timeout, message).about(&port.to_string()))
                    }),
                    None => Poll::Pending,
                }
            })
            .await
        }
    }
}

impl PortEvents {
    /// The next change. `None` when there will be none any more; [`error`](Self::error) says why.
    pub async fn next(&mut self) -> Option<PortEvent> {
        loop {
            if let Some(event) = self.waiting.pop() {
                return Some(event);
            }
            self.compare();
            if self.waiting.is_empty() {
                if self.live.error().is_some() {
                    return None;
                }
                self.watch.changed().await?;
            }
        }
    }

    /// Why the stream ended.
    pub fn error(&self) -> Option<Error> {
        self.live.error()
    }

    fn compare(&mut self) {
        let Some(now) = self.watch.get() else {
            return;
        };
        if let Some(known) = self.known.replace(now.clone()) {
            let opened = now.iter().filter(|port| !known.contains(port)).cloned();
            let is_open = |port: &&Port| now.iter().any(|open| open.port == port.port);
            let closed = known.iter().filter(|port| !is_open(port));
            self.waiting.extend(opened.map(PortEvent::Opened));
            self.waiting
                .extend(closed.map(|port| PortEvent::Closed(port.port)));
            // They are taken from the end.
            self.waiting.reverse();
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
