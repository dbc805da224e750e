//! `notification/*`.

use yew_sandbox_protocol::notification::Respond;
use yew_sandbox_protocol::{ClientFrame, Request};

use super::Session;

impl Session {
    pub(super) async fn notification(&self, frame: ClientFrame) {
        if frame.method != Respond::METHOD {
            return self.unknown(&frame).await;
        }
        let Some(Respond { id, response }) = self.params(&frame).await else {
            return;
        };
        let notifications = &self.sandbox.notifications;
        match notifications
            .respond(self.number, &id, response.as_deref())
            .await
        {
            Ok(()) => self.answer(&frame, &()).await,
            Err(error) => self.refuse(&frame, error.code, error.message).await,
        }
    }
}
