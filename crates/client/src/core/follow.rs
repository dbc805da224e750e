//! What the machine does for its feeds.

use bytes::Bytes;
use yew_sandbox_protocol::WireError;

use crate::core::feeds::{Feed, FeedEntry, Heard, Outbox, Step};
use crate::core::machine::Own;
use crate::core::{Effect, Machine, NewFeed};
use crate::error::Error;
use crate::options::FOR_EVER;
use crate::send::Shared;

impl Machine {
    #[inline(never)]
    pub(super) fn follow(&mut self, new: NewFeed) {
        if !self.is_joined()
            && new.reply.is_some()
            && let Some(error) = self.refusal()
        {
            new.feed.ended(error.clone());
            return self.settle(new.reply, Err(error));
        }
        let limit = new.limit.map(|limit| limit.min(FOR_EVER));
        let deadline = self.now + limit.unwrap_or(self.timeouts.request);
        let (key, feed) = (new.key, new.feed);
        self.feeds.entries.push(FeedEntry {
            key,
            feed: feed.clone(),
            reply: new.reply.map(|reply| (reply, deadline)),
        });
        if self.is_joined() {
            self.hear(key, &feed, |out| {
                out.late = true;
                feed.joined(out);
            });
        }
        self.wake();
    }

    pub(super) fn unfollow(&mut self, key: u64) {
        if let Some(FeedEntry { feed, .. }) = self.feeds.remove(key) {
            self.hear(key, &feed, |out| feed.dropped(out));
        }
    }

    /// The connection is up: every feed catches up.
    pub(super) fn restore_feeds(&mut self, resumed: bool) {
        for place in 0..self.feeds.entries.len() {
            let entry = &self.feeds.entries[place];
            let (key, feed) = (entry.key, entry.feed.clone());
            self.hear(key, &feed, |out| {
                out.resumed = resumed;
                feed.joined(out);
            });
        }
    }

    /// The agent resumed this client: what it may not have taken goes out again, and then every feed catches up.
    pub(super) fn resume(&mut self) {
        let unanswered = self.flight.take();
        let mark = self.effects.len();
        self.restore_feeds(true);
        // What the feeds asked goes behind.
        let spoken = self.effects.split_off(mark).into_iter();
        let other = spoken.filter(|effect| !matches!(effect, Effect::Send(_)));
        self.effects.extend(other);
        let asked = self.flight.take();
        for (id, frame) in unanswered {
            if id % 2 == 0 || self.is_wanted(id) {
                self.send(id, frame);
            }
        }
        for (id, frame) in asked {
            self.send(id, frame);
        }
    }

    /// Whether a request of the machine's own shall go out again: not where its feed is gone, or has asked anew.
    fn is_wanted(&self, id: u64) -> bool {
        let own = self.own.iter().find(|(own, _)| *own == id);
        own.is_some_and(|(_, own)| match own {
            Own::Feed { key, .. } => self.feeds.entries.iter().any(|entry| entry.key == *key),
            _ => true,
        })
    }

    /// The link is gone, and with it what some feeds had asked for, unless the agent keeps it.
    pub(super) fn lose_feeds(&mut self, kept: bool) {
        let mut place = 0;
        while let Some(entry) = self.feeds.entries.get(place) {
            match entry.feed.lost(kept) {
                Some(error) => {
                    let entry = self.feeds.entries.remove(place);
                    self.end_feed(entry, error);
                }
                None => place += 1,
            }
        }
    }

    #[inline(never)]
    pub(super) fn on_feed_answer(
        &mut self,
        key: u64,
        feed: &Shared<dyn Feed>,
        outcome: Result<Bytes, WireError>,
    ) {
        let step = self.hear(key, feed, |out| feed.answer(outcome, out));
        if self.feeds.by_key(key).is_none() {
            // Whoever followed left in the meantime.
            return self.hear(key, feed, |out| feed.dropped(out));
        }
        self.on_step(key, step);
    }

    fn on_step(&mut self, key: u64, step: Step) {
        match step {
            Step::Begun => {
                let entry = self.feeds.by_key(key);
                let reply = entry.and_then(|entry| entry.reply.take());
                self.settle(reply.map(|(reply, _)| reply), Ok(()));
            }
            Step::Waiting => {}
            Step::Failed(error) => {
                if let Some(entry) = self.feeds.remove(key) {
                    self.end_feed(entry, error);
                }
            }
        }
    }

    pub(super) fn nudge(&mut self, method: &'static str) {
        if self.is_joined() {
            for (key, feed) in self.feeds.of_method(method) {
                self.hear(key, &feed, |out| feed.nudged(out));
            }
        }
    }

    /// Whether every feed could read the notification.
    pub(super) fn on_feed_notification(&mut self, method: &str, params: &Bytes) -> bool {
        let mut readable = true;
        for (key, feed) in self.feeds.of_method(method) {
            match self.hear(key, &feed, |out| feed.notification(method, params, out)) {
                Heard::Noted => {}
                Heard::Step(step) => self.on_step(key, step),
                Heard::Malformed => readable = false,
            }
        }
        readable
    }

    pub(super) fn end_feed(&mut self, entry: FeedEntry, error: Error) {
        match entry.reply {
            Some((reply, _)) => {
                entry.feed.ended(error.clone());
                self.settle(Some(reply), Err(error));
            }
            None => entry.feed.ended(error),
        }
    }

    /// Lets a feed speak, and sends what it asks for while there is a connection.
    fn hear<T>(
        &mut self,
        key: u64,
        feed: &Shared<dyn Feed>,
        speak: impl FnOnce(&mut Outbox) -> T,
    ) -> T {
        let mut out = Outbox {
            next: self.next_own,
            requests: Vec::new(),
            resumed: false,
            late: false,
        };
        let result = speak(&mut out);
        if self.is_joined() {
            self.next_own = out.next;
            for request in out.requests {
                let own = if request.answered {
                    let is_earlier =
                        |own: &Own| matches!(own, Own::Feed { key: of, .. } if *of == key);
                    self.own.retain(|(_, own)| !is_earlier(own));
                    Own::Feed {
                        key,
                        feed: feed.clone(),
                    }
                } else {
                    Own::Ignored
                };
                self.own.push((request.id, own));
                self.send(request.id, request.frame.into());
            }
        }
        result
    }
}
