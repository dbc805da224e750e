//! What an app's own identification gives to its users' sessions.
#![allow(clippy::unwrap_used)]

mod support;

use std::os::unix::fs::MetadataExt;

use axum::http::request::Parts;
use axum::response::Response;
use support::{Answer, Request, Server, connect, program};
use yew_sandbox_server::local::{IsolationChoice, LocalBackend, LocalOptions};
use yew_sandbox_server::{
    GitIdentity, HostToken, Identify, Identity, Options, Permission, Secret, SessionOptions, User,
};

/// Does what the request's headers say; everybody is the same user.
struct Told;

impl Identify for Told {
    async fn identify(&self, request: &Parts) -> Result<Identity, Response> {
        let header = |name: &str| {
            let value = request.headers.get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        let mut session = SessionOptions {
            id: header("x-session"),
            ..SessionOptions::default()
        };
        if header("x-read").is_some() {
            session.permission = Permission::Read;
        }
        if let Some(value) = header("x-env") {
            session.env.insert("SECRET".into(), value);
        }
        if let Some(token) = header("x-git") {
            session.git = Some(Box::new(GitIdentity {
                name: "Ada".into(),
                email: "ada@example.org".into(),
                provider: None,
                username: None,
                access_token: Some(token),
            }));
        }
        session.host_token = header("x-host").map(|token| HostToken {
            token,
            token_id: "t".into(),
            sandbox_id: String::new(),
        });
        Ok(Identity {
            user: User {
                id: "ada".into(),
                name: "Ada".into(),
            },
            set_cookie: None,
            session,
        })
    }
}

async fn server(data: &std::path::Path) -> Server {
    let mut options = LocalOptions::new(data);
    options.isolation = IsolationChoice::None;
    options.agent_program = Some(program().into());
    let backend = LocalBackend::open(options).await.unwrap();
    let secret = Secret::load_or_create(&data.join("secret")).unwrap();
    let mut server = Server::start_with(backend.clone(), Told, Options::new(secret)).await;
    server.local = Some(backend);
    server
}

async fn resume(server: &Server, id: &str, headers: &[(&str, &str)]) -> Answer {
    let request = Request::get(format!("/api/sandboxes/{id}"));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(name, *value)
    });
    server.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn session_that_may_only_read_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let server = server(data.path()).await;
    let session = server.send(Request::create()).await.session();
    let mut writer = connect(&session).await;
    writer.join().await;
    writer.write_file("test.txt", "Hello").await;

    let id = session.sandbox_id.clone();
    let read_only = resume(&server, &id, &[("x-read", "1"), ("x-session", "guest")]).await;
    let read_only = read_only.session();
    assert_eq!(read_only.session_id.as_deref(), Some("guest"));
    let mut reader = connect(&read_only).await;
    reader.join().await;
    assert_eq!(reader.read_file("test.txt").await.unwrap(), "Hello");
    let refused = reader.try_write_file("test.txt", "changed").await;
    assert!(refused.is_err());
    assert_eq!(writer.read_file("test.txt").await.unwrap(), "Hello");

    // The user's own session is another one, and still writes; a token from before a change follows it.
    writer.write_file("test.txt", "Hello again").await;
    resume(&server, &id, &[("x-read", "1")]).await.session();
    let mut later = connect(&session).await;
    later.join().await;
    assert!(later.try_write_file("test.txt", "x").await.is_err());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_session_carries_stays_on_the_server() {
    let data = tempfile::tempdir().unwrap();
    let first = server(data.path()).await;
    let session = first.send(Request::create()).await.session();
    let id = session.sandbox_id.clone();
    assert_eq!(session.host_token, None);
    let secrets = [("x-env", "hush-1"), ("x-git", "hush-2"), ("x-host", "open")];
    let answer = resume(&first, &id, &secrets).await;
    let text = answer.text();
    assert!(
        !text.contains("hush") && !text.contains("sessionId"),
        "{text}"
    );
    let session = answer.session();
    assert_eq!(session.host_token.as_ref().unwrap().token, "open");
    first.stop().await;

    let file = data.path().join(format!("sandboxes/{id}/sessions.json"));
    assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("hush-1") && kept.contains("hush-2"), "{kept}");
    assert!(!kept.contains("open"), "{kept}");

    // The token names the session only, and opens it after a restart too.
    let second = server(data.path()).await;
    resume(&second, &id, &secrets).await.session();
    let address = session
        .pitcher_url
        .replace(&first_address(&session.pitcher_url), &second.address);
    let again = yew_sandbox_protocol::Session {
        pitcher_url: address,
        ..session
    };
    connect(&again).await.join().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn session_out_of_bounds_is_the_apps_fault() {
    let data = tempfile::tempdir().unwrap();
    let server = server(data.path()).await;
    let long = Request::create().header("x-session", "123456789012345678901");
    assert_eq!(server.send(long).await.status, 500);
    let null = Request::create().header("x-git", "a\tb");
    assert_eq!(server.send(null).await.status, 500);
    assert_eq!(
        std::fs::read_dir(data.path().join("sandboxes"))
            .unwrap()
            .count(),
        0
    );
    server.stop().await;
}

fn first_address(url: &str) -> String {
    url.split('/').nth(2).unwrap().to_owned()
}
