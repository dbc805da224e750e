//! Signs of life, focus and sleep.

use std::time::Duration;

use yew_sandbox_client::protocol::system::Hibernating;
use yew_sandbox_client::{ConnectionState, ErrorKind};

use crate::support::{Accept, JoinScript, World, eventually, within};
use crate::{SECOND, status};

/// A7: on a half-open link every send was taken for life, so the loss was never found.
#[tokio::test(start_paused = true)]
async fn only_received_frames_count_as_life() {
    let world = World::connected(7).await;
    world.agent.state().mute = true;
    let fs = world.client.fs();
    let busy = tokio::spawn(async move {
        loop {
            drop(fs.read("a"));
            tokio::time::sleep(SECOND).await;
        }
    });
    world.until("Reconnecting", 21 * SECOND).await;
    busy.abort();
}

/// What the sandbox told unasked hid that nothing reached it any more.
#[tokio::test(start_paused = true)]
async fn a_link_that_carries_one_way_only_is_found() {
    let world = World::connected(7).await;
    world.agent.state().mute = true;
    let agent = world.agent.clone();
    let chatter = tokio::spawn(async move {
        loop {
            agent.notify(&status("still here"));
            tokio::time::sleep(SECOND).await;
        }
    });
    world.until("Reconnecting", 24 * SECOND).await;
    chatter.abort();
}

/// A ping waits behind what is sent: a large file over a slow network, and a look at the page, cut the link, and all was sent again.
#[tokio::test(start_paused = true)]
async fn a_link_that_is_busy_with_what_is_sent_is_alive() {
    let world = World::connected(7).await;
    world.agent.state().mute = true;
    let slow = world.agent.state().peers[0].clone().unwrap();
    world.focus.set(true);
    for left in (1..60).rev() {
        slow.leave_unsent(left * 1000);
        tokio::time::sleep(SECOND).await;
        assert_eq!(world.client.state(), ConnectionState::Connected);
    }
    // Nothing leaves any more.
    world.until("Reconnecting", 7 * SECOND).await;
}

/// A8: one pending request made a missed pong be ignored.
#[tokio::test(start_paused = true)]
async fn a_half_open_link_is_found_with_a_request_pending() {
    let world = World::connected(8).await;
    world.agent.state().mute = true;
    let read = world.client.fs().read("a");
    // Only that link is dead: the next one is begun at once.
    let agent = world.agent.clone();
    let states = world.client.watch_state();
    let _lost = states.subscribe(move |_| agent.state().mute = false);
    world.until("Reconnecting", 21 * SECOND).await;
    let error = within(30 * SECOND, read).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::NotFound,
        "repeated after the reconnect"
    );
}

/// A9: data in the last second of grace did not save the link, and its timer killed the next one.
#[tokio::test(start_paused = true)]
async fn a_late_pong_saves_the_link() {
    let world = World::connected(9).await;
    world.agent.state().pongs = false;
    eventually(11 * SECOND, || world.agent.state().pings == 1).await;
    tokio::time::sleep(Duration::from_millis(9_900)).await;
    world.agent.notify(&status("late"));
    world.agent.state().pongs = true;
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(world.client.state(), ConnectionState::Connected);
    assert_eq!(world.agent.connections(), 1);
}

/// A10: the deadline of a pong was set for the first connection only.
#[tokio::test(start_paused = true)]
async fn every_connection_is_watched() {
    let world = World::connected(10).await;
    for connections in 2..5 {
        world.agent.state().mute = true;
        world.until("Reconnecting", 21 * SECOND).await;
        world.agent.state().mute = false;
        world.until("Connected", 25 * SECOND).await;
        assert!(world.agent.connections() >= connections);
    }
}

/// A sleeping sandbox is woken by focus, by an operation and by a reconnect, each with a new session.
#[tokio::test(start_paused = true)]
async fn focus_an_operation_and_a_reconnect_wake() {
    let world = World::connected(53).await;
    for turn in 0..3 {
        world.agent.notify(&Hibernating {});
        world.until("Hibernated", SECOND).await;
        assert_eq!(world.agent.open(), 0);
        tokio::time::sleep(3600 * SECOND).await;
        assert_eq!(world.client.state(), ConnectionState::Hibernated);
        match turn {
            0 => world.focus.set(true),
            1 => drop(world.client.fs().write("a", "x")),
            _ => drop(world.client.reconnect()),
        }
        world.until("Connected", 11 * SECOND).await;
        assert_eq!(world.sessions.asked().len(), 2 + turn);
    }
}

/// Who waited for a connection was forgotten when the sandbox fell asleep before the join was answered.
#[tokio::test(start_paused = true)]
async fn a_connect_that_meets_a_hibernation_wakes_the_sandbox() {
    let world = World::new(53);
    world.agent.state().join = JoinScript::Silence;
    let connected = world.client.connect();
    eventually(SECOND, || !world.agent.seen("client/join").is_empty()).await;
    world.agent.state().join = JoinScript::Answer;
    world.agent.notify(&Hibernating {});
    within(11 * SECOND, connected).await.unwrap();
    assert_eq!(world.sessions.asked().len(), 2);
}

/// Focus finds a dead link within three seconds and cuts a delay short.
#[tokio::test(start_paused = true)]
async fn focus_probes_and_hurries() {
    let world = World::connected(54).await;
    world.agent.state().mute = true;
    world.focus.set(true);
    world
        .until("Reconnecting", Duration::from_millis(3_001))
        .await;
    world.agent.state().accept = Accept::Refuse;
    world.agent.state().mute = false;
    eventually(120 * SECOND, || world.agent.connections() > 8).await;
    world.agent.state().accept = Accept::Open;
    world.focus.set(true);
    world.until("Connected", Duration::from_millis(100)).await;
}
