//! `notification/*`.

use yew_sandbox_protocol::notification::{List, Listed, Respond};
use yew_sandbox_protocol::{ClientFrame, Request};

use super::Session;

impl Session {
    pub(super) async fn notification(&self, frame: ClientFrame) {
        match frame.method.as_str() {
            Respond::METHOD => self.respond(frame).await,
            List::METHOD => {
                let notifications = self.sandbox.notifications.shown();
                self.answer(&frame, &Listed { notifications }).await;
            }
            _ => self.unknown(&frame).await,
        }
    }

    async fn respond(&self, frame: ClientFrame) {
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
