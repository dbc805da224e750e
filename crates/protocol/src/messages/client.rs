//! `client/*`: who is connected.

use crate::request::{notifications, requests};
use crate::wire::{record, words};

record! {
    /// Who a client is, for the others in the sandbox.
    pub struct ClientInfo {
        /// Names the connection.
        "clientId" => client_id: String,
        /// The user's name inside the sandbox.
        "username" => username: String,
        /// The user's name for people.
        "name" => name: String,
        /// The address of a picture.
        "avatarUrl" => avatar_url: Option<String>,
        /// A CSS colour.
        "color" => color: String,
        /// The app that connected.
        "appId" => app_id: String,
    }
}

record! {
    /// What a client says of itself when it joins.
    pub struct AppInfo {
        /// The protocol that it speaks; see [`crate::PROTOCOL_VERSION`].
        "protocolVersion" => protocol_version: String,
        /// The app's name: `sdk` for the JavaScript SDK.
        "appId" => app_id: String,
    }
}

record! {
    /// Switches of one namespace.
    pub struct StatusSwitch {
        /// Whether its status notifications are wanted.
        "status" => status: Option<bool>,
    }
}

record! {
    /// Switches of the file namespace.
    pub struct FileSwitches {
        /// Whether status notifications are wanted.
        "status" => status: Option<bool>,
        /// Whether selections of others are wanted.
        "selection" => selection: Option<bool>,
        /// Whether edits of others are wanted.
        "ot" => ot: Option<bool>,
    }
}

record! {
    /// Switch of the fs namespace.
    pub struct OperationsSwitch {
        /// Whether notifications of operations are wanted.
        "operations" => operations: Option<bool>,
    }
}

record! {
    /// Switches of the git namespace.
    pub struct GitSwitches {
        /// Whether status notifications are wanted.
        "status" => status: Option<bool>,
        /// Whether notifications of operations are wanted.
        "operations" => operations: Option<bool>,
    }
}

record! {
    /// Switch of the setup namespace.
    pub struct ProgressSwitch {
        /// Whether `setup/progress` is wanted.
        "progress" => progress: Option<bool>,
    }
}

record! {
    /// Switch of the system namespace.
    pub struct MetricsSwitch {
        /// Whether `system/metrics` is wanted.
        "metrics" => metrics: Option<bool>,
    }
}

record! {
    /// The notifications that a client wants.
    pub struct Subscriptions {
        /// `client/connected`, `client/disconnected`.
        "client" => client: Option<StatusSwitch>,
        /// The file namespace.
        "file" => file: Option<FileSwitches>,
        /// The fs namespace. Watches need no switch.
        "fs" => fs: Option<OperationsSwitch>,
        /// The git namespace.
        "git" => git: Option<GitSwitches>,
        /// `port/changed`.
        "port" => port: Option<StatusSwitch>,
        /// `setup/progress`.
        "setup" => setup: Option<ProgressSwitch>,
        /// The status of shells.
        "shell" => shell: Option<StatusSwitch>,
        /// `system/metrics`.
        "system" => system: Option<MetricsSwitch>,
    }
}

impl Subscriptions {
    /// Everything, as the JavaScript SDK asks for.
    pub fn all() -> Self {
        let on = Some(true);
        Self {
            client: Some(StatusSwitch { status: on }),
            file: Some(FileSwitches {
                status: on,
                selection: on,
                ot: on,
            }),
            fs: Some(OperationsSwitch { operations: on }),
            git: Some(GitSwitches {
                status: on,
                operations: on,
            }),
            port: Some(StatusSwitch { status: on }),
            setup: Some(ProgressSwitch { progress: on }),
            shell: Some(StatusSwitch { status: on }),
            system: Some(MetricsSwitch { metrics: on }),
        }
    }
}

record! {
    /// `client/join`: the first request of every connection.
    pub struct Join {
        /// Who joins.
        "clientInfo" => client_info: AppInfo,
        /// True: the answer comes at once and start-up is told by `system/initStatus`. False or absent: the
        /// answer comes when start-up is done.
        "asyncProgress" => async_progress: Option<bool>,
        /// The notifications that are wanted.
        "subscriptions" => subscriptions: Subscriptions,
    }
}

record! {
    /// How a client names itself to an agent that can resume it: see `docs/src/resume.md`.
    pub struct Resume {
        /// The `reconnectToken` of an earlier join.
        "token" => token: String,
        /// The number of the last answer that the client saw, answers to joins aside; absent where it saw none.
        "answer" => answer: Option<u64>,
    }
}

record! {
    /// `client/join` of a client that comes back. An extension of our agent, so that other agents see [`Join`] only.
    pub struct Rejoin {
        /// Who joins.
        "clientInfo" => client_info: AppInfo,
        /// As in [`Join`].
        "asyncProgress" => async_progress: Option<bool>,
        /// The notifications that are wanted.
        "subscriptions" => subscriptions: Subscriptions,
        /// Who it was; absent: nobody whom the agent knows.
        "resume" => resume: Option<Resume>,
    }
}

record! {
    /// What an agent that can resume clients says of it in the answer to a join.
    #[derive(Copy, Eq)]
    pub struct Resumption {
        /// Whether this connection goes on where an earlier one broke.
        "resumed" => resumed: bool,
        /// How long a client whose link broke is kept, in seconds.
        "keepSeconds" => keep_seconds: u32,
    }
}

record! {
    /// What the agent can do in the fs namespace.
    pub struct FsCapabilities {
        /// The raw file requests.
        "raw" => raw: Option<bool>,
        /// Reading.
        "read" => read: Option<bool>,
        /// Files in parts: [`WritePart`](crate::fs::WritePart). An extension of our agent.
        "writePart" => write_part: Option<bool>,
    }
}

