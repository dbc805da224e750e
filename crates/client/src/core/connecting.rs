//! One attempt after the other: session, socket, join; and what follows when one of them, or the link, fails.

use std::sync::Arc;

use yew_sandbox_protocol::client::{AppInfo, Join, JoinOutcome, Rejoin, Subscriptions};
use yew_sandbox_protocol::{ErrorCode, PROTOCOL_VERSION, Session, WireError, decode, setup};

use crate::core::backoff::{next_attempt, soon};
use crate::core::flight::Flight;
use crate::core::machine::{Chance, Own, Phase};
use crate::core::url::{agent_host, agent_url};
use crate::core::{Effect, Machine};
use crate::error::{Error, ErrorKind};
use crate::options::{SessionError, SessionErrorKind, SessionRequest};
use crate::state::{ConnectionState, Permission, SandboxInfo};

/// The normal end of a WebSocket.
pub(super) const NORMAL: u16 = 1000;

/// The end after something that the protocol does not allow.
const PROTOCOL_ERROR: u16 = 1002;

impl Machine {
    /// Begins an attempt that somebody asked for.
    pub(super) fn begin_asked(&mut self) {
        self.attempts = 0;
        self.may_wake = true;
        self.failures = 0;
        self.set_state(ConnectionState::Connecting);
        self.begin();
    }

    /// Begins an attempt. An earlier one ends.
    pub(super) fn begin(&mut self) {
        self.suspend_link(NORMAL, "reconnecting");
        self.attempts = self.attempts.saturating_add(1);
        self.began = self.now;
        if !matches!(self.state, ConnectionState::Connecting) {
            self.set_state(ConnectionState::Reconnecting {
                attempt: self.attempts,
                retry_in: std::time::Duration::ZERO,
            });
        }
        if self.session_is_good
            && let Some(session) = self.session.take()
        {
            self.open(&session);
            self.session = Some(session);
            return;
        }
        let sandbox_id = match &self.info {
            Some(info) => Some(info.sandbox_id.clone()),
            None => self.wanted.clone(),
        };
        // To make a sandbox, or to wake one, takes longer than to come back to one.
        let limit = if self.may_wake || sandbox_id.is_none() {
            self.timeouts.create
        } else {
            self.timeouts.attempt
        };
        self.phase = Phase::Fetching {
            deadline: self.now + limit,
        };
        self.effects.push(Effect::Fetch {
            generation: self.generation,
            request: SessionRequest { sandbox_id },
        });
    }

    #[inline(never)]
    pub(super) fn on_session(&mut self, result: Result<Box<Session>, SessionError>) {
        if !matches!(self.phase, Phase::Fetching { .. }) {
            return;
        }
        let session = match result {
            Ok(session) => session,
            Err(error) if error.kind() == SessionErrorKind::Unavailable => {
                return self.attempt_failed(&error.into_error().to_string());
            }
            Err(error) => return self.give_up(error.into_error()),
        };
        if let Some(info) = &self.info
            && info.sandbox_id != session.sandbox_id
        {
            let error = Error::new(
                ErrorKind::Session,
                "the server handed out a session of another sandbox",
            );
            return self.give_up(error.about(&info.sandbox_id.clone()));
        }
        self.tell_info(info_of(&session));
        self.session_is_good = true;
        self.open(&session);
        self.session = Some(*session);
    }

    fn open(&mut self, session: &Session) {
        if session.is_pint {
            return self.open_rest(session);
        }
        match agent_url(session) {
            Ok(url) => {
                self.phase = Phase::Opening {
                    deadline: self.now + self.timeouts.attempt,
                };
                self.effects.push(Effect::Open {
                    generation: self.generation,
                    url,
                });
            }
            Err(error) => self.give_up(error),
        }
    }

