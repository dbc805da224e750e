//! What the fake knows, and how it answers: the answer first, then what is told because of it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::client::{ClientInfo, Join};
use yew_sandbox_protocol::system::{InitStatus, Metrics};
use yew_sandbox_protocol::{
    ClientFrame, Encode, ErrorCode, Notification, Raw, Request, WireError, encode, encode_answer,
    encode_error, encode_notification,
};

use super::channels::Channels;
use super::link::Connection;
use super::notices::Notices;
use super::ports::OpenPorts;
use super::repository::FakeGit;
use super::requests::{FakeRequest, Plan};
use super::setup::FakeStep;
use super::shells::FakeShell;
use super::tasks::FakeTask;
use super::terminals::Scripts;
use super::tree::Tree;
use super::watches::FileWatch;
use crate::options::{SessionError, Signal};
use crate::platform::Platform;
use crate::send::Shared;

/// Most requests that are remembered.
const MOST_SEEN: usize = 4096;

/// The result of a request, already on its way into a frame.
pub(super) type Answer = Result<Raw, WireError>;

/// The whole sandbox.
pub(super) struct State {
    pub(super) id: String,
    pub(super) username: String,
    pub(super) may_write: bool,
    pub(super) tree: Tree,
    /// The files whose last parts are still to come, with their paths, by the names of their writes.
    pub(super) parts: BTreeMap<String, (String, Vec<u8>)>,
    pub(super) watches: Vec<FileWatch>,
    pub(super) steps: Vec<FakeStep>,
    pub(super) is_setup_stopped: bool,
    /// How far start-up was told to be.
    pub(super) start_up: Option<InitStatus>,
    pub(super) ports: OpenPorts,
    pub(super) shells: Vec<FakeShell>,
    pub(super) scripts: Scripts,
    pub(super) tasks: Vec<FakeTask>,
    /// Whether a client had a file of tasks made.
    pub(super) has_tasks_file: bool,
    pub(super) git: Option<FakeGit>,
    pub(super) channels: Channels,
    pub(super) others: Vec<ClientInfo>,
    pub(super) notices: Notices,
    pub(super) metrics: Metrics,

    pub(super) connections: BTreeMap<u64, Connection>,
    /// Frames to be sent, in order; they wait here while the link is held.
    pub(super) outgoing: VecDeque<(u64, Bytes)>,
    /// What came while the link was held: `None` for a ping.
    pub(super) incoming: VecDeque<(u64, Option<ClientFrame>)>,
    pub(super) is_held: bool,
    pub(super) is_reachable: bool,
    pub(super) is_online: bool,
    pub(super) is_asleep: bool,
    pub(super) refusals: VecDeque<SessionError>,
    pub(super) online: BTreeMap<u64, Signal>,
    pub(super) focus: BTreeMap<u64, Signal>,

    pub(super) seen: VecDeque<FakeRequest>,
    pub(super) plans: BTreeMap<String, VecDeque<Plan>>,
    /// What is to be done once nobody holds the state.
    pub(super) due: Vec<(Duration, Work)>,
    pub(super) platform: Option<Shared<dyn Platform>>,
    pub(super) last_id: u64,
}

/// Something that is done later.
pub(super) enum Work {
    /// Executes a request that was kept waiting.
    Request { connection: u64, frame: ClientFrame },
    /// Asks the scripts what a shell does with a line.
    Line {
        shell: String,
        run: u64,
        line: String,
    },
    /// Goes on with a flood.
    Flood { shell: String, bytes: usize },
    /// Goes on with what a shell does.
    Step { shell: String, run: u64 },
    /// Puts the sandbox to sleep, once the request for it was answered.
    Hibernate,
}

impl State {
    /// A number that was never given before.
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Takes a request in.
    pub(super) fn receive(&mut self, connection: u64, frame: ClientFrame) {
        if self.seen.len() == MOST_SEEN {
            self.seen.pop_front();
        }
        self.seen.push_back(FakeRequest::new(&frame));
        let plans = self.plans.get_mut(&frame.method);
        match plans.and_then(VecDeque::pop_front) {
            None => self.execute(connection, &frame),
            Some(Plan::Fail(error)) => self.refuse(connection, &frame, &error),
            Some(Plan::Delay(delay)) => {
                let work = Work::Request { connection, frame };
                self.due.push((delay, work));
            }
        }
    }

