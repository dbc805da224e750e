//! Disconnects, and the end of a client.

use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_client::{ConnectionState, ErrorKind, WatchOptions};

use crate::SECOND;
use crate::support::{Accept, Next, World, eventually, settle, within};

/// A12: a disconnect waited for pending requests without bound, and took new ones meanwhile.
#[tokio::test(start_paused = true)]
async fn disconnect_takes_at_most_a_second() {
    let world = World::connected(12).await;
    world.agent.state().held.insert("fs/readFile");
    world.agent.state().held.insert("fs/rename");
    let read = world.client.fs().read("a");
    let rename = world.client.fs().rename("a", "b");
    eventually(SECOND, || world.agent.seen("fs/rename").len() == 1).await;
    let disconnected = world.client.disconnect();
    let late = world.client.fs().read("b");
    let refused = within(Duration::from_millis(1), late).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Disconnected);
    within(Duration::from_millis(1_001), disconnected)
        .await
        .unwrap();
    let kind = |error: yew_sandbox_client::Error| error.kind();
    assert_eq!(
        within(SECOND, read).await.map_err(kind),
        Err(ErrorKind::Disconnected)
    );
    assert_eq!(
        within(SECOND, rename).await.map_err(kind),
        Err(ErrorKind::Interrupted)
    );
    settle().await;
    assert_eq!(world.agent.open(), 0);
}

/// A disconnect lets what is under way end, and ends right then.
#[tokio::test(start_paused = true)]
async fn disconnect_lets_answers_in() {
    let world = World::connected(12).await;
    world.agent.state().files.insert("a".into(), "x".into());
    let read = world.client.fs().read("a");
    let disconnected = world.client.disconnect();
    assert_eq!(within(SECOND, read).await.unwrap(), "x");
    within(Duration::from_millis(10), disconnected)
        .await
        .unwrap();
}

/// A malformed frame undid the disconnect that was under way, and its future never ended.
#[tokio::test(start_paused = true)]
async fn a_malformed_frame_does_not_undo_a_disconnect() {
    let world = World::connected(13).await;
    world.agent.state().held.insert("fs/readFile");
    let read = world.client.fs().read("a");
    eventually(SECOND, || !world.agent.seen("fs/readFile").is_empty()).await;
    let disconnected = world.client.disconnect();
    world.agent.send(Bytes::from_static(b"\xc1 not a frame"));
    within(Duration::from_millis(10), disconnected)
        .await
        .unwrap();
    assert!(within(SECOND, read).await.is_err());
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(world.client.state(), ConnectionState::Disconnected);
    assert_eq!((world.agent.open(), world.agent.connections()), (0, 1));
}

/// A13: an explicit disconnect was undone by an automatic reconnect, and by focus.
#[tokio::test(start_paused = true)]
async fn disconnect_wins_over_everything_but_reconnect() {
    let world = World::connected(13).await;
    world.agent.state().accept = Accept::Refuse;
    world.agent.cut();
    world.until("Reconnecting", SECOND).await;
    world.client.disconnect().await.unwrap();
    world.agent.state().accept = Accept::Open;
    let before = world.agent.connections();
    for switch in [&world.focus, &world.online] {
        switch.set(false);
        switch.set(true);
    }
    let error = world.client.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected);
    tokio::time::sleep(600 * SECOND).await;
    assert_eq!(world.client.state(), ConnectionState::Disconnected);
    assert_eq!(world.agent.connections(), before);
    within(11 * SECOND, world.client.reconnect()).await.unwrap();
    assert_eq!(world.client.state(), ConnectionState::Connected);
}

/// A14: after a drop while a session was fetched, a socket was opened and leaked.
#[tokio::test(start_paused = true)]
async fn dropping_while_a_session_is_fetched_leaves_nothing() {
    let world = World::new(14);
    world.sessions.script([Next::After(5 * SECOND)]);
    drop(world.client.connect());
    eventually(SECOND, || world.sessions.running() == 1).await;
    drop(world.client);
    eventually(SECOND, || world.sessions.running() == 0).await;
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(world.agent.connections(), 0);
}

/// A34: the listener of focus was never removed.
#[tokio::test(start_paused = true)]
async fn dropping_the_client_releases_everything() {
    let world = World::connected(34).await;
    assert!(world.focus.is_held() && world.online.is_held());
    let watch = world
        .client
        .fs()
        .watch(".", WatchOptions::default())
        .await
        .unwrap();
    let pending = {
        world.agent.state().held.insert("fs/readFile");
        world.client.fs().read("a")
    };
    let World {
        client,
        agent,
        focus,
        online,
        ..
    } = world;
    client.close();
    client.close();
    eventually(SECOND, || agent.open() == 0).await;
    eventually(SECOND, || !focus.is_held() && !online.is_held()).await;
    assert_eq!(
        within(SECOND, pending).await.unwrap_err().kind(),
        ErrorKind::Closed
    );
    let error = within(SECOND, client.fs().read("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    let mut watch = watch;
    assert_eq!(within(SECOND, watch.next()).await, None);
    assert_eq!(watch.error().unwrap().kind(), ErrorKind::Closed);
}
