//! The agents' WebSockets: who gets in, what passes, who is closed. The agent is a piece of the test.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use bytes::Bytes;
use support::{FAKE_ID, FakeAgent, FakeBackend, Request, Server, connect, refused, soon};
use tokio_tungstenite::tungstenite::Message as Frame;
use yew_sandbox_agent::Message;
use yew_sandbox_protocol::Session;
use yew_sandbox_protocol::limits::MAX_FRAME;
use yew_sandbox_server::{ClientQueueBounds, Closing, Options, Permission, Secret, ToClient};

struct Setup {
    server: Server,
    agent: FakeAgent,
    session: Session,
    options: Options,
}

async fn setup() -> Setup {
    setup_with(ClientQueueBounds::default(), |_| {}).await
}

async fn setup_with(bounds: ClientQueueBounds, change: impl FnOnce(&mut Options)) -> Setup {
    let (backend, agent) = FakeBackend::new(bounds);
    let mut options = Options::new(Secret::random().unwrap());
    change(&mut options);
    let server = Server::start(backend, options.clone()).await;
    let (session, _) = server.create().await;
    Setup {
        server,
        agent,
        session,
        options,
    }
}

fn frame(client: u32, payload: &'static [u8]) -> Message {
    Message::Frame {
        client,
        payload: Bytes::from_static(payload),
    }
}

#[tokio::test]
async fn frames_pass_untouched_both_ways_and_the_visitor_is_the_tokens() {
    let mut setup = setup().await;
    let mut socket = connect(&setup.session).await;
    let (visitor, client) = setup.agent.client().await;
    assert_eq!(visitor.permission, Permission::Write);
    assert_eq!(visitor.username, "anonymous");
    assert!(!visitor.user_id.is_empty());

    // Not even MessagePack: what it means is the agent's business.
    socket
        .send(Frame::Binary(Bytes::from_static(b"\xc1 anything")))
        .await;
    assert_eq!(setup.agent.message().await, frame(1, b"\xc1 anything"));
    socket.send(Frame::Binary(Bytes::new())).await;
    assert_eq!(setup.agent.message().await, frame(1, b""));
    assert!(client.send(ToClient::Frame(Bytes::from_static(b"\0\xff"))));
    assert_eq!(socket.frame().await, &b"\0\xff"[..]);

    socket.send(Frame::Text("".into())).await;
    assert_eq!(setup.agent.message().await, Message::Ping { client: 1 });
    assert!(client.send(ToClient::Ping));
    assert_eq!(
        socket.next().await.unwrap().unwrap(),
        Frame::Text("".into())
    );

    socket.send(Frame::Close(None)).await;
    assert_eq!(soon("leaving", setup.agent.left.recv()).await, Some(1));
}

#[tokio::test]
async fn largest_frame_passes_and_a_larger_one_closes_only_its_sender() {
    let mut setup = setup().await;
    let mut other = connect(&setup.session).await;
    let mut socket = connect(&setup.session).await;
    socket
        .send(Frame::Binary(Bytes::from(vec![7; MAX_FRAME])))
        .await;
    let Message::Frame { client, payload } = setup.agent.message().await else {
        panic!("no frame");
    };
    assert_eq!((client, payload.len()), (2, MAX_FRAME));
    // The server closes as soon as it has read the length.
    socket
        .try_send(Frame::Binary(Bytes::from(vec![7; MAX_FRAME + 1])))
        .await;
    if let Some((code, _)) = socket.closed().await {
        assert_eq!(code, 1009);
    }
    assert_eq!(soon("leaving", setup.agent.left.recv()).await, Some(2));
    other.send(Frame::Binary(Bytes::from_static(b"fine"))).await;
    assert_eq!(setup.agent.message().await, frame(1, b"fine"));
}

#[tokio::test]
async fn text_closes_only_its_sender() {
    let mut setup = setup().await;
    let mut other = connect(&setup.session).await;
    let mut socket = connect(&setup.session).await;
    socket.send(Frame::Text("hello".into())).await;
    assert_eq!(socket.closed().await.unwrap().0, 1003);
    assert_eq!(soon("leaving", setup.agent.left.recv()).await, Some(2));
    other.send(Frame::Binary(Bytes::from_static(b"fine"))).await;
    assert_eq!(setup.agent.message().await, frame(1, b"fine"));
}

