//! Clients that come back, frame by frame: who may, what is sent again, what is not run again, and for how long.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Client, Event, Harness, join, write_file};
use yew_sandbox_agent::{Permission, Visitor};
use yew_sandbox_protocol::client::{Disconnected, JoinAnswer, Rejoin, Resume};
use yew_sandbox_protocol::fs::{Copy, ReadFile, Rename, Rewatch, WatchEvent, WriteFile};
use yew_sandbox_protocol::limits::{
    KEEP_SECONDS, MAX_KEPT_ANSWERS, MAX_KEPT_CLIENTS, MAX_KEPT_PATHS, MAX_SCROLLBACK,
};
use yew_sandbox_protocol::shell::{Create, Input, List, Output, Reopen};
use yew_sandbox_protocol::system::Update;
use yew_sandbox_protocol::{ServerFrame, encode_request};

/// The number of a rejoin, which no other request in here has.
const REJOIN: u64 = 1_000_000;

fn visitor() -> Visitor {
    Visitor::new(Permission::Write, "Ada", "u1")
}

/// A client that joined for the first time, and its token.
async fn first(harness: &mut Harness) -> (Client, String) {
    let mut client = harness.open_as(visitor()).await;
    let answer = client.join(false).await.unwrap();
    assert!(!answer.resume.unwrap().resumed);
    (client, answer.reconnect_token.unwrap())
}

/// A client on another link that says that it comes back.
async fn rejoin(
    harness: &mut Harness,
    visitor: Visitor,
    token: &str,
    answer: Option<u64>,
) -> (Client, JoinAnswer) {
    let mut client = harness.open_as(visitor).await;
    let joined = send_rejoin(&mut client, token, answer).await;
    (client, joined)
}

async fn send_rejoin(client: &mut Client, token: &str, answer: Option<u64>) -> JoinAnswer {
    let join = join(false);
    let token = token.to_owned();
    let rejoin = Rejoin {
        client_info: join.client_info,
        async_progress: join.async_progress,
        subscriptions: join.subscriptions,
        resume: Some(Resume { token, answer }),
    };
    client.send_bytes(encode_request(REJOIN, &rejoin)).await;
    client.answer::<Rejoin>(REJOIN).await.unwrap()
}

fn is_resumed(answer: &JoinAnswer) -> bool {
    answer.resume.is_some_and(|resume| resume.resumed)
}

/// A request that runs once: a second time there is nothing to rename.
fn rename() -> Rename {
    Rename {
        from: "a".into(),
        to: "b".into(),
        overwrite: None,
    }
}

#[tokio::test]
async fn what_was_not_seen_is_sent_again_and_not_run_again() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    let write = client.send(&write_file("a", b"x")).await;
    client.answer::<WriteFile>(write).await.unwrap();
    let renamed = client.send(&rename()).await;
    client.answer::<Rename>(renamed).await.unwrap();
    harness.close(&client).await;

    // The client read the answer to the write and not that to the rename.
    let (mut client, answer) = rejoin(&mut harness, visitor(), &token, Some(write)).await;
    assert!(is_resumed(&answer));
    assert_eq!(answer.reconnect_token.unwrap(), token);
    client.answer::<Rename>(renamed).await.unwrap();
    // It sends the rename again all the same, and behind it what the link did not carry.
    client.send_bytes(encode_request(renamed, &rename())).await;
    let read = ReadFile { path: "b".into() };
    let id = renamed + 1;
    client.send_bytes(encode_request(id, &read)).await;
    assert_eq!(&*client.answer::<ReadFile>(id).await.unwrap().content, b"x");
    let again = client.drain().into_iter().filter(
        |event| matches!(event, Event::Frame(ServerFrame::Answer { id, .. }) if *id == renamed),
    );
    assert_eq!(again.count(), 0, "the answer came twice");
    harness.stop().await;
}

