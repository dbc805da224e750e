//! `client/*`.

use yew_sandbox_protocol::client::{Join, List};
use yew_sandbox_protocol::{ClientFrame, Request};

use super::Session;

impl Session {
    pub(super) async fn client(&mut self, frame: ClientFrame) {
        match frame.method.as_str() {
            Join::METHOD => self.join(frame).await,
            List::METHOD => self.answer(&frame, &self.sandbox.members.list()).await,
            _ => self.unknown(&frame).await,
        }
    }
}
