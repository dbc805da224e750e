//! A commit, from its request to its end, which a notification may tell.

use std::sync::Mutex;

use bytes::Bytes;
use yew_sandbox_protocol::git::{CommitFinished, CommitStarted, MakeCommit, MakeCommitAnswer};
use yew_sandbox_protocol::{Notification, Request, WireError, decode};

use crate::core::{Feed, Heard, Outbox, Step};
use crate::error::{Error, ErrorKind};
use crate::long::interrupted;
use crate::send::lock;

/// Asks for a commit once, and has begun when the commit is made.
pub(super) struct CommitFeed {
    request: MakeCommit,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    was_asked: bool,
    /// The shell that runs it, once the agent took it on and named one.
    own: Option<String>,
    /// The shell of the commit that began last, which may be another client's.
    running: Option<String>,
    /// The last one that ended, and how: the end may be told before the answer.
    ended: Option<(String, u8)>,
}

impl CommitFeed {
    pub(super) fn new(request: MakeCommit) -> Self {
        Self {
            request,
            state: Mutex::default(),
        }
    }
}

impl Feed for CommitFeed {
    fn methods(&self) -> &'static [&'static str] {
        &[CommitStarted::METHOD, CommitFinished::METHOD]
    }

    fn joined(&self, out: &mut Outbox) {
        let mut state = lock(&self.state);
        if !std::mem::replace(&mut state.was_asked, true) {
            out.ask(&self.request);
        }
    }

    fn answer(&self, outcome: Result<Bytes, WireError>, _out: &mut Outbox) -> Step {
        let taken = match outcome.map(|result| decode::<MakeCommitAnswer>(&result)) {
            Ok(Ok(taken)) => taken,
            Ok(Err(error)) => return Step::Failed(Error::undecodable(error)),
            Err(error) => return Step::Failed(error.into()),
        };
        // Without a shell nothing runs any more.
        if taken.shell_id.is_empty() {
            return Step::Begun;
        }
        let mut state = lock(&self.state);
        match &state.ended {
            Some((shell, code)) if *shell == taken.shell_id => finished(*code),
            _ => {
                state.own = Some(taken.shell_id);
                Step::Waiting
            }
        }
    }

    fn notification(&self, method: &str, params: &Bytes, _out: &mut Outbox) -> Heard {
        let mut state = lock(&self.state);
        if method == CommitStarted::METHOD {
            return match decode::<CommitStarted>(params) {
                Ok(started) => {
                    state.running = Some(started.shell_id);
                    Heard::Noted
                }
                Err(_) => Heard::Malformed,
            };
        }
        let Ok(CommitFinished { exit_code }) = decode(params) else {
            return Heard::Malformed;
        };
        let ended = state.running.take();
        match (&state.own, &ended) {
            (Some(own), Some(ended)) if own != ended => Heard::Noted,
            (Some(_), _) => Heard::Step(finished(exit_code)),
            (None, _) => {
                state.ended = ended.map(|shell| (shell, exit_code));
                Heard::Noted
            }
        }
    }

    /// An answer may come yet; the end of a commit that runs in a shell is told once.
    fn lost(&self, kept: bool) -> Option<Error> {
        let state = lock(&self.state);
        let is_over = state.was_asked && !(kept && state.own.is_none());
        is_over.then(|| interrupted(MakeCommit::METHOD))
    }

    /// Whoever waits is told by the machine.
    fn ended(&self, _error: Error) {}
}

fn finished(code: u8) -> Step {
    match code {
        0 => Step::Begun,
        _ => Step::Failed(Error::new(ErrorKind::Git, "git made no commit")),
    }
}