#[tokio::test]
async fn a_request_that_runs_when_the_link_breaks_runs_on_and_is_answered() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    // The shell takes its time to end once it is asked to.
    let create = Create {
        command: Some("trap '' HUP; touch began; sleep 60".into()),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    };
    let shell_id = client.request(&create).await.unwrap().id;
    let began = harness.workspace("began");
    while !began.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let terminate = yew_sandbox_protocol::shell::Terminate { shell_id };
    let seen = client.request(&Update).await;
    seen.unwrap();
    let running = client.send(&terminate).await;
    harness.close(&client).await;
    let (mut client, answer) = rejoin(&mut harness, visitor(), &token, Some(running - 1)).await;
    assert!(is_resumed(&answer));
    client.send_bytes(encode_request(running, &terminate)).await;
    let ended = client
        .answer::<yew_sandbox_protocol::shell::Terminate>(running)
        .await;
    assert!(ended.unwrap().is_some());
    harness.stop().await;
}

#[tokio::test]
async fn a_stolen_token_resumes_nothing() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    let seen = client.send(&write_file("a", b"secret")).await;
    client.answer::<WriteFile>(seen).await.unwrap();
    let unseen = client.send(&ReadFile { path: "a".into() }).await;
    client.answer::<ReadFile>(unseen).await.unwrap();
    harness.close(&client).await;

    let other_user = Visitor::new(Permission::Write, "Ada", "u2");
    let mut other_session = visitor();
    other_session.session_id = Some("other".into());
    for thief in [other_user, other_session] {
        let (mut thief, answer) = rejoin(&mut harness, thief, &token, Some(seen)).await;
        assert!(!is_resumed(&answer));
        assert_ne!(answer.reconnect_token.unwrap(), token);
        thief.request(&Update).await.unwrap();
        let answers = thief.drain().into_iter().filter(
            |event| matches!(event, Event::Frame(ServerFrame::Answer { id, .. }) if *id == unseen),
        );
        assert_eq!(answers.count(), 0);
    }
    // The attempts took nothing from the client itself.
    let (mut client, answer) = rejoin(&mut harness, visitor(), &token, Some(seen)).await;
    assert!(is_resumed(&answer));
    assert_eq!(
        &*client.answer::<ReadFile>(unseen).await.unwrap().content,
        b"secret"
    );
    harness.stop().await;
}

#[tokio::test]
async fn permissions_are_those_of_the_new_link() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    client.write("a", b"x").await.unwrap();
    harness.close(&client).await;
    let mut reader = visitor();
    reader.permission = Permission::Read;
    let (mut client, answer) = rejoin(&mut harness, reader, &token, Some(2)).await;
    assert!(is_resumed(&answer));
    let id = 100;
    client
        .send_bytes(encode_request(id, &write_file("a", b"y")))
        .await;
    assert_eq!(client.answer::<WriteFile>(id).await.unwrap_err().code.0, 2);
    harness.stop().await;
}

#[tokio::test]
async fn a_link_that_only_the_client_knows_to_be_broken_is_replaced() {
    let mut harness = Harness::start().await;
    let (mut dead, token) = first(&mut harness).await;
    dead.write("a", b"x").await.unwrap();
    let (mut client, answer) = rejoin(&mut harness, visitor(), &token, Some(2)).await;
    assert!(is_resumed(&answer));
    let closed = dead
        .wait_for(|event| matches!(event, Event::Close(..)))
        .await;
    assert!(matches!(closed, Event::Close(1000, _)), "{closed:?}");
    // What comes over it late is not taken: the client sends it over the new link.
    dead.send(&rename()).await;
    let id = 100;
    client.send_bytes(encode_request(id, &rename())).await;
    client.answer::<Rename>(id).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn unknown_tokens_and_answers_begin_anew() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    client.write("a", b"x").await.unwrap();
    harness.close(&client).await;
    for (token, seen) in [("no such token", Some(2)), (&token, Some(77))] {
        let (client, answer) = rejoin(&mut harness, visitor(), token, seen).await;
        assert!(!is_resumed(&answer), "{token} {seen:?}");
        harness.close(&client).await;
    }
    let (_, answer) = rejoin(&mut harness, visitor(), &token, Some(2)).await;
    assert!(is_resumed(&answer));
    harness.stop().await;
}

#[tokio::test]
async fn a_client_that_missed_more_than_is_kept_begins_anew() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    let seen = client.send(&Update).await;
    client.answer::<Update>(seen).await.unwrap();
    for _ in 0..MAX_KEPT_ANSWERS {
        client.request(&Update).await.unwrap();
    }
    harness.close(&client).await;
    let (_, answer) = rejoin(&mut harness, visitor(), &token, Some(seen)).await;
    assert!(!is_resumed(&answer));
    let (_, answer) = rejoin(&mut harness, visitor(), &token, None).await;
    assert!(!is_resumed(&answer));
    let (_, answer) = rejoin(&mut harness, visitor(), &token, Some(seen + 1)).await;
    assert!(is_resumed(&answer));
    harness.stop().await;
}

