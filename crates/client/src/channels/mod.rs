//! Messages between the clients of a sandbox.

mod feed;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use yew_sandbox_protocol::channel::{Send, SendAnswer};
use yew_sandbox_protocol::{Encode, Raw, decode};

pub(crate) use self::feed::HeldChannels;

use self::feed::{ChannelQueue, HeldChannel};
use crate::client::Client;
use crate::error::Error;
use crate::queue::Queue;
use crate::send::{MaybeSend, Shared};
use crate::watch::Watch;

/// Most messages that wait for a reader.
const MOST_MESSAGES: usize = 1024;

/// Channels, on which the clients of a sandbox send each other messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Channels {
    client: Client,
}

/// A channel that this client has subscribed to, and a stream of what happens on it.
///
/// It outlives broken links. All holds of a client on one channel share its subscription; dropping the last one ends it. At most
/// 1,024 messages wait for a reader; past that they become one [`Gap`](ChannelEvent::Gap).
#[must_use = "messages are received while it is kept"]
pub struct Channel {
    held: Shared<HeldChannel>,
    queue: Shared<ChannelQueue>,
}

/// What happened on a channel.
#[derive(Clone, Debug, PartialEq)]
pub enum ChannelEvent {
    /// Another client sent this.
    Message(ChannelMessage),
    /// Messages may have been lost: the link was broken, or the reader was too slow.
    Gap,
}

/// A message of another client.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelMessage {
    /// Who sent it.
    pub client_id: String,
    /// Whether the sender is another connection of the same user.
    pub is_own_user: bool,
    /// What was sent; [`Raw::get`] reads it.
    pub data: Raw,
}

impl Channels {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Receives a channel's messages from now on. It need not be made first.
    ///
    /// # Errors
    /// `RateLimited` where there are too many, and those of the connection, with the channel's name.
    pub fn subscribe(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<Channel, Error>> + MaybeSend + use<> {
        let held = self.client.held_channels().get(&self.client, name);
        let queue = Shared::new(Queue::new(MOST_MESSAGES));
        held.feed.add(&queue);
        async move {
            let begun = held.feed.begun().await;
            begun.map_err(|error| error.about(&held.feed.name))?;
            Ok(Channel { held, queue })
        }
    }
}

impl Channel {
    /// The channel's name.
    pub fn name(&self) -> &str {
        &self.held.feed.name
    }

    /// The next event. `None` once the client is gone or the sandbox refuses the channel; [`error`](Self::error) says which.
    pub async fn next(&mut self) -> Option<ChannelEvent> {
        self.queue.next().await
    }

    /// Why there are no more events.
    pub fn error(&self) -> Option<Error> {
        self.queue.error()
    }

    /// The ids of the clients that receive the channel, live.
    pub fn subscribers(&self) -> Watch<Vec<String>> {
        self.held.feed.watch_subscribers.clone()
    }

    /// Sends to all others that have subscribed, and gives their ids. The message must be a map on the wire.
    ///
    /// # Errors
    /// `Interrupted` where the link broke and it may have been sent; those of the connection.
    pub fn send<T: Encode + ?Sized>(
        &self,
        message: &T,
    ) -> impl Future<Output = Result<Vec<String>, Error>> + MaybeSend + use<T> {
        self.send_data(Raw::new(message), None)
    }

    /// Sends to some of those that have subscribed, by their ids.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_to<T: Encode + ?Sized>(
        &self,
        clients: Vec<String>,
        message: &T,
    ) -> impl Future<Output = Result<Vec<String>, Error>> + MaybeSend + use<T> {
        self.send_data(Raw::new(message), Some(clients))
    }

    fn send_data(
        &self,
        data: Raw,
        clients: Option<Vec<String>>,
    ) -> impl Future<Output = Result<Vec<String>, Error>> + MaybeSend + use<> {
        let message = Send {
            name: self.name().to_owned(),
            clients,
            data,
        };
        let sent = self.held.client.request_about(self.name(), &message);
        sent.reading(|result| Ok(decode::<SendAnswer>(result)?.clients))
    }
}

impl Stream for Channel {
    type Item = ChannelEvent;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ChannelEvent>> {
        self.queue.poll_next(context)
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Channel").field(&self.name()).finish()
    }
}
