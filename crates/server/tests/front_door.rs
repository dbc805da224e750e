//! Who is let in, who is kept out, and what is written down of both.
#![allow(clippy::unwrap_used)]

mod support;

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::Path;

use support::{Binary, FAKE_ID, FakeBackend, Request, Server, connect, refused, soon};
use yew_sandbox_server::{AnonymousCookie, ClientQueueBounds, Options, Secret, router};

/// A server behind a proxy that it trusts, so that a test can come from any address.
async fn behind_a_proxy(change: impl FnOnce(&mut Options)) -> (Server, support::FakeAgent) {
    let (backend, agent) = FakeBackend::new(ClientQueueBounds::default());
    let mut options = Options::new(Secret::random().unwrap());
    options.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    change(&mut options);
    let identify = AnonymousCookie::new(&options.secret);
    let router = router(backend, identify, options);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    (Server::serve_service(service).await, agent)
}

fn guess(address: &str) -> Request {
    Request::get(format!("/agent/{FAKE_ID}/?token=guess")).header("x-forwarded-for", address)
}

/// A thousand guesses: a hundred are answered, and nobody else is kept out by them.
#[tokio::test]
async fn a_thousand_guesses_of_a_token_meet_the_limit_of_their_address() {
    let (server, _agent) = behind_a_proxy(|_| {}).await;
    let mut answers = std::collections::BTreeMap::new();
    for _ in 0..1000 {
        let answer = server.send(guess("192.0.2.1")).await;
        *answers
            .entry((answer.status, answer.error_kind()))
            .or_insert(0) += 1;
    }
    let limited = (429, "limitWrongTokensPerMinute".to_owned());
    let expected = [((401, "unauthorized".to_owned()), 100), (limited, 900)];
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), expected);
    let answer = server.send(guess("192.0.2.1")).await;
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert_eq!(server.send(guess("192.0.2.2")).await.status, 401);
    // The right token opens from the same address all the same.
    let create = Request::create().header("x-forwarded-for", "192.0.2.1");
    let session = server.send(create).await.session();
    connect(&session).await;
}

#[tokio::test]
async fn creating_without_end_meets_the_limit_of_its_address() {
    let (server, _agent) = behind_a_proxy(|options| options.creates_per_minute = 3).await;
    let create = |address: &str| Request::create().header("x-forwarded-for", address);
    for _ in 0..3 {
        assert_eq!(server.send(create("192.0.2.1")).await.status, 200);
    }
    let fourth = server.send(create("192.0.2.1")).await;
    let kind = fourth.error_kind();
    assert_eq!(
        (fourth.status, &*kind),
        (429, "limitCreatesPerMinutePerAddress")
    );
    assert_eq!(server.send(create("192.0.2.2")).await.status, 200);
}

#[tokio::test]
async fn connections_of_one_address_are_limited_and_leave_room_when_they_end() {
    let (server, _agent) = behind_a_proxy(|options| options.sockets_per_address = 2).await;
    let session = server.send(Request::create()).await.session();
    let (url, token) = (&session.pitcher_url, &session.pitcher_token);
    let from = |address| [("x-forwarded-for", address)];
    let _first = connect(&session).await;
    let second = connect(&session).await;
    let limited = (429, "limitSocketsPerAddress".to_owned());
    assert_eq!(refused(url, token, &[]).await, limited);
    assert_eq!(refused(url, token, &from("192.0.2.1")).await.0, 101);
    drop(second);
    soon("a place", async {
        while refused(url, token, &[]).await.0 == 429 {}
    })
    .await;
}

