//! The subscription of a client to one channel, which all its holds on the channel share.

use std::sync::Mutex;

use bytes::Bytes;
use yew_sandbox_protocol::channel::{
    Message, Subscribe, SubscribeAnswer, Subscribed, Unsubscribe, Unsubscribed,
};
use yew_sandbox_protocol::{Notification, WireError, decode};

use super::{ChannelEvent, ChannelMessage};
use crate::client::Client;
use crate::core::{Feed, Heard, Outbox, Step};
use crate::error::Error;
use crate::feed::FeedGuard;
use crate::queue::Queue;
use crate::send::{Shared, Weak, lock};
use crate::watch::{Watch, WatchSender};

/// What waits for one reader.
pub(super) type ChannelQueue = Queue<ChannelEvent>;

/// A subscription, until the last hold on it is dropped.
pub(crate) struct HeldChannel {
    pub(super) client: Client,
    pub(super) feed: Shared<ChannelFeed>,
    _guard: FeedGuard,
}

/// The channels that a client has subscribed to.
#[derive(Default)]
pub(crate) struct HeldChannels(Mutex<Vec<Weak<HeldChannel>>>);

impl HeldChannels {
    /// The client's subscription to a channel, a new one where there is none.
    pub(super) fn get(&self, client: &Client, name: &str) -> Shared<HeldChannel> {
        let mut all = lock(&self.0);
        all.retain(|weak| weak.strong_count() > 0);
        let mut held = all.iter().filter_map(Weak::upgrade);
        if let Some(held) = held.find(|held| held.feed.name == name && !held.feed.has_ended()) {
            return held;
        }
        drop(held);
        let feed = Shared::new(ChannelFeed::new(name));
        let held = Shared::new(HeldChannel {
            client: client.clone(),
            feed: feed.clone(),
            _guard: client.follow(feed).0,
        });
        all.push(Shared::downgrade(&held));
        held
    }
}

/// What the machine tells the subscription.
pub(super) struct ChannelFeed {
    pub(super) name: String,
    subscribers: WatchSender<Vec<String>>,
    pub(super) watch_subscribers: Watch<Vec<String>>,
    phase: WatchSender<Phase>,
    watch_phase: Watch<Phase>,
    readers: Mutex<Vec<Weak<ChannelQueue>>>,
    /// Whether the agent was asked for it on this connection.
    was_asked: Mutex<bool>,
}

#[derive(Clone, PartialEq)]
enum Phase {
    New,
    Begun,
    Ended(Error),
}

impl ChannelFeed {
    fn new(name: &str) -> Self {
        let (subscribers, watch_subscribers) = WatchSender::new(Vec::new());
        let (phase, watch_phase) = WatchSender::new(Phase::New);
        Self {
            name: name.to_owned(),
            subscribers,
            watch_subscribers,
            phase,
            watch_phase,
            readers: Mutex::default(),
            was_asked: Mutex::new(false),
        }
    }

    /// Waits until it has begun.
    pub(super) async fn begun(&self) -> Result<(), Error> {
        let mut phase = self.watch_phase.clone();
        loop {
            match phase.get() {
                Phase::New => {}
                Phase::Begun => return Ok(()),
                Phase::Ended(error) => return Err(error),
            }
            if phase.changed().await.is_none() {
                return Err(Error::closed());
            }
        }
    }

    /// Tells a reader of all that follows.
    pub(super) fn add(&self, queue: &Shared<ChannelQueue>) {
        let mut readers = lock(&self.readers);
        readers.retain(|reader| reader.strong_count() > 0);
        readers.push(Shared::downgrade(queue));
    }

    fn has_ended(&self) -> bool {
        matches!(self.watch_phase.get(), Phase::Ended(_))
    }

    fn tell(&self, event: &ChannelEvent) {
        for reader in self.readers() {
            reader.push(event.clone(), || ChannelEvent::Gap);
        }
    }

    fn readers(&self) -> Vec<Shared<ChannelQueue>> {
        lock(&self.readers)
            .iter()
            .filter_map(Weak::upgrade)
            .collect()
    }

    fn set_subscribers(&self, name: &str, subscribers: Vec<String>) {
        if name == self.name && self.watch_subscribers.get() != subscribers {
            self.subscribers.set(subscribers);
        }
    }

    fn on_message(&self, message: Message) {
        if message.name == self.name {
            self.tell(&ChannelEvent::Message(ChannelMessage {
                client_id: message.client_id,
                is_own_user: message.is_user,
                data: message.data,
            }));
        }
    }
}

impl Feed for ChannelFeed {
    fn methods(&self) -> &'static [&'static str] {
        &[Message::METHOD, Subscribed::METHOD, Unsubscribed::METHOD]
    }

    fn joined(&self, out: &mut Outbox) {
        *lock(&self.was_asked) = true;
        let name = self.name.clone();
        out.ask(&Subscribe { name });
    }

    fn answer(&self, outcome: Result<Bytes, WireError>, _out: &mut Outbox) -> Step {
        match outcome.map(|result| decode::<SubscribeAnswer>(&result)) {
            Ok(Ok(answer)) => self.set_subscribers(&self.name, answer.subscribers),
            Ok(Err(error)) => return Step::Failed(Error::undecodable(error)),
            Err(error) => return Step::Failed(error.into()),
        }
        if self.watch_phase.get() == Phase::Begun {
            self.tell(&ChannelEvent::Gap);
        } else {
            self.phase.set(Phase::Begun);
        }
        Step::Begun
    }

    fn notification(&self, method: &str, params: &Bytes, _out: &mut Outbox) -> Heard {
        let taken = match method {
            Message::METHOD => decode(params).map(|message| self.on_message(message)),
            Subscribed::METHOD => decode::<Subscribed>(params)
                .map(|change| self.set_subscribers(&change.name, change.subscribers)),
            _ => decode::<Unsubscribed>(params)
                .map(|change| self.set_subscribers(&change.name, change.subscribers)),
        };
        match taken {
            Ok(()) => Heard::Noted,
            Err(_) => Heard::Malformed,
        }
    }

    fn lost(&self, _kept: bool) -> Option<Error> {
        *lock(&self.was_asked) = false;
        None
    }

    fn ended(&self, error: Error) {
        for reader in self.readers() {
            reader.end(Some(error.clone()));
        }
        self.phase.set(Phase::Ended(error));
    }

    /// At once and not only once the answer is there: it must not end a later subscription.
    fn dropped(&self, out: &mut Outbox) {
        if std::mem::take(&mut *lock(&self.was_asked)) {
            let name = self.name.clone();
            out.tell(&Unsubscribe { name });
        }
    }
}
