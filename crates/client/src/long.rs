//! Requests that may take longer than others.

use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::{Request, WireError, decode};

use crate::client::Client;
use crate::core::{Feed, Heard, Outbox, Step};
use crate::error::{Error, ErrorKind};
use crate::send::{MaybeSend, MaybeSync, Shared, lock};

/// How long they may take.
pub(crate) const LONGEST: Duration = Duration::from_secs(5 * 60);

/// Sends a request that may take [`LONGEST`]. It runs once: where the link breaks meanwhile and the agent does not resume
/// this client, it fails as `Interrupted`.
pub(crate) fn long_request<R: Request + MaybeSend + MaybeSync + 'static>(
    client: &Client,
    request: R,
) -> impl Future<Output = Result<R::Answer, Error>> + MaybeSend + use<R> {
    let feed = Shared::new(LongRequest {
        request,
        state: Mutex::new(State::New),
    });
    let (guard, done) = client.follow_within(feed.clone(), Some(LONGEST));
    async move {
        let outcome = done.await;
        drop(guard);
        outcome?;
        match std::mem::replace(&mut *lock(&feed.state), State::Asked) {
            State::Answered(answer) => decode(&answer).map_err(Error::undecodable),
            State::New | State::Asked => Err(Error::closed()),
        }
    }
}

/// The error of what may have run.
pub(crate) fn interrupted(method: &str) -> Error {
    let message = "the link broke before the answer came";
    Error::new(ErrorKind::Interrupted, message).about(method)
}

struct LongRequest<R> {
    request: R,
    state: Mutex<State>,
}

enum State {
    New,
    Asked,
    Answered(Bytes),
}

impl<R: Request + MaybeSend + MaybeSync> Feed for LongRequest<R> {
    fn methods(&self) -> &'static [&'static str] {
        &[]
    }

    fn joined(&self, out: &mut Outbox) {
        let mut state = lock(&self.state);
        if matches!(*state, State::New) {
            *state = State::Asked;
            out.ask(&self.request);
        }
    }

    fn answer(&self, outcome: Result<Bytes, WireError>, _out: &mut Outbox) -> Step {
        match outcome {
            Ok(answer) => {
                *lock(&self.state) = State::Answered(answer);
                Step::Begun
            }
            Err(error) => Step::Failed(error.into()),
        }
    }

    fn notification(&self, _method: &str, _params: &Bytes, _out: &mut Outbox) -> Heard {
        Heard::Noted
    }

    fn lost(&self, kept: bool) -> Option<Error> {
        let was_asked = matches!(*lock(&self.state), State::Asked);
        (was_asked && !kept).then(|| interrupted(R::METHOD))
    }

    /// Whoever waits is told by the machine.
    fn ended(&self, _error: Error) {}
}
