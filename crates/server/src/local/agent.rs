//! A running agent: its clients, its link, its end.

mod log;

use std::collections::HashMap;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::process::Child;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until, timeout};
use yew_sandbox_agent::{Allowance, LinkReader, LinkWriter, Message, VERSION, Visitor};

use crate::agent_queue::{AgentReceiver, AgentSender, agent_queue};
use crate::backend::Attachment;
use crate::client_queue::{ClientQueueBounds, ClientSender, Closing, ToClient, client_queue};
use crate::problem::{Limit, Problem, ProblemKind};

pub(crate) use log::log_lines;

/// How long an agent may take to accept clients.
const START: Duration = Duration::from_secs(10);
/// How long an agent may take to fall asleep, before it is killed.
const FALL_ASLEEP: Duration = Duration::from_secs(5);

/// WebSocket close codes.
const LEFT: u16 = 1000;
const GOING_AWAY: u16 = 1001;
const RESTART: u16 = 1012;

/// An agent that accepts clients.
#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) workspace_path: String,
    queue: AgentSender,
    clients: Mutex<Clients>,
    /// When it was first ready.
    started: SystemTime,
    /// When a client last asked for something.
    active: Mutex<Instant>,
    /// After how long without that it falls asleep.
    idle: watch::Sender<Duration>,
    /// Asks the agent to fall asleep.
    sleep: Notify,
}

#[derive(Debug)]
struct Clients {
    /// False once the agent falls asleep or is gone.
    open: bool,
    next: u32,
    connected: HashMap<u32, ClientSender>,
}

/// Why an agent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was put to sleep.
    Asleep,
    /// It did not fall asleep in time and was killed.
    Killed,
    /// It ended on its own, or broke the link.
    Crashed,
}

impl Ended {
    /// For those who count.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Asleep => "asleep",
            Self::Killed => "killed",
            Self::Crashed => "crashed",
        }
    }
}

/// Moves everything between one agent and its clients.
#[derive(Debug)]
pub(crate) struct Pump<R, W> {
    pub(crate) agent: Arc<Agent>,
    reader: LinkReader<R>,
    writer: LinkWriter<W>,
    queue: AgentReceiver,
}

/// A client's place. Dropping it tells the agent that the client left.
struct Place {
    agent: Weak<Agent>,
    client: u32,
}

impl<R, W> Pump<R, W>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    /// Waits until the agent at the other end of a link accepts clients.
    pub(crate) async fn start(reader: R, writer: W, idle: Duration) -> io::Result<Self> {
        let mut reader = LinkReader::new(reader);
        let ready = timeout(START, reader.read()).await;
        let ready = ready.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let Some(Message::Ready {
            workspace_path,
            version,
        }) = ready
        else {
            return Err(io::Error::other("the agent ended before it was ready"));
        };
        if version != VERSION {
            return Err(io::Error::other(format!(
                "the agent has version `{version}`, the server {VERSION}: build both from the same source"
            )));
        }
        let (sender, queue) = agent_queue();
        let agent = Agent {
            workspace_path,
            queue: sender,
            clients: Mutex::new(Clients {
                open: true,
                next: 1,
                connected: HashMap::new(),
            }),
            started: SystemTime::now(),
            active: Mutex::new(Instant::now()),
            idle: watch::Sender::new(idle),
            sleep: Notify::new(),
        };
        Ok(Self {
            agent: Arc::new(agent),
            reader,
            writer: LinkWriter::new(writer),
            queue,
        })
    }

    /// Until the agent's process has ended. `falls_asleep` is called once it accepts no clients any more.
    pub(crate) async fn run(self, mut child: Child, falls_asleep: impl FnOnce()) -> Ended {
        let Self {
            agent,
            reader,
            writer,
            queue,
        } = self;
        // Both run on while the agent falls asleep: it has things to say to its clients.
        let mut relay = pin!(async {
            let mut reading = pin!(agent.read(reader));
            tokio::select! {
                read = &mut reading => read,
                written = agent.write(writer, queue) => {
                    written?;
                    reading.await
                }
            }
        });
        let sleeps = tokio::select! {
            result = &mut relay => {
                if let Err(error) = result {
                    tracing::warn!(%error, "the link to an agent broke");
                }
                false
            }
            () = agent.shall_sleep() => true,
        };
        falls_asleep();
        agent.close_door();
        let ended = if sleeps {
            // An agent that is gone already needs no word.
            let _ = agent.queue.send_now(Message::Hibernate);
            let exit = timeout(FALL_ASLEEP, async {
                let _ = relay.await;
                child.wait().await
            });
            match exit.await {
                Ok(Ok(status)) if status.success() => Ended::Asleep,
                Ok(result) => {
                    tracing::warn!(?result, "an agent failed while it fell asleep");
                    Ended::Asleep
                }
                Err(_) => Ended::Killed,
            }
        } else {
            Ended::Crashed
        };
        if ended != Ended::Asleep {
            kill(&mut child).await;
        }
        agent.close_all(ended);
        ended
    }
}

