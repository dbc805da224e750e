//! What users and the page ask for.

use crate::core::connecting::{NORMAL, interrupted};
use crate::core::machine::Phase;
use crate::core::{Effect, Machine, NewRequest, Reply};
use crate::error::{Error, ErrorKind};
use crate::state::ConnectionState;

impl Machine {
    pub(super) fn connect(&mut self, reply: Reply<()>) {
        match &self.state {
            ConnectionState::Connected => self.settle(Some(reply), Ok(())),
            ConnectionState::Disconnected => {
                self.settle(Some(reply), Err(Error::disconnected()));
            }
            ConnectionState::Failed(error) => {
                let error = Error::clone(error);
                self.settle(Some(reply), Err(error));
            }
            ConnectionState::Idle | ConnectionState::Hibernated => {
                self.wait(reply);
                self.begin_asked();
            }
            ConnectionState::Connecting
            | ConnectionState::Reconnecting { .. }
            | ConnectionState::Offline => self.wait(reply),
        }
    }

    pub(super) fn reconnect(&mut self, reply: Reply<()>) {
        if matches!(self.phase, Phase::Draining { .. }) {
            self.leave();
        }
        self.wait(reply);
        match self.phase {
            // Everybody who asks shares the attempt that is under way.
            Phase::Fetching { .. } | Phase::Opening { .. } | Phase::Joining { .. } => {}
            Phase::Waiting { .. } => self.begin(),
            Phase::Rest | Phase::Joined { .. } | Phase::Draining { .. } => self.begin_asked(),
        }
    }

    pub(super) fn disconnect(&mut self, reply: Reply<()>) {
        self.leavers.push(reply);
        if matches!(self.phase, Phase::Draining { .. }) {
            return;
        }
        self.set_state(ConnectionState::Disconnected);
        self.settle_waiters(&Err(Error::disconnected()));
        if self.is_joined() {
            self.phase = Phase::Draining {
                until: self.now + self.timeouts.drain,
            };
            self.drained();
        } else {
            self.leave();
        }
    }

    /// Ends an explicit disconnect once nothing is under way any more.
    pub(super) fn drained(&mut self) {
        let is_over = self.requests.is_empty() && self.flight.is_sent();
        if matches!(self.phase, Phase::Draining { .. }) && is_over {
            self.leave();
        }
    }

    /// Ends an explicit disconnect now.
    pub(super) fn leave(&mut self) {
        self.drop_link(NORMAL, "disconnected");
        self.fail_pending(&Error::disconnected());
        for reply in std::mem::take(&mut self.leavers) {
            self.settle(Some(reply), Ok(()));
        }
    }

    /// The client ends. Replies that are dropped here tell their owners so.
    #[inline(never)]
    pub(super) fn shut_down(&mut self) {
        if self.is_linked() {
            let unsent = self.flight.take_unsent();
            self.effects.extend(unsent.map(Effect::Send));
        }
        self.drop_link(NORMAL, "closed");
        self.set_state(ConnectionState::Disconnected);
        self.fail_pending(&Error::closed());
        for reply in std::mem::take(&mut self.leavers) {
            self.settle(Some(reply), Ok(()));
        }
        for entry in std::mem::take(&mut self.feeds.entries) {
            entry.feed.ended(Error::closed());
        }
    }

    #[inline(never)]
    pub(super) fn request(&mut self, request: NewRequest) {
        let deadline = self.now + self.timeouts.request;
        if self.is_joined() {
            let id = request.id;
            let frame = self.requests.add_sent(request, deadline);
            return self.send(id, frame);
        }
        if let Some(error) = self.refusal() {
            return self.answer(request.reply, Err(error));
        }
        if request.this_link {
            return self.answer(request.reply, Err(interrupted()));
        }
        if !self.requests.has_room(request.frame.len(), &self.limits) {
            let error = Error::new(
                ErrorKind::QueueFull,
                "too many requests wait for a connection",
            );
            return self.answer(request.reply, Err(error));
        }
        self.requests.add_waiting(request, deadline);
        self.wake();
    }

    pub(super) fn focus(&mut self, focused: bool) {
        if !focused {
            return;
        }
        match (&self.phase, &self.state) {
            (Phase::Joined { .. }, _) => self.probe(),
            (Phase::Waiting { .. }, _) | (Phase::Rest, ConnectionState::Offline) => self.begin(),
            (Phase::Rest, ConnectionState::Hibernated) => self.begin_asked(),
            _ => self.begin_late(),
        }
    }

    /// A session takes longer than one that is only looked up: perhaps the question was lost, and it is asked again.
    fn begin_late(&mut self) {
        let is_late = self.now >= self.began + self.timeouts.attempt;
        if matches!(self.phase, Phase::Fetching { .. }) && is_late {
            self.begin();
        }
    }

    pub(super) fn set_online(&mut self, online: bool) {
        self.online = online;
        match (&self.phase, &self.state) {
            // The link may live on: a sandbox on this machine needs no network.
            (Phase::Joined { .. }, _) => self.probe(),
            (Phase::Waiting { .. }, _) if online => self.begin(),
            (Phase::Waiting { .. }, _) => {
                self.phase = Phase::Rest;
                self.set_state(ConnectionState::Offline);
            }
            (Phase::Rest, ConnectionState::Offline) if online => self.begin(),
            _ if online => self.begin_late(),
            _ => {}
        }
    }

    fn wait(&mut self, reply: Reply<()>) {
        let deadline = self.now + self.timeouts.connect;
        self.waiters.push((reply, deadline));
    }

    /// An operation of the user connects for the first time, and wakes a sandbox.
    pub(super) fn wake(&mut self) {
        if matches!(
            self.state,
            ConnectionState::Idle | ConnectionState::Hibernated
        ) {
            self.begin_asked();
        }
    }

    /// Why no request is taken now.
    pub(super) fn refusal(&self) -> Option<Error> {
        match self.state {
            ConnectionState::Disconnected => Some(Error::disconnected()),
            _ => self.failure().map(|error| Error::clone(&error)),
        }
    }
}
