//! How the connection behaves when things go wrong, each test a defect that was seen in another client.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

#[path = "../support/mod.rs"]
mod support;

mod attempts;
mod leaving;
mod life;
mod requests;
mod told;

use std::time::Duration;

use yew_sandbox_client::protocol::system::InitStatus;

const SECOND: Duration = Duration::from_secs(1);

fn status(message: &str) -> InitStatus {
    InitStatus {
        message: message.into(),
        is_error: None,
        progress: 0.0,
        next_progress: 100.0,
        stdout: None,
    }
}
