//! `client/*`: who is there.

use yew_sandbox_protocol::client::{
    Capabilities, ClientInfo, DisconnectReason, Disconnected, FsPermissions, Join, JoinAnswer,
    List, Permissions,
};
use yew_sandbox_protocol::{
    ClientFrame, ErrorCode, PROTOCOL_VERSION, Request, WireError, encode_notification,
};

use super::paths::WORKSPACE;
use super::sandbox::FakeSandbox;
use super::state::{Answer, State, answer, params};

/// The colours of clients, by turns.
const COLORS: [&str; 6] = [
    "#2a6f97", "#b5533c", "#4f772d", "#7b4b94", "#a16207", "#0f766e",
];

impl FakeSandbox {
    /// Another client comes. Returns its id.
    pub fn client_joins(&self, name: &str) -> String {
        self.with(|state| {
            let info = state.new_client(name, "fake");
            state.others.push(info.clone());
            state.tell(&info);
            info.client_id
        })
    }

    /// Another client leaves. Returns whether it was there.
    pub fn client_leaves(&self, client_id: &str) -> bool {
        self.with(|state| {
            let place = state
                .others
                .iter()
                .position(|other| other.client_id == client_id);
            let Some(place) = place else { return false };
            let other = state.others.remove(place);
            state.leave_channels(&other.client_id);
            state.tell(&left(other.client_id));
            true
        })
    }
}

impl State {
    pub(super) fn client(&mut self, connection: u64, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            Join::METHOD => self.join(connection, params(frame)?),
            List::METHOD => {
                let connected = self.connections.values();
                let connected = connected.filter_map(|connection| connection.info.clone());
                let all: Vec<ClientInfo> = connected.chain(self.others.clone()).collect();
                answer(&all)
            }
            _ => self.unknown(frame),
        }
    }

    pub(super) fn new_client(&mut self, name: &str, app_id: &str) -> ClientInfo {
        let number = self.next_id();
        ClientInfo {
            client_id: format!("client-{number}"),
            username: name.to_owned(),
            name: name.to_owned(),
            avatar_url: None,
            color: COLORS[(number % COLORS.len() as u64) as usize].to_owned(),
            app_id: app_id.to_owned(),
        }
    }

    pub(super) fn say_goodbye(&mut self, info: Option<ClientInfo>) {
        if let Some(info) = info {
            self.leave_channels(&info.client_id);
            self.tell(&left(info.client_id));
        }
    }

    fn join(&mut self, number: u64, request: Join) -> Answer {
        let name = self.username.clone();
        let info = self.new_client(&name, &request.client_info.app_id);
        let Some(connection) = self.connections.get_mut(&number) else {
            return Err(WireError::new(
                ErrorCode::CRITICAL,
                "the connection is gone",
            ));
        };
        if connection.info.is_some() {
            let message = "this connection has joined already; open another one";
            return Err(WireError::new(ErrorCode::CRITICAL, message));
        }
        connection.info = Some(info.clone());
        self.tell_but(Some(number), &info);
        for notice in self.notices.shown() {
            let frame = encode_notification(notice);
            self.outgoing.push_back((number, frame));
        }
        if let Some(status) = &self.start_up {
            let frame = encode_notification(status);
            self.outgoing.push_back((number, frame));
        }
        answer(&JoinAnswer {
            client: info,
            workspace_path: WORKSPACE.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            protocol_version: PROTOCOL_VERSION.to_owned(),
            latest_pitcher_version: None,
            capabilities: Some(Capabilities::all()),
            permissions: Some(Permissions {
                fs: Some(FsPermissions {
                    read: true,
                    operation: self.may_write,
                }),
            }),
            is_protected: Some(false),
            reconnect_token: None,
            resume: None,
        })
    }
}

fn left(client_id: String) -> Disconnected {
    Disconnected {
        client_id,
        reason: DisconnectReason::Disconnect,
    }
}
