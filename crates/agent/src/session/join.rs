//! `client/join`.

use std::sync::Arc;

use yew_sandbox_protocol::client::{
    Capabilities, ClientInfo, FsPermissions, JoinAnswer, Permissions, Rejoin, Resume, Resumption,
};
use yew_sandbox_protocol::limits::KEEP_SECONDS;
use yew_sandbox_protocol::{ClientFrame, ErrorCode, PROTOCOL_VERSION, encode_answer};

use super::{AbortOnDrop, Session};
use crate::kept::Ledger;
use crate::link::{Message, Permission};
use crate::members::SDK;
use crate::secret::random_text;

/// The WebSocket close code of a link that another one replaced: its client has no use for it.
const REPLACED: u16 = 1000;

/// Longest name of an app, in bytes: every client is told of it.
const MOST_APP_ID: usize = 256;

/// The colours of clients, by turns.
const COLORS: [&str; 6] = [
    "#2a6f97", "#b5533c", "#4f772d", "#7b4b94", "#a16207", "#0f766e",
];

impl Session {
    pub(super) async fn join(&mut self, frame: ClientFrame) {
        if self.is_joined {
            let message = "this connection has joined already; open another one".to_owned();
            return self.refuse(&frame, ErrorCode::CRITICAL, message).await;
        }
        let Some(join) = self.params::<Rejoin>(&frame).await else {
            return;
        };
        if join.client_info.app_id.len() > MOST_APP_ID {
            let message = format!("an app's name has at most {MOST_APP_ID} bytes");
            return self.refuse(&frame, ErrorCode::CRITICAL, message).await;
        }
        let is_followed = join.async_progress == Some(true);
        if !is_followed {
            self.sandbox.startup.done().await;
        }
        let info = ClientInfo {
            client_id: random_text(),
            username: self.visitor.username.clone(),
            name: self.visitor.username.clone(),
            avatar_url: None,
            color: COLORS[self.number as usize % COLORS.len()].to_owned(),
            app_id: join.client_info.app_id,
        };
        self.is_joined = true;
        let resumed = join.resume.and_then(|resume| self.resume(&resume));
        if let Some(before) = resumed {
            self.replace(before).await;
        } else if info.app_id != SDK {
            self.follow_ledger(self.sandbox.ledgers.begin(self.number, &self.visitor));
        }
        let answer = self.join_answer(info.clone(), resumed.is_some());
        let answer = encode_answer(frame.id, &frame.method, &answer);
        self.sandbox.outgoing.unkept(self.number, answer).await;
        if let Some(ledger) = self.ledger.as_ref().filter(|_| resumed.is_some()) {
            self.sandbox.outgoing.attach(self.number, ledger).await;
        }
        let others = self.sandbox.members.who_want_clients();
        self.sandbox
            .members
            .join(self.number, info.clone(), &join.subscriptions);
        for other in others {
            self.sandbox.outgoing.notify(other, &info).await;
        }
        self.sandbox.notifications.welcome(self.number).await;
        self.sandbox.repository.reconsider();
        if !self.sandbox.members.who_want_metrics().is_empty() {
            self.sandbox.meter.tell();
        }
        if is_followed {
            let (sandbox, number) = (self.sandbox.clone(), self.number);
            let follower = tokio::spawn(async move { sandbox.startup.follow(number).await });
            self.follower = Some(AbortOnDrop(follower.abort_handle()));
        }
    }

    /// Goes on where an earlier link of the client broke, and gives that link's number. `None` where that cannot be.
    fn resume(&mut self, resume: &Resume) -> Option<u32> {
        let ledgers = &self.sandbox.ledgers;
        let (ledger, before) = ledgers.resume(self.number, &self.visitor, resume)?;
        self.follow_ledger(ledger);
        Some(before)
    }

    /// From now on requests are noted in a ledger, and keep their order over all links that it has.
    fn follow_ledger(&mut self, ledger: Arc<Ledger>) {
        self.line = ledger.line.clone();
        self.ledger = Some(ledger);
    }

    /// Ends the link before, which only the client may know to be broken.
    async fn replace(&self, before: u32) {
        if self.sandbox.members.is_open(before) {
            self.sandbox.outgoing.control(Message::Close {
                client: before,
                code: REPLACED,
                reason: "the client came back over another connection".to_owned(),
            });
            self.sandbox.clone().lose(before).await;
        }
    }

    fn join_answer(&self, client: ClientInfo, resumed: bool) -> JoinAnswer {
        let ledger = self.ledger.as_ref();
        let root = &self.sandbox.root;
        JoinAnswer {
            client,
            workspace_path: root.visible(root.workspace()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol_version: PROTOCOL_VERSION.to_owned(),
            latest_pitcher_version: None,
            capabilities: Some(Capabilities::all()),
            permissions: Some(Permissions {
                fs: Some(FsPermissions {
                    read: true,
                    operation: self.visitor.permission == Permission::Write,
                }),
            }),
            is_protected: Some(false),
            reconnect_token: Some(match ledger {
                Some(ledger) => ledger.token().to_owned(),
                None => random_text(),
            }),
            resume: ledger.map(|_| Resumption {
                resumed,
                keep_seconds: KEEP_SECONDS,
            }),
        }
    }
}