record! {
    /// What the agent can do in the setup namespace.
    pub struct SetupCapabilities {
        /// `setup/get`.
        "get" => get: Option<bool>,
        /// `setup/progress`.
        "progress" => progress: Option<bool>,
    }
}

record! {
    /// What the agent can do in the system namespace.
    pub struct SystemCapabilities {
        /// `system/hibernate`.
        "hibernation" => hibernation: Option<bool>,
        /// `system/update`.
        "update" => update: Option<bool>,
    }
}

record! {
    /// What the agent can do at all.
    pub struct Capabilities {
        /// The fs namespace.
        "fs" => fs: Option<FsCapabilities>,
        /// The setup namespace.
        "setup" => setup: Option<SetupCapabilities>,
        /// The system namespace.
        "system" => system: Option<SystemCapabilities>,
    }
}

impl Capabilities {
    /// Everything that there is.
    pub fn all() -> Self {
        let yes = Some(true);
        Self {
            fs: Some(FsCapabilities {
                raw: yes,
                read: yes,
                write_part: yes,
            }),
            setup: Some(SetupCapabilities {
                get: yes,
                progress: yes,
            }),
            system: Some(SystemCapabilities {
                hibernation: yes,
                update: yes,
            }),
        }
    }
}

record! {
    /// What this client may do in the fs namespace.
    pub struct FsPermissions {
        /// Reading, listing, watching.
        "read" => read: bool,
        /// Writing, renaming, removing.
        "operation" => operation: bool,
    }
}

record! {
    /// What this client may do at all. Namespaces that are absent are not limited.
    pub struct Permissions {
        /// The fs namespace.
        "fs" => fs: Option<FsPermissions>,
    }
}

record! {
    /// The answer to [`Join`].
    pub struct JoinAnswer {
        /// Who the agent takes this client for.
        "client" => client: ClientInfo,
        /// The absolute path of the workspace.
        "workspacePath" => workspace_path: String,
        /// The agent's version.
        "version" => version: String,
        /// The protocol that the agent speaks.
        "protocolVersion" => protocol_version: String,
        /// The newest version of the agent that there is.
        "latestPitcherVersion" => latest_pitcher_version: Option<String>,
        /// What the agent can do.
        "capabilities" => capabilities: Option<Capabilities>,
        /// What this client may do.
        "permissions" => permissions: Option<Permissions>,
        /// Whether the sandbox is protected against changes.
        "isProtected" => is_protected: Option<bool>,
        /// Names this client to the agent when it comes back. A secret.
        "reconnectToken" => reconnect_token: Option<String>,
        /// There where the agent can resume this client. An extension of our agent.
        "resume" => resume: Option<Resumption>,
    }
}

record! {
    /// The part of [`ClientInfo`] that the client itself acts on.
    pub struct OwnInfo {
        /// The user's name inside the sandbox.
        "username" => username: String,
    }
}

record! {
    /// The part of [`FsCapabilities`] that a client acts on.
    pub struct OwnFsCapabilities {
        /// As there.
        "writePart" => write_part: Option<bool>,
    }
}

record! {
    /// The part of [`Capabilities`] that a client acts on.
    pub struct OwnCapabilities {
        /// As there.
        "fs" => fs: Option<OwnFsCapabilities>,
    }
}

record! {
    /// The part of [`JoinAnswer`] that a client acts on. A page that reads no more carries no more.
    pub struct JoinOutcome {
        /// Who the agent takes this client for.
        "client" => client: OwnInfo,
        /// The absolute path of the workspace.
        "workspacePath" => workspace_path: String,
        /// The protocol that the agent speaks.
        "protocolVersion" => protocol_version: String,
        /// What the agent can do.
        "capabilities" => capabilities: Option<OwnCapabilities>,
        /// What this client may do.
        "permissions" => permissions: Option<Permissions>,
        /// Names this client to the agent when it comes back.
        "reconnectToken" => reconnect_token: Option<String>,
        /// There where the agent can resume this client.
        "resume" => resume: Option<Resumption>,
    }
}

record! {
    /// `client/list`: who is connected.
    pub struct List;
}

words! {
    /// Why a client left.
    pub enum DisconnectReason {
        /// Its permission changed.
        AuthorizationChanged = "AuthorizationChanged",
        /// It closed the connection or lost it.
        Disconnect = "Disconnect",
        /// The agent ends.
        Shutdown = "PitcherShutdown",
    }
}

record! {
    /// `client/disconnected`: a client left.
    pub struct Disconnected {
        /// Names the connection.
        "clientId" => client_id: String,
        /// Why it left.
        "reason" => reason: DisconnectReason,
    }
}

/// `client/connected`: a client came.
pub type Connected = ClientInfo;

record! {
    /// `client/updated`: a client is not what it was.
    pub struct Updated {
        /// Names the connection.
        "clientId" => client_id: String,
        /// The user's name inside the sandbox.
        "username" => username: String,
        /// The user's name for people.
        "name" => name: String,
        /// The address of a picture.
        "avatarUrl" => avatar_url: Option<String>,
        /// A CSS colour.
        "color" => color: String,
        /// The app that connected.
        "appId" => app_id: String,
    }
}

requests! {
    Join: "client/join" -> JoinAnswer, Once;
    Rejoin: "client/join" -> JoinAnswer, Once;
    List: "client/list" -> Vec<ClientInfo>, Repeatable;
}

notifications! {
    ClientInfo: "client/connected";
    Disconnected: "client/disconnected";
    Updated: "client/updated";
}
