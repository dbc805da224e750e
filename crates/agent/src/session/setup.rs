//! `setup/*`.

use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use yew_sandbox_protocol::setup::{Disable, Enable, Get, Init, SetStep, Skip, SkipAll};
use yew_sandbox_protocol::{ClientFrame, Request};

use super::Session;
use crate::reply::Reply;
use crate::startup::Change;

/// When a client that has handled an answer listens at the latest.
const HEARD_LATE: Duration = Duration::from_millis(50);

impl Session {
    pub(super) async fn setup(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let change = match frame.method.as_str() {
            Get::METHOD => return self.get_setup(frame).await,
            Init::METHOD => Some(Change::Init),
            SkipAll::METHOD => Some(Change::SkipAll),
            Disable::METHOD => Some(Change::Disable),
            Enable::METHOD => Some(Change::Enable),
            Skip::METHOD => {
                let skip = self.params::<Skip>(&frame).await;
                skip.map(|skip| Change::Skip(skip.step_index))
            }
            SetStep::METHOD => {
                let set = self.params::<SetStep>(&frame).await;
                set.map(|set| Change::SetStep(set.step_index))
            }
            _ => return self.unknown(&frame).await,
        };
        if let Some(change) = change
            && self.may_change(&frame).await
        {
            self.change_setup(self.reply(&frame, permit), change);
        }
    }

    /// Tells of the steps. Where there are none, a client may wait for one `setup/progress` before it goes on.
    async fn get_setup(&self, frame: ClientFrame) {
        let progress = self.sandbox.startup.progress().await;
        self.answer(&frame, &progress).await;
        if progress.steps.is_empty() {
            let (outgoing, client) = (self.sandbox.outgoing.clone(), self.number);
            outgoing.notify(client, &progress).await;
            if !self.sandbox.members.listens_late(client) {
                return;
            }
            // Both may reach the client at once, and then the first of these is not heard.
            tokio::spawn(async move {
                tokio::time::sleep(HEARD_LATE).await;
                outgoing.notify(client, &progress).await;
            });
        }
    }

    /// Changes the set-up; the answer comes at once, whatever runs then.
    fn change_setup(&self, reply: Reply, change: Change) {
        let sandbox = self.sandbox.clone();
        tokio::spawn(async move {
            reply.settle(sandbox.startup.change(change).await).await;
        });
    }
}