#[tokio::test]
async fn wrong_expired_and_foreign_tokens_are_refused() {
    let setup = setup().await;
    let url = &setup.session.pitcher_url;
    let token = &setup.session.pitcher_token;
    let changed = format!("{}x", &token[..token.len() - 1]);
    for wrong in [
        "",
        "x",
        ".",
        "a.b",
        &changed,
        &token[1..],
        &format!("{token}x"),
    ] {
        assert_eq!(
            refused(url, wrong, &[]).await,
            (401, "unauthorized".into()),
            "{wrong}"
        );
    }
    let missing = Request::get(format!("/agent/{FAKE_ID}/"))
        .send(&setup.server.address)
        .await;
    assert_eq!(
        (missing.status, missing.error_kind().as_str()),
        (401, "unauthorized")
    );
    // A token of this server for another sandbox.
    let other = url.replace(FAKE_ID, "other");
    assert_eq!(refused(&other, token, &[]).await.0, 401);
    // A token of another server.
    let foreign = setup_with(ClientQueueBounds::default(), |_| {}).await;
    assert_eq!(
        refused(url, &foreign.session.pitcher_token, &[]).await.0,
        401
    );
    // Without the slash, and in time.
    let plain = Request::get(format!("/agent/{FAKE_ID}?token={token}"));
    assert_ne!(setup.server.send(plain).await.status, 401);

    let expiring = setup_with(ClientQueueBounds::default(), |options| {
        options.token_lifetime = Duration::ZERO;
    })
    .await;
    let session = &expiring.session;
    assert_eq!(
        refused(&session.pitcher_url, &session.pitcher_token, &[])
            .await
            .0,
        401
    );
}

#[tokio::test]
async fn guessing_tokens_is_slowed_down_and_right_ones_still_pass() {
    let setup = setup_with(ClientQueueBounds::default(), |options| {
        options.wrong_tokens_per_minute = 3;
    })
    .await;
    let url = &setup.session.pitcher_url;
    for _ in 0..3 {
        assert_eq!(refused(url, "wrong", &[]).await.0, 401);
    }
    assert_eq!(
        refused(url, "wrong", &[]).await,
        (429, "limitWrongTokensPerMinute".into())
    );
    connect(&setup.session).await;
}

#[tokio::test]
async fn foreign_pages_get_no_socket_even_with_a_token() {
    let setup = setup().await;
    let (url, token) = (&setup.session.pitcher_url, &setup.session.pitcher_token);
    let own = setup.server.origin();
    assert_eq!(refused(url, token, &[("origin", &own)]).await.0, 101);
    for origin in [
        "null",
        "http://evil.example",
        "http://127.0.0.1",
        "https://127.0.0.1",
        "file://",
        &format!("{own}.evil.example"),
        &format!("{own}0"),
        &own.replace("127.0.0.1", "localhost"),
        &own.replace("http:", "https:"),
    ] {
        let refusal = refused(url, token, &[("origin", origin)]).await;
        assert_eq!(refusal, (403, "foreignOrigin".into()), "{origin}");
    }
    let refusal = refused(url, token, &[("host", "evil.example")]).await;
    assert_eq!(refusal, (403, "foreignHost".into()));
}

#[tokio::test]
async fn client_that_reads_nothing_is_closed_and_others_are_not_held_up() {
    let bounds = ClientQueueBounds {
        patient: 1 << 20,
        hard: 4 << 20,
        patience: Duration::from_secs(3600),
    };
    let mut setup = setup_with(bounds, |_| {}).await;
    let stopped = connect(&setup.session).await;
    let (_, stopped_sender) = setup.agent.client().await;
    let mut other = connect(&setup.session).await;
    let (_, other_sender) = setup.agent.client().await;
    let chunk = Bytes::from(vec![0; 256 << 10]);
    let mut rounds = 0;
    while stopped_sender.send(ToClient::Frame(chunk.clone())) {
        rounds += 1;
        assert!(rounds < 1000, "the queue has no bound");
        assert!(other_sender.send(ToClient::Frame(chunk.clone())));
        assert_eq!(other.frame().await.len(), chunk.len());
    }
    assert_eq!(soon("leaving", setup.agent.left.recv()).await, Some(1));
    drop(stopped);
    assert!(other_sender.send(ToClient::Ping));
    assert_eq!(other.next().await.unwrap().unwrap(), Frame::Text("".into()));
}

