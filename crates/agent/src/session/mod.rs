//! One client's connection.

mod channels;
mod clients;
mod files;
mod git;
mod incoming;
mod join;
mod line;
mod notifications;
mod ports;
mod search;
mod setup;
mod shells;
mod system;
mod tasks;
mod transfer;

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use tokio::task::AbortHandle;
use yew_sandbox_protocol::{
    ClientFrame, ErrorCode, Request, WireError, client, encode_answer, encode_error,
};

use crate::kept::{Arrival, Ledger};
use crate::link::{Message, Permission, Visitor};
use crate::quoted::quoted;
use crate::sandbox::Sandbox;
pub(crate) use incoming::{Incoming, Received, Sender};
pub(crate) use line::Line;

/// The WebSocket close code of a peer that breaks the protocol.
const PROTOCOL_ERROR: u16 = 1002;

/// One client, as the agent serves it.
#[derive(Debug)]
pub(crate) struct Session {
    number: u32,
    visitor: Visitor,
    sandbox: Arc<Sandbox>,
    is_joined: bool,
    line: Line,
    /// What is kept of the client in case that this link breaks.
    ledger: Option<Arc<Ledger>>,
    /// Tells the client of the start-up.
    follower: Option<AbortOnDrop>,
}

/// What an operation does to the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Look,
    Change,
}

#[derive(Debug)]
struct AbortOnDrop(AbortHandle);

impl Session {
    pub(crate) fn new(number: u32, visitor: Visitor, sandbox: Arc<Sandbox>) -> Self {
        Self {
            number,
            visitor,
            sandbox,
            is_joined: false,
            line: Line::default(),
            ledger: None,
            follower: None,
        }
    }

    /// Serves the client until it is closed, breaks the protocol, or comes back over another link.
    pub(crate) async fn serve(mut self, mut incoming: Incoming) {
        while let Some(Received { frame, permit }) = incoming.next().await {
            match ClientFrame::decode(&frame) {
                Ok(frame) => {
                    if let Some(ledger) = self.ledger.clone() {
                        let _turn = ledger.turn().await;
                        match ledger.arrive(self.number, frame.id) {
                            Arrival::New => self.handle(frame, permit).await,
                            Arrival::Known => {}
                            Arrival::Replaced => return,
                        }
                    } else {
                        self.handle(frame, permit).await;
                    }
                }
                Err(error) => {
                    self.sandbox.outgoing.control(Message::Close {
                        client: self.number,
                        code: PROTOCOL_ERROR,
                        reason: format!("a frame was no request: {error}"),
                    });
                    self.sandbox.clone().forget(self.number).await;
                    return;
                }
            }
        }
    }

    async fn handle(&mut self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let method = frame.method.as_str();
        if !self.is_joined && method != client::Join::METHOD {
            let message = format!("{method} came before client/join; join first");
            return self.refuse(&frame, ErrorCode::NO_ACCESS, message).await;
        }
        // One namespace, one file.
        match method.split('/').next().unwrap_or_default() {
            "channel" => self.channel(frame).await,
            "client" => self.client(frame).await,
            "fs" => self.fs(frame, permit).await,
            "git" => self.git(frame, permit).await,
            "notification" => self.notification(frame).await,
            "port" => self.port(frame).await,
            "setup" => self.setup(frame, permit).await,
            "shell" => self.shell(frame, permit).await,
            "task" => self.task(frame, permit).await,
            "system" => self.system(frame).await,
            _ => self.unknown(&frame).await,
        }
    }

    /// Answers a request whose method there is not.
    async fn unknown(&self, frame: &ClientFrame) {
        let message = format!("{} is not a method of this agent", quoted(&frame.method));
        self.refuse(frame, ErrorCode::FEATURE_UNAVAILABLE, message)
            .await;
    }

    /// The parameters of a request; an answer has gone out where they are none.
    async fn params<R: Request>(&self, frame: &ClientFrame) -> Option<R> {
        match frame.params::<R>() {
            Ok(request) => Some(request),
            Err(error) => {
                let message = format!("the parameters of {} are wrong: {error}", frame.method);
                self.refuse(frame, ErrorCode::CRITICAL, message).await;
                None
            }
        }
    }

    /// Whether the client may change the sandbox; an answer has gone out where it may not.
    async fn may_change(&self, frame: &ClientFrame) -> bool {
        let may = self.visitor.permission == Permission::Write;
        if !may {
            let message = format!(
                "{} changes the sandbox and this session may only read; ask for one that may write",
                frame.method
            );
            self.refuse(frame, ErrorCode::NO_ACCESS, message).await;
        }
        may
    }

    /// Whether the sandbox may put more on the disk; an answer has gone out where it may not.
    async fn has_room(&self, frame: &ClientFrame) -> bool {
        let Err(mut error) = self.sandbox.room.check() else {
            return true;
        };
        error.message = format!("cannot do {}: {}", frame.method, error.message);
        let answer = encode_error(frame.id, &frame.method, &error);
        self.sandbox.outgoing.frame(self.number, answer).await;
        false
    }

    async fn answer<T: yew_sandbox_protocol::Encode + ?Sized>(
        &self,
        frame: &ClientFrame,
        result: &T,
    ) {
        let answer = encode_answer(frame.id, &frame.method, result);
        self.sandbox.outgoing.frame(self.number, answer).await;
    }

    async fn refuse(&self, frame: &ClientFrame, code: ErrorCode, message: String) {
        let answer = encode_error(frame.id, &frame.method, &WireError::new(code, message));
        self.sandbox.outgoing.frame(self.number, answer).await;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
