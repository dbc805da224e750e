//! How the connection behaves when things go wrong, each test a defect that was seen in another client.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use support::{Accept, JoinScript, Next, World, eventually, settle, within};
use yew_sandbox_client::protocol::limits::MAX_CHANGED_PATHS;
use yew_sandbox_client::protocol::setup::{Progress, SetupState, Step, StepOutcome};
use yew_sandbox_client::protocol::system::{Hibernating, InitStatus};
use yew_sandbox_client::protocol::{ErrorCode, fs};
use yew_sandbox_client::{ConnectionState, ErrorKind, SessionErrorKind, WatchEvent, WatchOptions};

const SECOND: Duration = Duration::from_secs(1);

/// A1: after one failed attempt the other client stayed in "connecting" for ever.
#[tokio::test(start_paused = true)]
async fn failed_attempts_go_back_to_backoff() {
    let world = World::new(1);
    world
        .sessions
        .script(vec![Next::Fail(SessionErrorKind::Unavailable); 12]);
    world.agent.state().accept = Accept::Refuse;
    drop(world.client.connect());
    world.until("Reconnecting", SECOND).await;
    eventually(120 * SECOND, || world.agent.connections() >= 5).await;
    world.agent.state().accept = Accept::Open;
    world.until("Connected", 11 * SECOND).await;
}

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

/// A6: after a cut in the middle of a join the old join was sent on the new connection.
#[tokio::test(start_paused = true)]
async fn each_connection_carries_one_join_and_it_is_first() {
    let world = World::new(6);
    world.agent.state().join = JoinScript::Silence;
    drop(world.client.connect());
    eventually(SECOND, || !world.agent.seen("client/join").is_empty()).await;
    world.agent.cut();
    world.agent.state().join = JoinScript::Answer;
    world.until("Connected", 11 * SECOND).await;
    settle().await;
    let state = world.agent.state();
    for connection in 0..state.peers.len() {
        let methods: Vec<_> = state
            .seen
            .iter()
            .filter(|seen| seen.connection == connection)
            .map(|seen| seen.method.as_str())
            .collect();
        assert_eq!(methods.first(), Some(&"client/join"));
        assert_eq!(
            methods
                .iter()
                .filter(|method| **method == "client/join")
                .count(),
            1
        );
    }
}

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

/// A8: one pending request made a missed pong be ignored.
#[tokio::test(start_paused = true)]
async fn a_half_open_link_is_found_with_a_request_pending() {
    let world = World::connected(8).await;
    world.agent.state().mute = true;
    let read = world.client.fs().read("a");
    world.until("Reconnecting", 21 * SECOND).await;
    world.agent.state().mute = false;
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

/// A11: a server that accepts TCP and never answers hung the connect for ever.
#[tokio::test(start_paused = true)]
async fn an_attempt_is_given_up_after_ten_seconds() {
    let world = World::new(11);
    world.agent.state().accept = Accept::Hang;
    drop(world.client.connect());
    eventually(SECOND, || world.agent.connections() == 1).await;
    world.until("Reconnecting", 11 * SECOND).await;
    assert_eq!(world.agent.open(), 0, "the socket was closed");
    world.agent.state().accept = Accept::Open;
    world.until("Connected", 11 * SECOND).await;
}

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

/// A15: a refused join left its socket open.
#[tokio::test(start_paused = true)]
async fn a_refused_join_closes_its_socket() {
    let world = World::new(15);
    world.agent.state().join = JoinScript::Refuse(ErrorCode::CRITICAL);
    drop(world.client.connect());
    eventually(60 * SECOND, || world.agent.connections() >= 4).await;
    assert!(world.agent.open() <= 1);
    world.agent.state().join = JoinScript::Answer;
    world.until("Connected", 11 * SECOND).await;
    assert_eq!(world.agent.open(), 1);
}

/// A16: a listener that reconnected in its callback made the others see states out of order.
#[tokio::test(start_paused = true)]
async fn transitions_come_in_one_order_for_all() {
    let world = World::connected(16).await;
    let orders: [Arc<Mutex<Vec<&'static str>>>; 2] = Default::default();
    let mut subscriptions = Vec::new();
    for (place, order) in orders.iter().enumerate() {
        let order = Arc::clone(order);
        let client = world.client.clone();
        subscriptions.push(world.client.watch_state().subscribe(move |state| {
            order.lock().unwrap().push(state.name());
            if place == 0 && *state == ConnectionState::Disconnected {
                drop(client.reconnect());
            }
        }));
    }
    world.client.disconnect().await.unwrap();
    world.until("Connected", 11 * SECOND).await;
    let expected = ["Disconnected", "Connecting", "Connected"];
    for order in &orders {
        assert_eq!(*order.lock().unwrap(), expected);
    }
}

/// A17: a second reconnect resolved while the first was still connecting.
#[tokio::test(start_paused = true)]
async fn everybody_shares_one_attempt() {
    let world = World::connected(17).await;
    world.agent.state().join = JoinScript::Silence;
    let first = world.client.reconnect();
    let second = tokio::spawn(world.client.reconnect());
    eventually(SECOND, || world.agent.connections() == 2).await;
    settle().await;
    assert!(!second.is_finished());
    world.agent.state().join = JoinScript::Answer;
    within(12 * SECOND, first).await.unwrap();
    within(SECOND, second).await.unwrap().unwrap();
    assert_eq!(
        world.agent.connections(),
        3,
        "one that timed out, and one that joined"
    );
}

/// A18: start-up was told in another way on the second connection. Each join asks for the same.
#[tokio::test(start_paused = true)]
async fn the_session_at_hand_is_tried_first_and_a_new_one_after_a_failure() {
    let world = World::connected(18).await;
    tokio::time::sleep(6 * SECOND).await;
    world.agent.cut();
    world.until("Reconnecting", SECOND).await;
    world.until("Connected", 11 * SECOND).await;
    assert_eq!(world.sessions.asked().len(), 1);
    world.agent.state().accept = Accept::Refuse;
    world.agent.cut();
    eventually(SECOND, || world.agent.connections() == 3).await;
    world.agent.state().accept = Accept::Open;
    world.until("Connected", 11 * SECOND).await;
    let asked = world.sessions.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].sandbox_id, None);
    assert_eq!(asked[1].sandbox_id.as_deref(), Some("box"));
    assert_eq!(
        *world.agent.state().urls.last().unwrap(),
        "ws://sandbox/?token=token-2"
    );
}