    pub(super) fn on_opened(&mut self) {
        let Phase::Opening { deadline } = self.phase else {
            return;
        };
        self.phase = Phase::Joining { deadline };
        let client_info = AppInfo {
            protocol_version: PROTOCOL_VERSION.to_owned(),
            app_id: self.app_id.clone(),
        };
        let async_progress = Some(true);
        let subscriptions = Subscriptions::all();
        match self.flight.resume() {
            None => self.send_own(
                Own::Join,
                &Join {
                    client_info,
                    async_progress,
                    subscriptions,
                },
            ),
            resume => self.send_own(
                Own::Join,
                &Rejoin {
                    client_info,
                    async_progress,
                    subscriptions,
                    resume,
                },
            ),
        }
    }

    #[inline(never)]
    pub(super) fn on_join(&mut self, outcome: Result<bytes::Bytes, WireError>) {
        if !matches!(self.phase, Phase::Joining { .. }) {
            return;
        }
        let answer = match outcome {
            Ok(result) => decode::<JoinOutcome>(&result),
            Err(error) if error.code == ErrorCode::NO_ACCESS => {
                let error = Error::new(ErrorKind::Forbidden, error.message.clone()).because(error);
                return self.give_up(error);
            }
            Err(error) => return self.attempt_failed(&error.message),
        };
        let answer = match answer {
            Ok(answer) if same_protocol(&answer.protocol_version) => answer,
            Ok(answer) => {
                let mut message = "the sandbox speaks protocol ".to_owned();
                message.push_str(&answer.protocol_version);
                return self.give_up(Error::new(ErrorKind::Protocol, message));
            }
            Err(error) => return self.give_up(Error::undecodable(error)),
        };
        if let Some(mut info) = self.info.clone() {
            info.username = answer.client.username;
            info.workspace_path = answer.workspace_path;
            let fs = answer.permissions.and_then(|permissions| permissions.fs);
            info.permission = match fs {
                Some(fs) if !fs.operation => Permission::Read,
                _ => Permission::Write,
            };
            self.tell_info(info);
        }
        let fs = answer.capabilities.and_then(|capabilities| capabilities.fs);
        let takes_parts = fs.and_then(|fs| fs.write_part) == Some(true);
        self.effects.push(Effect::TakesParts(takes_parts));
        let token = answer.resume.as_ref().and(answer.reconnect_token);
        let resumed = token.is_some() && answer.resume.is_some_and(|resume| resume.resumed);
        if !resumed {
            self.interrupt();
        }
        self.flight.begin(token);
        self.attempts = 0;
        self.may_wake = true;
        self.phase = Phase::Joined {
            since: self.now,
            heard: self.now,
            pinged: None,
            chance: Chance::None,
        };
        self.set_state(ConnectionState::Connected);
        self.settle_waiters(&Ok(()));
        self.send_own(Own::Setup, &setup::Get {});
        if resumed {
            self.resume();
        } else {
            self.restore_feeds(false);
        }
        for (id, frame) in self.requests.take_unsent() {
            self.send(id, frame);
        }
    }

    #[inline(never)]
    pub(super) fn on_closed(&mut self, reason: String) {
        if matches!(self.phase, Phase::Draining { .. }) {
            self.leave();
        } else {
            self.attempt_failed(&reason);
        }
    }

    /// An attempt, or the link, failed in a way that may pass.
    pub(super) fn attempt_failed(&mut self, reason: &str) {
        self.attempt_failed_with(NORMAL, "link lost");
        self.init_error(reason);
    }

    /// The other side sent what the protocol does not allow. It is not asked to send that again.
    pub(super) fn protocol_error(&mut self) {
        self.interrupt();
        if matches!(self.phase, Phase::Draining { .. }) {
            return self.leave();
        }
        self.attempt_failed_with(PROTOCOL_ERROR, "malformed frame");
    }

    #[inline(never)]
    fn attempt_failed_with(&mut self, code: u16, reason: &'static str) {
        let joined = self.is_joined();
        if self.was_healthy() {
            self.failures = 0;
        }
        // Most lost links can be had again at once. One that is lost again soon cannot.
        let at_once = joined && self.failures == 0;
        let failures = self.failures;
        self.failures = failures.saturating_add(1);
        if !joined {
            self.session_is_good = false;
        }
        self.suspend_link(code, reason);
        if !self.online {
            self.set_state(ConnectionState::Offline);
            return;
        }
        let began = self
            .began
            .max(self.now.saturating_sub(self.timeouts.attempt));
        let until = if at_once {
            soon(self.now)
        } else {
            next_attempt(failures, began, self.now, &mut self.random)
        };
        self.phase = Phase::Waiting { until };
        self.set_state(ConnectionState::Reconnecting {
            attempt: self.attempts.saturating_add(1),
            retry_in: until - self.now,
        });
    }

