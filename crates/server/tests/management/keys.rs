//! Who may call, how often, and what makes no sense.

use std::time::Duration;

use serde_json::json;

use crate::calls::{NONE, bad, call, files_of, fork, good, json, start};
use crate::support::{API_KEY, Request, Server, connect, until};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_open_nothing_and_are_counted() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let get = |key: Option<&str>| {
        let request = Request::get("/sandbox");
        match key {
            Some(key) => request.header("authorization", key),
            None => request,
        }
    };
    let wrong = [
        None,
        Some("Bearer wrong-key-0123456789"),
        Some("Basic x"),
        Some(API_KEY),
    ];
    for key in wrong {
        let answer = server.send(get(key)).await;
        assert_eq!(answer.status, 401, "{key:?}");
        assert_eq!(json(&answer)["success"], false);
        assert!(!answer.text().contains(API_KEY));
        assert!(answer.header("access-control-allow-origin").is_none());
    }
    let right = format!("Bearer {API_KEY}");
    let foreign = get(Some(&right)).header("origin", "http://evil.example");
    assert_eq!(server.send(foreign).await.status, 403);
    for _ in wrong.len()..100 {
        server.send(get(None)).await;
    }
    let limited = server.send(get(None)).await;
    assert_eq!(limited.status, 429);
    assert_eq!(limited.header("x-csb-rate-hourly-remaining"), Some("0"));
    assert!(limited.header("retry-after").is_some());
    assert_eq!(server.send(get(Some(&right))).await.status, 200);
    // Without keys there is no such API.
    let other = tempfile::tempdir().unwrap();
    let without = Server::local(other.path(), NONE, |_| {}).await;
    assert_eq!(without.send(get(Some(&right))).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_told_by_headers() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |options| {
        options.limits.running_sandboxes = 1;
        options.limits.creates_per_minute = 3;
    })
    .await;
    let first = fork(&server, "default", json!({})).await;
    let second = fork(&server, "default", json!({})).await;
    start(&server, &first).await;
    let start = call(&server, "POST", &format!("/vm/{second}/start"), None).await;
    assert_eq!(start.status, 429);
    assert_eq!(start.header("x-csb-vms-remaining"), Some("0"));
    assert_eq!(start.header("x-csb-vms-used"), Some("1"));
    fork(&server, "default", json!({})).await;
    let made = call(&server, "POST", "/sandbox/default/fork", None).await;
    assert_eq!(made.status, 429);
    assert_eq!(made.header("x-csb-sandbox-hourly-remaining"), Some("0"));
    assert_eq!(made.header("x-csb-sandbox-hourly-used"), Some("3"));
    assert!(made.header("x-csb-sandbox-hourly-reset").is_some());
    assert_eq!(made.header("retry-after"), Some("60"));
    assert_eq!(json(&made)["success"], false);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let id = fork(&server, "default", json!({})).await;
    let eleven: Vec<_> = (0..11).map(|number| number.to_string()).collect();
    let fork_path = format!("/sandbox/{id}/fork");
    for body in [
        json!({"tags": eleven}),
        json!({"tags": "sdk"}),
        json!({"tags": [5]}),
        json!({"title": "x".repeat(256)}),
        json!({"title": 5}),
        json!({"privacy": 3}),
        json!({"privacy": "private"}),
        json!({"start_options": {"tier": "Huge"}}),
        json!({"start_options": {"ipcountry": "nl"}}),
        json!({"start_options": {"automatic_wakeup_config": {"http": "yes"}}}),
        json!([]),
    ] {
        assert_eq!(
            bad(&server, "POST", &fork_path, body.clone()).await.0,
            422,
            "{body}"
        );
    }
    let (_, text) = bad(
        &server,
        "POST",
        &fork_path,
        json!({"start_options": {"tier": 5}}),
    )
    .await;
    assert!(text.contains("start_options.tier"), "{text}");
    let unknown = [
        "nothing",
        "app@latest",
        "pt_unknown",
        "aaaaaaaaaaaaaaaa",
        "%2e%2e",
        "%ff",
    ];
    for source in unknown {
        let path = format!("/sandbox/{source}/fork");
        assert_eq!(
            bad(&server, "POST", &path, json!({})).await.0,
            404,
            "{source}"
        );
    }
    for (method, path, body, status) in [
        (
            "PUT",
            format!("/vm/{id}/specs"),
            json!({"tier": "pico"}),
            422,
        ),
        ("PUT", format!("/vm/{id}/specs"), json!({}), 422),
        ("PUT", "/vm/none/specs".into(), json!({"tier": "Pico"}), 404),
        ("POST", "/vm/tag".into(), json!({"vm_ids": []}), 422),
        ("POST", "/vm/tag".into(), json!({"vm_ids": ["none"]}), 404),
        ("POST", "/vm/tag".into(), json!({"vm_ids": "x"}), 422),
        (
            "PUT",
            "/vm/alias/a/b".into(),
            json!({"tag_id": "none"}),
            404,
        ),
        (
            "PUT",
            "/vm/alias/a%20b/c".into(),
            json!({"tag_id": "none"}),
            422,
        ),
        (
            "POST",
            "/workspace/preview_hosts".into(),
            json!({"hosts": ["*"]}),
            422,
        ),
        ("POST", "/workspace/preview_hosts".into(), json!({}), 422),
        ("POST", "/templates".into(), json!({"forkOf": "none"}), 404),
        ("POST", "/templates".into(), json!({}), 422),
        ("GET", "/sandbox/none/tokens".into(), json!({}), 404),
        ("POST", "/org/workspace".into(), json!({"name": "x"}), 404),
        ("PATCH", "/sandbox".into(), json!({}), 404),
        ("POST", "/vm/a/b/c/d".into(), json!({}), 404),
    ] {
        let refused = bad(&server, method, &path, body.clone()).await;
        assert_eq!(refused.0, status, "{method} {path} {body}: {}", refused.1);
    }
    let key = format!("Bearer {API_KEY}");
    for body in ["{", "{} x", "\u{1}"] {
        let request = Request::post(&fork_path)
            .header("authorization", &key)
            .body(body);
        assert_eq!(server.send(request).await.status, 400, "{body}");
    }
    let large = format!(r#"{{"title": "{}"}}"#, "x".repeat(70_000));
    let request = Request::post(&fork_path)
        .header("authorization", &key)
        .body(large);
    assert_eq!(server.send(request).await.status, 400);
    let listed = good(&server, "GET", "/sandbox", json!({})).await;
    assert_eq!(listed["pagination"]["total_records"], 1);
    server.stop().await;
}

/// A page's sandbox is the operator's too, and a page cannot have the operator's.
#[tokio::test(flavor = "multi_thread")]
async fn users_sandboxes_and_the_operators() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let (session, cookie) = server.create().await;
    let mut socket = connect(&session).await;
    socket.join().await;
    let made = fork(&server, "default", json!({})).await;
    let foreign = Request::get(format!("/api/sandboxes/{made}")).header("cookie", &cookie);
    assert_eq!(server.send(foreign).await.status, 404);
    good(
        &server,
        "DELETE",
        &format!("/vm/{}", session.sandbox_id),
        json!({}),
    )
    .await;
    assert!(socket.closed().await.is_some());
    let gone = Request::get(format!("/api/sandboxes/{}", session.sandbox_id));
    assert_eq!(
        server.send(gone.header("cookie", &cookie)).await.status,
        404
    );
    until("one sandbox is left", || files_of(data.path()) == 1).await;
    tokio::time::timeout(Duration::from_secs(5), server.stop())
        .await
        .unwrap();
}
