//! What listeners are told: states, watches, start-up.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use yew_sandbox_client::protocol::fs;
use yew_sandbox_client::protocol::limits::MAX_CHANGED_PATHS;
use yew_sandbox_client::protocol::setup::{Progress, SetupState, Step, StepOutcome};
use yew_sandbox_client::protocol::system::InitStatus;
use yew_sandbox_client::{ConnectionState, WatchEvent, WatchOptions};

use crate::support::{World, eventually, settle, within};
use crate::{SECOND, status};

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
