//! `shell/*`.

use tokio::sync::OwnedSemaphorePermit;
use yew_sandbox_protocol::shell::{
    Close, Create, Input, List, ListAnswer, Open, Rename, Reopen, Resize, Restart, ShellType,
    Terminate,
};
use yew_sandbox_protocol::{ClientFrame, Request};

use super::{Effect, Session};
use crate::link::Permission;
use crate::reply::Reply;
use crate::shells::{Environment, Order, Wanted, unknown};

impl Session {
    pub(super) async fn shell(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        match frame.method.as_str() {
            List::METHOD => {
                // In the line: a shell that was asked for before is in it.
                let turn = self.turn(Effect::Look).await;
                let (sandbox, reply) = (self.sandbox.clone(), self.reply(&frame, permit));
                tokio::spawn(async move {
                    let _turn = turn.await;
                    let shells = sandbox.shells.list();
                    reply.answer(&ListAnswer { shells }).await;
                });
            }
            Open::METHOD => {
                let may_resize = self.visitor.permission == Permission::Write;
                self.order(&frame, permit, |open: Reopen, reply| {
                    let order = Order::Open {
                        reply,
                        size: open.size.filter(|_| may_resize),
                        cursor: open.cursor,
                    };
                    (open.shell_id, order)
                })
                .await;
            }
            Close::METHOD => {
                self.order(&frame, permit, |Close { shell_id }, reply| {
                    let client = reply.client();
                    let reply = Some(reply);
                    (shell_id, Order::Close { client, reply })
                })
                .await;
            }
            Create::METHOD
            | Input::METHOD
            | Resize::METHOD
            | Rename::METHOD
            | Restart::METHOD
            | Terminate::METHOD => {
                if self.may_change(&frame).await {
                    self.change_shell(&frame, permit).await;
                }
            }
            _ => self.unknown(&frame).await,
        }
    }

    async fn change_shell(&self, frame: &ClientFrame, permit: OwnedSemaphorePermit) {
        match frame.method.as_str() {
            Create::METHOD => self.create_shell(frame, permit).await,
            Input::METHOD => {
                self.order(frame, permit, |input: Input, reply| {
                    let (text, size) = (input.input, input.size);
                    (input.shell_id, Order::Input { reply, text, size })
                })
                .await;
            }
            Resize::METHOD => {
                self.order(frame, permit, |Resize { shell_id, size }, reply| {
                    (shell_id, Order::Resize { reply, size })
                })
                .await;
            }
            Rename::METHOD => {
                self.order(frame, permit, |Rename { shell_id, name }, reply| {
                    (shell_id, Order::Rename { reply, name })
                })
                .await;
            }
            Restart::METHOD => {
                self.order(frame, permit, |Restart { shell_id }, reply| {
                    (shell_id, Order::Restart { reply: Some(reply) })
                })
                .await;
            }
            _ => {
                let author = self.visitor.username.clone();
                self.order(frame, permit, |Terminate { shell_id }, reply| {
                    (shell_id, Order::Terminate { reply, author })
                })
                .await;
            }
        }
    }

    /// Starts a shell in the workspace as the client's earlier changes made it.
    async fn create_shell(&self, frame: &ClientFrame, permit: OwnedSemaphorePermit) {
        let Some(request) = self.params::<Create>(frame).await else {
            return;
        };
        let path = request.cwd.as_deref().unwrap_or(".");
        let directory = match self.sandbox.root.resolve(path) {
            Ok(directory) => directory,
            Err(fault) => {
                let error = fault.into_wire("start a shell in", path);
                return self.reply(frame, permit).refuse(error).await;
            }
        };
        let kind = request.kind.unwrap_or(match request.command {
            Some(_) => ShellType::Command,
            None => ShellType::Terminal,
        });
        let wanted = Wanted {
            command: request.command,
            directory,
            size: request.size.unwrap_or_default(),
            kind,
            is_system: request.is_system_shell == Some(true),
            name: None,
            owner: Some(self.visitor.username.clone()),
            environment: Environment::of(&self.visitor),
            leaves_jobs: false,
            tap: None,
        };
        let turn = self.turn(Effect::Look).await;
        let (sandbox, reply) = (self.sandbox.clone(), self.reply(frame, permit));
        let number = self.number;
        tokio::spawn(async move {
            let _turn = turn.await;
            let mut creator = Some(reply);
            if let (Err(error), Some(reply)) =
                (sandbox.shells.create(wanted, &mut creator), creator.take())
            {
                reply.refuse(error).await;
            }
            if !sandbox.members.is_open(number) {
                // It left while the shell was being made.
                sandbox.shells.forget(number);
            }
        });
    }

    /// Hands an order to the shell that it concerns, which answers.
    async fn order<R: Request>(
        &self,
        frame: &ClientFrame,
        permit: OwnedSemaphorePermit,
        order: impl FnOnce(R, Reply) -> (String, Order),
    ) {
        let Some(request) = self.params::<R>(frame).await else {
            return;
        };
        let (id, order) = order(request, self.reply(frame, permit));
        let refused = match self.sandbox.shells.get(&id) {
            Some(shell) => shell.order(order).err(),
            None => Some(order),
        };
        if let Some(reply) = refused.and_then(Order::into_reply) {
            reply.refuse(unknown(&id)).await;
        }
    }

    pub(super) fn reply(&self, frame: &ClientFrame, permit: OwnedSemaphorePermit) -> Reply {
        Reply::new(self.sandbox.outgoing.clone(), self.number, frame, permit)
    }
}