#[tokio::test]
async fn the_javascript_sdk_is_not_kept() {
    let mut harness = Harness::start().await;
    let mut client = harness.open_as(visitor()).await;
    let mut join = join(false);
    join.client_info.app_id = "sdk".into();
    let answer = client.request(&join).await.unwrap();
    assert_eq!(answer.resume, None);
    let token = answer.reconnect_token.unwrap();
    harness.close(&client).await;
    let (_, answer) = rejoin(&mut harness, visitor(), &token, None).await;
    assert!(!is_resumed(&answer));
    harness.stop().await;
}

/// Two minutes, on a clock in the test's hand.
#[tokio::test]
async fn a_client_is_kept_for_two_minutes() {
    for (seconds, is_kept) in [(KEEP_SECONDS - 1, true), (KEEP_SECONDS + 1, false)] {
        let mut harness = Harness::start().await;
        let (mut client, token) = first(&mut harness).await;
        let watch = client.watch(".", false, &[]).await;
        let mut other = harness.writer().await;
        harness.close(&client).await;
        // The agent counts from then on.
        other.notification::<Disconnected>().await;
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(seconds.into())).await;
        tokio::time::resume();
        let (mut client, answer) = rejoin(&mut harness, visitor(), &token, Some(2)).await;
        assert_eq!(is_resumed(&answer), is_kept, "after {seconds} s");
        let rewatch = Rewatch {
            path: ".".into(),
            recursive: None,
            excludes: None,
            watch_id: Some(watch.clone()),
            cursor: None,
        };
        client.send_bytes(encode_request(100, &rewatch)).await;
        let answer = client.answer::<Rewatch>(100).await.unwrap();
        assert_eq!(answer.watch_id == watch, is_kept, "after {seconds} s");
        harness.stop().await;
    }
}

#[tokio::test]
async fn the_client_that_is_away_longest_goes_first() {
    let mut harness = Harness::start().await;
    let mut tokens = Vec::new();
    for _ in 0..=MAX_KEPT_CLIENTS {
        let (mut client, token) = first(&mut harness).await;
        client.request(&Update).await.unwrap();
        harness.close(&client).await;
        tokens.push(token);
    }
    let (_, answer) = rejoin(&mut harness, visitor(), &tokens[0], Some(2)).await;
    assert!(!is_resumed(&answer));
    let (_, answer) = rejoin(&mut harness, visitor(), &tokens[1], Some(2)).await;
    assert!(is_resumed(&answer));
    harness.stop().await;
}

#[tokio::test]
async fn a_watch_goes_on_behind_the_events_that_were_seen() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    let watch = client.watch(".", false, &[]).await;
    let mut paths = Vec::new();
    for name in ["one", "two"] {
        std::fs::write(harness.workspace(name), "x").unwrap();
        let event: WatchEvent = client.notification().await;
        assert_eq!(event.watch_id, watch);
        paths.push(event.events[0].paths.clone());
    }
    harness.close(&client).await;
    std::fs::write(harness.workspace("three"), "x").unwrap();
    // The client read one of the two events.
    let (mut client, answer) = rejoin(&mut harness, visitor(), &token, Some(2)).await;
    assert!(is_resumed(&answer));
    let rewatch = Rewatch {
        path: ".".into(),
        recursive: None,
        excludes: None,
        watch_id: Some(watch.clone()),
        cursor: Some(1),
    };
    client.send_bytes(encode_request(100, &rewatch)).await;
    assert_eq!(client.answer::<Rewatch>(100).await.unwrap().watch_id, watch);
    let mut told = Vec::new();
    while told.len() < 2 {
        let event: WatchEvent = client.notification().await;
        told.extend(event.events.into_iter().flat_map(|change| change.paths));
    }
    assert_eq!(told[0], paths[1][0]);
    assert!(told[1].ends_with("/three"), "{told:?}");
    harness.stop().await;
}

