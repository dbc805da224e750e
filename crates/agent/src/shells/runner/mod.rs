//! The task that owns one shell's process, output and subscribers.
//!
//! It alone speaks for its shell, so a client that opens it gets the output so far and then exactly what follows.

mod orders;

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use std::{io, mem};

use bytes::BytesMut;
use rustix::fs::OFlags;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};
use yew_sandbox_protocol::shell::{Exited, OpenShell, Output, ShellStatus, Size, Terminated};
use yew_sandbox_protocol::{ErrorCode, Notification, WireError, encode_notification};

use crate::files::{Fault, Root, SandboxPath};
use crate::link::Message;
use crate::members::Behind;
use crate::reply::Reply;
use crate::shells::family::Family;
use crate::shells::process::{Flow, Process, Program};
use crate::shells::registry::Shared;
use crate::shells::scrollback::Scrollback;
use crate::shells::shell::{Order, Shell, unknown};
use crate::shells::text::Decoder;

/// A buffer of this size is kept while nothing comes, in bytes.
const IDLE_BUFFER: usize = 4096;
/// How often the output of what outlived its shell is thrown away. Nobody waits for it, and it must not take a
/// processor for itself.
const DISCARD: Duration = Duration::from_millis(20);
/// How long a client that is behind holds the output back, for itself and for all others that look.
const PATIENCE: Duration = Duration::from_secs(5);
/// WebSocket close code "try again later", for a client that is too slow.
const TOO_SLOW: u16 = 1013;
/// When a client that has handled an answer listens at the latest.
const HEARD_LATE: Duration = Duration::from_millis(20);
/// The exit code of what cannot be run, as shells have it.
const CANNOT_RUN: i32 = 126;

/// Hears the output as text.
pub(crate) type Tap = Box<dyn Fn(&str) + Send + Sync>;

/// Everything that belongs to one shell.
pub(super) struct Runner {
    shared: Arc<Shared>,
    shell: Arc<Shell>,
    orders: mpsc::UnboundedReceiver<Order>,
    plan: Plan,
    stage: Stage,
    /// Whether a request ended the process.
    is_stopped: bool,
    subscribers: BTreeSet<u32>,
    behind: watch::Receiver<Behind>,
    scrollback: Scrollback,
    decoder: Decoder,
    /// What was typed and the process has not taken yet.
    input: BytesMut,
    /// What came and was not passed on yet.
    output: Vec<u8>,
}

/// What a shell runs, now and when it is restarted.
pub(super) struct Plan {
    pub(super) program: Program,
    pub(super) directory: SandboxPath,
    pub(super) size: Size,
    pub(super) tap: Option<Tap>,
}

/// How far the process is.
enum Stage {
    Running(Process),
    /// It ended, and something that it started holds its terminal.
    Left(Process),
    /// It ended, and some of its family may run on.
    Over(Option<Family>),
}

/// What happened.
enum Event {
    Order(Option<Order>),
    Output,
    Exit(io::Result<ExitStatus>),
    Discard(Flow),
    /// It may be time to take output again.
    Pause,
}

impl Plan {
    /// Starts the process.
    pub(super) fn start(&self, root: &Root) -> Result<Process, WireError> {
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        let directory = root.open(&self.directory, flags).map_err(|errno| {
            Fault::from(errno).into_wire("start a shell in", &root.visible(&self.directory))
        })?;
        Process::start(&self.program, &directory, self.size).map_err(|error| {
            let message = format!("bash cannot be started: {error}");
            WireError::new(ErrorCode::SHELL_NOT_ACCESSIBLE, message)
        })
    }
}

impl Runner {
    pub(super) fn new(
        shared: Arc<Shared>,
        shell: Arc<Shell>,
        orders: mpsc::UnboundedReceiver<Order>,
        plan: Plan,
        process: Process,
    ) -> Self {
        shell.set_family(process.family.clone());
        let behind = shared.members.follow_behind();
        Self {
            shared,
            shell,
            orders,
            plan,
            stage: Stage::Running(process),
            is_stopped: false,
            subscribers: BTreeSet::new(),
            behind,
            scrollback: Scrollback::default(),
            decoder: Decoder::default(),
            input: BytesMut::new(),
            output: Vec::new(),
        }
    }

    /// Tells of the new shell, and serves it until it is removed.
    pub(super) async fn run(mut self, creator: Option<Reply>) {
        let description = self.shell.description();
        let others = self.others(creator.as_ref().map(Reply::client));
        if let Some(reply) = creator {
            self.subscribe(reply.client());
            // A command that has ended by now is told to run: its output and its end follow.
            let answer = OpenShell::new(description.clone(), Vec::new(), Some(0));
            let client = reply.client();
            reply.answer(&answer).await;
            if self.shared.members.listens_late(client) {
                sleep(HEARD_LATE).await;
            }
        }
        self.tell(&others, &description).await;
        loop {
            match self.next().await {
                Event::Order(None) => break,
                Event::Order(Some(order)) => {
                    if self.obey(order).await.is_break() {
                        break;
                    }
                }
                Event::Output => self.pass_on().await,
                Event::Exit(status) => self.exit(status).await,
                Event::Discard(Flow::Open) => {}
                Event::Discard(Flow::Closed) => self.give_up_terminal(),
                Event::Pause => {}
            }
        }
        self.orders.close();
        while let Some(order) = self.orders.recv().await {
            if let Some(reply) = order.into_reply() {
                reply.refuse(unknown(self.shell.id())).await;
            }
        }
    }

