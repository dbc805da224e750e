//! `channel/*`.

use yew_sandbox_protocol::channel::{Send, SendAnswer, Subscribe, SubscribeAnswer, Unsubscribe};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, Raw, Request};

use super::Session;

impl Session {
    pub(super) async fn channel(&self, frame: ClientFrame) {
        match frame.method.as_str() {
            Subscribe::METHOD => self.subscribe(frame).await,
            Unsubscribe::METHOD => {
                if let Some(Unsubscribe { name }) = self.params(&frame).await {
                    self.sandbox.channels.unsubscribe(self.number, &name).await;
                    self.answer(&frame, &()).await;
                }
            }
            Send::METHOD => self.send(frame).await,
            _ => self.unknown(&frame).await,
        }
    }

    async fn subscribe(&self, frame: ClientFrame) {
        let Some(Subscribe { name }) = self.params(&frame).await else {
            return;
        };
        match self.sandbox.channels.subscribe(self.number, &name) {
            Ok((subscribers, is_new)) => {
                self.answer(&frame, &SubscribeAnswer { subscribers }).await;
                if is_new {
                    let channels = &self.sandbox.channels;
                    channels.tell_subscribed(self.number, &name).await;
                }
            }
            Err(error) => self.refuse(&frame, error.code, error.message).await,
        }
    }

    async fn send(&self, frame: ClientFrame) {
        let Some(request) = self.params::<Send>(&frame).await else {
            return;
        };
        if !is_map(&request.data) {
            let message = format!(
                "the parameters of {} are wrong: data: expected a map",
                frame.method
            );
            return self.refuse(&frame, ErrorCode::CRITICAL, message).await;
        }
        let wanted = request.clients.as_deref();
        let channels = &self.sandbox.channels;
        match channels
            .send(self.number, &request.name, wanted, request.data)
            .await
        {
            Ok(clients) => self.answer(&frame, &SendAnswer { clients }).await,
            Err(error) => self.refuse(&frame, error.code, error.message).await,
        }
    }
}

/// Whether a value's first byte is that of a map.
fn is_map(value: &Raw) -> bool {
    matches!(value.0.first(), Some(0x80..=0x8f | 0xde | 0xdf))
}
