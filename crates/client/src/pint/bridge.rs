//! The bridge: frames of the client in, frames of an agent out.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_channel::mpsc;
use futures_core::Stream;
use futures_util::stream::FuturesUnordered;
use yew_sandbox_protocol::{
    Notification, Pieces, Request, WireError, encode_answer, encode_error, encode_notification,
};

use super::agent::Agent;
use super::api::FileInfo;
use super::changes::Changes;
use super::dispatch;
use super::execs::Execs;
use super::failure::{CallError, Failure};
use super::input::Inputs;
use super::memory::Memory;
use super::paths::Paths;
use super::ports::Ports;
use super::rest::Rest;
use super::setup::Setup;
use super::shells::Shells;
use super::tasks::Tasks;
use super::watches::Watches;
use crate::platform::{Platform, Socket, SocketEvents};
use crate::send::{BoxFuture, MaybeSend, Shared};

/// What all parts of a bridge share. It lives as long as the socket.
pub(super) struct Bridge {
    pub(super) rest: Rest,
    pub(super) sandbox_id: String,
    pub(super) version: String,
    pub(super) paths: Paths,
    pub(super) memory: Memory,
    pub(super) changes: Changes,
    pub(super) watches: Watches,
    pub(super) shells: Shells,
    pub(super) inputs: Inputs,
    pub(super) execs: Execs,
    pub(super) tasks: Tasks,
    pub(super) setup: Setup,
    pub(super) ports: Ports,
    platform: Shared<dyn Platform>,
    events: SocketEvents,
    work: mpsc::UnboundedSender<BoxFuture<()>>,
}

/// A hold on the bridge.
pub(super) type Link = Shared<Bridge>;

/// Begins to stand between the client and an agent.
pub(crate) fn open(
    platform: &Shared<dyn Platform>,
    agent: Agent,
    events: SocketEvents,
    memory: &Memory,
) -> Box<dyn Socket> {
    let (sender, receiver) = mpsc::unbounded();
    let Some(http) = platform.http() else {
        events.closed("this platform has no HTTP, which the sandbox's agent speaks");
        return Box::new(BridgeSocket { sender });
    };
    let (work, works) = mpsc::unbounded();
    let bridge = Shared::new(Bridge {
        rest: Rest::new(http, platform.clone(), &agent.address, &agent.token),
        sandbox_id: agent.sandbox_id,
        version: agent.version,
        paths: Paths::new(&agent.workspace),
        memory: memory.clone(),
        changes: Changes::default(),
        watches: Watches::default(),
        shells: Shells::default(),
        inputs: Inputs::default(),
        execs: Execs::default(),
        tasks: Tasks::default(),
        setup: Setup::default(),
        ports: Ports::default(),
        platform: platform.clone(),
        events: events.clone(),
        work,
    });
    platform.spawn(Box::pin(run(bridge, receiver, works)));
    events.opened();
    Box::new(BridgeSocket { sender })
}

/// What the client sends.
enum Sent {
    Frame(Bytes),
    Ping,
}

/// Dropping it ends the bridge with all that is under way.
struct BridgeSocket {
    sender: mpsc::UnboundedSender<Sent>,
}

impl Socket for BridgeSocket {
    fn send(&mut self, frame: Pieces) {
        // A bridge that has ended has told so.
        let _ = self.sender.unbounded_send(Sent::Frame(frame.into_bytes()));
    }

    fn ping(&mut self) {
        let _ = self.sender.unbounded_send(Sent::Ping);
    }

    fn close(self: Box<Self>, _code: u16, _reason: &'static str) {}
}

/// Runs everything that is under way, until the socket is dropped.
async fn run(
    bridge: Link,
    mut receiver: mpsc::UnboundedReceiver<Sent>,
    mut works: mpsc::UnboundedReceiver<BoxFuture<()>>,
) {
    let mut under_way = FuturesUnordered::new();
    poll_fn(|context| {
        loop {
            match Pin::new(&mut receiver).poll_next(context) {
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Ready(Some(Sent::Frame(frame))) => {
                    dispatch::take(&bridge, &frame);
                    continue;
                }
                Poll::Ready(Some(Sent::Ping)) => {
                    bridge.spawn(ping(bridge.clone()));
                    continue;
                }
                Poll::Pending => {}
            }
            while let Poll::Ready(Some(work)) = Pin::new(&mut works).poll_next(context) {
                under_way.push(work);
            }
            match poll_some(&mut under_way, context) {
                Poll::Ready(()) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await;
}

/// Ready where one of the futures is over.
fn poll_some(
    under_way: &mut FuturesUnordered<BoxFuture<()>>,
    context: &mut Context<'_>,
) -> Poll<()> {
    match Pin::new(under_way).poll_next(context) {
        Poll::Ready(Some(())) => Poll::Ready(()),
        Poll::Ready(None) | Poll::Pending => Poll::Pending,
    }
}

/// A sign of life is a cheap question to the agent. It may refuse, as long as it answers itself.
///
/// Any question keeps the sandbox awake: where nobody looks at the page and nobody waits for an answer, none is asked.
async fn ping(bridge: Link) {
    if !bridge.is_visible() && bridge.rest.is_idle() {
        return bridge.events.text();
    }
    match bridge.look_around().await {
        Ok(_) => bridge.events.text(),
        Err(reason) => bridge.lost(reason),
    }
}

impl Bridge {
    /// Asks for the workspace, to hear whether the agent is there; false where the agent knows of no such directory.
    ///
    /// # Errors
    /// Why the agent is not there.
    pub(super) async fn look_around(&self) -> Result<bool, String> {
        let workspace = self.paths.workspace();
        let address = self.paths.address("file_stat/", workspace);
        match self.rest.get_at_once::<FileInfo>(&address).await {
            Ok(_) => Ok(true),
            Err(CallError::Refused(refused)) if refused.is_agents => Ok(refused.status != 404),
            Err(CallError::Refused(refused)) => Err(refused.message),
            Err(CallError::Lost(reason)) => Err(reason),
        }
    }

    /// Adds to what is under way.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + MaybeSend + 'static) {
        // It fails when the bridge ends.
        let _ = self.work.unbounded_send(Box::pin(work));
    }

    pub(super) fn notify<N: Notification>(&self, notification: &N) {
        self.events.frame(encode_notification(notification));
    }

    /// Answers a request of the client; where there is nobody to ask, the link is lost.
    pub(super) fn answer<R: Request>(&self, id: u64, outcome: Result<R::Answer, Failure>) {
        match outcome {
            Ok(answer) => self.events.frame(encode_answer(id, R::METHOD, &answer)),
            Err(Failure::Refused(error)) => self.refuse(id, R::METHOD, &error),
            Err(Failure::Lost(reason)) => self.lost(reason),
        }
    }

    pub(super) fn refuse(&self, id: u64, method: &str, error: &WireError) {
        self.events.frame(encode_error(id, method, error));
    }

    /// The agent cannot be heard any more. The client makes a new connection.
    pub(super) fn lost(&self, reason: impl Into<String>) {
        self.events.closed(reason);
    }

    pub(super) fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        self.platform.sleep(duration)
    }

    pub(super) fn now(&self) -> Duration {
        self.platform.now()
    }

    /// A number that nobody else has.
    pub(super) fn random(&self) -> u64 {
        self.platform.seed()
    }

    pub(super) fn is_visible(&self) -> bool {
        self.platform.is_visible()
    }
}
