//! Those who follow a part of the sandbox over all connections: watches, shells, lists.

use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::{Pieces, Request, WireError, encode_request_in_pieces};

use crate::core::Reply;
use crate::error::Error;
use crate::send::{MaybeSend, MaybeSync, Shared};

/// One follower. The machine calls it in the order in which things happen; it only takes note and asks.
pub(crate) trait Feed: MaybeSend + MaybeSync {
    /// The notifications that it wants to see.
    fn methods(&self) -> &'static [&'static str];

    /// The connection is up: ask for what brings it up to date.
    fn joined(&self, out: &mut Outbox);

    /// The answer to what it asked.
    fn answer(&self, outcome: Result<Bytes, WireError>, out: &mut Outbox) -> Step;

    /// A notification of one of its methods.
    fn notification(&self, method: &str, params: &Bytes, out: &mut Outbox) -> Heard;

    /// This client changed what a notification of these methods would tell it.
    fn nudged(&self, _out: &mut Outbox) {}

    /// The link is gone. An error ends it: what it had asked for must not be asked again. With `kept` the agent may resume this client,
    /// and answer what it was asked.
    fn lost(&self, _kept: bool) -> Option<Error> {
        None
    }

    /// It is over, and nothing will be called any more.
    fn ended(&self, error: Error);

    /// Nobody follows any more: say so to the agent, where it needs to know.
    fn dropped(&self, _out: &mut Outbox) {}
}

/// What an answer meant to a feed.
pub(crate) enum Step {
    /// It is up to date.
    Begun,
    /// It asked for more first.
    Waiting,
    /// It cannot go on.
    Failed(Error),
}

/// What a notification meant to a feed.
pub(crate) enum Heard {
    /// It took note.
    Noted,
    /// It waited for this.
    Step(Step),
    /// It cannot be read, and the connection cannot be trusted.
    Malformed,
}

/// Where a feed puts its requests.
pub(crate) struct Outbox {
    /// The number of the next request.
    pub(crate) next: u64,
    pub(crate) requests: Vec<Outgoing>,
    /// Whether the agent has just resumed this client, and knows what it was asked before.
    pub(crate) resumed: bool,
    /// Whether the feed is new on a connection that had been up before, so that it missed what was told at the join.
    pub(crate) late: bool,
}

/// A request of a feed.
pub(crate) struct Outgoing {
    pub(crate) id: u64,
    pub(crate) frame: Pieces,
    /// Whether the feed wants to see the answer.
    pub(crate) answered: bool,
}

impl Outbox {
    /// Sends a request whose answer the feed will see. One at a time: a later one takes the place of one before.
    pub(crate) fn ask<R: Request>(&mut self, request: &R) {
        self.push(request, true);
    }

    /// Sends a request whose answer nobody needs.
    pub(crate) fn tell<R: Request>(&mut self, request: &R) {
        self.push(request, false);
    }

    fn push<R: Request>(&mut self, request: &R, answered: bool) {
        let id = self.next;
        self.next += 2;
        self.requests.push(Outgoing {
            id,
            frame: encode_request_in_pieces(id, request),
            answered,
        });
    }
}

/// One feed, from its call to the drop of its guard.
pub(crate) struct FeedEntry {
    pub(crate) key: u64,
    pub(crate) feed: Shared<dyn Feed>,
    /// Who waits until it has begun, and until when. `None` once it has.
    pub(crate) reply: Option<(Reply<()>, Duration)>,
}

/// All feeds of a client. There are few, so they are searched one by one.
#[derive(Default)]
pub(crate) struct Feeds {
    pub(crate) entries: Vec<FeedEntry>,
}

impl Feeds {
    pub(crate) fn by_key(&mut self, key: u64) -> Option<&mut FeedEntry> {
        self.entries.iter_mut().find(|entry| entry.key == key)
    }

    pub(crate) fn remove(&mut self, key: u64) -> Option<FeedEntry> {
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(place))
    }

    /// The feeds that want to see a notification.
    pub(crate) fn of_method(&self, method: &str) -> Vec<(u64, Shared<dyn Feed>)> {
        self.entries
            .iter()
            .filter(|entry| entry.feed.methods().contains(&method))
            .map(|entry| (entry.key, entry.feed.clone()))
            .collect()
    }

    /// The nearest deadline of one that has not begun.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.entries
            .iter()
            .filter_map(|entry| entry.reply.as_ref())
            .map(|(_, deadline)| *deadline)
            .min()
    }

    /// Takes out one that did not begin in time.
    pub(crate) fn take_expired(&mut self, now: Duration) -> Option<FeedEntry> {
        let expired = |entry: &FeedEntry| matches!(&entry.reply, Some((_, at)) if *at <= now);
        let place = self.entries.iter().position(expired)?;
        Some(self.entries.remove(place))
    }

    /// Takes out one that has not begun.
    pub(crate) fn take_waiting(&mut self) -> Option<FeedEntry> {
        let place = self
            .entries
            .iter()
            .position(|entry| entry.reply.is_some())?;
        Some(self.entries.remove(place))
    }
}
