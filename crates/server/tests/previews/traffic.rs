//! Bodies, connections, streams and WebSockets.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use yew_sandbox_protocol::shell::{self};
use yew_sandbox_server::local::IsolationChoice;

use crate::program::BURST;
use crate::rig::Rig;
use crate::support::{DEADLINE, Request, isolations, soon};

#[tokio::test(flavor = "multi_thread")]
async fn program_inside_is_seen() {
    for isolation in isolations() {
        let (mut rig, port) = Rig::listening(isolation).await;
        let answer = rig.get(port, "/").await;
        assert_eq!((answer.status, answer.text()), (200, "hello from inside"));
        // Nothing of the server's own is added.
        for name in [
            "content-security-policy",
            "cross-origin-resource-policy",
            "referrer-policy",
        ] {
            assert_eq!(answer.header(name), None, "{name}");
        }
        let head = rig.send(port, Request::get("/").method("HEAD")).await;
        assert_eq!((head.status, head.text()), (200, ""));
        assert_eq!(head.header("content-length"), Some("17"));
        let other = rig.listen("[::1]").await;
        assert_eq!(rig.get(other, "/").await.text(), "hello from inside");
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_those_of_the_browser_without_ours() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let origin = format!("http://{}", rig.host(port));
    let request = Request::get("/head?a=1&csb_preview_token=t")
        .header("origin", &origin)
        .header(
            "cookie",
            "mine=1; yew_sandbox_user=a.b; csb_preview_token=t",
        )
        .header("csb-preview-token", "t")
        .header("x-own", "1");
    let answer = rig.send(port, request).await;
    let head = answer.text().to_lowercase();
    assert!(head.starts_with("get /head?a=1 http/1.1\r\n"), "{head}");
    for wanted in [
        format!("host: {}", rig.host(port)),
        format!("x-forwarded-host: {}", rig.host(port)),
        format!("origin: {origin}"),
        "x-forwarded-proto: http".into(),
        "cookie: mine=1".into(),
        "x-own: 1".into(),
    ] {
        assert!(head.contains(&format!("{wanted}\r\n")), "{wanted}: {head}");
    }
    assert!(
        !head.contains("yew_sandbox") && !head.contains("preview"),
        "{head}"
    );
    let answer = rig.get(port, "/cookie").await;
    let cookies: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .collect();
    assert_eq!(
        cookies,
        [&("set-cookie".to_owned(), "a=1; Path=/".to_owned())]
    );
    assert_eq!(answer.header("x-hop"), None);
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_go_in() {
    for isolation in isolations() {
        let (rig, port) = Rig::listening(isolation).await;
        let body = vec![7; 20 << 20];
        let answer = rig.send(port, Request::post("/count").body(body)).await;
        assert_eq!(answer.text(), (20 << 20).to_string());
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hundred_requests_at_once_are_answered() {
    for isolation in isolations() {
        let (rig, port) = Rig::listening(isolation).await;
        for _ in 0..2 {
            let requests = (0..100).map(|_| rig.get(port, "/"));
            for answer in futures_util::future::join_all(requests).await {
                assert_eq!((answer.status, answer.text()), (200, "hello from inside"));
            }
        }
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_used_again_until_they_break() {
    let (mut rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    for _ in 0..20 {
        assert_eq!(rig.get(port, "/").await.status, 200);
    }
    let connections: usize = rig.get(port, "/connections").await.text().parse().unwrap();
    assert!(connections < 10, "{connections}");
    // The program is gone with the connections that were kept, and another one is there.
    let shells = rig.socket.call(&shell::List).await.unwrap().shells;
    for shell in shells {
        let terminate = shell::Terminate { shell_id: shell.id };
        rig.socket.call(&terminate).await.unwrap();
    }
    rig.start("127.0.0.1", port).await;
    soon("the new program", async {
        while rig.get(port, "/").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let connections: usize = rig.get(port, "/connections").await.text().parse().unwrap();
    assert!(connections < 10, "{connections}");
    rig.server.stop().await;
}

/// A request that the program answered by closing came over each connection that was kept.
#[tokio::test(flavor = "multi_thread")]
async fn requests_are_not_repeated_beyond_what_is_harmless() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let all_kept = async || {
        let requests = (0..BURST).map(|_| rig.get(port, "/together"));
        for answer in futures_util::future::join_all(requests).await {
            assert_eq!(answer.status, 200);
        }
    };
    let unanswered = async || -> usize {
        let answer = rig.get(port, "/unanswered").await;
        answer.text().parse().unwrap()
    };
    for (method, most) in [("DELETE", 1), ("PUT", 1), ("GET", 2)] {
        all_kept().await;
        let before = unanswered().await;
        let request = Request::get("/broken").method(method);
        assert_eq!(rig.send(port, request).await.status, 502, "{method}");
        let deliveries = unanswered().await - before;
        assert!((1..=most).contains(&deliveries), "{method}: {deliveries}");
    }
    rig.server.stop().await;
}

/// Of 32 connections 16 were kept, so that each burst made the others anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_finds_the_connections_of_the_one_before() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    for _ in 0..4 {
        let requests = (0..BURST).map(|_| rig.get(port, "/together"));
        for answer in futures_util::future::join_all(requests).await {
            assert_eq!((answer.status, answer.text()), (200, "all are here"));
        }
    }
    let connections: usize = rig.get(port, "/connections").await.text().parse().unwrap();
    assert!(connections < 2 * BURST, "{connections}");
    rig.server.stop().await;
}

/// Each event must get here before the next one is sent.
#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_as_they_are_sent() {
    let (mut rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let mut stream = tokio::net::TcpStream::connect(&rig.server.address)
        .await
        .unwrap();
    let head = format!(
        "GET /events HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
        rig.host(port)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    for wanted in ["data: one", "data: two", "0\r\n\r\n"] {
        while !text.contains(wanted) {
            let mut piece = vec![0; 4096];
            let length = soon("an event", stream.read(&mut piece)).await.unwrap();
            assert!(length > 0, "no {wanted:?}: {text}");
            text.push_str(std::str::from_utf8(&piece[..length]).unwrap());
        }
        if wanted.starts_with("data") {
            rig.wait_for(7999).await;
            // Nothing is answered there: the connection alone lets the program go on.
            let _ = rig.get(7999, "/").await;
        }
    }
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn web_sockets_go_through() {
    for isolation in isolations() {
        let (rig, port) = Rig::listening(isolation).await;
        let address = format!("ws://{}/socket?token=1", rig.server.address);
        let mut request = address.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("host", rig.host(port).parse().unwrap());
        let connecting = tokio_tungstenite::connect_async(request);
        let (mut socket, _) = soon("connecting", connecting).await.unwrap();
        let large = "x".repeat(1 << 20);
        for text in ["one", "two", &large] {
            socket.send(Message::text(text)).await.unwrap();
            let echo = soon("an echo", socket.next()).await.unwrap().unwrap();
            assert_eq!(echo.into_text().unwrap().as_str(), text);
        }
        socket.close(None).await.unwrap();
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_end_with_the_sandbox() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let address = format!("ws://{}/socket", rig.server.address);
    let mut request = address.into_client_request().unwrap();
    request
        .headers_mut()
        .insert("host", rig.host(port).parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let door = rig.data.path().join(format!("sandboxes/{}/door", rig.id));
    assert!(door.exists());
    rig.manage("POST", &format!("/vm/{}/hibernate", rig.id), "{}")
        .await;
    while let Some(Ok(_)) = soon("the end", socket.next()).await {}
    let gone = async {
        while door.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(DEADLINE, gone).await.unwrap();
    rig.server.stop().await;
}
