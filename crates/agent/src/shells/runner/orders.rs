//! What a runner does when it is told to.

use std::ops::ControlFlow;

use yew_sandbox_protocol::shell::{OpenShell, Renamed, Restarted, ShellStatus, Size};
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::{CANNOT_RUN, Runner, Stage};
use crate::reply::Reply;
use crate::shells::process::Process;
use crate::shells::shell::{MOST_NAME, Order};
use crate::shells::text::Decoder;

/// Most input that waits for a process, in bytes: 1 MiB.
const MOST_INPUT: usize = 1024 * 1024;

impl Runner {
    /// Does what an order says; breaks where it was the last one.
    pub(super) async fn obey(&mut self, order: Order) -> ControlFlow<()> {
        match order {
            Order::Open {
                reply,
                size,
                cursor,
            } => {
                self.resize(size);
                self.subscribe(reply.client());
                let (text, offset) = self.scrollback.behind(cursor);
                // In one piece: some clients put line breaks between pieces.
                let buffer = if text.is_empty() {
                    vec![]
                } else {
                    vec![text.into()]
                };
                let answer = OpenShell::new(self.shell.description(), buffer, Some(offset));
                reply.answer(&answer).await;
            }
            Order::Close { client, reply } => {
                self.subscribers.remove(&client);
                if let Some(reply) = reply {
                    reply.answer(&()).await;
                }
            }
            Order::Input { reply, text, size } => {
                let outcome = self.take_input(&text, size);
                reply.settle(outcome).await;
            }
            Order::Resize { reply, size } => {
                self.resize(Some(size));
                reply.answer(&()).await;
            }
            Order::Rename { reply, name } => self.rename(reply, name).await,
            Order::Restart { reply } => self.restart(reply).await,
            Order::Stop => {
                self.is_stopped = true;
                self.end_family().await;
            }
            Order::Terminate { reply, author } => {
                self.shared.remove(self.shell.id());
                self.end_family().await;
                self.shell
                    .change(|description| description.status = ShellStatus::Killed);
                let others = self.others(Some(reply.client()));
                reply.answer(&Some(self.shell.description())).await;
                self.tell_of_removal(&others, Some(author)).await;
                return ControlFlow::Break(());
            }
            Order::Leave => {
                if matches!(self.stage, Stage::Running(_)) {
                    // It was restarted a moment ago.
                    self.end_family().await;
                }
                if let Stage::Left(Process { family, .. }) | Stage::Over(family) = &mut self.stage
                    && let Some(family) = family.take()
                {
                    self.shared.keep_in_mind(family).await;
                }
                self.tell_of_removal(&self.others(None), None).await;
                return ControlFlow::Break(());
            }
            Order::End { ended } => {
                self.end_family().await;
                // Nobody may wait any more.
                let _ = ended.send(());
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    pub(super) fn subscribe(&mut self, client: u32) {
        // One that has left meanwhile would never be taken out again.
        if self.shared.members.is_open(client) {
            self.subscribers.insert(client);
        }
    }

    fn take_input(&mut self, text: &str, size: Option<Size>) -> Result<(), WireError> {
        if !matches!(self.stage, Stage::Running(_)) {
            let message = format!(
                "the process of the shell {:?} has ended; restart it first",
                self.shell.id()
            );
            return Err(WireError::new(ErrorCode::SHELL_CLOSED, message));
        }
        if self.input.len() + text.len() > MOST_INPUT {
            let message = format!(
                "the process does not take its input: at most {MOST_INPUT} bytes wait for it; send less at a time"
            );
            return Err(WireError::new(ErrorCode::RATE_LIMIT, message));
        }
        self.resize(size);
        self.input.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn resize(&mut self, size: Option<Size>) {
        let Some(size) = size.filter(|size| *size != self.plan.size) else {
            return;
        };
        self.plan.size = size;
        if let Stage::Running(process) = &self.stage {
            // It can only fail with the terminal.
            let _ = process.resize(size);
        }
    }

    async fn rename(&mut self, reply: Reply, name: String) {
        if name.len() > MOST_NAME {
            let message = format!(
                "the name takes {} bytes and at most {MOST_NAME} are kept; choose a shorter one",
                name.len()
            );
            return reply
                .refuse(WireError::new(ErrorCode::RATE_LIMIT, message))
                .await;
        }
        reply.answer(&()).await;
        let shell = self.shell.description();
        self.tell(&self.others(None), &Renamed { shell }).await;
    }

    async fn restart(&mut self, reply: Option<Reply>) {
        let mut outcome = self.shared.begin_restart(&self.shell);
        if outcome.is_ok() {
            self.end_family().await;
            // The old terminal goes with it.
            self.stage = Stage::Over(None);
            self.is_stopped = false;
            self.scrollback.clear();
            self.decoder = Decoder::default();
            self.input.clear();
            self.output.clear();
            let others = self.others(None);
            let shell_id = self.shell.id().to_owned();
            self.tell(&others, &Restarted { shell_id }).await;
            match self.plan.start(&self.shared.root) {
                Ok(process) => {
                    self.shell.set_family(process.family.clone());
                    self.stage = Stage::Running(process);
                    self.shell.change(|description| {
                        description.status = ShellStatus::Running;
                        description.exit_code = None;
                    });
                }
                Err(error) => {
                    self.tell_of_exit(ShellStatus::Error, CANNOT_RUN).await;
                    outcome = Err(error);
                }
            }
        }
        if let Some(reply) = reply {
            reply.settle(outcome).await;
        }
    }
}
