//! `setup/get` and `setup/init`.

use yew_sandbox_protocol::ClientFrame;

use super::Session;

impl Session {
    /// Tells of the steps. Where there are none, a client may wait for one `setup/progress` before it goes on.
    pub(super) async fn get_setup(&self, frame: ClientFrame) {
        let progress = self.sandbox.startup.progress().await;
        self.answer(&frame, &progress).await;
        if progress.steps.is_empty() {
            self.sandbox.outgoing.notify(self.number, &progress).await;
        }
    }

    /// Runs the steps from the start; the answer comes at once. While steps run, they are left alone.
    pub(super) async fn init_setup(&self, frame: ClientFrame) {
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
