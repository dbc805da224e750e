//! What is known of a sandbox's starts, whoever waits for them.

use futures_util::FutureExt;
use serde_json::json;
use yew_sandbox_protocol::BootupType;
use yew_sandbox_server::manage::{Manage, StartOptions};

use crate::calls::{NONE, fork};
use crate::support::{Server, soon};

/// The sandbox counted as one that never started, and its set-up ran once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_nobody_waits_for_is_known() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let backend = server.local.as_ref().unwrap();
    let id = fork(&server, "default", json!({})).await;
    let start = || backend.start(&id, StartOptions::default());
    assert!(start().now_or_never().is_none());
    // It waits for the start that goes on.
    backend.hibernate(&id).await.unwrap();
    let again = soon("a start", start()).await.unwrap();
    assert_eq!(again.bootup_type, BootupType::Resume);

    backend.shut_down(&id).await.unwrap();
    assert!(start().now_or_never().is_none());
    backend.hibernate(&id).await.unwrap();
    let again = soon("a start", start()).await.unwrap();
    assert_eq!(again.bootup_type, BootupType::Resume);
    server.stop().await;
}

/// The first start of a sandbox took the word that it was shut down away again.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_shut_down_while_it_starts_starts_from_nothing() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let backend = server.local.as_ref().unwrap();
    let id = fork(&server, "default", json!({})).await;
    let start = || backend.start(&id, StartOptions::default());
    let (started, shut_down) = soon("both", async {
        tokio::join!(start(), backend.shut_down(&id))
    })
    .await;
    assert_eq!(started.unwrap().bootup_type, BootupType::Fork);
    shut_down.unwrap();
    let again = soon("a start", start()).await.unwrap();
    assert_eq!(again.bootup_type, BootupType::Clean);
    server.stop().await;
}
