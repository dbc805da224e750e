//! The client against the agent itself, over a byte stream that is cut: what resume promises.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod commits;
mod line;
mod requests;
mod rig;
mod shells;
mod watches;

use std::future::Future;
use std::time::Duration;

/// Waits for a future, at most as long as a request may take.
async fn within<T>(future: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, future)
        .await
        .expect("it should have happened by now")
}
