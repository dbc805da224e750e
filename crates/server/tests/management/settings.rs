//! Sessions, host tokens, sizes and times.

use serde_json::json;
use yew_sandbox_server::local::IsolationChoice;
use yew_sandbox_server::manage::PreviewAccess;

use crate::calls::{NONE, bad, fork, good, memory_of, session, start};
use crate::support::{Server, connect};

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