#[tokio::test]
async fn every_answer_names_its_request_and_every_error_too() {
    let (server, _agent) = behind_a_proxy(|_| {}).await;
    let mut seen = std::collections::BTreeSet::new();
    for path in [
        "/healthz",
        "/nowhere",
        "/api/sandboxes/unknown",
        "/agent/fake/?token=x",
        "/",
    ] {
        let answer = server.send(Request::get(path)).await;
        let id = answer.header("x-request-id").unwrap().to_owned();
        assert_eq!(id.len(), 16, "{path}");
        if answer.status >= 400 {
            assert_eq!(answer.json()["error"]["requestId"], *id, "{path}");
        }
        assert!(seen.insert(id), "{path}");
    }
    let foreign = server.send(Request::get("/").host("evil.example")).await;
    let id = foreign.header("x-request-id").unwrap();
    assert_eq!(foreign.json()["error"]["requestId"], id);
    let named = Request::get("/nowhere").header("x-request-id", "trace-7.a");
    let named = server.send(named).await;
    assert_eq!(named.json()["error"]["requestId"], "trace-7.a");
    let wild = Request::get("/nowhere").header("x-request-id", "a b<script>");
    assert_ne!(
        server.send(wild).await.header("x-request-id"),
        Some("a b<script>")
    );
}

/// What a page inside a preview, or any other page, can send: to every endpoint, from origins of every kind.
#[tokio::test(flavor = "multi_thread")]
async fn no_foreign_page_gets_through_any_endpoint() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(
        data.path(),
        yew_sandbox_server::local::IsolationChoice::None,
        |_| {},
    )
    .await;
    let (session, cookie) = server.create().await;
    let id = &session.sandbox_id;
    let port = server.address.rsplit_once(':').unwrap().1;
    let origins = [
        "null".to_owned(),
        format!("http://{id}-5173.localhost:{port}"),
        format!("http://localhost:{port}"),
        format!("https://127.0.0.1:{port}"),
        "http://127.0.0.1:1".to_owned(),
        format!("http://127.0.0.1:{port}.evil.example"),
        format!("http://evil127.0.0.1:{port}"),
        format!("http://[::1]:{port}"),
        "http://169.254.169.254".to_owned(),
    ];
    let key = format!("Bearer {}", support::API_KEY);
    let requests = [
        Request::create(),
        Request::get(format!("/api/sandboxes/{id}")),
        Request::get(format!("/agent/{id}/?token={}", session.pitcher_token)),
        Request::get("/meta/info"),
        Request::get("/sandbox"),
        Request::post("/sandbox")
            .header("content-type", "application/json")
            .body("{}"),
        Request::get(format!("/sandbox/{id}")),
        Request::post(format!("/sandbox/{id}/fork"))
            .header("content-type", "application/json")
            .body("{}"),
        Request::post(format!("/vm/{id}/start")).body("{}"),
        Request::post(format!("/vm/{id}/hibernate")),
        Request::post(format!("/vm/{id}/shutdown")),
        Request::get(format!("/vm/{id}")).method("DELETE"),
        Request::get("/vm/running"),
        Request::get(format!("/sandbox/{id}/tokens")),
        Request::get("/workspace/preview_hosts"),
    ];
    for request in &requests {
        for origin in &origins {
            let sent = request
                .clone()
                .header("origin", origin)
                .header("cookie", &cookie)
                .header("authorization", &key);
            let answer = server.send(sent).await;
            assert_eq!(
                answer.status,
                403,
                "{request:?} from {origin}: {}",
                answer.text()
            );
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
    let (url, token) = (&session.pitcher_url, &session.pitcher_token);
    for origin in &origins {
        let (status, kind) = refused(url, token, &[("origin", origin)]).await;
        assert_eq!((status, &*kind), (403, "foreignOrigin"), "{origin}");
    }
    // What a form can send without asking first.
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let form = Request::post("/api/sandboxes")
            .header("content-type", kind)
            .body("{}");
        assert_eq!(server.send(form).await.status, 415, "{kind}");
    }
    // Asking first is answered by nobody.
    let preflight = Request::get("/api/sandboxes")
        .method("OPTIONS")
        .header("origin", "http://evil.example")
        .header("access-control-request-method", "POST");
    assert_eq!(
        server
            .send(preflight)
            .await
            .header("access-control-allow-origin"),
        None
    );
    // A program without an origin, with the same credentials, is let in.
    assert_eq!(server.resume(id, &cookie).await.sandbox_id, *id);
    server.stop().await;
}

