//! The state and the clockwork: what to do with each input, and when to look again.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use yew_sandbox_protocol::{Request, Session, encode_request_in_pieces};

use crate::core::feeds::{Feed, Feeds};
use crate::core::flight::Flight;
use crate::core::requests::Requests;
use crate::core::{Effect, Input, Reply};
use crate::error::{Error, ErrorKind};
use crate::options::{QueueLimits, Timeouts};
use crate::outside::{Answer, Frame};
use crate::send::Shared;
use crate::state::{ConnectionState, InitProgress, SandboxInfo};

/// A connection that lasted this long was healthy: the next loss starts with the shortest delay again.
const HEALTHY: Duration = Duration::from_secs(5);

/// What the machine is made with.
pub(crate) struct Settings {
    pub(crate) session: Option<Session>,
    pub(crate) sandbox_id: Option<String>,
    pub(crate) timeouts: Timeouts,
    pub(crate) limits: QueueLimits,
    pub(crate) app_id: String,
    pub(crate) seed: u64,
}

/// The connection as a value: it performs nothing itself.
pub(crate) struct Machine {
    pub(super) now: Duration,
    pub(super) effects: Vec<Effect>,
    pub(super) timeouts: Timeouts,
    pub(super) limits: QueueLimits,
    pub(super) app_id: String,
    pub(super) random: Rng,

    /// The state as it was last told.
    pub(super) state: ConnectionState,
    pub(super) phase: Phase,
    /// Counts attempts. What belongs to an older one is ignored.
    pub(super) generation: u64,
    /// When the newest attempt began.
    pub(super) began: Duration,
    /// Attempts since the last connection, for people.
    pub(super) attempts: u32,
    /// Whether the next session may take its time: nobody knows whether the sandbox has to be woken, and none took too long yet.
    pub(super) may_wake: bool,
    /// Failures since the last healthy connection, for the delay.
    pub(super) failures: u32,
    /// What was sent and has not left this machine, in bytes: now, and when it was looked at before.
    unsent: usize,
    unsent_before: usize,
    /// Whether there is a network, as far as is known.
    pub(super) online: bool,

    pub(super) session: Option<Session>,
    /// Whether the session is worth a try: it is new, or its last connection had joined.
    pub(super) session_is_good: bool,
    /// The sandbox to resume, before a session says its name.
    pub(super) wanted: Option<String>,
    pub(super) info: Option<SandboxInfo>,
    pub(super) init: InitProgress,

    /// Who waits for a connection, and until when.
    pub(super) waiters: Vec<(Reply<()>, Duration)>,
    /// Who waits for the end of an explicit disconnect.
    pub(super) leavers: Vec<Reply<()>>,
    pub(super) requests: Requests,
    pub(super) feeds: Feeds,
    /// The machine's own requests on this connection; their numbers are odd.
    pub(super) own: Vec<(u64, Own)>,
    pub(super) next_own: u64,
    /// What can be sent again where the agent resumes this client.
    pub(super) flight: Flight,
}

/// What the machine is busy with.
pub(super) enum Phase {
    /// Nothing; the state says why.
    Rest,
    /// The delay before the next attempt.
    Waiting { until: Duration },
    /// A session was asked for.
    Fetching { deadline: Duration },
    /// A socket is being opened.
    Opening { deadline: Duration },
    /// The join was sent.
    Joining { deadline: Duration },
    /// Connected.
    Joined {
        since: Duration,
        heard: Duration,
        /// The moment by which an answer must come, after a ping.
        pinged: Option<Duration>,
        chance: Chance,
    },
    /// The user disconnected while requests were under way.
    Draining { until: Duration },
}

/// What becomes of a link whose ping was not answered in time.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Chance {
    /// Nothing came since the ping: it is dead.
    None,
    /// Something came, if no answer: it is asked once more.
    Earned,
    /// It was asked once more.
    Used,
}

/// A request that the machine made itself.
pub(super) enum Own {
    Join,
    Setup,
    /// A feed's; it sees the answer.
    Feed {
        key: u64,
        feed: Shared<dyn Feed>,
    },
    Ignored,
}

