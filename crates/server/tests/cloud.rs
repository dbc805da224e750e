//! The cloud's backend: on our own management API as the cloud, and on a cloud that fails.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{HashMap, VecDeque};
use std::ffi::OsStr;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use support::{API_KEY, Binary, Request, Server, connect, refused, soon};
use tokio::net::TcpListener;
use yew_sandbox_protocol::{BootupType, Session};
use yew_sandbox_server::codesandbox::{CloudBackend, CloudErrorKind, CloudKey, CloudOptions};
use yew_sandbox_server::local::IsolationChoice;
use yew_sandbox_server::{
    AgentAt, Backend, GitIdentity, Limit, Options, Permission, ProblemKind, Secret, SessionOptions,
    User,
};

fn options(address: &str, data: &Path) -> CloudOptions {
    let mut options = CloudOptions::new(CloudKey::new(API_KEY).unwrap(), data);
    options.address = format!("http://{address}");
    options.deadline = Duration::from_secs(10);
    options
}

fn user(id: &str) -> User {
    User {
        id: id.into(),
        name: "Ada".into(),
    }
}

fn plain() -> SessionOptions {
    SessionOptions::default()
}

#[tokio::test(flavor = "multi_thread")]
async fn page_is_served_from_the_cloud() {
    let (cloud_data, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cloud = Server::managed(cloud_data.path(), IsolationChoice::None, |_| {}).await;
    let backend = CloudBackend::open(options(&cloud.address, data.path())).unwrap();
    backend.check().await.unwrap();
    let secret = Secret::random().unwrap();
    let server = Server::start(backend, Options::new(secret.clone())).await;

    let answer = server.send(Request::create()).await;
    assert!(!answer.text().contains(API_KEY));
    let (session, cookie) = (answer.session(), answer.cookie().unwrap());
    assert_eq!(session.bootup_type, BootupType::Fork);
    assert_eq!(session.session_id.as_ref().unwrap().len(), 20);
    let id = session.sandbox_id.clone();
    let there = format!("ws://{}/agent/{id}", cloud.address);
    assert_eq!(session.pitcher_url, there);
    let mut socket = connect(&session).await;
    socket.join().await;
    socket.write_file("test.txt", "Hello").await;

    let again = server.resume(&id, &cookie).await;
    assert_eq!(again.bootup_type, BootupType::Running);
    let stranger = server
        .send(Request::get(format!("/api/sandboxes/{id}")))
        .await;
    assert_eq!(stranger.status, 404);
    // Nobody gets to the agent by way of this server.
    let here = format!("ws://{}/agent/{id}", server.address);
    assert_eq!(refused(&here, &session.pitcher_token, &[]).await.0, 401);
    drop(server);

    // Whose it is survives a restart, and so does the sandbox.
    let hibernate = Request::post(format!("/vm/{id}/hibernate"))
        .header("authorization", format!("Bearer {API_KEY}"));
    assert_eq!(cloud.send(hibernate).await.status, 200);
    let backend = soon("the data folder", async {
        loop {
            match CloudBackend::open(options(&cloud.address, data.path())) {
                Ok(backend) => return backend,
                Err(error) => assert_eq!(error.kind(), CloudErrorKind::DataDir),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let server = Server::start(backend, Options::new(secret)).await;
    let woken = server.resume(&id, &cookie).await;
    assert_eq!(woken.bootup_type, BootupType::Resume);
    let mut socket = connect(&woken).await;
    socket.join().await;
    assert_eq!(socket.read_file("test.txt").await.unwrap(), "Hello");
    cloud.stop().await;
}

/// The key is in the server's environment, and nowhere in what it says.
#[tokio::test(flavor = "multi_thread")]
async fn command_line_serves_the_cloud_and_hides_its_key() {
    let (cloud_data, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let arguments = ["--isolation", "none", "--data-dir"].map(OsStr::new);
    let key = [("YEW_SANDBOX_API_KEY".to_owned(), API_KEY.to_owned())];
    let local = [&arguments[..], &[cloud_data.path().as_os_str()]].concat();
    let cloud = Binary::start_with(&local, &key).await;
    let environment = [
        ("CSB_API_KEY".to_owned(), API_KEY.to_owned()),
        (
            "CSB_BASE_URL".to_owned(),
            format!("http://{}/", cloud.address),
        ),
    ];
    let log = ["--log", "trace", "--backend", "codesandbox", "--data-dir"].map(OsStr::new);
    let arguments = [&log[..], &[data.path().as_os_str()]].concat();
    let server = Binary::start_with(&arguments, &environment).await;
    let session = Request::create().send(&server.address).await.session();
    assert!(session.pitcher_url.contains(&cloud.address));
    let mut socket = connect(&session).await;
    socket.join().await;
    socket.write_file("test.txt", "Hello").await;
    for binary in [server, cloud] {
        binary.signal(rustix::process::Signal::TERM);
        let (status, log) = binary.ended().await;
        assert!(status.success() && log.contains("request"), "{log}");
        assert!(!log.contains(API_KEY) && !log.contains(&session.pitcher_token));
    }
    let address = "http://127.0.0.1:1".to_owned();
    for key in [None, Some("a b")] {
        let mut environment = vec![("CSB_BASE_URL", &*address)];
        environment.extend(key.map(|key| ("CSB_API_KEY", key)));
        let words = Binary::fails(&arguments, &environment).await;
        assert!(words.contains("CSB_API_KEY"), "{words}");
    }
}

/// Without a provider of cryptography of its own the first such call panicked.
#[tokio::test(flavor = "multi_thread")]
async fn encrypted_address_that_does_not_answer_is_unreachable() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut options = options("", data.path());
    options.address = format!("https://{}", listener.local_addr().unwrap());
    options.deadline = Duration::from_millis(500);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            drop(connection);
        }
    });
    match CloudBackend::open(options) {
        Ok(backend) => {
            let error = backend.check().await.unwrap_err();
            assert_eq!(error.kind(), CloudErrorKind::Unreachable, "{error}");
        }
        // A machine without root certificates.
        Err(error) => assert!(error.to_string().contains("ca-certificates"), "{error}"),
    }
}

fn elsewhere(agent: AgentAt) -> Session {
    match agent {
        AgentAt::Elsewhere(session) => *session,
        AgentAt::Here { .. } => panic!("it is at the cloud"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_the_cloud_have_their_permission_and_git() {
    let (cloud_data, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cloud = Server::managed(cloud_data.path(), IsolationChoice::None, |_| {}).await;
    let backend = CloudBackend::open(options(&cloud.address, data.path())).unwrap();
    let ada = user("ada");
    let git = GitIdentity {
        name: "Ada".into(),
        email: "ada@example.org".into(),
        provider: None,
        username: None,
        access_token: Some("hush".into()),
    };
    let reader = SessionOptions {
        id: Some("guest".into()),
        permission: Permission::Read,
        git: Some(Box::new(git.clone())),
        ..plain()
    };
    let awake = backend.create(&ada, &reader).await.unwrap();
    let session = elsewhere(awake.agent);
    assert_eq!(session.session_id.as_deref(), Some("guest"));
    let mut socket = connect(&session).await;
    socket.join().await;
    assert!(socket.try_write_file("test.txt", "x").await.is_err());
    let file = format!("sandboxes/{}/sessions.json", awake.id);
    let kept = std::fs::read_to_string(cloud_data.path().join(file)).unwrap();
    assert!(
        kept.contains("ada@example.org") && kept.contains("hush"),
        "{kept}"
    );

    // What the cloud's calls cannot carry is refused, before anything is made.
    let mut with_variable = plain();
    with_variable.env.insert("A".into(), "b".into());
    let with_git = |change: fn(&mut GitIdentity)| {
        let mut git = git.clone();
        change(&mut git);
        SessionOptions {
            git: Some(Box::new(git)),
            ..plain()
        }
    };
    for session in [
        with_variable,
        with_git(|git| git.username = Some("ada".into())),
        with_git(|git| git.provider = Some("gitlab.com".into())),
    ] {
        let problem = backend.create(&ada, &session).await.unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::Invalid, "{problem}");
        let problem = backend.resume(&awake.id, &ada, &session).await.unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::Invalid);
    }
    let sandboxes = std::fs::read_dir(cloud_data.path().join("sandboxes")).unwrap();
    assert_eq!(sandboxes.count(), 1);
    cloud.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_wrong_options_are_told() {
    let (cloud_data, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cloud = Server::managed(cloud_data.path(), IsolationChoice::None, |_| {}).await;
    let open = |change: fn(&mut CloudOptions)| {
        let mut options = options(&cloud.address, data.path());
        change(&mut options);
        CloudBackend::open(options)
    };
    let wrong_key = open(|options| options.key = CloudKey::new("csb_v1_wrong").unwrap()).unwrap();
    let error = wrong_key.check().await.unwrap_err();
    assert_eq!(error.kind(), CloudErrorKind::BadKey);
    assert!(!error.to_string().contains("csb_v1"), "{error}");
    let problem = wrong_key.create(&user("a"), &plain()).await.unwrap_err();
    assert_eq!(problem.kind(), ProblemKind::Unavailable);
    drop(wrong_key);

    let no_template = open(|options| options.template = "nothing".into()).unwrap();
    let problem = no_template.create(&user("a"), &plain()).await.unwrap_err();
    assert!(problem.to_string().contains("template"), "{problem}");
    let second = open(|_| {}).unwrap_err();
    assert_eq!(second.kind(), CloudErrorKind::DataDir);
    drop(no_template);

    let few = open(|options| options.sandboxes_per_user = 1).unwrap();
    let awake = few.create(&user("a"), &plain()).await.unwrap();
    let limited = few.create(&user("a"), &plain()).await.unwrap_err();
    assert!(matches!(limited.kind(), ProblemKind::Limited(_)));
    few.create(&user("b"), &plain()).await.unwrap();
    let foreign = few.resume(&awake.id, &user("b"), &plain()).await;
    assert_eq!(foreign.unwrap_err().kind(), ProblemKind::NotFound);
    let delete = Request::get(format!("/vm/{}", awake.id))
        .method("DELETE")
        .header("authorization", format!("Bearer {API_KEY}"));
    assert_eq!(cloud.send(delete).await.status, 200);
    let gone = few.resume(&awake.id, &user("a"), &plain()).await;
    assert_eq!(gone.unwrap_err().kind(), ProblemKind::NotFound);
    drop(few);
    for (address, template) in [
        ("", "a"),
        ("api.example.org", "a"),
        ("ftp://api.example.org", "a"),
        ("https://", "a"),
        ("https://user@api.example.org", "a"),
        ("https://api.example.org/?x=", "a"),
        ("http://127.0.0.1:1", "../vm/x"),
        ("http://127.0.0.1:1", ""),
    ] {
        let mut options = options("", data.path());
        options.address = address.into();
        options.template = template.into();
        let error = CloudBackend::open(options).unwrap_err();
        assert_eq!(
            error.kind(),
            CloudErrorKind::Options,
            "{address} {template}: {error}"
        );
    }
    cloud.stop().await;
}

/// A cloud that does what the test says, in order, and good answers after that.
#[derive(Clone, Default)]
struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    calls: Arc<Mutex<Vec<(String, Instant)>>>,
}

#[derive(Clone)]
enum Step {
    Answer(u16, &'static [(&'static str, &'static str)], &'static str),
    Silence,
}

impl Script {
    async fn serve(steps: &[Step]) -> (Self, String) {
        let script = Self::default();
        script.steps.lock().unwrap().extend(steps.iter().cloned());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (script, address)
    }

    /// The last part of each call's path so far.
    fn calls(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        let last = |path: &String| path.rsplit('/').next().unwrap().to_owned();
        calls.iter().map(|(path, _)| last(path)).collect()
    }
}

async fn answer(State(script): State<Script>, request: HttpRequest) -> Response {
    let path = request.uri().path().to_owned();
    script
        .calls
        .lock()
        .unwrap()
        .push((path.clone(), Instant::now()));
    let step = script.steps.lock().unwrap().pop_front();
    match step {
        Some(Step::Silence) => std::future::pending().await,
        Some(Step::Answer(status, headers, body)) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            response.body(Body::from(body)).unwrap()
        }
        None => {
            let data = json!({"success": true, "data": {
                "id": "made", "alias": "made", "title": null,
                "workspace_path": "/project/workspace", "user_workspace_path": "/project/workspace",
                "pitcher_url": "wss://agent.example.org", "pitcher_token": "token", "username": "u",
                "bootup_type": "FORK", "cluster": "c", "pitcher_version": "1",
                "latest_pitcher_version": "1", "pitcher_manager_version": "1",
            }});
            let mut response = Response::new(Body::from(data.to_string()));
            *response.status_mut() = StatusCode::OK;
            response
        }
    }
}

const RATE: Step = Step::Answer(429, &[("retry-after", "1")], r#"{"errors":["slow down"]}"#);
const BROKEN: Step = Step::Answer(500, &[], "<html>");
const BUSY: Step = Step::Answer(503, &[("retry-after", "0")], "");
const GONE_WRONG: Step = Step::Answer(503, &[], "");

#[tokio::test(flavor = "multi_thread")]
async fn failures_that_pass_are_waited_out() {
    let data = tempfile::tempdir().unwrap();
    let good = Step::Answer(200, &[], r#"{"data":{"id":"made"}}"#);
    let (script, address) = Script::serve(&[RATE, BUSY, good, BROKEN, GONE_WRONG]).await;
    let backend = CloudBackend::open(options(&address, data.path())).unwrap();
    let awake = backend.create(&user("a"), &plain()).await.unwrap();
    assert_eq!(awake.id, "made");
    assert_eq!(
        script.calls(),
        [
            "fork", "fork", "fork", "start", "start", "start", "sessions"
        ]
    );
    let calls = script.calls.lock().unwrap();
    let waited = calls[1].1 - calls[0].1;
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
}

/// With status 503 it was, up to five times.
#[tokio::test(flavor = "multi_thread")]
async fn call_that_may_have_made_a_sandbox_is_not_done_again() {
    for step in [
        BROKEN,
        Step::Silence,
        GONE_WRONG,
        Step::Answer(504, &[], ""),
    ] {
        let data = tempfile::tempdir().unwrap();
        let (script, address) = Script::serve(&[step]).await;
        let mut options = options(&address, data.path());
        options.attempt_timeout = Duration::from_millis(200);
        let backend = CloudBackend::open(options).unwrap();
        let problem = backend.create(&user("a"), &plain()).await.unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::Unavailable);
        assert_eq!(script.calls(), ["fork"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sandbox_that_does_not_start_is_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let good = Step::Answer(200, &[], r#"{"data":{"id":"made"}}"#);
    let no = Step::Answer(422, &[], r#"{"errors":[{"tier":"no"}]}"#);
    let (script, address) = Script::serve(&[good, no]).await;
    let backend = CloudBackend::open(options(&address, data.path())).unwrap();
    backend.create(&user("a"), &plain()).await.unwrap_err();
    support::until("the deletion", || script.calls().len() == 3).await;
    assert_eq!(script.calls(), ["fork", "start", "made"]);
    support::until("that nobody owns it", || {
        let kept = std::fs::read_to_string(data.path().join("cloud.json")).unwrap();
        kept == "{}"
    })
    .await;
}

/// The sandbox was deleted at once, and the template was said to be missing.
#[tokio::test(flavor = "multi_thread")]
async fn sandbox_that_the_cloud_does_not_know_yet_is_waited_for() {
    const FORKED: Step = Step::Answer(200, &[], r#"{"data":{"id":"made"}}"#);
    const UNKNOWN: Step = Step::Answer(404, &[], r#"{"errors":["no such VM"]}"#);
    const CONFLICT: Step = Step::Answer(409, &[], r#"{"errors":["busy"]}"#);
    let data = tempfile::tempdir().unwrap();
    let (script, address) = Script::serve(&[FORKED, UNKNOWN, CONFLICT]).await;
    let backend = CloudBackend::open(options(&address, data.path())).unwrap();
    let awake = backend.create(&user("a"), &plain()).await.unwrap();
    assert_eq!(awake.id, "made");
    let made = ["fork", "start", "start", "start", "sessions"];
    assert_eq!(script.calls(), made);
    let waited = {
        let calls = script.calls.lock().unwrap();
        calls[2].1 - calls[1].1
    };
    assert!(waited >= Duration::from_millis(200), "{waited:?}");

    // Not for ever.
    let data = tempfile::tempdir().unwrap();
    let (script, address) = Script::serve(&[FORKED, UNKNOWN, UNKNOWN, UNKNOWN]).await;
    let backend = CloudBackend::open(options(&address, data.path())).unwrap();
    let problem = backend.create(&user("a"), &plain()).await.unwrap_err();
    assert_eq!(problem.kind(), ProblemKind::Unavailable);
    assert!(problem.to_string().contains("the sandbox"), "{problem}");
    support::until("the deletion", || script.calls().len() == 5).await;
    let given_up = ["fork", "start", "start", "start", "made"];
    assert_eq!(script.calls(), given_up);
}

/// Its note stayed for ever, and took one of its user's places.
#[tokio::test(flavor = "multi_thread")]
async fn sandbox_that_was_deleted_at_the_cloud_is_forgotten() {
    const UNKNOWN: Step = Step::Answer(404, &[], r#"{"errors":["no such VM"]}"#);
    let data = tempfile::tempdir().unwrap();
    let (script, address) = Script::serve(&[]).await;
    let mut options = options(&address, data.path());
    options.sandboxes_per_user = 1;
    let backend = CloudBackend::open(options).unwrap();
    backend.create(&user("a"), &plain()).await.unwrap();
    let then = async |steps: &[Step]| {
        script.calls.lock().unwrap().clear();
        script.steps.lock().unwrap().extend(steps.iter().cloned());
        let resumed = backend.resume("made", &user("a"), &plain()).await;
        resumed.map_err(|problem| problem.kind())
    };
    let asked = ["start", "start", "start", "made"];

    // The start alone does not say so, nor does a cloud that fails.
    let wrong = then(&[UNKNOWN, UNKNOWN, UNKNOWN]).await;
    assert_eq!(wrong.unwrap_err(), ProblemKind::Unavailable);
    assert_eq!(script.calls(), asked);
    let forbidden = Step::Answer(403, &[], "");
    let wrong = then(&[UNKNOWN, UNKNOWN, UNKNOWN, forbidden]).await;
    assert_eq!(wrong.unwrap_err(), ProblemKind::Unavailable);
    let limited = backend.create(&user("a"), &plain()).await.unwrap_err();
    assert_eq!(
        limited.kind(),
        ProblemKind::Limited(Limit::SandboxesPerUser)
    );

    let gone = then(&[UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]).await;
    assert_eq!(gone.unwrap_err(), ProblemKind::NotFound);
    assert_eq!(script.calls(), asked);
    let kept = std::fs::read_to_string(data.path().join("cloud.json")).unwrap();
    assert_eq!(kept, "{}");
    // The cloud is not asked again, and there is room for another.
    assert_eq!(then(&[]).await.unwrap_err(), ProblemKind::NotFound);
    assert!(script.calls().is_empty());
    backend.create(&user("a"), &plain()).await.unwrap();
}

/// Each request made two calls of the cloud with the operator's key.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_on_and_on_does_not_spend_the_limit_of_the_cloud() {
    let data = tempfile::tempdir().unwrap();
    let (script, address) = Script::serve(&[]).await;
    let backend = CloudBackend::open(options(&address, data.path())).unwrap();
    backend.create(&user("a"), &plain()).await.unwrap();
    for _ in 0..20 {
        let awake = backend.resume("made", &user("a"), &plain()).await.unwrap();
        assert_eq!(elsewhere(awake.agent).pitcher_token, "token");
    }
    let calls = script.calls();
    let starts = calls.iter().filter(|call| *call == "start").count();
    assert_eq!(starts, 1 + 3, "{calls:?}");
    let other = backend.resume("made", &user("b"), &plain()).await;
    assert_eq!(other.unwrap_err().kind(), ProblemKind::NotFound);
}

/// It ran on and took one of its user's places, and nobody knew of it.
#[tokio::test(flavor = "multi_thread")]
async fn sandbox_that_nobody_waits_for_is_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let (script, address) = Script::serve(&[]).await;
    let backend = CloudBackend::open(options(&address, data.path())).unwrap();
    {
        let (user, session) = (user("a"), plain());
        let create = pin!(backend.create(&user, &session));
        assert!(futures_util::poll!(create).is_pending());
    }
    support::until("the deletion", || script.calls().len() >= 4).await;
    assert_eq!(script.calls().last().unwrap(), "made");
    support::until("that nobody owns it", || {
        let kept = std::fs::read_to_string(data.path().join("cloud.json")).unwrap();
        kept == "{}"
    })
    .await;
}

/// Places were counted before sandboxes were made, so that many could be made at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_taken_while_a_sandbox_is_made() {
    let data = tempfile::tempdir().unwrap();
    let (_script, address) = Script::serve(&[]).await;
    let mut options = options(&address, data.path());
    options.sandboxes_per_user = 1;
    let backend = CloudBackend::open(options).unwrap();
    let (user, session) = (user("a"), plain());
    let both = tokio::join!(
        backend.create(&user, &session),
        backend.create(&user, &session)
    );
    let refused = [both.0, both.1].into_iter().filter_map(Result::err);
    let refused: Vec<_> = refused.map(|problem| problem.kind()).collect();
    assert!(
        matches!(refused[..], [ProblemKind::Limited(_)]),
        "{refused:?}"
    );
}

/// A sandbox that had been noted and still started took two of its user's places.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_starts_takes_one_place() {
    let data = tempfile::tempdir().unwrap();
    let first = Step::Answer(200, &[], r#"{"data":{"id":"first"}}"#);
    let (script, address) = Script::serve(&[first, Step::Silence]).await;
    let mut options = options(&address, data.path());
    options.sandboxes_per_user = 2;
    let backend = CloudBackend::open(options).unwrap();
    let starting = backend.clone();
    let starting = tokio::spawn(async move { starting.create(&user("a"), &plain()).await });
    support::until("the start", || script.calls() == ["fork", "start"]).await;
    let second = backend.create(&user("a"), &plain()).await.unwrap();
    assert_eq!(second.id, "made");
    let third = backend.create(&user("a"), &plain()).await.unwrap_err();
    assert_eq!(third.kind(), ProblemKind::Limited(Limit::SandboxesPerUser));
    starting.abort();
}

/// A sandbox was forked and deleted again, and the reason given was a limit of API keys.
#[tokio::test(flavor = "multi_thread")]
async fn where_no_more_can_be_noted_nothing_is_forked() {
    let data = tempfile::tempdir().unwrap();
    let (script, address) = Script::serve(&[]).await;
    let notes: HashMap<_, _> = (0..100_000)
        .map(|number| (format!("s{number}"), "somebody"))
        .collect();
    let notes = serde_json::to_vec(&notes).unwrap();
    std::fs::write(data.path().join("cloud.json"), notes).unwrap();
    let backend = CloudBackend::open(options(&address, data.path())).unwrap();
    let problem = backend.create(&user("a"), &plain()).await.unwrap_err();
    assert_eq!(problem.kind(), ProblemKind::Limited(Limit::CloudSandboxes));
    assert_eq!(problem.kind().name(), "limitCloudSandboxes");
    assert_eq!(problem.bound(), Some(100_000));
    assert!(script.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_without_end_is_not_waited_for() {
    let data = tempfile::tempdir().unwrap();
    let busy = Step::Answer(429, &[("retry-after", "18446744073709551615")], "{}");
    let (script, address) = Script::serve(&[busy]).await;
    let backend = CloudBackend::open(options(&address, data.path())).unwrap();
    let problem = backend.create(&user("a"), &plain()).await.unwrap_err();
    assert!(
        matches!(problem.kind(), ProblemKind::Limited(_)),
        "{problem}"
    );
    assert_eq!(script.calls(), ["fork"]);
}

/// Such agents were refused.
#[tokio::test(flavor = "multi_thread")]
async fn agent_that_speaks_rest_is_told_as_one() {
    const FORKED: Step = Step::Answer(200, &[], r#"{"data":{"id":"made"}}"#);
    const WITH: Step = Step::Answer(
        200,
        &[],
        r#"{"data":{"use_pint":true,"workspace_path":"/w"}}"#,
    );
    const WITHOUT: Step = Step::Answer(200, &[], r#"{"data":{"workspace_path":"/w"}}"#);
    const REST: Step = Step::Answer(
        200,
        &[],
        r#"{"data":{"pitcher_url":"https://h/p","pitcher_token":"t","user_workspace_path":"/w"}}"#,
    );
    const SOCKET: Step = Step::Answer(
        200,
        &[],
        r#"{"data":{"pitcher_url":"wss://h/p","pitcher_token":"t","user_workspace_path":"/w"}}"#,
    );
    for (started, session, expected) in [
        (WITH, REST, Some(true)),
        (WITH, SOCKET, Some(false)),
        (WITHOUT, SOCKET, Some(false)),
        (WITHOUT, REST, None),
    ] {
        let data = tempfile::tempdir().unwrap();
        let (_script, address) = Script::serve(&[FORKED, started, session]).await;
        let backend = CloudBackend::open(options(&address, data.path())).unwrap();
        let awake = backend.create(&user("a"), &plain()).await;
        let is_pint = awake.ok().map(|awake| elsewhere(awake.agent).is_pint);
        assert_eq!(is_pint, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_pass_is_told_in_time() {
    const LONG: Step = Step::Answer(
        429,
        &[
            ("x-csb-sandbox-hourly-remaining", "0"),
            ("x-csb-sandbox-hourly-reset", "4102444800"),
        ],
        "",
    );
    const MOVED: Step = Step::Answer(302, &[("location", "https://evil.example")], "");
    const NONSENSE: Step = Step::Answer(200, &[], "[]");
    const HOSTILE: Step = Step::Answer(200, &[], r#"{"data":{"id":"../../x"}}"#);
    const FORBIDDEN: Step = Step::Answer(403, &[], "");
    for (step, text) in [
        (LONG, "rate limit"),
        (MOVED, "did not do it"),
        (NONSENSE, "did not do it"),
        (HOSTILE, "did not do it"),
        (FORBIDDEN, "key"),
    ] {
        let data = tempfile::tempdir().unwrap();
        let (script, address) = Script::serve(&[step]).await;
        let backend = CloudBackend::open(options(&address, data.path())).unwrap();
        let start = Instant::now();
        let problem = backend.create(&user("a"), &plain()).await.unwrap_err();
        assert!(problem.to_string().contains(text), "{problem}");
        assert!(start.elapsed() < Duration::from_secs(2));
        assert_eq!(script.calls(), ["fork"]);
    }
    // A silent cloud, and none at all.
    let data = tempfile::tempdir().unwrap();
    let (_script, silent) = Script::serve(&vec![Step::Silence; 20]).await;
    let nowhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nowhere_address = nowhere.local_addr().unwrap().to_string();
    drop(nowhere);
    for address in [silent, nowhere_address] {
        let mut options = options(&address, data.path());
        options.deadline = Duration::from_secs(1);
        options.attempt_timeout = Duration::from_millis(200);
        let backend = CloudBackend::open(options).unwrap();
        let error = soon("the check", backend.check()).await.unwrap_err();
        assert_eq!(error.kind(), CloudErrorKind::Unreachable, "{error}");
        let problem = backend.create(&user("a"), &plain()).await.unwrap_err();
        assert!(
            problem.to_string().contains("cannot be reached"),
            "{problem}"
        );
    }
}
