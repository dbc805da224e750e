//! `system/*`.

use yew_sandbox_protocol::system::{GetMetrics, Hibernate, Update};
use yew_sandbox_protocol::{ClientFrame, Request, encode_answer};

use super::Session;
use crate::link::Message;

impl Session {
    pub(super) async fn system(&self, frame: ClientFrame) {
        match frame.method.as_str() {
            Update::METHOD => self.answer(&frame, &()).await,
            Hibernate::METHOD => self.hibernate(frame).await,
            GetMetrics::METHOD => self.metrics(frame),
            _ => self.unknown(&frame).await,
        }
    }

    async fn hibernate(&self, frame: ClientFrame) {
        if self.may_change(&frame).await {
            self.answer(&frame, &()).await;
            self.sandbox.outgoing.control(Message::Hibernate);
        }
    }

    /// Measuring takes a moment, in which the client's other requests are served.
    fn metrics(&self, frame: ClientFrame) {
        let (sandbox, number) = (self.sandbox.clone(), self.number);
        tokio::spawn(async move {
            let metrics = sandbox.meter.measure().await;
            let answer = encode_answer(frame.id, &frame.method, &metrics);
            sandbox.outgoing.frame(number, answer).await;
        });
    }
}