/// A19: watches were not restored on the second connection.
#[tokio::test(start_paused = true)]
async fn watches_are_restored_and_say_that_events_were_lost() {
    let world = World::connected(19).await;
    let mut watch = world
        .client
        .fs()
        .watch("src", WatchOptions::default())
        .await
        .unwrap();
    world.agent.cut();
    assert_eq!(
        within(11 * SECOND, watch.next()).await,
        Some(WatchEvent::Rescan)
    );
    let seen = world.agent.seen("fs/watch");
    assert_eq!(seen.len(), 2);
    assert_ne!(seen[0].connection, seen[1].connection);
    assert_eq!(seen[1].path, "src");
    world.agent.notify(&change("2", &["src/a"]));
    let event = within(SECOND, watch.next()).await;
    assert_eq!(event, Some(WatchEvent::Added(vec!["src/a".into()])));
}

/// An agent that lost events itself says so with the watched path and a slash.
#[tokio::test(start_paused = true)]
async fn events_lost_by_the_agent_mean_a_rescan() {
    let world = World::connected(19).await;
    let mut watch = world
        .client
        .fs()
        .watch("src", WatchOptions::default())
        .await
        .unwrap();
    let mut lost = change("1", &["/project/workspace/src/"]);
    lost.events[0].kind = fs::ChangeKind::Change;
    world.agent.notify(&lost);
    assert_eq!(within(SECOND, watch.next()).await, Some(WatchEvent::Rescan));
}

