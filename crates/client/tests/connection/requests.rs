//! What is asked, before, during and after an outage.

use bytes::Bytes;
use yew_sandbox_client::protocol::system::Hibernating;
use yew_sandbox_client::{ConnectionState, ErrorKind};

use crate::SECOND;
use crate::support::{Accept, JoinScript, World, eventually, settle, within};

/// A2: a request that must not run twice was sent again after a broken link.
#[tokio::test(start_paused = true)]
async fn a_once_request_is_interrupted_and_never_repeated() {
    let world = World::connected(2).await;
    world.agent.state().files.insert("a".into(), Bytes::new());
    world.agent.state().held.insert("fs/rename");
    let rename = world.client.fs().rename("a", "b");
    eventually(SECOND, || world.agent.seen("fs/rename").len() == 1).await;
    world.agent.state().held.clear();
    world.agent.cut();
    let error = within(SECOND, rename).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    world.until("Connected", 11 * SECOND).await;
    settle().await;
    assert_eq!(world.agent.seen("fs/rename").len(), 1);
}

/// A3: requests in flight were replayed in the reverse order.
#[tokio::test(start_paused = true)]
async fn requests_are_repeated_in_order() {
    let world = World::connected(3).await;
    world.agent.state().held.insert("fs/writeFile");
    let fs = world.client.fs();
    let writes: Vec<_> = (0..20).map(|n| fs.write(&format!("f{n}"), "x")).collect();
    eventually(SECOND, || world.agent.seen("fs/writeFile").len() == 20).await;
    world.agent.state().held.clear();
    world.agent.cut();
    for write in writes {
        within(11 * SECOND, write).await.unwrap();
    }
    let seen = world.agent.seen("fs/writeFile");
    let paths: Vec<_> = seen[20..].iter().map(|seen| seen.path.clone()).collect();
    let expected: Vec<_> = (0..20).map(|n| format!("f{n}")).collect();
    assert_eq!(paths, expected);
}

/// A4: a request made while there was no connection was sent twice and never answered.
#[tokio::test(start_paused = true)]
async fn queued_requests_go_out_once() {
    let world = World::connected(4).await;
    world.agent.notify(&Hibernating {});
    world.until("Hibernated", SECOND).await;
    let write = world.client.fs().write("a", "x");
    within(11 * SECOND, write).await.unwrap();
    assert_eq!(world.agent.seen("fs/writeFile").len(), 1);
}

/// A5: requests made while connecting went out before the join was answered.
#[tokio::test(start_paused = true)]
async fn nothing_goes_out_before_the_join_is_answered() {
    let world = World::new(5);
    world.agent.state().join = JoinScript::Silence;
    let write = world.client.fs().write("a", "x");
    eventually(SECOND, || !world.agent.seen("client/join").is_empty()).await;
    settle().await;
    assert_eq!(world.agent.state().seen.len(), 1);
    world.agent.state().join = JoinScript::Answer;
    within(22 * SECOND, write).await.unwrap();
}

/// A32: requests that timed out in the queue kept their payloads.
#[tokio::test(start_paused = true)]
async fn the_queue_is_bounded_and_empties_itself() {
    let world = World::connected(32).await;
    world.agent.state().accept = Accept::Refuse;
    world.agent.cut();
    world.until("Reconnecting", SECOND).await;
    let fs = world.client.fs();
    let payload = Bytes::from(vec![0_u8; 1024 * 1024]);
    let writes: Vec<_> = (0..9)
        .map(|n| fs.write(&format!("f{n}"), payload.clone()))
        .collect();
    let mut full = 0;
    let mut late = 0;
    for write in writes {
        match within(31 * SECOND, write).await.unwrap_err().kind() {
            ErrorKind::QueueFull => full += 1,
            ErrorKind::Timeout => late += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((full, late), (2, 7), "8 MiB hold seven such frames");
    let reads: Vec<_> = (0..257).map(|_| fs.read("a")).collect();
    settle().await;
    world.agent.state().accept = Accept::Open;
    let mut outcomes = Vec::new();
    for read in reads {
        outcomes.push(within(31 * SECOND, read).await.unwrap_err().kind());
    }
    let full = outcomes
        .iter()
        .filter(|kind| **kind == ErrorKind::QueueFull)
        .count();
    assert_eq!(full, 1);
    assert_eq!(outcomes[256], ErrorKind::QueueFull);
}

/// A request that nobody waits for any more is not sent.
#[tokio::test(start_paused = true)]
async fn dropping_a_future_forgets_the_request() {
    let world = World::connected(59).await;
    world.agent.state().accept = Accept::Refuse;
    world.agent.cut();
    world.until("Reconnecting", SECOND).await;
    drop(world.client.fs().write("forgotten", "x"));
    let kept = world.client.fs().write("kept", "x");
    world.agent.state().accept = Accept::Open;
    within(11 * SECOND, kept).await.unwrap();
    let seen = world.agent.seen("fs/writeFile");
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].path, "kept");
}

/// A request ends by its deadline although the link lives.
#[tokio::test(start_paused = true)]
async fn every_request_has_a_deadline() {
    let world = World::connected(60).await;
    world.agent.state().held.insert("fs/readFile");
    let read = world.client.fs().read("a");
    let error = within(31 * SECOND, read).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.subject(), Some("a"));
    assert_eq!(world.client.state(), ConnectionState::Connected);
}

/// What is too large is refused before it is sent.
#[tokio::test(start_paused = true)]
async fn content_over_the_limit_is_refused() {
    let world = World::connected(61).await;
    let content = Bytes::from(vec![0_u8; 16 * 1024 * 1024 + 1]);
    let error = world.client.fs().write("big", content).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(world.agent.seen("fs/writeFile").is_empty());
}

/// Text that is not UTF-8 is an error that names the file, not a replacement character.
#[tokio::test(start_paused = true)]
async fn bytes_are_not_forced_into_text() {
    let world = World::connected(62).await;
    let content = Bytes::from_static(&[0xff, 0xfe]);
    world
        .agent
        .state()
        .files
        .insert("a".into(), content.clone());
    let error = world.client.fs().read_text("a").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::InvalidText, Some("a"))
    );
    assert_eq!(world.client.fs().read("a").await.unwrap(), content);
}
