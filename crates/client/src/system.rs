//! The sandbox as a whole.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use futures_channel::oneshot;
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::system::{GetMetrics, Hibernate, Metrics, Update};
use yew_sandbox_protocol::{Notification, decode};

use crate::client::Client;
use crate::core::Outbox;
use crate::error::Error;
use crate::live::{Applied, Live, Topic};
use crate::race::race;
use crate::send::MaybeSend;

/// The sandbox as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    client: Client,
}

/// Keeps the sandbox awake until it is dropped.
#[must_use = "the sandbox may sleep once it is dropped"]
pub struct KeepAwake {
    _stop: oneshot::Sender<()>,
}

impl System {
    /// How often a sandbox is kept awake by default.
    pub const KEEP_AWAKE: Duration = Duration::from_secs(10);

    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// What it uses of processors, memory and disk.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn metrics(&self) -> impl Future<Output = Result<Metrics, Error>> + MaybeSend + use<> {
        self.client.request(&GetMetrics)
    }

    /// What it uses, as often as the sandbox tells.
    pub fn live_metrics(&self) -> Live<Metrics> {
        Live::new(&self.client, MetricsTopic)
    }

    /// Puts it to sleep, for everybody.
    ///
    /// # Errors
    /// `ReadOnly` where the session may only read, and those of the connection.
    pub fn hibernate(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.client.request(&Hibernate)
    }

    /// Keeps it awake while this client is connected, by asking every `interval`, until the guard is dropped. It does not
    /// connect and does not wake.
    pub fn keep_awake(&self, interval: Duration) -> KeepAwake {
        let (stop, stopped) = oneshot::channel::<()>();
        let client = self.client.on_this_link();
        let platform = self.client.platform();
        platform.spawn(Box::pin(async move {
            let asks = async {
                loop {
                    if client.state().is_connected() {
                        // An error is that of the connection, which is told elsewhere.
                        let _ = client.request(&Update).await;
                    }
                    client.sleep(interval).await;
                }
            };
            let stopped = async {
                let _ = stopped.await;
            };
            race(stopped, asks).await;
        }));
        KeepAwake { _stop: stop }
    }
}

impl fmt::Debug for KeepAwake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeepAwake")
    }
}

struct MetricsTopic;

impl Topic for MetricsTopic {
    type Value = Metrics;

    fn methods(&self) -> &'static [&'static str] {
        &[Metrics::METHOD]
    }

    fn ask(&self, out: &mut Outbox) {
        out.ask(&GetMetrics);
    }

    fn read(&self, answer: &Bytes) -> Result<Metrics, DecodeError> {
        decode(answer)
    }

    fn apply(&self, _metrics: &Metrics, _method: &str, params: &Bytes) -> Applied<Metrics> {
        match decode(params) {
            Ok(metrics) => Applied::New(metrics),
            Err(_) => Applied::Ask,
        }
    }
}
