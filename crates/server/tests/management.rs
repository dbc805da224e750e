//! The management API, call by call, good and bad.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use support::{API_KEY, Answer, Request, Server, connect, isolations, until};
use yew_sandbox_protocol::{BootupType, Session};
use yew_sandbox_server::local::IsolationChoice;
use yew_sandbox_server::manage::PreviewAccess;

const NONE: IsolationChoice = IsolationChoice::None;

async fn call(server: &Server, method: &'static str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::get(path)
        .method(method)
        .header("authorization", format!("Bearer {API_KEY}"));
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body.to_string()),
        None => request,
    };
    server.send(request).await
}

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// The data of an answer that must be good.
async fn good(server: &Server, method: &'static str, path: &str, body: Value) -> Value {
    let body = (method != "GET" && method != "DELETE").then_some(body);
    let answer = call(server, method, path, body).await;
    let value = json(&answer);
    assert!((200..300).contains(&answer.status), "{path}: {value}");
    assert_eq!(value["success"], true);
    value["data"].clone()
}

/// The status and the text of an answer that must be a refusal in the API's shape.
async fn bad(server: &Server, method: &'static str, path: &str, body: Value) -> (u16, String) {
    let answer = call(server, method, path, Some(body)).await;
    let value = json(&answer);
    assert_eq!(value["success"], false, "{path}: {value}");
    let text = value["errors"][0].as_str().unwrap().to_owned();
    (answer.status, text)
}

async fn fork(server: &Server, source: &str, body: Value) -> String {
    let made = good(server, "POST", &format!("/sandbox/{source}/fork"), body).await;
    made["id"].as_str().unwrap().to_owned()
}

/// A session from the answer of a start or a session request.
fn session(id: &str, data: &Value) -> Session {
    let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
    serde_json::from_value(json!({
        "sandboxId": id,
        "pitcherURL": text("pitcher_url"),
        "pitcherToken": text("pitcher_token"),
        "workspacePath": text("workspace_path"),
        "bootupType": data.get("bootup_type").cloned().unwrap_or(json!("RUNNING")),
    }))
    .unwrap()
}