impl Agent {
    /// Lets a client in.
    pub(crate) fn attach(
        self: &Arc<Self>,
        visitor: Visitor,
        limit: usize,
        bounds: ClientQueueBounds,
    ) -> Result<Attachment, Problem> {
        let mut clients = self.clients();
        if !clients.open {
            return Err(asleep());
        }
        if clients.connected.len() >= limit {
            return Err(Problem::limited(Limit::SocketsPerSandbox, limit));
        }
        if self.queue.is_stuck() {
            // Each that came and went would leave two messages behind.
            return Err(stuck());
        }
        let client = clients.next;
        let (sender, receiver) = client_queue(bounds);
        let queue = self.queue.clone();
        sender.when_behind(move |is_behind| {
            // An agent that is gone sends nothing more anyway.
            let _ = queue.send_now(Message::Behind { client, is_behind });
        });
        // Under the lock, so that the agent hears of clients in the order of their numbers.
        self.queue
            .send_now(Message::Open { client, visitor })
            .map_err(|_| asleep())?;
        // 4 billion connections later the agent sleeps and starts anew.
        clients.next = client.checked_add(1).unwrap_or_else(|| {
            self.sleep.notify_one();
            1
        });
        clients.connected.insert(client, sender);
        drop(clients);
        let place = Place {
            agent: Arc::downgrade(self),
            client,
        };
        Ok(Attachment {
            client,
            to_agent: self.queue.clone(),
            from_agent: receiver,
            presence: Box::new(place),
        })
    }

    /// Puts the agent to sleep, whatever its clients do.
    pub(crate) fn sleep(&self) {
        self.sleep.notify_one();
    }

    /// Lets the sandbox put nothing more on the disk for this reason, and ends what runs in it; `None`: all is well again.
    /// False: the agent takes nothing now, and shall be told later.
    pub(crate) fn set_over(&self, reason: Option<String>) -> bool {
        self.tell(Message::Over { reason })
    }

    /// Tells the agent what the sandbox may use, and what its files take. False as for [`Agent::set_over`].
    pub(crate) fn allow(&self, allowance: Allowance) -> bool {
        self.tell(Message::Allowance(allowance))
    }

    /// Says what is said again and again.
    fn tell(&self, message: Message) -> bool {
        let told = !self.queue.is_stuck();
        if told {
            // An agent that is gone writes and shows nothing anyway.
            let _ = self.queue.send_now(message);
        }
        told
    }

    /// Changes after how long without requests it falls asleep.
    pub(crate) fn set_idle(&self, idle: Duration) {
        self.idle.send_replace(idle);
    }

    /// When it was first ready.
    pub(crate) fn started(&self) -> SystemTime {
        self.started
    }