#[tokio::test]
async fn a_shell_is_opened_behind_what_the_client_has() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let create = Create {
        command: Some("stty -echo; printf 'ready é'; exec cat".into()),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    };
    let shell = client.request(&create).await.unwrap().id;
    let mut text = String::new();
    while text != "ready é" {
        text.push_str(client.notification::<Output>().await.out.as_str());
    }
    let open = |cursor| Reopen {
        shell_id: shell.clone(),
        size: None,
        cursor,
    };
    for (cursor, offset, buffer) in [
        (Some(6), 6, "é"),
        (Some(8), 8, ""),
        // In the middle of a character, and beyond the end: nobody can have that.
        (Some(7), 0, "ready é"),
        (Some(9), 0, "ready é"),
        (None, 0, "ready é"),
    ] {
        let opened = client.request(&open(cursor)).await.unwrap();
        let text: String = opened.buffer.iter().map(|piece| piece.as_str()).collect();
        assert_eq!(
            (opened.offset, text.as_str()),
            (Some(offset), buffer),
            "{cursor:?}"
        );
    }
    // More than is kept has followed.
    let line = format!("{}\n", "x".repeat(1023));
    for _ in 0..MAX_SCROLLBACK / 1024 + 1 {
        let input = Input {
            shell_id: shell.clone(),
            input: line.clone(),
            size: None,
        };
        client.request(&input).await.unwrap();
    }
    let mut opened = client.request(&open(Some(8))).await.unwrap();
    while opened.offset == Some(8) {
        opened = client.request(&open(Some(8))).await.unwrap();
    }
    assert!(opened.offset.unwrap() > 8);
    harness.stop().await;
}

#[tokio::test]
async fn events_that_are_not_kept_are_told_as_a_loss() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    let watch = client.watch(".", false, &[]).await;
    // More paths than are kept are told, and the client says that it saw none of them.
    let long = "x".repeat(200);
    let files = MAX_KEPT_PATHS / long.len() + 1;
    for number in 0..files {
        std::fs::write(harness.workspace(&format!("{number}{long}")), "").unwrap();
    }
    let mut told = 0;
    while told < files {
        let event: WatchEvent = client.notification().await;
        told += event
            .events
            .iter()
            .map(|change| change.paths.len())
            .sum::<usize>();
    }
    harness.close(&client).await;
    let (mut client, answer) = rejoin(&mut harness, visitor(), &token, Some(2)).await;
    assert!(is_resumed(&answer));
    let rewatch = Rewatch {
        path: ".".into(),
        recursive: None,
        excludes: None,
        watch_id: Some(watch.clone()),
        cursor: None,
    };
    client.send_bytes(encode_request(100, &rewatch)).await;
    assert_eq!(client.answer::<Rewatch>(100).await.unwrap().watch_id, watch);
    let event: WatchEvent = client.notification().await;
    let path = &event.events[0].paths[0];
    assert!(path.ends_with("/workspace/"), "{path}");
    harness.stop().await;
}

/// A request of the link before was still being taken up when those of the new link came, and they overtook it.
#[tokio::test]
async fn requests_keep_their_order_over_two_links() {
    let mut harness = Harness::start().await;
    let (mut client, token) = first(&mut harness).await;
    std::fs::create_dir(harness.workspace("many")).unwrap();
    for number in 0..500 {
        std::fs::write(harness.workspace(&format!("many/{number}")), "x").unwrap();
    }
    client.request(&Update).await.unwrap();
    let copy = Copy {
        from: "many".into(),
        to: "copy".into(),
        recursive: Some(true),
        overwrite: None,
    };
    // A shell starts in what the changes before it made of the workspace.
    let create = Create {
        command: Some("sleep 60".into()),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    };
    let copying = client.send(&copy).await;
    let creating = client.send(&create).await;
    // Handled at once, so those before it were taken off the link.
    client.ping().await;
    client.wait_for(|event| matches!(event, Event::Ping)).await;
    harness.close(&client).await;
    let (mut client, answer) = rejoin(&mut harness, visitor(), &token, Some(2)).await;
    assert!(is_resumed(&answer));
    client.send_bytes(encode_request(copying, &copy)).await;
    client.send_bytes(encode_request(creating, &create)).await;
    client.send_bytes(encode_request(100, &List)).await;
    let list = client.answer::<List>(100).await.unwrap();
    assert_eq!(list.shells.len(), 1, "the list came before the shell");
    client.answer::<Copy>(copying).await.unwrap();
    harness.stop().await;
}
