//! `client/join`.

use yew_sandbox_protocol::client::{
    Capabilities, ClientInfo, FsCapabilities, FsPermissions, Join, JoinAnswer, Permissions,
    SetupCapabilities, SystemCapabilities,
};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, PROTOCOL_VERSION};

use super::{AbortOnDrop, Session};
use crate::link::Permission;
use crate::secret::random_text;

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
        let Some(join) = self.params::<Join>(&frame).await else {
            return;
        };
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
        self.answer(&frame, &self.join_answer(info.clone())).await;
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

    fn join_answer(&self, client: ClientInfo) -> JoinAnswer {
        let yes = Some(true);
        let root = &self.sandbox.root;
        JoinAnswer {
            client,
            workspace_path: root.visible(root.workspace()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol_version: PROTOCOL_VERSION.to_owned(),
            latest_pitcher_version: None,
            capabilities: Some(Capabilities {
                fs: Some(FsCapabilities {
                    raw: yes,
                    read: yes,
                }),
                setup: Some(SetupCapabilities {
                    get: yes,
                    progress: yes,
                }),
                system: Some(SystemCapabilities {
                    hibernation: yes,
                    update: yes,
                }),
            }),
            permissions: Some(Permissions {
                fs: Some(FsPermissions {
                    read: true,
                    operation: self.visitor.permission == Permission::Write,
                }),
            }),
            is_protected: Some(false),
            reconnect_token: Some(random_text()),
        }
    }
}