async fn start(server: &Server, id: &str) -> Session {
    let data = good(server, "POST", &format!("/vm/{id}/start"), json!({})).await;
    session(id, &data)
}

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
async fn sandbox_lives_its_whole_life() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::managed(data.path(), isolation, |_| {}).await;
        let body = json!({
            "title": "My Box!", "description": "d", "tags": ["sdk", "x"], "path": "/SDK",
            "privacy": 2, "private_preview": false,
        });
        let made = good(&server, "POST", "/sandbox/pcz35m/fork", body).await;
        let id = made["id"].as_str().unwrap();
        assert_eq!(made["alias"], format!("my-box-{id}"));
        let info = good(&server, "GET", &format!("/sandbox/{id}"), json!({})).await;
        assert_eq!(info["title"], "My Box!");
        assert_eq!(info["privacy"], 2);
        assert_eq!(info["tags"], json!(["sdk", "x"]));
        assert!(info["created_at"].as_str().unwrap().ends_with('Z'));

        let first = start(&server, id).await;
        assert_eq!(first.bootup_type, BootupType::Fork);
        assert!(
            first
                .pitcher_url
                .starts_with(&format!("ws://{}/", server.address))
        );
        let mut socket = connect(&first).await;
        socket.join().await;
        socket.write_file("test.txt", "Hello").await;
        assert_eq!(start(&server, id).await.bootup_type, BootupType::Running);

        good(&server, "POST", &format!("/vm/{id}/hibernate"), json!({})).await;
        assert_eq!(socket.closed().await.unwrap().0, 1001);
        let again = bad(&server, "POST", &format!("/vm/{id}/hibernate"), json!({})).await;
        assert_eq!(again.0, 404);
        assert_eq!(start(&server, id).await.bootup_type, BootupType::Resume);
        good(&server, "POST", &format!("/vm/{id}/shutdown"), json!({})).await;
        server.stop().await;

        let server = Server::managed(data.path(), isolation, |_| {}).await;
        let clean = start(&server, id).await;
        assert_eq!(clean.bootup_type, BootupType::Clean);
        let mut socket = connect(&clean).await;
        socket.join().await;
        assert_eq!(socket.read_file("test.txt").await.unwrap(), "Hello");
        assert!(processes_with(id) > 0);
        let running = good(&server, "GET", "/vm/running", json!({})).await;
        assert_eq!(running["concurrent_vm_count"], 1);
        assert_eq!(running["vms"][0]["id"], id);

        good(&server, "DELETE", &format!("/vm/{id}"), json!({})).await;
        assert!(socket.closed().await.is_some());
        assert_eq!(files_of(data.path()), 0);
        assert_eq!(processes_with(id), 0);
        for (method, path) in [
            ("GET", format!("/sandbox/{id}")),
            ("POST", format!("/vm/{id}/start")),
            ("POST", format!("/vm/{id}/shutdown")),
            ("DELETE", format!("/vm/{id}")),
        ] {
            assert_eq!(
                bad(&server, method, &path, json!({})).await.0,
                404,
                "{path}"
            );
        }
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fork_is_a_sandbox_of_its_own() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::managed(data.path(), isolation, |_| {}).await;
        let origin = fork(
            &server,
            "default",
            json!({"title": "Origin", "tags": ["a"]}),
        )
        .await;
        let mut one = connect(&start(&server, &origin).await).await;
        one.join().await;
        one.write_file("test.txt", "of the origin").await;

        // Of a running sandbox, whose answered writes are all in it.
        let copy = good(
            &server,
            "POST",
            &format!("/sandbox/{origin}/fork"),
            json!({
                "start_options": {"tier": "Nano", "hibernation_timeout_seconds": 60},
            }),
        )
        .await;
        assert_eq!(copy["title"], "Origin (forked)");
        let id = copy["id"].as_str().unwrap();
        let started = session(id, &copy["start_response"]);
        assert_eq!(started.bootup_type, BootupType::Fork);
        let mut two = connect(&started).await;
        two.join().await;
        assert_eq!(two.read_file("test.txt").await.unwrap(), "of the origin");
        two.write_file("test.txt", "of the fork").await;
        assert_eq!(one.read_file("test.txt").await.unwrap(), "of the origin");
        one.write_file("other.txt", "later").await;
        assert!(two.read_file("other.txt").await.is_err());
        let tags = good(&server, "GET", &format!("/sandbox/{id}"), json!({})).await;
        assert_eq!(tags["tags"], json!([]));

        // By a tag, and by an alias of it.
        let vm_ids = json!({"vm_ids": [id]});
        let tag = good(&server, "POST", "/vm/tag", vm_ids).await["tag_id"].clone();
        let alias = good(
            &server,
            "PUT",
            "/vm/alias/app/latest",
            json!({"tag_id": tag}),
        )
        .await;
        assert_eq!(
            (&alias["namespace"], &alias["alias"]),
            (&json!("app"), &json!("latest"))
        );
        for source in ["app@latest", tag.as_str().unwrap()] {
            let third = fork(&server, source, json!({})).await;
            let mut three = connect(&start(&server, &third).await).await;
            three.join().await;
            assert_eq!(three.read_file("test.txt").await.unwrap(), "of the fork");
        }
        let template = good(&server, "POST", "/templates", json!({"forkOf": id})).await;
        let tag = template["tag"].as_str().unwrap();
        fork(&server, tag, json!({})).await;
        assert_eq!(template["sandboxes"][0]["cluster"], "local");
        server.stop().await;
    }
}