impl Machine {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            now: Duration::ZERO,
            effects: Vec::new(),
            timeouts: settings.timeouts.bounded(),
            limits: settings.limits,
            app_id: settings.app_id,
            random: Rng::with_seed(settings.seed),
            state: ConnectionState::Idle,
            phase: Phase::Rest,
            generation: 0,
            began: Duration::ZERO,
            attempts: 0,
            may_wake: true,
            unsent: 0,
            unsent_before: 0,
            failures: 0,
            online: true,
            session_is_good: settings.session.is_some(),
            info: settings.session.as_ref().map(super::connecting::info_of),
            session: settings.session,
            wanted: settings.sandbox_id,
            init: InitProgress::default(),
            waiters: Vec::new(),
            leavers: Vec::new(),
            requests: Requests::default(),
            feeds: Feeds::default(),
            own: Vec::new(),
            next_own: 1,
            flight: Flight::default(),
        }
    }

    /// Which sandbox this is, as far as is known.
    pub(crate) fn info(&self) -> Option<SandboxInfo> {
        self.info.clone()
    }

    /// Takes in one input. What is to be done is appended to `effects`.
    pub(crate) fn handle(&mut self, now: Duration, input: Input, effects: &mut Vec<Effect>) {
        std::mem::swap(&mut self.effects, effects);
        self.now = self.now.max(now);
        if input.generation().is_none_or(|of| of == self.generation) {
            self.dispatch(input);
        }
        std::mem::swap(&mut self.effects, effects);
    }

    /// When the machine must see a [`Input::Tick`] at the latest.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let phase = match &self.phase {
            Phase::Rest => None,
            Phase::Waiting { until } | Phase::Draining { until } => Some(*until),
            Phase::Fetching { deadline }
            | Phase::Opening { deadline }
            | Phase::Joining { deadline } => Some(*deadline),
            Phase::Joined { heard, pinged, .. } => {
                Some(pinged.unwrap_or(*heard + self.timeouts.silence))
            }
        };
        let waiters = self.waiters.iter().map(|(_, deadline)| *deadline).min();
        [
            phase,
            waiters,
            self.requests.deadline(),
            self.feeds.deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn dispatch(&mut self, input: Input) {
        match input {
            Input::Connect(reply) => self.connect(reply),
            Input::Reconnect(reply) => self.reconnect(reply),
            Input::Disconnect(reply) => self.disconnect(reply),
            Input::Shutdown => self.shut_down(),
            Input::Request(request) => self.request(request),
            Input::Forget { id } => {
                self.requests.take(id);
                self.drained();
            }
            Input::Follow(feed) => self.follow(feed),
            Input::Nudge { method } => self.nudge(method),
            Input::Unfollow { key } => self.unfollow(key),
            Input::Focus(focused) => self.focus(focused),
            Input::Online(online) => self.set_online(online),
            Input::Session { result, .. } => self.on_session(result),
            Input::Opened { .. } => self.on_opened(),
            Input::Frame { frame, .. } => {
                self.told();
                self.on_frame(&frame);
            }
            Input::OutsideFrame { frame, .. } => {
                self.told();
                self.on_outside_frame(frame);
            }
            Input::Text { .. } => self.heard(),
            Input::Closed { reason, .. } => self.on_closed(reason),
            Input::Tick => self.tick(),
        }
    }

    #[inline(never)]
    fn tick(&mut self) {
        let now = self.now;
        while let Some(id) = self.requests.expired(now) {
            // Those before it are answered, so its turn will come.
            let until = self
                .flight
                .waits_since(id)
                .map(|heard| heard + self.timeouts.request);
            if let Some(until) = until.filter(|until| *until > now) {
                self.requests.extend(id, until);
            } else if let Some(request) = self.requests.take(id) {
                self.flight.forget(id);
                self.answer(request.reply, Err(timeout()));
            }
        }
        if self.is_linked() {
            self.send_more();
        }
        while let Some(entry) = self.feeds.take_expired(now) {
            self.end_feed(entry, timeout());
        }
        while let Some(place) = self.waiters.iter().position(|(_, at)| *at <= now) {
            let (reply, _) = self.waiters.remove(place);
            self.settle(Some(reply), Err(timeout()));
        }
        match &mut self.phase {
            Phase::Rest => {}
            Phase::Waiting { until } if *until <= now => self.begin(),
            Phase::Draining { until } if *until <= now => self.leave(),
            Phase::Draining { .. } => self.drained(),
            Phase::Fetching { deadline } if *deadline <= now => {
                self.may_wake = false;
                self.attempt_failed("the server handed out no session in time");
            }
            Phase::Opening { deadline } | Phase::Joining { deadline } if *deadline <= now => {
                self.attempt_failed("the sandbox did not answer in time");
            }
            Phase::Joined {
                pinged: Some(until),
                chance,
                ..
            } if *until <= now => {
                let before = std::mem::replace(&mut self.unsent_before, self.unsent);
                let leaves = self.unsent > 0 && self.unsent < before;
                if leaves {
                    // The ping waits behind what leaves.
                    *until = now + self.timeouts.probe;
                } else if *chance == Chance::Earned {
                    *chance = Chance::Used;
                    *until = now + self.timeouts.probe;
                    self.effects.push(Effect::Ping);
                } else {
                    self.attempt_failed("the sandbox gave no sign of life");
                }
            }
            Phase::Joined { heard, pinged, .. }
                if pinged.is_none() && *heard + self.timeouts.silence <= now =>
            {
                *pinged = Some(now + self.timeouts.pong);
                self.unsent_before = usize::MAX;
                self.effects.push(Effect::Ping);
            }
            _ => {}
        }
    }

    /// The other side answered. Only this counts as life: what it says unasked shows nothing of the way there.
    pub(super) fn heard(&mut self) {
        if let Phase::Joined {
            heard,
            pinged,
            chance,
            ..
        } = &mut self.phase
        {
            *heard = self.now;
            *pinged = None;
            *chance = Chance::None;
        }
    }

    /// Takes note of how much of what was sent has not left this machine.
    pub(crate) fn see_unsent(&mut self, bytes: usize) {
        self.unsent = bytes;
    }

    /// Something came in over the link that may be no answer.
    fn told(&mut self) {
        if let Phase::Joined {
            pinged: Some(_),
            chance: chance @ Chance::None,
            ..
        } = &mut self.phase
        {
            *chance = Chance::Earned;
        }
    }

    /// Pings, unless an earlier ping is due sooner.
    pub(super) fn probe(&mut self) {
        let until = self.now + self.timeouts.probe;
        if let Phase::Joined { pinged, .. } = &mut self.phase
            && pinged.is_none_or(|earlier| until < earlier)
        {
            *pinged = Some(until);
            self.unsent_before = usize::MAX;
            self.effects.push(Effect::Ping);
        }
    }

    /// Whether the connection was up for long enough to trust it.
    pub(super) fn was_healthy(&self) -> bool {
        matches!(self.phase, Phase::Joined { since, .. } if self.now >= since + HEALTHY)
    }

    pub(super) fn is_joined(&self) -> bool {
        matches!(self.phase, Phase::Joined { .. })
    }

    /// Whether what is sent reaches the sandbox: also for a while after the user disconnected.
    pub(super) fn is_linked(&self) -> bool {
        self.is_joined() || matches!(self.phase, Phase::Draining { .. })
    }

    pub(super) fn set_state(&mut self, state: ConnectionState) {
        if self.state != state {
            self.state = state.clone();
            self.effects.push(Effect::State(state));
        }
    }

    pub(super) fn tell_init(&mut self) {
        self.effects.push(Effect::Init(self.init.clone()));
    }

    pub(super) fn answer(&mut self, reply: Reply<Answer>, outcome: Result<Answer, Error>) {
        self.effects.push(Effect::Answer(reply, outcome));
    }

    pub(super) fn settle(&mut self, reply: Option<Reply<()>>, outcome: Result<(), Error>) {
        if let Some(reply) = reply {
            self.effects.push(Effect::Settle(reply, outcome));
        }
    }

    pub(super) fn settle_waiters(&mut self, outcome: &Result<(), Error>) {
        for (reply, _) in std::mem::take(&mut self.waiters) {
            self.effects.push(Effect::Settle(reply, outcome.clone()));
        }
    }

    /// Sends a frame once it is its turn. It goes out again where its answer is lost and the agent resumes this client.
    pub(super) fn send(&mut self, id: u64, frame: Frame) {
        if !self.flight.can_resume() {
            return self.effects.push(Effect::Send(frame));
        }
        self.flight.push(id, frame);
        self.send_next();
    }

    /// Sends what may be under way by now. Its time begins only now.
    pub(super) fn send_more(&mut self) {
        while let Some(id) = self.send_next() {
            self.requests.extend(id, self.now + self.timeouts.request);
        }
    }

    fn send_next(&mut self) -> Option<u64> {
        let (id, frame) = self.flight.next()?;
        self.effects.push(Effect::Send(frame));
        Some(id)
    }

    /// Sends a request of the machine's own, which each connection makes anew.
    pub(super) fn send_own<R: Request>(&mut self, own: Own, request: &R) {
        let id = self.next_own;
        self.next_own += 2;
        self.own.push((id, own));
        let frame = encode_request_in_pieces(id, request);
        self.effects.push(Effect::Send(frame.into()));
    }

    /// Takes a request of the machine's own out of the table.
    pub(super) fn take_own(&mut self, id: u64) -> Option<Own> {
        let place = self.own.iter().position(|(own, _)| *own == id)?;
        Some(self.own.remove(place).1)
    }

    /// Everybody who waits gets the same error.
    pub(super) fn fail_pending(&mut self, error: &Error) {
        for request in self.requests.take_all() {
            self.answer(request.reply, Err(error.clone()));
        }
        while let Some(entry) = self.feeds.take_waiting() {
            self.end_feed(entry, error.clone());
        }
        self.settle_waiters(&Err(error.clone()));
    }

    pub(super) fn failure(&self) -> Option<Arc<Error>> {
        match &self.state {
            ConnectionState::Failed(error) => Some(Arc::clone(error)),
            _ => None,
        }
    }
}

fn timeout() -> Error {
    Error::new(ErrorKind::Timeout, "no answer came in time")
}
