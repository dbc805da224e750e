//! Making, forking, listing, removing.

use std::fs;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use yew_sandbox_protocol::BootupType;
use yew_sandbox_server::local::LocalOptions;
use yew_sandbox_server::manage::{Manage, NewFile, NewSandbox};

use crate::calls::{NONE, bad, call, files_of, fork, good, json, processes_with, session, start};
use crate::support::{API_KEY, Server, connect, isolations, until};

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

/// Each try left a whole copy behind, of which the caller was told nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_that_cannot_start_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let limit = |options: &mut LocalOptions| options.limits.running_sandboxes = 1;
    let server = Server::managed(data.path(), NONE, limit).await;
    let origin = fork(&server, "default", json!({})).await;
    start(&server, &origin).await;
    let path = format!("/sandbox/{origin}/fork");
    let (status, _) = bad(&server, "POST", &path, json!({"start_options": {}})).await;
    assert_eq!(status, 429);
    let all = good(&server, "GET", "/sandbox", json!({})).await;
    assert_eq!(all["pagination"]["total_records"], 1, "{all}");
    assert_eq!(
        fs::read_dir(data.path().join("sandboxes")).unwrap().count(),
        1
    );
    server.stop().await;
}

/// The copy went on and stayed, and nobody had been told its id.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_that_nobody_waits_for_is_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let backend = server.local.as_ref().unwrap();
    // So many that the copy is not done before it is seen.
    let files = (0..5000).map(|number| NewFile {
        path: format!("file-{number}"),
        content: Bytes::from_static(b"content"),
    });
    let origin = backend.create_with(NewSandbox::default(), files.collect());
    let origin = origin.await.unwrap().id;
    tokio::select! {
        _ = backend.fork(&origin, NewSandbox::default()) => panic!("it was made before it was left"),
        () = until("a copy", || files_of(data.path()) == 2) => {}
    }
    let listed = || backend.list().now_or_never().unwrap().unwrap().len();
    until("its end", || files_of(data.path()) == 1 && listed() == 1).await;
    server.stop().await;
}

/// Whoever was gone while it started had left a sandbox that nobody knew of.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_whose_start_nobody_waits_for_is_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::managed(data.path(), NONE, |_| {}).await;
    let backend = server.local.as_ref().unwrap();
    let mut stream = TcpStream::connect(&server.address).await.unwrap();
    let body = r#"{"start_options":{}}"#;
    let request = format!(
        "POST /sandbox/default/fork HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {API_KEY}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    until("a sandbox", || files_of(data.path()) == 1).await;
    drop(stream);
    let listed = || backend.list().now_or_never().unwrap().unwrap().len();
    until("its end", || files_of(data.path()) == 0 && listed() == 0).await;
    server.stop().await;
}
