//! Large frames, put together from their parts.

use std::collections::HashMap;

use bytes::BytesMut;

use crate::link::Message;

/// Makes frames whole again, for who does not pass parts on. A client's parts are forgotten with its [`Message::Close`].
#[derive(Debug, Default)]
pub struct Parts(HashMap<u32, BytesMut>);

impl Parts {
    /// The message; `None` while it is only a part. A frame whose parts came before comes out whole.
    pub fn take(&mut self, message: Message) -> Option<Message> {
        match message {
            Message::Part { client, payload } => {
                self.0
                    .entry(client)
                    .or_default()
                    .extend_from_slice(&payload);
                None
            }
            Message::Frame { client, payload } => Some(match self.0.remove(&client) {
                Some(mut parts) => {
                    parts.extend_from_slice(&payload);
                    let payload = parts.freeze();
                    Message::Frame { client, payload }
                }
                None => Message::Frame { client, payload },
            }),
            Message::Close { client, .. } => {
                self.0.remove(&client);
                Some(message)
            }
            message => Some(message),
        }
    }
}
