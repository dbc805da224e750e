//! `port/*`.

use yew_sandbox_protocol::port::List;
use yew_sandbox_protocol::{ClientFrame, Request};

use super::Session;

impl Session {
    pub(super) async fn port(&self, frame: ClientFrame) {
        match frame.method.as_str() {
            List::METHOD => {
                let ports = self.sandbox.ports.list().await;
                self.answer(&frame, &ports).await;
            }
            _ => self.unknown(&frame).await,
        }
    }
}
