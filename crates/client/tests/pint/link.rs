//! What becomes of the connection.

use std::time::Duration;

use axum::http::StatusCode;
use yew_sandbox_client::{ConnectionState, ErrorKind, TerminalOptions, WatchOptions};

use crate::{SOON, World, client, eventually, session, within};

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_was_away_is_found_again() {
    let world = World::new().await;
    within(world.client.connect()).await.unwrap();
    world.proxy.down();
    let read = world.client.fs().read("a");
    world.until("Reconnecting").await;
    std::fs::write(world.path("a"), "1").unwrap();
    world.proxy.up();
    assert_eq!(within(read).await.unwrap(), "1");
    assert_eq!(world.client.state(), ConnectionState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_accepted_any_more_asks_for_a_new_session() {
    let world = World::new().await;
    within(world.client.connect()).await.unwrap();
    world
        .agent
        .change(|manners| manners.refuses = Some(StatusCode::UNAUTHORIZED));
    let read = world.client.fs().read_dir(".");
    world.until("Reconnecting").await;
    world.agent.change(|manners| manners.refuses = None);
    within(read).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_on_the_way_who_answers_for_the_agent_is_not_the_agent() {
    let world = World::new().await;
    within(world.client.connect()).await.unwrap();
    world
        .agent
        .change(|manners| manners.refuses = Some(StatusCode::BAD_GATEWAY));
    let read = world.client.fs().read_dir(".");
    world.until("Reconnecting").await;
    world.agent.change(|manners| manners.refuses = None);
    within(read).await.unwrap();
}

/// `dispose` did nothing (A40).
#[tokio::test(flavor = "multi_thread")]
async fn nothing_stays_open_behind_a_client() {
    let world = World::new().await;
    let terminal = world.client.terminals().create(TerminalOptions::default());
    let terminal = within(terminal).await.unwrap();
    let ports = world.client.ports().live();
    within(ports.wait_for(|_| Some(()))).await.unwrap();
    let watch = within(world.client.fs().watch(".", WatchOptions::default()))
        .await
        .unwrap();
    assert!(world.proxy.open() >= 3);
    within(world.client.disconnect()).await.unwrap();
    world.proxy.closed().await;
    within(world.client.reconnect()).await.unwrap();
    eventually(SOON, || world.proxy.open() >= 3).await;
    world.client.close();
    world.proxy.closed().await;
    drop((terminal, ports, watch));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_and_a_terminal_that_are_dropped_ask_for_nothing_more() {
    let world = World::new().await;
    let terminal = world.client.terminals().create(TerminalOptions::default());
    let terminal = within(terminal).await.unwrap();
    let watch = within(world.client.fs().watch(".", WatchOptions::default()))
        .await
        .unwrap();
    eventually(SOON, || world.count("GET /directories/") >= 2).await;
    drop((terminal, watch));
    within(world.client.fs().read_dir(".")).await.unwrap();
    let before = world.count("GET /directories/");
    // Longer than the pause between two looks.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(world.count("GET /directories/"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_agent_is_asked_for_signs_of_life() {
    let world = World::new().await;
    let mut options = yew_sandbox_client::ClientOptions::new({
        let session = session(world.proxy.port, world.folder.path().to_str().unwrap());
        yew_sandbox_client::SessionSource::new(move |_| {
            let session = session.clone();
            async move { Ok::<_, yew_sandbox_client::SessionError>(session) }
        })
    });
    options.timeouts.silence = Duration::from_millis(50);
    let client = yew_sandbox_client::Client::new(options);
    within(client.connect()).await.unwrap();
    eventually(SOON, || world.count("GET /file_stat/") >= 5).await;
    assert_eq!(client.state(), ConnectionState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_another_kind_is_refused_for_good() {
    let mut session = session(1, "/");
    session.pitcher_url = "wss://example.org/".into();
    let error = within(client(session).connect()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_that_makes_no_sense_does_not_end_the_link() {
    // A task without a name, which the agent passes on as null.
    let file = r#"{"tasks": {"x": {"command": "ls"}}}"#;
    let world = World::with(&[(".codesandbox/tasks.json", file)]).await;
    within(world.client.connect()).await.unwrap();
    let states = world.client.watch_state();
    let error = within(world.client.tasks().get_all()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    within(world.client.fs().read_dir(".")).await.unwrap();
    assert_eq!(states.get(), ConnectionState::Connected);
}
