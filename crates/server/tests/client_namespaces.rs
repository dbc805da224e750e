//! The native client in real sandboxes, isolated and not: every namespace.
#![allow(clippy::unwrap_used)]

mod support;

#[path = "client_namespaces/channels.rs"]
mod channels;
#[path = "client_namespaces/files.rs"]
mod files;
#[path = "client_namespaces/git.rs"]
mod git;
#[path = "client_namespaces/shells.rs"]
mod shells;
#[path = "client_namespaces/system.rs"]
mod system;
#[path = "client_namespaces/tasks.rs"]
mod tasks;

use std::future::Future;
use std::time::Duration;

use support::{Server, isolations, soon};
use tempfile::TempDir;
use yew_sandbox_client::{Client, ClientOptions, Session, SessionSource};

/// Where the server says that it is found.
const PUBLIC: &str = "http://public";

/// A sandbox, its server, and a client in it.
struct World {
    client: Client,
    session: Session,
    cookie: String,
    server: Server,
    _data: TempDir,
}

/// Runs a test in each isolation.
async fn in_each<F: Future<Output = World>>(test: impl Fn(World) -> F) {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), isolation, |options| {
            options.public_url = Some(PUBLIC.into());
        })
        .await;
        let (session, cookie) = server.create().await;
        let client = client_of(&session);
        soon("connecting", client.connect()).await.unwrap();
        let world = World {
            client,
            session,
            cookie,
            server,
            _data: data,
        };
        let world = test(world).await;
        world.client.close();
        world.server.stop().await;
    }
}

fn client_of(session: &Session) -> Client {
    let session = session.clone();
    Client::new(ClientOptions::new(SessionSource::new(move |_| {
        let session = session.clone();
        async move { Ok(session) }
    })))
}

/// Waits until `condition` gives something.
async fn eventually<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    soon(what, async {
        loop {
            if let Some(value) = condition() {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}