/// As many changes as an agent tells at once reach a reader who had none waiting; what is more than may wait is a rescan.
#[tokio::test(start_paused = true)]
async fn many_changes_at_once_are_told_and_too_many_are_a_rescan() {
    let world = World::connected(19).await;
    let mut watch = world
        .client
        .fs()
        .watch("src", WatchOptions::default())
        .await
        .unwrap();
    let paths: Vec<String> = (0..MAX_CHANGED_PATHS).map(|n| format!("src/{n}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    world.agent.notify(&change("1", &paths));
    let event = within(SECOND, watch.next()).await.unwrap();
    assert_eq!(event.paths().len(), MAX_CHANGED_PATHS);
    world.agent.notify(&change("1", &paths));
    world.agent.notify(&change("1", &["src/more"]));
    assert_eq!(within(SECOND, watch.next()).await, Some(WatchEvent::Rescan));
}

/// A20: what ended during an outage was never asked for again.
#[tokio::test(start_paused = true)]
async fn start_up_that_ends_during_an_outage_is_seen_after_it() {
    let world = World::new(20);
    world.agent.state().steps = vec![step(None)];
    world.agent.state().setup_state = SetupState::InProgress;
    world.client.connect().await.unwrap();
    settle().await;
    assert!(!world.client.init().ready);
    world.agent.cut();
    world.agent.state().setup_state = SetupState::Finished;
    world.until("Reconnecting", SECOND).await;
    world.until("Connected", 11 * SECOND).await;
    eventually(SECOND, || world.client.init().ready).await;
}

/// A25: with no set-up steps the connect waited for ever.
#[tokio::test(start_paused = true)]
async fn a_sandbox_without_steps_is_ready() {
    let world = World::connected(25).await;
    eventually(SECOND, || world.client.init().ready).await;
    assert_eq!(world.client.init().progress, 100);
}

/// Start-up is told as it goes, with its output and its errors.
#[tokio::test(start_paused = true)]
async fn start_up_follows_the_notifications() {
    let world = World::new(26);
    world.agent.state().steps = vec![step(None)];
    world.agent.state().setup_state = SetupState::InProgress;
    world.client.connect().await.unwrap();
    settle().await;
    world.agent.notify(&InitStatus {
        progress: 40.0,
        stdout: Some("hello\n".into()),
        ..status("Installing")
    });
    eventually(SECOND, || world.client.init().message == "Installing").await;
    let init = world.client.init();
    assert_eq!(
        (init.progress, init.output.as_str(), init.ready),
        (40, "hello\n", false)
    );
    world.agent.notify(&Progress {
        state: SetupState::Stopped,
        steps: vec![step(Some(StepOutcome::Failed))],
        current_step_index: 0,
    });
    eventually(SECOND, || world.client.init().ready).await;
    assert_eq!(world.client.init().error.as_deref(), Some("install failed"));
}

/// A31: watching and dropping left a listener behind each time.
#[tokio::test(start_paused = true)]
async fn dropped_watches_and_subscriptions_leave_nothing() {
    let world = World::connected(31).await;
    for _ in 0..50 {
        let watch = world
            .client
            .fs()
            .watch(".", WatchOptions::default())
            .await
            .unwrap();
        drop(watch);
        drop(world.client.watch_state().subscribe(|_| {}));
    }
    eventually(SECOND, || world.agent.state().watches.is_empty()).await;
    assert_eq!(world.agent.seen("fs/unwatch").len(), 50);
    assert_eq!(world.client.watch_state().subscribers(), 0);
    // One that is dropped before its answer is ended as well.
    drop(world.client.fs().watch(".", WatchOptions::default()));
    eventually(SECOND, || world.agent.seen("fs/unwatch").len() == 51).await;
    assert!(world.agent.state().watches.is_empty());
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

/// A33: a listener that panicked starved the others, and a malformed frame was fatal.
#[tokio::test(start_paused = true)]
async fn a_panicking_listener_and_a_malformed_frame_are_survived() {
    let world = World::connected(33).await;
    let count = Arc::new(AtomicUsize::new(0));
    let bad = world
        .client
        .watch_state()
        .subscribe(|_| panic!("a listener's own problem"));
    let good = world.client.watch_state().subscribe({
        let count = Arc::clone(&count);
        move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let peer = world.agent.state().peers[0].clone().unwrap();
    peer.send(Bytes::from_static(b"\xc1 not a frame"));
    world.until("Reconnecting", SECOND).await;
    world.until("Connected", 11 * SECOND).await;
    assert_eq!(world.agent.state().closed_with[0], Some(1002));
    assert!(count.load(Ordering::Relaxed) >= 2);
    drop((bad, good));
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

/// A43: the token went into the address as it was.
#[tokio::test(start_paused = true)]
async fn the_token_is_encoded() {
    let world = World::with(43, |options| {
        let mut session = support::session("box", 0);
        session.pitcher_token = "a+b&c=#".into();
        options.session = Some(session);
    });
    world.client.connect().await.unwrap();
    assert_eq!(
        world.agent.state().urls[0],
        "ws://sandbox/?token=a%2Bb%26c%3D%23"
    );
    assert!(
        world.sessions.asked().is_empty(),
        "the given session was enough"
    );
}

/// A refusal for good ends the attempts, and everybody who waits is told.
#[tokio::test(start_paused = true)]
async fn refusals_for_good_fail() {
    for (kind, expected) in [
        (SessionErrorKind::NotFound, ErrorKind::SandboxNotFound),
        (SessionErrorKind::Unauthorized, ErrorKind::Unauthorized),
        (SessionErrorKind::Forbidden, ErrorKind::Forbidden),
    ] {
        let world = World::new(50);
        world.sessions.script([Next::Fail(kind)]);
        let read = world.client.fs().read("a");
        let connect = world.client.connect();
        assert_eq!(within(SECOND, connect).await.unwrap_err().kind(), expected);
        assert_eq!(within(SECOND, read).await.unwrap_err().kind(), expected);
        let state = world.client.state();
        assert_eq!(state.error().unwrap().kind(), expected);
        world.focus.set(true);
        tokio::time::sleep(60 * SECOND).await;
        assert_eq!(world.sessions.asked().len(), 1);
        within(11 * SECOND, world.client.reconnect()).await.unwrap();
    }
}

/// A session of another sandbox must never get this sandbox's requests.
#[tokio::test(start_paused = true)]
async fn a_session_of_another_sandbox_is_refused() {
    let world = World::connected(51).await;
    world.sessions.script([Next::Other("someone-elses")]);
    world.agent.notify(&Hibernating {});
    world.until("Hibernated", SECOND).await;
    let error = within(SECOND, world.client.fs().write("a", "x"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert_eq!(world.agent.connections(), 1);
}

/// Another protocol, and a join that says no, are for good.
#[tokio::test(start_paused = true)]
async fn a_protocol_of_another_generation_fails() {
    for (script, expected) in [
        (JoinScript::Protocol("1.0.0"), ErrorKind::Protocol),
        (
            JoinScript::Refuse(ErrorCode::NO_ACCESS),
            ErrorKind::Forbidden,
        ),
    ] {
        let world = World::new(52);
        world.agent.state().join = script;
        let error = within(SECOND, world.client.connect()).await.unwrap_err();
        assert_eq!(error.kind(), expected);
        settle().await;
        assert_eq!(world.agent.open(), 0);
    }
    let world = World::new(52);
    world.agent.state().join = JoinScript::Garbage;
    drop(world.client.connect());
    world.until("Reconnecting", SECOND).await;
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

/// A link that is lost for the first time is tried again at once; one that is lost again and again is not.
#[tokio::test(start_paused = true)]
async fn the_first_loss_costs_no_delay_and_flapping_does() {
    let world = World::connected(63).await;
    let begun = tokio::time::Instant::now();
    world.agent.cut();
    world.until("Reconnecting", SECOND).await;
    world.until("Connected", SECOND).await;
    assert!(
        begun.elapsed() < Duration::from_millis(10),
        "{:?}",
        begun.elapsed()
    );
    for _ in 0..20 {
        world.agent.cut();
        world.until("Reconnecting", SECOND).await;
        world.until("Connected", 11 * SECOND).await;
    }
    assert!(begun.elapsed() > 5 * SECOND, "{:?}", begun.elapsed());
}

/// Without a network no attempt is made; with it one is made at once.
#[tokio::test(start_paused = true)]
async fn offline_burns_no_attempts() {
    let world = World::connected(55).await;
    world.online.set(false);
    world.agent.cut();
    world.until("Offline", 4 * SECOND).await;
    let before = world.agent.connections();
    let read = world.client.fs().read("a");
    tokio::time::sleep(20 * SECOND).await;
    assert_eq!(world.agent.connections(), before);
    world.online.set(true);
    world.until("Connected", Duration::from_millis(100)).await;
    assert_eq!(
        within(SECOND, read).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

/// Outages of any length are survived, and the client is back within eleven seconds of their end.
#[tokio::test(start_paused = true)]
async fn outages_of_any_length_are_survived() {
    for (seed, outage) in [(56, 1), (57, 30), (58, 600)] {
        let world = World::connected(seed).await;
        world.agent.state().accept = Accept::Hang;
        world.agent.cut();
        tokio::time::sleep(outage * SECOND).await;
        world.agent.state().accept = Accept::Open;
        world.until("Connected", 11 * SECOND).await;
    }
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

fn status(message: &str) -> InitStatus {
    InitStatus {
        message: message.into(),
        is_error: None,
        progress: 0.0,
        next_progress: 100.0,
        stdout: None,
    }
}

fn step(finish_status: Option<StepOutcome>) -> Step {
    Step {
        name: "install".into(),
        command: "npm install".into(),
        shell_id: None,
        finish_status,
    }
}

fn change(watch_id: &str, paths: &[&str]) -> fs::WatchEvent {
    fs::WatchEvent {
        watch_id: watch_id.into(),
        events: vec![fs::Change {
            paths: paths.iter().map(ToString::to_string).collect(),
            kind: fs::ChangeKind::Add,
        }],
    }
}