/// A file that is written again and again is in every fork, and always as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn fork_of_a_busy_sandbox_has_whole_files() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let origin = fork(&server, "default", json!({})).await;
    let mut writer = connect(&start(&server, &origin).await).await;
    writer.join().await;
    writer.write_file("busy.txt", &"0".repeat(1 << 20)).await;
    let writing = tokio::spawn(async move {
        for number in (0..10).cycle() {
            let content = number.to_string().repeat(1 << 20);
            writer.write_file("busy.txt", &content).await;
        }
    });
    let forks = (0..8).map(|_| fork(&server, &origin, json!({})));
    let forks = join_all(forks).await;
    writing.abort();
    for id in &forks {
        let file = format!("sandboxes/{id}/root/project/workspace/busy.txt");
        let content = std::fs::read(data.path().join(file)).unwrap();
        assert_eq!(content.len(), 1 << 20);
        assert!(content.iter().all(|byte| *byte == content[0]));
    }

    // All at once: each is deleted by one, and nobody gets half of it.
    let path = |id: &String| format!("/vm/{id}");
    let twice = forks.iter().chain(&forks).map(path).collect::<Vec<_>>();
    let starts = forks
        .iter()
        .map(|id| format!("/vm/{id}/start"))
        .collect::<Vec<_>>();
    let deletes = twice.iter().map(|path| call(&server, "DELETE", path, None));
    let starts = starts.iter().map(|path| call(&server, "POST", path, None));
    let (deleted, started) = tokio::join!(join_all(deletes), join_all(starts));
    for answer in deleted.iter().chain(&started) {
        assert!([200, 404].contains(&answer.status), "{}", answer.text());
    }
    assert!(deleted.iter().filter(|answer| answer.status == 200).count() >= forks.len());
    assert_eq!(files_of(data.path()), 1);
    for id in &forks {
        assert_eq!(processes_with(id), 0);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn named_templates_and_given_files_fill_a_workspace() {
    let data = tempfile::tempdir().unwrap();
    let templates = tempfile::tempdir().unwrap();
    std::fs::write(templates.path().join("page.html"), "<p>").unwrap();
    let own = tempfile::tempdir().unwrap();
    std::fs::create_dir(own.path().join("blog")).unwrap();
    std::fs::write(own.path().join("blog/page.html"), "<h1>").unwrap();
    let server = Server::managed(data.path(), NONE, |options| {
        options.template_dir = Some(own.path().join("blog"));
        let site = templates.path().into();
        options.templates.insert("site".into(), site);
    })
    .await;
    for (template, content) in [("site", "<p>"), ("blog", "<h1>"), ("7ngcrf", "<h1>")] {
        let id = fork(&server, template, json!({})).await;
        let mut socket = connect(&start(&server, &id).await).await;
        socket.join().await;
        assert_eq!(socket.read_file("page.html").await.unwrap(), content);
    }

    let files = json!({"files": {
        "/src/a.txt": {"code": "A"},
        "b.bin": {"is_binary": true, "binary_content": "AP8="},
    }});
    let made = good(&server, "POST", "/sandbox", files).await;
    let id = made["id"].as_str().unwrap();
    let session = start(&server, id).await;
    assert_eq!(session.bootup_type, BootupType::Clean);
    let mut socket = connect(&session).await;
    socket.join().await;
    assert_eq!(socket.read_file("src/a.txt").await.unwrap(), "A");
    assert!(socket.read_file("page.html").await.is_err());
    for files in [
        json!({"../x": {"code": ""}}),
        json!({"a": {"code": ""}, "a/b": {"code": ""}}),
        json!({"a": {"is_binary": true, "binary_content": "?"}}),
        json!({"a": {"code": 5}}),
        json!([]),
    ] {
        let refused = bad(&server, "POST", "/sandbox", json!({"files": files})).await;
        assert_eq!(refused.0, 422, "{files}: {}", refused.1);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_ordered_and_paged() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let tags = if number % 2 == 0 {
            json!(["even", "sdk"])
        } else {
            json!(["sdk"])
        };
        ids.push(fork(&server, "default", json!({"tags": tags})).await);
    }
    let list = async |query: &str| {
        let data = good(&server, "GET", &format!("/sandbox?{query}"), json!({})).await;
        let ids = data["sandboxes"].as_array().unwrap().iter();
        let ids: Vec<_> = ids
            .map(|sandbox| sandbox["id"].as_str().unwrap().to_owned())
            .collect();
        (ids, data["pagination"].clone())
    };
    let (all, pagination) = list("order_by=inserted_at&direction=asc&page_size=200").await;
    assert_eq!(all, ids, "in the order in which they were made");
    assert_eq!(
        pagination,
        json!({"current_page": 1, "next_page": null, "total_records": 5})
    );
    let mut paged = Vec::new();
    for page in 1..=3 {
        let query = format!("order_by=inserted_at&direction=asc&page_size=2&page={page}");
        let (ids, pagination) = list(&query).await;
        let next = if page < 3 {
            json!(page + 1)
        } else {
            json!(null)
        };
        assert_eq!(pagination["next_page"], next);
        paged.extend(ids);
    }
    assert_eq!(paged, all);
    let (mut backwards, _) = list("order_by=inserted_at&direction=desc").await;
    backwards.reverse();
    assert_eq!(backwards, all);
    assert_eq!(list("tags=even").await.0.len(), 3);
    assert_eq!(list("tags=even,sdk").await.0.len(), 3);
    assert_eq!(list("tags=none").await.0.len(), 0);
    let (ids_past_the_end, pagination) = list("page=18446744073709551615").await;
    assert!(ids_past_the_end.is_empty());
    assert_eq!(pagination["next_page"], json!(null));
    start(&server, &ids[1]).await;
    assert_eq!(list("status=running").await.0, [ids[1].clone()]);
    for query in [
        "page=0",
        "page=-1",
        "page_size=0",
        "page=x",
        "order_by=id",
        "status=asleep",
    ] {
        let refused = bad(&server, "GET", &format!("/sandbox?{query}"), json!({})).await;
        assert_eq!(refused.0, 422, "{query}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_have_their_permission() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let id = fork(&server, "default", json!({})).await;
    let path = format!("/vm/{id}/sessions");
    let read = json!({"session_id": "guest-1", "permission": "read", "git_user_name": "Ada"});
    assert_eq!(bad(&server, "POST", &path, read.clone()).await.0, 404);
    let mut writer = connect(&start(&server, &id).await).await;
    writer.join().await;
    writer.write_file("test.txt", "Hello").await;
    let data = good(&server, "POST", &path, read).await;
    assert_eq!(data["username"], "guest-1");
    assert_eq!(data["permissions"]["permission"], "read");
    let mut reader = connect(&session(&id, &data)).await;
    reader.join().await;
    assert_eq!(reader.read_file("test.txt").await.unwrap(), "Hello");
    assert!(reader.try_write_file("test.txt", "x").await.is_err());
    writer.write_file("test.txt", "still mine").await;
    for wrong in [
        json!({}),
        json!({"session_id": "a"}),
        json!({"session_id": "", "permission": "read"}),
        json!({"session_id": "123456789012345678901", "permission": "read"}),
        json!({"session_id": "a b", "permission": "read"}),
        json!({"session_id": "a", "permission": "admin"}),
        json!({"session_id": 5, "permission": "read"}),
        json!({"session_id": "a", "permission": "write", "git_user_name": "a\nb"}),
    ] {
        assert_eq!(
            bad(&server, "POST", &path, wrong.clone()).await.0,
            422,
            "{wrong}"
        );
    }
    let frozen = fork(&server, &id, json!({"is_frozen": true})).await;
    let mut socket = connect(&start(&server, &frozen).await).await;
    socket.join().await;
    assert!(socket.try_write_file("test.txt", "x").await.is_err());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn host_tokens_open_private_previews() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let private = fork(&server, "default", json!({"privacy": 2})).await;
    let open = fork(
        &server,
        "default",
        json!({"privacy": 2, "private_preview": false}),
    )
    .await;
    let allowed = |server: &Server, id: &str, token: Option<&str>| {
        server.local.as_ref().unwrap().preview_allowed(id, token)
    };
    assert_eq!(allowed(&server, &open, None), PreviewAccess::Allowed);
    assert_eq!(
        allowed(&server, "nothing", None),
        PreviewAccess::NoSuchSandbox
    );
    assert_eq!(allowed(&server, &private, None), PreviewAccess::NeedsToken);
    assert_eq!(
        allowed(&server, &private, Some("x")),
        PreviewAccess::NeedsToken
    );

    let path = format!("/sandbox/{private}/tokens");
    let made = good(
        &server,
        "POST",
        &path,
        json!({"expires_at": "2100-01-01T00:00:00.000Z"}),
    )
    .await;
    let token = made["token"]["token"].as_str().unwrap().to_owned();
    let token_id = made["token"]["token_id"].as_str().unwrap().to_owned();
    assert_eq!(made["token"]["expires_at"], "2100-01-01T00:00:00Z");
    let listed = good(&server, "GET", &path, json!({})).await;
    assert_eq!(listed["tokens"][0]["token_id"], token_id);
    assert_eq!(listed["tokens"][0]["last_used_at"], json!(null));
    assert!(!listed.to_string().contains(&token));
    assert_eq!(
        allowed(&server, &private, Some(&token)),
        PreviewAccess::Allowed
    );
    let listed = good(&server, "GET", &path, json!({})).await;
    assert!(listed["tokens"][0]["last_used_at"].is_string());
    server.stop().await;

    let server = Server::managed(data.path(), NONE, |_| {}).await;
    assert_eq!(
        allowed(&server, &private, Some(&token)),
        PreviewAccess::Allowed
    );
    let one = format!("{path}/{token_id}");
    let kept = good(&server, "PATCH", &one, json!({})).await;
    assert_eq!(kept["token"]["expires_at"], json!(null));
    assert_eq!(
        bad(&server, "PATCH", &one, json!({"expires_at": "soon"}))
            .await
            .0,
        422
    );
    let past = json!({"expires_at": "2020-01-01T00:00:00Z"});
    good(&server, "PATCH", &one, past).await;
    assert_eq!(
        allowed(&server, &private, Some(&token)),
        PreviewAccess::NeedsToken
    );
    assert_eq!(bad(&server, "PATCH", &one, json!({})).await.0, 404);
    let second = good(&server, "POST", &path, json!({})).await;
    let second = second["token"]["token"].as_str().unwrap().to_owned();
    assert_eq!(allowed(&server, &open, Some("x")), PreviewAccess::Allowed);
    assert_eq!(
        allowed(&server, &private, Some(&second)),
        PreviewAccess::Allowed
    );
    good(&server, "DELETE", &path, json!({})).await;
    assert_eq!(
        allowed(&server, &private, Some(&second)),
        PreviewAccess::NeedsToken
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hibernation_timeout_really_changes() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let id = fork(&server, "default", json!({})).await;
    let mut socket = connect(&start(&server, &id).await).await;
    socket.join().await;
    let path = format!("/vm/{id}/hibernation_timeout");
    for wrong in [
        json!(0),
        json!(86_401),
        json!(-1),
        json!("60"),
        json!(1.5),
        json!(null),
    ] {
        let body = json!({"hibernation_timeout_seconds": wrong});
        assert_eq!(bad(&server, "PUT", &path, body).await.0, 422, "{wrong}");
    }
    let body = json!({"hibernation_timeout_seconds": 1});
    let data = good(&server, "PUT", &path, body).await;
    assert_eq!(data, json!({"id": id, "hibernation_timeout_seconds": 1}));
    assert_eq!(socket.closed().await.unwrap().0, 1001);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tier_says_how_much_memory_a_process_may_have() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), IsolationChoice::Bubblewrap, |_| {}).await;
    let id = fork(&server, "default", json!({})).await;
    start(&server, &id).await;
    assert_eq!(memory_of(&id), Some(2));
    let path = format!("/vm/{id}/specs");
    good(&server, "PUT", &path, json!({"tier": "Micro"})).await;
    good(&server, "POST", &format!("/vm/{id}/hibernate"), json!({})).await;
    start(&server, &id).await;
    assert_eq!(memory_of(&id), Some(8));
    server.stop().await;
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
async fn what_belongs_to_no_sandbox_survives_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let info = json(&call(&server, "GET", "/meta/info", None).await);
    assert!(info["api"]["latest_version"].is_string());
    assert_eq!(info["rate_limits"]["concurrent_vms"]["limit"], 50);
    let clusters = good(&server, "GET", "/vm/clusters", json!({})).await;
    assert_eq!(clusters["clusters"][0]["slug"], "local");
    let hosts = "/workspace/preview_hosts";
    good(
        &server,
        "POST",
        hosts,
        json!({"hosts": ["https://a.example", "https://b.example"]}),
    )
    .await;
    good(
        &server,
        "PUT",
        hosts,
        json!({"hosts": ["https://b.example", "https://c.example"]}),
    )
    .await;
    let id = fork(&server, "default", json!({"title": "T"})).await;
    let tier = json!({"tier": "Small"});
    let sized = good(&server, "PUT", &format!("/vm/{id}/specs"), tier.clone()).await;
    assert_eq!(sized, json!({"id": id, "tier": "Small"}));
    good(&server, "POST", &format!("/vm/{id}/update_specs"), tier).await;
    let tag = good(&server, "POST", "/vm/tag", json!({"vm_ids": [id]})).await["tag_id"].clone();
    good(&server, "PUT", "/vm/alias/a/b", json!({"tag_id": tag})).await;
    server.stop().await;

    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let listed = good(&server, "GET", hosts, json!({})).await;
    let names = listed["preview_hosts"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|host| host["host"].as_str().unwrap()).collect();
    assert_eq!(names, ["https://b.example", "https://c.example"]);
    let copy = fork(&server, "a@b", json!({})).await;
    start(&server, &copy).await;
    let running = good(&server, "GET", "/vm/running", json!({})).await;
    assert_eq!(
        running["vms"][0]["specs"],
        json!({"cpu": 8, "memory": 16, "storage": 30})
    );
    let since: u64 = running["vms"][0]["session_started_at"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(since > 1_600_000_000);
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

fn files_of(data: &Path) -> usize {
    std::fs::read_dir(data.join("sandboxes")).unwrap().count()
}

/// How many processes a sandbox has: what names it, or has its files as its own `/`.
fn processes_with(id: &str) -> usize {
    processes_of(id).len()
}

/// The folders in `/proc` of a sandbox's processes.
fn processes_of(id: &str) -> Vec<PathBuf> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let processes = processes.map(|process| process.path());
    let names_it = |process: &PathBuf| {
        ["cmdline", "mountinfo"].iter().any(|file| {
            let content = std::fs::read(process.join(file)).unwrap_or_default();
            String::from_utf8_lossy(&content).contains(id)
        })
    };
    processes.filter(names_it).collect()
}

/// The larger of the limits of data that a sandbox's processes have, in GiB.
fn memory_of(id: &str) -> Option<u64> {
    let limits = processes_of(id).into_iter().filter_map(|process| {
        let limits = std::fs::read_to_string(process.join("limits")).ok()?;
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max data size"))?;
        let bytes: u64 = line.split_whitespace().nth(3)?.parse().ok()?;
        Some(bytes >> 30)
    });
    limits.max()
}
