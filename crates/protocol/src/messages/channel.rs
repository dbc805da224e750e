//! `channel/*`: messages between clients.

use crate::request::{notifications, requests};
use crate::wire::{Raw, record};

record! {
    /// `channel/subscribe`: receives a channel's messages from now on.
    pub struct Subscribe {
        /// The channel.
        "name" => name: String,
    }
}

record! {
    /// The answer to [`Subscribe`].
    pub struct SubscribeAnswer {
        /// The ids of the clients that receive it, this one among them.
        "subscribers" => subscribers: Vec<String>,
    }
}

record! {
    /// `channel/unsubscribe`: receives a channel's messages no more.
    pub struct Unsubscribe {
        /// The channel.
        "name" => name: String,
    }
}

record! {
    /// `channel/message`: sends to all others that subscribed, or to some of them.
    pub struct Send {
        /// The channel.
        "name" => name: String,
        /// The ids of the clients that shall receive it; absent: all others.
        "clients" => clients: Option<Vec<String>>,
        /// The message: a map.
        "data" => data: Raw,
    }
}

record! {
    /// The answer to [`Send`].
    pub struct SendAnswer {
        /// The ids of the clients that it was sent to.
        "clients" => clients: Vec<String>,
    }
}

record! {
    /// `channel/subscribed`: another client receives the channel now.
    pub struct Subscribed {
        /// The channel.
        "name" => name: String,
        /// The client.
        "clientId" => client_id: String,
        /// All that receive it now.
        "subscribers" => subscribers: Vec<String>,
    }
}

record! {
    /// `channel/unsubscribed`: a client receives the channel no more.
    pub struct Unsubscribed {
        /// The channel.
        "name" => name: String,
        /// The client.
        "clientId" => client_id: String,
        /// All that receive it now.
        "subscribers" => subscribers: Vec<String>,
    }
}

record! {
    /// `channel/message` as a notification: another client's message.
    pub struct Message {
        /// The channel.
        "name" => name: String,
        /// Who sent it.
        "clientId" => client_id: String,
        /// Whether the sender is another connection of the same user.
        "isUser" => is_user: bool,
        /// The message.
        "data" => data: Raw,
    }
}

requests! {
    Subscribe: "channel/subscribe" -> SubscribeAnswer, Repeatable;
    Unsubscribe: "channel/unsubscribe" -> (), Repeatable;
    Send: "channel/message" -> SendAnswer, Once;
}

notifications! {
    Subscribed: "channel/subscribed";
    Unsubscribed: "channel/unsubscribed";
    Message: "channel/message";
}