    /// Does what a request asks for.
    pub(super) fn execute(&mut self, connection: u64, frame: &ClientFrame) {
        let Some(known) = self.connections.get(&connection) else {
            // It left while its request was kept waiting.
            return;
        };
        if known.info.is_none() && frame.method != Join::METHOD {
            let message = format!("{} came before client/join; join first", frame.method);
            let error = WireError::new(ErrorCode::NO_ACCESS, message);
            return self.refuse(connection, frame, &error);
        }
        // What follows from the request is told behind its answer.
        let earlier = std::mem::take(&mut self.outgoing);
        let answer = self.dispatch(connection, frame);
        let later = std::mem::replace(&mut self.outgoing, earlier);
        match answer {
            Ok(result) => {
                let answer = encode_answer(frame.id, &frame.method, &result);
                self.send(connection, answer);
            }
            Err(error) => self.refuse(connection, frame, &error),
        }
        self.outgoing.extend(later);
    }

    /// One namespace, one file.
    pub(super) fn dispatch(&mut self, connection: u64, frame: &ClientFrame) -> Answer {
        match frame.method.split('/').next().unwrap_or_default() {
            "channel" => self.channel(connection, frame),
            "client" => self.client(connection, frame),
            "fs" => self.fs(connection, frame),
            "git" => self.git(frame),
            "notification" => self.notification(connection, frame),
            "port" => self.port(frame),
            "setup" => self.setup(frame),
            "shell" => self.shell(connection, frame),
            "task" => self.task(frame),
            "system" => self.system(frame),
            _ => self.unknown(frame),
        }
    }

    /// The error for a method that there is not, in the agent's words.
    pub(super) fn unknown(&self, frame: &ClientFrame) -> Answer {
        let message = format!("{:?} is not a method of this agent", frame.method);
        Err(WireError::new(ErrorCode::FEATURE_UNAVAILABLE, message))
    }

    /// Checks that the session may change the sandbox.
    pub(super) fn may_change(&self, frame: &ClientFrame) -> Result<(), WireError> {
        if self.may_write {
            return Ok(());
        }
        let message = format!(
            "{} changes the sandbox and this session may only read; ask for one that may write",
            frame.method
        );
        Err(WireError::new(ErrorCode::NO_ACCESS, message))
    }

    pub(super) fn send(&mut self, connection: u64, frame: Bytes) {
        self.outgoing.push_back((connection, frame));
    }

    /// Tells all that have joined.
    pub(super) fn tell<N: Notification>(&mut self, notification: &N) {
        self.tell_but(None, notification);
    }

    /// Tells all that have joined but one.
    pub(super) fn tell_but<N: Notification>(&mut self, but: Option<u64>, notification: &N) {
        let joined = self.connections.iter();
        let joined = joined.filter(|(_, connection)| connection.info.is_some());
        let clients: Vec<u64> = joined.map(|(number, _)| *number).collect();
        let frame = encode_notification(notification);
        for client in clients {
            if Some(client) != but {
                self.send(client, frame.clone());
            }
        }
    }

    fn refuse(&mut self, connection: u64, frame: &ClientFrame, error: &WireError) {
        let answer = encode_error(frame.id, &frame.method, error);
        self.send(connection, answer);
    }
}

/// The result of a request.
pub(super) fn answer<T: Encode>(result: &T) -> Answer {
    Ok(Raw(encode(result)))
}

/// The parameters of a request.
pub(super) fn params<R: Request>(frame: &ClientFrame) -> Result<R, WireError> {
    frame.params().map_err(|error| {
        let message = format!("the parameters of {} are wrong: {error}", frame.method);
        WireError::new(ErrorCode::CRITICAL, message)
    })
}
