//! Values of the sandbox that are kept up to date.

use std::fmt;
use std::sync::Mutex;

use bytes::Bytes;
use yew_sandbox_protocol::WireError;
use yew_sandbox_protocol::msgpack::DecodeError;

use crate::client::Client;
use crate::core::{Feed, Heard, Outbox, Step};
use crate::error::Error;
use crate::feed::FeedGuard;
use crate::race::race;
use crate::send::{MaybeSend, MaybeSync, Shared, lock};
use crate::state::ConnectionState;
use crate::watch::{Subscription, Watch, WatchSender};

/// A value of the sandbox that is kept up to date, over broken links too.
///
/// It is asked for when it is made, after every reconnect, and follows the sandbox's notifications. Clones share it; when the last
/// is dropped, nothing is followed any more.
#[must_use = "nothing is followed unless it is kept"]
pub struct Live<T> {
    watch: Watch<Option<T>>,
    error: Shared<Mutex<Option<Error>>>,
    state: Watch<ConnectionState>,
    guard: Shared<FeedGuard>,
}

/// What a [`Live`] value is made of.
pub(crate) trait Topic: MaybeSend + MaybeSync + 'static {
    type Value: Clone + PartialEq + MaybeSend + 'static;

    /// The notifications that concern it.
    fn methods(&self) -> &'static [&'static str];

    /// Asks for the value.
    fn ask(&self, out: &mut Outbox);

    /// The value in an answer.
    fn read(&self, answer: &Bytes) -> Result<Self::Value, DecodeError>;

    /// What a notification makes of the value.
    fn apply(&self, value: &Self::Value, method: &str, params: &Bytes) -> Applied<Self::Value>;
}

/// What a notification means.
pub(crate) enum Applied<T> {
    /// The value is another now.
    New(T),
    /// It has to be asked for.
    Ask,
}

struct LiveFeed<S: Topic> {
    topic: S,
    told: WatchSender<Option<S::Value>>,
    watch: Watch<Option<S::Value>>,
    asked: Mutex<Asked>,
    error: Shared<Mutex<Option<Error>>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Asked {
    No,
    Yes,
    /// Something changed while the answer was under way.
    Again,
}

impl<T: Clone + PartialEq + MaybeSend + 'static> Live<T> {
    pub(crate) fn new<S: Topic<Value = T>>(client: &Client, topic: S) -> Self {
        let (told, watch) = WatchSender::new(None);
        let error = Shared::new(Mutex::new(None));
        let feed = LiveFeed {
            topic,
            told,
            watch: watch.clone(),
            asked: Mutex::new(Asked::No),
            error: error.clone(),
        };
        Self {
            watch,
            error,
            state: client.watch_state(),
            guard: Shared::new(client.follow_always(Shared::new(feed))),
        }
    }

    /// The value; `None` before it was heard of.
    pub fn get(&self) -> Option<T> {
        self.watch.get()
    }

    /// The value, to be read, waited for and called back with. It ends with the last clone of this.
    pub fn watch(&self) -> Watch<Option<T>> {
        self.watch.clone()
    }

    /// Calls `callback` with every value from now on.
    pub fn subscribe(
        &self,
        callback: impl Fn(&Option<T>) + MaybeSend + MaybeSync + 'static,
    ) -> Subscription {
        self.watch.subscribe(callback)
    }

    /// Waits until the value is one that `accept` makes something of.
    ///
    /// # Errors
    /// The reason where the sandbox refuses to tell the value, or the client was refused; `Disconnected` while the user wants no connection,
    /// `Closed` where the client is gone.
    pub async fn wait_for<R>(&self, mut accept: impl FnMut(&T) -> Option<R>) -> Result<R, Error> {
        let (mut watch, mut state) = (self.watch.clone(), self.state.clone());
        loop {
            if let Some(result) = watch.get().as_ref().and_then(&mut accept) {
                return Ok(result);
            }
            if let Some(error) = self.error() {
                return Err(error);
            }
            match state.get() {
                ConnectionState::Failed(error) => return Err(Error::clone(&error)),
                ConnectionState::Disconnected => return Err(Error::disconnected()),
                _ => {}
            }
            let value = async { watch.changed().await.is_some() };
            let other = async { state.changed().await.is_some() };
            if !race(value, other).await {
                return Err(Error::closed());
            }
        }
    }

    /// Why there is no value: the sandbox refused to tell it, as there is no repository for example, or the client was closed.
    /// After a refusal it is asked for again when the sandbox tells of a change, and after each reconnect.
    pub fn error(&self) -> Option<Error> {
        lock(&self.error).clone()
    }
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        Self {
            watch: self.watch.clone(),
            error: self.error.clone(),
            state: self.state.clone(),
            guard: self.guard.clone(),
        }
    }
}

impl<T> PartialEq for Live<T> {
    /// Whether both are clones of one.
    fn eq(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.guard, &other.guard)
    }
}

impl<T> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live")
    }
}

impl<S: Topic> LiveFeed<S> {
    fn set(&self, value: S::Value) {
        let value = Some(value);
        let was_refused = lock(&self.error).take().is_some();
        if was_refused || self.watch.get() != value {
            self.told.set(value);
        }
    }

    /// There is no value now. A later notification, or another connection, may bring one.
    fn refuse(&self, error: Error) {
        *lock(&self.error) = Some(error);
        self.told.set(None);
    }

    fn ask(&self, out: &mut Outbox) {
        let mut asked = lock(&self.asked);
        *asked = match *asked {
            Asked::No => {
                self.topic.ask(out);
                Asked::Yes
            }
            Asked::Yes | Asked::Again => Asked::Again,
        };
    }
}

impl<S: Topic> Feed for LiveFeed<S> {
    fn methods(&self) -> &'static [&'static str] {
        self.topic.methods()
    }

    fn joined(&self, out: &mut Outbox) {
        *lock(&self.asked) = Asked::No;
        self.ask(out);
    }

    fn answer(&self, outcome: Result<Bytes, WireError>, out: &mut Outbox) -> Step {
        let again = std::mem::replace(&mut *lock(&self.asked), Asked::No) == Asked::Again;
        match outcome.map(|answer| self.topic.read(&answer)) {
            Ok(Ok(value)) => self.set(value),
            Ok(Err(error)) => self.refuse(Error::undecodable(error)),
            Err(error) => self.refuse(error.into()),
        }
        if again {
            self.ask(out);
            return Step::Waiting;
        }
        Step::Begun
    }

    fn notification(&self, method: &str, params: &Bytes, out: &mut Outbox) -> Heard {
        // Before the answer there is nothing to apply it to, and the answer may be older than the notification.
        let value = self.watch.get().filter(|_| *lock(&self.asked) == Asked::No);
        match value.map(|value| self.topic.apply(&value, method, params)) {
            Some(Applied::New(value)) => self.set(value),
            Some(Applied::Ask) | None => self.ask(out),
        }
        Heard::Noted
    }

    fn nudged(&self, out: &mut Outbox) {
        self.ask(out);
    }

    fn ended(&self, error: Error) {
        *lock(&self.error) = Some(error);
        // Wakes whoever waits for a value that will not come.
        self.told.set(self.watch.get());
    }
}
