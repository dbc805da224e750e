//! Agents that speak REST and server-sent events, as a stand-in is one: real HTTP, real files, real processes. What is a matter of time,
//! or of an agent's mistakes, is tested on virtual time with a scripted agent.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on shall panic"
)]

mod files;
mod link;
mod others;
mod patience;
mod proxy;
mod scripted;
mod shells;
mod stand_in;
mod watches;

use std::future::Future;
use std::time::Duration;

use proxy::Proxy;
use stand_in::{StandIn, TOKEN};
use tempfile::TempDir;
use yew_sandbox_client::{
    BootupType, Client, ClientOptions, ConnectionState, Session, SessionError, SessionSource,
};

/// Long for anything that should happen soon, on a busy machine too.
const SOON: Duration = Duration::from_secs(20);

/// A client, the agent, and the way between them.
struct World {
    client: Client,
    proxy: Proxy,
    agent: StandIn,
    folder: TempDir,
}

impl World {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With files that are there before the agent.
    async fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let agent = StandIn::start(folder.path()).await;
        let proxy = Proxy::start(agent.port).await;
        let session = session(proxy.port, folder.path().to_str().unwrap());
        Self {
            client: client(session),
            proxy,
            agent,
            folder,
        }
    }

    /// A second client of the same sandbox.
    fn another(&self) -> Client {
        client(session(
            self.proxy.port,
            self.folder.path().to_str().unwrap(),
        ))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// How often something was asked of the agent.
    fn count(&self, start: &str) -> usize {
        let seen = self.agent.agent.seen.lock().unwrap();
        seen.iter().filter(|seen| seen.starts_with(start)).count()
    }

    async fn until(&self, name: &str) -> ConnectionState {
        let mut states = self.client.watch_state();
        within(async move {
            loop {
                let state = states.get();
                if state.name() == name {
                    return state;
                }
                states.changed().await.unwrap();
            }
        })
        .await
    }
}

fn client(session: Session) -> Client {
    let source = SessionSource::new(move |_| {
        let session = session.clone();
        async move { Ok::<_, SessionError>(session) }
    });
    Client::new(ClientOptions::new(source))
}

fn session(port: u16, workspace: &str) -> Session {
    Session {
        sandbox_id: "box".into(),
        session_id: None,
        is_pint: true,
        bootup_type: BootupType::Running,
        cluster: String::new(),
        pitcher_url: format!("http://127.0.0.1:{port}/"),
        pitcher_token: TOKEN.into(),
        pitcher_version: String::new(),
        latest_pitcher_version: String::new(),
        pitcher_manager_version: String::new(),
        workspace_path: workspace.into(),
        user_workspace_path: workspace.into(),
        host_token: None,
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, future)
        .await
        .expect("it should have happened by now")
}

async fn eventually(limit: Duration, mut condition: impl FnMut() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(limit, waiting)
        .await
        .expect("it should have become so by now");
}