fn arguments<'a>(data: &'a Path, more: &[&'a str]) -> Vec<&'a OsStr> {
    let mut all: Vec<&OsStr> = vec!["--data-dir".as_ref(), data.as_ref()];
    all.extend(more.iter().map(|argument| OsStr::new(*argument)));
    all
}

/// The audit lines of a run, whatever else is logged.
#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_tells_who_came_and_who_was_kept_out_and_no_token() {
    let data = tempfile::tempdir().unwrap();
    let key = "csb_v1_0123456789abcdef";
    let options = arguments(data.path(), &["--log", "error", "--api-key", key]);
    let server = Binary::start(&options).await;
    let answer = Request::create().send(&server.address).await;
    let (session, cookie) = (answer.session(), answer.cookie().unwrap());
    let created = answer.header("x-request-id").unwrap().to_owned();
    let id = &session.sandbox_id;
    connect(&session).await.join().await;
    Request::get(format!("/api/sandboxes/{id}"))
        .header("cookie", &cookie)
        .send(&server.address)
        .await;
    refused(&session.pitcher_url, "wrong-token", &[]).await;
    Request::create()
        .header("origin", "http://evil.example")
        .send(&server.address)
        .await;
    Request::get("/sandbox")
        .header("authorization", "Bearer wrong-key")
        .send(&server.address)
        .await;
    let fork = Request::post("/sandbox/default/fork")
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .body(r#"{"privacy":2}"#);
    let private = fork.send(&server.address).await.json()["data"]["id"].clone();
    let private = private.as_str().unwrap();
    let (_, own_port) = server.address.split_once(':').unwrap();
    // Refusals of previews were in no log and had no id.
    let preview = Request::get("/inside?preview_token=wrong-preview-token")
        .host(format!("{private}-81.localhost:{own_port}"))
        .send(&server.address)
        .await;
    assert_eq!(preview.error_kind(), "unauthorized");
    let preview_request = preview.header("x-request-id").unwrap().to_owned();
    assert_eq!(preview.json()["error"]["requestId"], *preview_request);
    let delete = Request::get(format!("/vm/{id}")).method("DELETE");
    let deleted = delete
        .header("authorization", format!("Bearer {key}"))
        .send(&server.address)
        .await;
    assert_eq!(deleted.status, 200, "{}", deleted.text());
    server.signal(rustix::process::Signal::TERM);
    let (_, log) = server.ended().await;
    let user = cookie.split_once('=').unwrap().1.split('.').next().unwrap();
    for words in [
        vec!["event=\"create\"", id, user, &created, "address=127.0.0.1"],
        vec!["event=\"join\"", id, user],
        vec!["event=\"resume\"", id, user],
        vec!["event=\"refuse\"", "unauthorized", "/agent/"],
        vec!["event=\"refuse\"", "foreignOrigin", "/api/sandboxes"],
        vec!["event=\"refuse\"", "unauthorized", "/sandbox"],
        vec![
            "event=\"refuse\"",
            "unauthorized",
            private,
            "port=81",
            &preview_request,
            "address=127.0.0.1",
        ],
        vec!["event=\"delete\"", id, "management"],
    ] {
        let mut lines = log.lines().filter(|line| line.contains("audit"));
        let is_there = lines.any(|line| words.iter().all(|word| line.contains(*word)));
        assert!(is_there, "{words:?} in {log}");
    }
    for secret in [
        &session.pitcher_token,
        "wrong-token",
        "wrong-key",
        "wrong-preview-token",
        key,
        cookie.split('.').nth(1).unwrap(),
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
