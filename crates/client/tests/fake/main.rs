//! The fake sandbox through our client, on virtual time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod channels;
mod files;
mod git;
mod link;
mod others;
mod previews;
mod search;
mod shells;

use std::future::Future;
use std::time::Duration;

use yew_sandbox_client::Client;
use yew_sandbox_client::fake::FakeSandbox;

/// Waits for a future, at most a minute of virtual time.
async fn within<T>(future: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(60);
    tokio::time::timeout(limit, future)
        .await
        .expect("it should have happened by now")
}

/// Waits for a state of the connection by name.
async fn until(client: &Client, name: &str) {
    let mut states = client.watch_state();
    within(async {
        while states.get().name() != name {
            states.changed().await.unwrap();
        }
    })
    .await;
}

async fn connected(fake: &FakeSandbox) -> Client {
    let client = fake.client();
    within(client.connect()).await.unwrap();
    client
}
