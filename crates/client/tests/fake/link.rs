//! The connection: cut, held, asleep, refused, offline.

use std::time::Duration;

use yew_sandbox_client::fake::FakeSandbox;
use yew_sandbox_client::protocol::client::Join;
use yew_sandbox_client::{BootupType, ErrorKind, SessionError, SessionErrorKind};

use super::{connected, until, within};

#[tokio::test(start_paused = true)]
async fn clients_come_back_after_a_cut() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let client = connected(&fake).await;
    fake.cut();
    assert_eq!(fake.connections(), 0);
    assert_eq!(client.fs().read("a.txt").await.unwrap(), "a");
    assert_eq!(fake.requests_of::<Join>().len(), 2);
    assert_eq!(fake.connections(), 1);
}

#[tokio::test(start_paused = true)]
async fn nobody_comes_back_while_it_cannot_be_reached() {
    let fake = FakeSandbox::new();
    let client = connected(&fake).await;
    fake.set_reachable(false);
    until(&client, "Reconnecting").await;
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(client.state().name(), "Reconnecting");
    fake.set_reachable(true);
    until(&client, "Connected").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_held_comes_through_later_in_order() {
    let fake = FakeSandbox::new();
    let client = connected(&fake).await;
    fake.hold();
    let (one, two) = (
        client.fs().write("a.txt", "1"),
        client.fs().write("a.txt", "2"),
    );
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(fake.file("a.txt"), None);
    fake.release();
    one.await.unwrap();
    two.await.unwrap();
    assert_eq!(fake.text("a.txt").as_deref(), Some("2"));
    // Held for longer, the client finds out by itself.
    fake.hold();
    until(&client, "Reconnecting").await;
    fake.release();
    until(&client, "Connected").await;
}

#[tokio::test(start_paused = true)]
async fn it_sleeps_and_an_operation_wakes_it() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let client = connected(&fake).await;
    fake.hibernate();
    until(&client, "Hibernated").await;
    assert_eq!(client.fs().read("a.txt").await.unwrap(), "a");
    assert_eq!(client.sandbox().unwrap().bootup_type, BootupType::Resume);
    client.system().hibernate().await.unwrap();
    until(&client, "Hibernated").await;
    fake.set_focus(true);
    until(&client, "Connected").await;
}

#[tokio::test(start_paused = true)]
async fn sessions_are_refused() {
    let fake = FakeSandbox::new();
    fake.refuse_next_session(SessionError::new(SessionErrorKind::NotFound, "it is gone"));
    let client = fake.client();
    let error = within(client.connect()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SandboxNotFound);
    assert_eq!(client.state().name(), "Failed");
    within(client.reconnect()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_a_network_nothing_is_tried() {
    let fake = FakeSandbox::new();
    let client = connected(&fake).await;
    fake.set_online(false);
    until(&client, "Offline").await;
    let before = fake.requests().len();
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(fake.requests().len(), before);
    fake.set_online(true);
    until(&client, "Connected").await;
    // One that is made without a network knows it from the start.
    fake.set_online(false);
    let other = fake.client();
    drop(other.connect());
    until(&other, "Offline").await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_client_is_gone() {
    let fake = FakeSandbox::new();
    let client = connected(&fake).await;
    assert_eq!(fake.connections(), 1);
    drop(client);
    within(async {
        while fake.connections() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}
