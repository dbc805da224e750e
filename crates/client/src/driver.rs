//! The one task of a client: takes inputs in order, performs what the machine says.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use yew_sandbox_protocol::Session;

use crate::core::{Effect, Input, Machine};
use crate::inbox::Inbox;
use crate::options::{SessionError, SessionSource};
use crate::outside::Frame;
use crate::platform::{Platform, Socket, SocketEvents};
use crate::room::give_back;
use crate::send::{Any, BoxFuture, Shared};
use crate::state::{ConnectionState, InitProgress, SandboxInfo};
use crate::watch::WatchSender;

/// Everything that lives as long as the connection. Dropping it releases it all.
pub(crate) struct Driver {
    pub(crate) machine: Machine,
    pub(crate) inbox: Inbox,
    pub(crate) platform: Shared<dyn Platform>,
    pub(crate) source: SessionSource,
    pub(crate) told: Told,
    /// Keep the signals of focus and network alive.
    pub(crate) signals: Vec<Any>,
    pub(crate) link: Link,
}

/// Where the machine's news go.
pub(crate) struct Told {
    pub(crate) state: WatchSender<ConnectionState>,
    pub(crate) init: WatchSender<InitProgress>,
    pub(crate) info: WatchSender<Option<SandboxInfo>>,
    pub(crate) takes_parts: Shared<AtomicBool>,
}

/// What is under way outside of the machine.
#[derive(Default)]
pub(crate) struct Link {
    socket: Option<Box<dyn Socket>>,
    fetch: Option<(u64, BoxFuture<Result<Session, SessionError>>)>,
    timer: Option<(Duration, BoxFuture<()>)>,
    batch: VecDeque<Input>,
    effects: Vec<Effect>,
    /// What the bridges to a REST agent tell each other.
    #[cfg(feature = "pint")]
    memory: crate::pint::Memory,
}

impl Driver {
    /// Runs until the last handle is gone, or the client is closed.
    pub(crate) async fn run(mut self) {
        poll_fn(|context| self.poll(context)).await;
        self.inbox.close();
        self.signals.clear();
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let mut idle = true;
            if self
                .inbox
                .poll_take(context, &mut self.link.batch)
                .is_ready()
            {
                idle = false;
                while let Some(input) = self.link.batch.pop_front() {
                    let ends = matches!(input, Input::Shutdown);
                    self.handle(input);
                    if ends {
                        return Poll::Ready(());
                    }
                }
                give_back(&mut self.link.batch);
            }
            if let Some((generation, fetch)) = &mut self.link.fetch
                && let Poll::Ready(result) = fetch.as_mut().poll(context)
            {
                idle = false;
                let generation = *generation;
                self.link.fetch = None;
                let result = result.map(Box::new);
                self.handle(Input::Session { generation, result });
            }
            self.arm();
            if let Some((_, timer)) = &mut self.link.timer
                && timer.as_mut().poll(context).is_ready()
            {
                idle = false;
                self.link.timer = None;
                self.handle(Input::Tick);
            }
            if idle {
                return Poll::Pending;
            }
        }
    }

    /// A timer that fires too early costs one look; so one that is set is replaced only by an earlier one.
    fn arm(&mut self) {
        let Some(deadline) = self.machine.deadline() else {
            self.link.timer = None;
            return;
        };
        if self
            .link
            .timer
            .as_ref()
            .is_some_and(|(at, _)| *at <= deadline)
        {
            return;
        }
        let duration = deadline.saturating_sub(self.platform.now());
        let timer = if duration.is_zero() {
            // A timer would take a millisecond of a browser.
            Box::pin(turn())
        } else {
            self.platform.sleep(duration)
        };
        self.link.timer = Some((deadline, timer));
    }

    fn handle(&mut self, input: Input) {
        let now = self.platform.now();
        if let (Input::Tick, Some(socket)) = (&input, &self.link.socket) {
            self.machine.see_unsent(socket.unsent());
        }
        let mut effects = std::mem::take(&mut self.link.effects);
        self.machine.handle(now, input, &mut effects);
        for effect in effects.drain(..) {
            self.perform(effect);
        }
        self.link.effects = effects;
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Fetch {
                generation,
                request,
            } => self.link.fetch = Some((generation, self.source.ask(request))),
            Effect::Open { generation, url } => {
                let events = SocketEvents::new(self.inbox.clone(), generation);
                self.link.socket = Some(self.platform.open(&url, events));
            }
            #[cfg(feature = "pint")]
            Effect::OpenRest { generation, agent } => {
                let events = SocketEvents::new(self.inbox.clone(), generation);
                let memory = &self.link.memory;
                self.link.socket = Some(crate::pint::open(&self.platform, *agent, events, memory));
            }
            Effect::Send(frame) => {
                if let Some(socket) = &mut self.link.socket {
                    match frame {
                        Frame::Inside(pieces) => socket.send(pieces),
                        Frame::Outside(frame) => socket.send_outside(&*frame),
                    }
                }
            }
            Effect::Ping => {
                if let Some(socket) = &mut self.link.socket {
                    socket.ping();
                }
            }
            Effect::Close { code, reason } => {
                self.link.fetch = None;
                if let Some(socket) = self.link.socket.take() {
                    socket.close(code, reason);
                }
            }
            Effect::State(state) => self.told.state.set(state),
            Effect::Init(init) => self.told.init.set(init),
            Effect::Sandbox(info) => self.told.info.set(Some(info)),
            Effect::TakesParts(takes) => self.told.takes_parts.store(takes, Ordering::Relaxed),
            // Whoever does not wait any more does not want to know.
            Effect::Answer(reply, outcome) => drop(reply.send(outcome)),
            Effect::Settle(reply, outcome) => drop(reply.send(outcome)),
        }
    }
}

/// Lets the tasks run that were woken before.
fn turn() -> impl Future<Output = ()> {
    let mut was_asked = false;
    poll_fn(move |context| {
        if was_asked {
            return Poll::Ready(());
        }
        was_asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}
