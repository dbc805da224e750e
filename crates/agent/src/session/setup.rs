//! `setup/*`.

use yew_sandbox_protocol::setup::{Get, Init};
use yew_sandbox_protocol::{ClientFrame, Request};

use super::Session;

impl Session {
    pub(super) async fn setup(&self, frame: ClientFrame) {
        match frame.method.as_str() {
            Get::METHOD => self.get_setup(frame).await,
            Init::METHOD => self.init_setup(frame).await,
            _ => self.unknown(&frame).await,
        }
    }

    /// Tells of the steps. Where there are none, a client may wait for one `setup/progress` before it goes on.
    async fn get_setup(&self, frame: ClientFrame) {
        let progress = self.sandbox.startup.progress().await;
        self.answer(&frame, &progress).await;
        if progress.steps.is_empty() {
            self.sandbox.outgoing.notify(self.number, &progress).await;
        }
    }

    /// Runs the steps from the start; the answer comes at once. While steps run, they are left alone.
    async fn init_setup(&self, frame: ClientFrame) {
        if !self.may_change(&frame).await {
            return;
        }
        self.sandbox.startup.filled().await;
        if let Some(again) = self.sandbox.startup.prepare_again().await {
            let sandbox = self.sandbox.clone();
            tokio::spawn(async move { sandbox.startup.run_again(again).await });
        }
        let progress = self.sandbox.startup.progress().await;
        self.answer(&frame, &progress).await;
    }
}
