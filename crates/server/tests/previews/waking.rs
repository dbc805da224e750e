//! Pages that wait, sandboxes that wake and stay awake.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use yew_sandbox_server::local::IsolationChoice;

use crate::rig::{Rig, free_port};
use crate::support::{Request, soon};

#[tokio::test(flavor = "multi_thread")]
async fn page_says_that_nothing_listens_yet() {
    let mut rig = Rig::new(IsolationChoice::Bubblewrap).await;
    let port = free_port();
    let page = || Request::get("/").header("accept", "text/html,*/*");
    let answer = rig.send(port, page()).await;
    assert_eq!(answer.status, 502);
    assert!(
        answer
            .text()
            .contains(&format!("Nothing listens on port {port} yet"))
    );
    assert_eq!(answer.header("yew-sandbox-preview"), Some("nothingListens"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("frame-ancestors"));
    assert_eq!(rig.get(port, "/").await.error_kind(), "nothingListens");
    // What the page asks for until something listens.
    let ask = || {
        Request::get("/")
            .method("HEAD")
            .header("yew-sandbox-asks", "1")
    };
    let answer = rig.send(port, ask()).await;
    assert_eq!(answer.header("yew-sandbox-preview"), Some("nothingListens"));
    rig.start("127.0.0.1", port).await;
    rig.wait_for(port).await;
    let answer = rig.send(port, ask()).await;
    assert_eq!(
        (answer.status, answer.header("yew-sandbox-preview")),
        (204, None)
    );
    assert_eq!(rig.send(port, page()).await.text(), "hello from inside");
    let broken = rig.send(port, Request::get("/garbage")).await;
    assert_eq!(
        (broken.status, broken.error_kind()),
        (502, "brokenOff".to_owned())
    );
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_wake_a_sandbox_as_far_as_it_is_set_to() {
    let rig = Rig::new(IsolationChoice::Bubblewrap).await;
    let path = |what: &str| format!("/vm/{}/{what}", rig.id);
    let socket = Request::get("/")
        .header("upgrade", "websocket")
        .header("connection", "upgrade");
    let ask = Request::get("/")
        .method("HEAD")
        .header("yew-sandbox-asks", "1");
    rig.manage("POST", &path("hibernate"), "{}").await;
    for request in [socket, ask] {
        let answer = rig.send(80, request).await;
        assert_eq!(answer.header("yew-sandbox-preview"), Some("asleep"));
        assert_eq!(answer.status, 503);
    }
    // It wakes, and nothing listens there.
    assert_eq!(rig.get(80, "/").await.error_kind(), "nothingListens");
    let start = r#"{"automatic_wakeup_config":{"http":false,"websocket":false}}"#;
    rig.manage("POST", &path("start"), start).await;
    rig.manage("POST", &path("hibernate"), "{}").await;
    let page = Request::get("/").header("accept", "text/html");
    let answer = rig.send(80, page).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("The sandbox sleeps"));
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_keep_a_sandbox_awake_and_waiting_pages_do_not() {
    let idle = Duration::from_millis(1500);
    let mut rig = Rig::with(IsolationChoice::Bubblewrap, |options| {
        options.hibernate_after = idle
    })
    .await;
    let port = rig.listen("127.0.0.1").await;
    let end = std::time::Instant::now() + 2 * idle;
    while std::time::Instant::now() < end {
        assert_eq!(rig.get(port, "/").await.status, 200);
        tokio::time::sleep(idle / 10).await;
    }
    let ask = || {
        Request::get("/")
            .method("HEAD")
            .header("yew-sandbox-asks", "1")
    };
    soon("the sleep", async {
        while rig.send(port, ask()).await.header("yew-sandbox-preview") != Some("asleep") {
            tokio::time::sleep(idle / 10).await;
        }
    })
    .await;
    rig.server.stop().await;
}

/// A page that talked over a WebSocket alone was put to sleep under its user's hands.
#[tokio::test(flavor = "multi_thread")]
async fn messages_over_web_sockets_keep_a_sandbox_awake_and_heartbeats_do_not() {
    let idle = Duration::from_millis(1500);
    let mut rig = Rig::with(IsolationChoice::Bubblewrap, |options| {
        options.hibernate_after = idle
    })
    .await;
    let port = rig.listen("127.0.0.1").await;
    let address = format!("ws://{}/socket", rig.server.address);
    let mut request = address.into_client_request().unwrap();
    let host = rig.host(port).parse().unwrap();
    request.headers_mut().insert("host", host);
    let connecting = tokio_tungstenite::connect_async(request);
    let (mut socket, _) = soon("connecting", connecting).await.unwrap();
    let end = std::time::Instant::now() + 3 * idle;
    while std::time::Instant::now() < end {
        socket.send(Message::text("typed")).await.unwrap();
        let echo = soon("an echo", socket.next()).await.unwrap().unwrap();
        assert_eq!(echo.into_text().unwrap().as_str(), "typed");
        tokio::time::sleep(idle / 10).await;
    }
    let ask = || {
        Request::get("/")
            .method("HEAD")
            .header("yew-sandbox-asks", "1")
    };
    soon("the sleep", async {
        while rig.send(port, ask()).await.header("yew-sandbox-preview") != Some("asleep") {
            // The sandbox may fall asleep in between, and the socket ends with it.
            let _ = socket.send(Message::Ping(Vec::new().into())).await;
            let _ = socket.send(Message::text(r#"{"type":"ping"}"#)).await;
            tokio::time::sleep(idle / 10).await;
        }
    })
    .await;
    rig.server.stop().await;
}
