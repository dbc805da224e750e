//! `system/*`.

use yew_sandbox_protocol::system::{Hibernate, Update};
use yew_sandbox_protocol::{ClientFrame, Request};

use super::Session;
use crate::link::Message;

impl Session {
    pub(super) async fn system(&self, frame: ClientFrame) {
        match frame.method.as_str() {
            Update::METHOD => self.answer(&frame, &()).await,
            Hibernate::METHOD => self.hibernate(frame).await,
            _ => self.unknown(&frame).await,
        }
    }

    async fn hibernate(&self, frame: ClientFrame) {
        if self.may_change(&frame).await {
            self.answer(&frame, &()).await;
            self.sandbox.outgoing.control(Message::Hibernate);
        }
    }
}