    /// The reason of a failed first attempt is worth telling while start-up is shown.
    fn init_error(&mut self, reason: &str) {
        if !self.init.ready && self.init.message != reason && !reason.is_empty() {
            self.init.message.clear();
            self.init.message.push_str(reason);
            self.tell_init();
        }
    }

    /// Refused for good.
    pub(super) fn give_up(&mut self, error: Error) {
        self.session_is_good = false;
        self.drop_link(NORMAL, "giving up");
        self.set_state(ConnectionState::Failed(Arc::new(error.clone())));
        self.fail_pending(&error);
    }

    /// The sandbox said that it goes to sleep.
    #[inline(never)]
    pub(super) fn on_hibernating(&mut self) {
        if matches!(self.phase, Phase::Draining { .. }) {
            return self.leave();
        }
        // A sleeping sandbox is woken by the server that hands out sessions.
        self.session_is_good = false;
        self.drop_link(NORMAL, "hibernating");
        self.set_state(ConnectionState::Hibernated);
        let is_wanted = !self.waiters.is_empty()
            || self.requests.has_waiting()
            || self.feeds.deadline().is_some();
        if is_wanted {
            self.begin_asked();
        }
    }

    /// Ends the attempt or the link for good. What was sent and must not be repeated fails; the rest waits.
    pub(super) fn drop_link(&mut self, code: u16, reason: &'static str) {
        self.end_link(code, reason);
        self.interrupt();
    }

    /// Ends the attempt or the link. Where the agent may resume this client, what was sent waits for the next join.
    fn suspend_link(&mut self, code: u16, reason: &'static str) {
        self.end_link(code, reason);
        if self.flight.can_resume() {
            self.lose_feeds(true);
        } else {
            self.interrupt();
        }
    }

    fn end_link(&mut self, code: u16, reason: &'static str) {
        if !matches!(self.phase, Phase::Rest | Phase::Waiting { .. }) {
            self.effects.push(Effect::Close { code, reason });
        }
        self.phase = Phase::Rest;
        self.generation += 1;
        while let Some(id) = self.requests.of_link() {
            self.flight.forget(id);
            if let Some(request) = self.requests.take(id) {
                self.answer(request.reply, Err(interrupted()));
            }
        }
        // Each connection makes them anew.
        self.own
            .retain(|(_, own)| !matches!(own, Own::Join | Own::Setup));
    }

    /// What was sent will not be answered any more: it fails where it must not be repeated, and waits where it can be.
    fn interrupt(&mut self) {
        self.flight = Flight::default();
        self.own.clear();
        self.lose_feeds(false);
        for request in self.requests.take_interrupted() {
            self.answer(request.reply, Err(interrupted()));
        }
    }

    pub(super) fn tell_info(&mut self, info: SandboxInfo) {
        if self.info.as_ref() != Some(&info) {
            self.info = Some(info.clone());
            self.effects.push(Effect::Sandbox(info));
        }
    }
}

pub(super) fn interrupted() -> Error {
    Error::new(
        ErrorKind::Interrupted,
        "the link broke before the answer came",
    )
}

pub(super) fn info_of(session: &Session) -> SandboxInfo {
    SandboxInfo {
        sandbox_id: session.sandbox_id.clone(),
        workspace_path: session.workspace_path.clone(),
        bootup_type: session.bootup_type,
        username: String::new(),
        agent_host: agent_host(&session.pitcher_url).to_owned(),
        host_token: session.host_token.clone(),
        permission: Permission::Unknown,
    }
}

/// Whether the number before the first dot is the same.
fn same_protocol(version: &str) -> bool {
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    version.is_empty() || major(version) == major(PROTOCOL_VERSION)
}