    /// When a client last asked for something.
    pub(crate) fn active(&self) -> Instant {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the time without requests anew.
    pub(crate) fn touch(&self) {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Until somebody asks for it, or nobody has asked for anything for a while.
    async fn shall_sleep(&self) {
        let mut changes = self.idle.subscribe();
        let idles = async {
            loop {
                let idle = *changes.borrow_and_update();
                let active = self.active();
                let end = active.checked_add(idle);
                if end.is_some_and(|end| end <= Instant::now()) {
                    return;
                }
                let end = async {
                    match end {
                        Some(end) => sleep_until(end).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    () = end => {}
                    // The sender is a part of this very agent, so it cannot be gone.
                    _ = changes.changed() => {}
                }
            }
        };
        tokio::select! {
            () = idles => {}
            () = self.sleep.notified() => {}
        }
    }

    async fn read(&self, mut reader: LinkReader<impl AsyncRead + Unpin>) -> io::Result<()> {
        while let Some(message) = reader.read().await? {
            match message {
                Message::Frame { client, payload } => self.give(client, ToClient::Frame(payload)),
                Message::Part { client, payload } => self.give(client, ToClient::Part(payload)),
                Message::Ping { client } => self.give(client, ToClient::Ping),
                Message::Close {
                    client,
                    code,
                    reason,
                } => {
                    if let Some(client) = self.clients().connected.get(&client) {
                        client.close(Closing { code, reason });
                    }
                }
                Message::Hibernate => self.sleep(),
                Message::Ready { .. }
                | Message::Open { .. }
                | Message::Behind { .. }
                | Message::Over { .. }
                | Message::Allowance(_) => {
                    return Err(io::Error::other("the agent said what only a server says"));
                }
            }
        }
        Ok(())
    }

    async fn write(
        &self,
        mut writer: LinkWriter<impl AsyncWrite + Unpin>,
        mut queue: AgentReceiver,
    ) -> io::Result<()> {
        while let Some(message) = queue.next().await {
            let mut next = Some(message);
            while let Some(message) = next {
                if matches!(message, Message::Frame { .. }) {
                    self.touch();
                }
                let last = matches!(message, Message::Hibernate);
                writer.write(&message).await?;
                if last {
                    // Who still sends is told that nobody listens.
                    return writer.flush().await;
                }
                next = queue.try_next();
            }
            writer.flush().await?;
        }
        Ok(())
    }

    fn give(&self, client: u32, item: ToClient) {
        // A client that left a moment ago may still be answered.
        if let Some(client) = self.clients().connected.get(&client) {
            client.send(item);
        }
    }

    /// No client gets in from now on.
    fn close_door(&self) {
        self.clients().open = false;
    }

    fn close_all(&self, ended: Ended) {
        let (code, reason) = match ended {
            Ended::Asleep | Ended::Killed => (GOING_AWAY, "the sandbox went to sleep"),
            Ended::Crashed => (RESTART, "the sandbox's agent ended unexpectedly"),
        };
        for client in self.clients().connected.values() {
            client.close(Closing {
                code,
                reason: reason.to_owned(),
            });
        }
    }

    fn clients(&self) -> MutexGuard<'_, Clients> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(agent) = self.agent.upgrade() {
            agent.clients().connected.remove(&self.client);
            // An agent that is gone needs no word.
            let _ = agent.queue.send_now(Message::Close {
                client: self.client,
                code: LEFT,
                reason: String::new(),
            });
        }
    }
}

/// The whole group, in case that the agent left processes behind.
async fn kill(child: &mut Child) {
    let group = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
        // Nobody left in it is as good.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    match child.wait().await {
        Ok(status) => tracing::info!(%status, "an agent was ended"),
        Err(error) => tracing::warn!(%error, "an agent could not be ended"),
    }
}

/// An agent that was stopped from within, or has too little of a processor to come to its messages.
fn stuck() -> Problem {
    Problem::new(
        ProblemKind::Unavailable,
        "the sandbox's agent takes no messages",
        "try again later, or put the sandbox to sleep and wake it",
    )
}

pub(crate) fn asleep() -> Problem {
    Problem::new(
        ProblemKind::Asleep,
        "the sandbox sleeps",
        "fetch a session first: that wakes it",
    )
}

#[cfg(test)]
mod tests;
