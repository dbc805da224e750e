//! What the tests share: a server on a free port, a small HTTP client, a WebSocket client.
//!
//! Each test file uses a part of it.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub, unused_imports)]

mod binary;
mod fake;
mod http;
mod server;
mod shell;
mod socket;

use std::time::Duration;

pub use binary::{Binary, program};
pub use fake::{FAKE_ID, FakeAgent, FakeBackend};
pub use http::{Answer, Request};
pub use server::{API_KEY, Server, isolations};
pub use socket::{Closed, Socket, connect, refused};

/// The longest that anything here may take.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// `future`, or a panic once the deadline is over.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what} took longer than {DEADLINE:?}"),
    }
}

/// Waits until `condition` holds.
pub async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    soon(what, async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}