    async fn next(&mut self) -> Event {
        match &mut self.stage {
            Stage::Running(process) => {
                let pause = pause(&self.subscribers, &self.behind.borrow_and_update());
                let (input, output) = (&mut self.input, &mut self.output);
                tokio::select! {
                    // Whoever wants to interrupt a flood shall not wait for its end.
                    biased;
                    order = self.orders.recv() => Event::Order(order),
                    ended = process.next(input, output, pause.is_none()) => match ended {
                        Some(status) => Event::Exit(status),
                        None => Event::Output,
                    },
                    _ = self.behind.changed(), if pause.is_some() => Event::Pause,
                    () = sleep_until(pause.unwrap_or_else(Instant::now)), if pause.is_some() => Event::Pause,
                }
            }
            Stage::Left(process) => {
                let discard = async {
                    sleep(DISCARD).await;
                    process.discard().await
                };
                tokio::select! {
                    order = self.orders.recv() => Event::Order(order),
                    flow = discard => Event::Discard(flow),
                }
            }
            Stage::Over(_) => Event::Order(self.orders.recv().await),
        }
    }

    /// Takes what came, keeps it, and tells it.
    async fn pass_on(&mut self) {
        let text = self.decoder.decode(&self.output);
        self.output.clear();
        self.output.shrink_to(IDLE_BUFFER);
        self.tell_output(text).await;
    }

    async fn tell_output(&mut self, text: String) {
        if text.is_empty() {
            return;
        }
        self.scrollback.push(&text);
        if let Some(tap) = &self.plan.tap {
            tap(&text);
        }
        if !self.subscribers.is_empty() {
            let shell_id = self.shell.id().to_owned();
            let frame = encode_notification(&Output {
                shell_id,
                out: text.into(),
            });
            let shared = &self.shared;
            self.subscribers.retain(|&client| {
                let may_have = shared.members.may_have(client, frame.len());
                if !may_have {
                    // It comes back, and opens the shell anew.
                    shared.outgoing.control(Message::Close {
                        client,
                        code: TOO_SLOW,
                        reason: "the output of a shell is taken too slowly".to_owned(),
                    });
                }
                may_have
            });
            for &client in &self.subscribers {
                self.shared.outgoing.bulk(client, frame.clone()).await;
            }
        }
    }

    async fn exit(&mut self, status: io::Result<ExitStatus>) {
        let Stage::Running(mut process) = mem::replace(&mut self.stage, Stage::Over(None)) else {
            return;
        };
        let (rest, flow) = process.rest();
        self.output.extend_from_slice(&rest);
        self.stage = match flow {
            Flow::Open => Stage::Left(process),
            Flow::Closed => Stage::Over(process.family),
        };
        self.pass_on().await;
        let last = self.decoder.finish().to_owned();
        self.tell_output(last).await;
        self.scrollback.shrink();
        self.input = BytesMut::new();
        let (status, code) = match status {
            // What was lost is only how it ended.
            Err(_) => (ShellStatus::Error, CANNOT_RUN),
            Ok(status) => match (status.code(), status.signal()) {
                (Some(0), _) => (ShellStatus::Finished, 0),
                (Some(code), _) => (ShellStatus::Error, code),
                (None, signal) => (ShellStatus::Killed, 128 + signal.unwrap_or(0)),
            },
        };
        let status = if self.is_stopped {
            ShellStatus::Killed
        } else {
            status
        };
        self.tell_of_exit(status, code).await;
    }

    async fn tell_of_exit(&mut self, status: ShellStatus, exit_code: i32) {
        self.shell.change(|description| {
            description.status = status;
            description.exit_code = Some(exit_code);
        });
        let exited = Exited {
            shell_id: self.shell.id().to_owned(),
            kind: Some(self.shell.description().kind),
            exit_code,
        };
        self.tell(&self.others(None), &exited).await;
        self.shared.ended(self.shell.id());
    }

    async fn tell_of_removal(&self, others: &BTreeSet<u32>, author: Option<String>) {
        let shell_id = self.shell.id().to_owned();
        self.tell(others, &Terminated { shell_id, author }).await;
    }

    /// Nothing holds the terminal any more.
    fn give_up_terminal(&mut self) {
        if let Stage::Left(process) = &mut self.stage {
            self.stage = Stage::Over(process.family.take());
        }
    }

    /// Ends all processes. One that runs is told of as ended later.
    async fn end_family(&mut self) {
        let (Stage::Running(Process { family, .. })
        | Stage::Left(Process { family, .. })
        | Stage::Over(family)) = &self.stage;
        if let Some(family) = family.clone() {
            family.end().await;
        }
    }

    /// Those that want to hear of the shell, and look at it or not.
    fn others(&self, but: Option<u32>) -> BTreeSet<u32> {
        let mut others = self.subscribers.clone();
        others.extend(self.shared.members.who_want_shells());
        if let Some(client) = but {
            others.remove(&client);
        }
        others
    }

    async fn tell<N: Notification>(&self, clients: &BTreeSet<u32>, notification: &N) {
        let frame = encode_notification(notification);
        for &client in clients {
            self.shared.outgoing.frame(client, frame.clone()).await;
        }
    }
}

/// Until when no output is taken: someone who looks has much to take yet. One that stays behind is not waited for, and
/// given up if much more comes.
fn pause(subscribers: &BTreeSet<u32>, behind: &Behind) -> Option<Instant> {
    let since = subscribers.iter().filter_map(|client| behind.get(client));
    let until = since.map(|lag| lag.since + PATIENCE);
    until.filter(|&until| until > Instant::now()).max()
}
