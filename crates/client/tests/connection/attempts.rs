//! Attempts, sessions and refusals.

use std::time::Duration;

use yew_sandbox_client::protocol::ErrorCode;
use yew_sandbox_client::protocol::system::Hibernating;
use yew_sandbox_client::{ErrorKind, SessionErrorKind};

use crate::SECOND;
use crate::support::{Accept, JoinScript, Next, World, eventually, settle, within};

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

/// A43: the token went into the address as it was.
#[tokio::test(start_paused = true)]
async fn the_token_is_encoded() {
    let world = World::with(43, |options| {
        let mut session = crate::support::session("box", 0);
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

/// The first attempt after a loss is spent on the old session: the one that wakes the sandbox had ten seconds, each time.
#[tokio::test(start_paused = true)]
async fn a_sandbox_that_fell_asleep_unheard_has_time_to_wake() {
    let world = World::connected(1).await;
    tokio::time::sleep(20 * SECOND).await;
    world.agent.state().accept = Accept::Refuse;
    world.sessions.script([
        Next::Fail(SessionErrorKind::Unavailable),
        Next::After(25 * SECOND),
    ]);
    world.agent.cut();
    eventually(10 * SECOND, || world.sessions.asked().len() == 3).await;
    world.agent.state().accept = Accept::Open;
    world.until("Connected", 26 * SECOND).await;
    assert_eq!(world.sessions.asked().len(), 3);
}

/// One that may have been lost is asked again when somebody looks.
#[tokio::test(start_paused = true)]
async fn a_session_that_takes_long_is_asked_for_again_by_focus() {
    let world = World::new(1);
    world.sessions.script([Next::Hang]);
    drop(world.client.connect());
    tokio::time::sleep(5 * SECOND).await;
    world.focus.set(true);
    settle().await;
    assert_eq!(world.sessions.asked().len(), 1);
    tokio::time::sleep(6 * SECOND).await;
    world.focus.set(true);
    world.until("Connected", SECOND).await;
}

#[tokio::test(start_paused = true)]
async fn times_without_an_end_are_none() {
    let world = World::with(1, |options| {
        options.timeouts.request = Duration::MAX;
        options.timeouts.connect = Duration::MAX;
        options.timeouts.silence = Duration::MAX;
    });
    let fs = world.client.fs();
    within(SECOND, fs.write("a", "x")).await.unwrap();
    assert_eq!(within(SECOND, fs.read("a")).await.unwrap(), "x");
}