#[tokio::test]
async fn frame_in_parts_is_one_message_to_the_client() {
    let mut setup = setup().await;
    let mut socket = connect(&setup.session).await;
    let (_, client) = setup.agent.client().await;
    let part = |content: &'static str| ToClient::Part(Bytes::from_static(content.as_bytes()));
    client.send(part("one "));
    client.send(part(""));
    client.send(part("two "));
    client.send(ToClient::Frame(Bytes::from_static(b"three")));
    client.send(ToClient::Frame(Bytes::from_static(b"next")));
    assert_eq!(socket.frame().await, &b"one two three"[..]);
    assert_eq!(socket.frame().await, &b"next"[..]);
    // An agent that breaks the order, or whose frame has no end, costs its client the connection and nothing more.
    client.send(part("begun"));
    client.send(ToClient::Ping);
    let reason = "the sandbox's agent broke off in a frame";
    assert_eq!(socket.closed().await, Some((1012, reason.into())));
    let mut socket = connect(&setup.session).await;
    let (_, client) = setup.agent.client().await;
    let large = Bytes::from(vec![0; 1 << 20]);
    for _ in 0..=16 {
        client.send(ToClient::Part(large.clone()));
    }
    let reason = "the sandbox's agent sends too large a frame";
    assert_eq!(socket.closed().await, Some((1012, reason.into())));
}

#[tokio::test]
async fn agent_closes_a_client_after_its_last_frames() {
    let mut setup = setup().await;
    let mut socket = connect(&setup.session).await;
    let (_, client) = setup.agent.client().await;
    client.send(ToClient::Frame(Bytes::from_static(b"last")));
    client.close(Closing {
        code: 4001,
        reason: "ö".repeat(200),
    });
    assert_eq!(socket.frame().await, &b"last"[..]);
    assert_eq!(socket.closed().await, Some((4001, "ö".repeat(61))));
    assert_eq!(soon("leaving", setup.agent.left.recv()).await, Some(1));
}

#[tokio::test]
async fn agent_that_is_gone_closes_who_sends() {
    let Setup {
        agent,
        session,
        server,
        ..
    } = setup().await;
    let mut socket = connect(&session).await;
    drop(agent.received);
    socket
        .send(Frame::Binary(Bytes::from_static(b"hello")))
        .await;
    assert_eq!(socket.closed().await.unwrap().0, 1012);
    drop(server);
}

#[tokio::test]
async fn shutdown_closes_all_connections() {
    let setup = setup().await;
    let mut sockets = vec![connect(&setup.session).await, connect(&setup.session).await];
    setup.options.shutdown.begin();
    for socket in &mut sockets {
        assert_eq!(socket.closed().await.unwrap().0, 1001);
    }
    assert!(
        setup
            .options
            .shutdown
            .connections_closed(support::DEADLINE)
            .await
    );
}

#[tokio::test]
async fn silent_client_is_asked_for_a_sign_of_life_and_closed_without_one() {
    let mut setup = setup_with(ClientQueueBounds::default(), |options| {
        options.silence = Duration::from_millis(50);
    })
    .await;
    let mut lively = connect(&setup.session).await;
    let _silent = connect(&setup.session).await;
    // Reading answers the question; who does not read is gone after a while.
    let left = setup.agent.left.recv();
    tokio::pin!(left);
    let gone = soon("leaving", async {
        loop {
            tokio::select! {
                gone = &mut left => return gone,
                frame = lively.next() => assert!(matches!(frame, Some(Ok(Frame::Ping(_)))), "{frame:?}"),
            }
        }
    })
    .await;
    assert_eq!(gone, Some(2));
}
