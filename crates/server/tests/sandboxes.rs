//! Real agents behind the router, isolated and not.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;
use std::time::Duration;

use futures_util::FutureExt;
use support::{Request, Server, connect, isolations, program, refused, soon, until};
use tokio_tungstenite::tungstenite::Message as Frame;
use yew_sandbox_protocol::BootupType;
use yew_sandbox_protocol::fs::ReadDir;
use yew_sandbox_server::local::{IsolationChoice, Limits, LocalBackend, LocalOptions};
use yew_sandbox_server::manage::{Manage, NewSandbox};
use yew_sandbox_server::{Backend, Limit, ProblemKind, SessionOptions, User};

/// Longer than any test runs.
const NEVER: Duration = Duration::from_secs(3600);

/// Files survive hibernation and a restart of the server; whoever reads finds what was written.
#[tokio::test(flavor = "multi_thread")]
async fn files_stay_through_sleep_and_restart() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), isolation, |options| {
            options.hibernate_after = Duration::from_secs(1);
        })
        .await;
        let (session, cookie) = server.create().await;
        assert_eq!(session.bootup_type, BootupType::Clean);
        // Without isolation, shells see the machine's own paths.
        let workspace = session.workspace_path.clone();
        assert!(workspace.ends_with("/project/workspace"), "{workspace}");
        let id = session.sandbox_id.clone();
        let mut socket = connect(&session).await;
        socket.join().await;
        socket.write_file("test.txt", "Hello World").await;
        assert_eq!(
            socket
                .read_file(&format!("{workspace}/test.txt"))
                .await
                .unwrap(),
            "Hello World"
        );
        assert_eq!(
            server.resume(&id, &cookie).await.bootup_type,
            BootupType::Running
        );

        // Heartbeats are no activity.
        socket.send(Frame::Text("".into())).await;
        let closed = socket.closed().await.unwrap();
        assert_eq!(closed.0, 1001, "{isolation:?}: {closed:?}");
        assert!(
            socket
                .notifications
                .contains(&"system/hibernate".to_owned()),
            "{:?}",
            socket.notifications
        );

        // The old session opens nothing while the sandbox sleeps.
        let token = &session.pitcher_token;
        assert_eq!(
            refused(&session.pitcher_url, token, &[]).await,
            (409, "asleep".into())
        );

        let woken = server.resume(&id, &cookie).await;
        assert_eq!(woken.bootup_type, BootupType::Resume);
        let mut socket = connect(&woken).await;
        socket.join().await;
        assert_eq!(socket.read_file("test.txt").await.unwrap(), "Hello World");
        // The old token opens it again: it has not expired.
        connect(&session).await;
        server.stop().await;

        let server = Server::local(data.path(), isolation, |_| {}).await;
        let resumed = server.resume(&id, &cookie).await;
        assert_eq!(resumed.bootup_type, BootupType::Resume);
        let mut socket = connect(&resumed).await;
        socket.join().await;
        assert_eq!(socket.read_file("test.txt").await.unwrap(), "Hello World");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sandbox_of_another_user_is_not_found() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::local(data.path(), IsolationChoice::None, |_| {}).await;
    let (mine, cookie) = server.create().await;
    let (theirs, _) = server.create().await;
    let get = |id: &str| Request::get(format!("/api/sandboxes/{id}"));
    let path = &theirs.sandbox_id;
    let foreign = server.send(get(path).header("cookie", &cookie)).await;
    let unknown = server
        .send(get("aaaaaaaaaaaaaaaa").header("cookie", &cookie))
        .await;
    assert_eq!((foreign.status, foreign.error()), (404, unknown.error()));
    let stranger = server.send(get(&mine.sandbox_id)).await;
    assert_eq!((stranger.status, stranger.error()), (404, unknown.error()));
    let forged = server
        .send(get(path).header("cookie", "yew_sandbox_user=x.y"))
        .await;
    assert_eq!(forged.status, 404);
    // Nor does a token of one open the other.
    assert_eq!(
        refused(&theirs.pitcher_url, &mine.pitcher_token, &[])
            .await
            .0,
        401
    );
    server.stop().await;
}

/// However many pages ask at once for a sandbox that sleeps, one agent is started.
#[tokio::test(flavor = "multi_thread")]
async fn waking_happens_once() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::local(data.path(), IsolationChoice::Bubblewrap, |_| {}).await;
    let (session, cookie) = server.create().await;
    let id = session.sandbox_id;
    server.stop().await;

    let server = Server::local(data.path(), IsolationChoice::Bubblewrap, |options| {
        // A second agent at the same time would be refused.
        options.limits.running_sandboxes = 1;
    })
    .await;
    let sessions = (0..8).map(|_| server.resume(&id, &cookie));
    let sessions = futures_util::future::join_all(sessions).await;
    for session in sessions {
        connect(&session).await.join().await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn crash_of_the_agent_closes_with_a_reason_and_the_next_request_wakes() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::local(data.path(), IsolationChoice::None, |_| {}).await;
    let (session, cookie) = server.create().await;
    let mut socket = connect(&session).await;
    socket.join().await;
    socket.write_file("test.txt", "whole").await;
    let agents = processes_with(&session.sandbox_id);
    assert_eq!(agents.len(), 1);
    kill(agents[0]);
    assert_eq!(socket.closed().await.unwrap().0, 1012);
    let woken = server.resume(&session.sandbox_id, &cookie).await;
    assert_eq!(woken.bootup_type, BootupType::Resume);
    let mut socket = connect(&woken).await;
    socket.join().await;
    assert_eq!(socket.read_file("test.txt").await.unwrap(), "whole");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_frames_disturb_nobody_else() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), isolation, |_| {}).await;
        let (session, _) = server.create().await;
        let mut good = connect(&session).await;
        good.join().await;
        for malformed in [
            &b""[..],
            b"\xc1",
            b"\xdf\xff\xff\xff\xff",
            b"\x93\x01",
            b"\x81\xa2id\x01",
            &[0x91; 5000],
        ] {
            let mut bad = connect(&session).await;
            bad.try_send(Frame::Binary(bytes::Bytes::copy_from_slice(malformed)))
                .await;
            let mut text = connect(&session).await;
            text.send(Frame::Text("{}".into())).await;
            assert_eq!(text.closed().await.unwrap().0, 1003);
            good.write_file("test.txt", "fine").await;
            assert_eq!(good.read_file("test.txt").await.unwrap(), "fine");
        }
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_named() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::local(data.path(), IsolationChoice::None, |options| {
        options.hibernate_after = NEVER;
        options.limits = Limits {
            sandboxes_per_user: 2,
            running_sandboxes: 3,
            sockets_per_sandbox: 2,
            creates_per_minute: 5,
            ..Limits::default()
        };
    })
    .await;
    let (session, cookie) = server.create().await;
    let create = || Request::create().header("cookie", &cookie);
    assert_eq!(server.send(create()).await.status, 200);
    // Whoever has too many used up what all may make in a minute.
    for _ in 0..5 {
        let third = server.send(create()).await;
        assert_eq!(
            (third.status, third.error_kind().as_str()),
            (429, "limitSandboxesPerUser")
        );
    }

    let _first = connect(&session).await;
    let second = connect(&session).await;
    let (url, token) = (&session.pitcher_url, &session.pitcher_token);
    assert_eq!(
        refused(url, token, &[]).await,
        (429, "limitSocketsPerSandbox".into())
    );
    drop(second);
    soon("a place", async {
        while refused(url, token, &[]).await.0 == 429 {}
    })
    .await;

    server.create().await;
    let fourth = server.send(Request::create()).await;
    assert_eq!(
        (fourth.status, fourth.error_kind().as_str()),
        (429, "limitRunningSandboxes")
    );
    let kept = fs::read_dir(data.path().join("sandboxes")).unwrap().count();
    assert_eq!(kept, 3, "what did not start leaves nothing behind");

    server.send(Request::create()).await;
    let sixth = server.send(Request::create()).await;
    assert_eq!(
        (sixth.status, sixth.error_kind().as_str()),
        (429, "limitCreatesPerMinute")
    );
    server.stop().await;
}

/// What a command inside an isolated sandbox sees of the machine, and of its neighbours.
#[tokio::test(flavor = "multi_thread")]
async fn inside_is_nothing_of_the_machine() {
    let data = tempfile::tempdir().unwrap();
    let template = tempfile::tempdir().unwrap();
    fs::set_permissions(
        template.path(),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    fs::create_dir(template.path().join(".codesandbox")).unwrap();
    let look = format!(
        "exec > seen.txt 2>&1; id -u; cat /etc/shadow; cat /proc/1/environ | tr '\\0' '\\n'; echo env; env; \
         ls -a /; ls {0} {0}/sandboxes; ls /home /root /run; cat /proc/net/dev | tail -n +3 | cut -d: -f1; \
         touch /usr/x; mount -t tmpfs x /tmp; unshare -U true; echo ps; ls /proc | grep -c '^[0-9]'; \
         ls -l /proc/self/fd; ulimit -u; cat /etc/passwd; hostname; \
         cat /.sandbox/agent | head -c 4 | tail -c 3; echo; touch /.sandbox/agent; exit 0",
        data.path().display()
    );
    let tasks =
        serde_json::json!({ "setupTasks": [{ "name": "look", "command": look }], "tasks": {} });
    fs::write(
        template.path().join(".codesandbox/tasks.json"),
        tasks.to_string(),
    )
    .unwrap();
    fs::write(template.path().join("from_template.txt"), "copied").unwrap();

    let server = Server::local(data.path(), IsolationChoice::Bubblewrap, |options| {
        options.template_dir = Some(template.path().to_owned());
    })
    .await;
    let (neighbour, _) = server.create().await;
    let mut other = connect(&neighbour).await;
    other.join().await;
    other
        .write_file("neighbour.txt", "secret of the neighbour")
        .await;

    let (session, _) = server.create().await;
    let mut socket = connect(&session).await;
    socket.join().await;
    assert_eq!(
        socket.read_file("from_template.txt").await.unwrap(),
        "copied"
    );
    let seen = socket.read_file("seen.txt").await.unwrap();
    assert!(seen.starts_with("1000\n"), "{seen}");
    for forbidden in [
        "root:$",
        "root:*",
        "root:!",
        "secret",
        "neighbour",
        &neighbour.sandbox_id,
        "CARGO",
        "eth0",
        "pipe:",
        "socket:",
    ] {
        assert!(!seen.contains(forbidden), "{forbidden} in {seen}");
    }
    for expected in [
        "/etc/shadow: No such file",
        "touch: cannot touch '/usr/x'",
        "touch: cannot touch '/.sandbox/agent'",
        "sandbox:x:1000",
        "\n256\n",
        "HOME=/home/sandbox",
        "\nsandbox\n",
        "ELF",
    ] {
        assert!(seen.contains(expected), "{expected} not in {seen}");
    }
    // Reading by the protocol ends inside too.
    assert!(socket.read_file("/etc/shadow").await.is_err());
    assert!(socket.read_file("../../../etc/shadow").await.is_err());
    let neighbours = format!(
        "{}/sandboxes/{}/root",
        data.path().display(),
        neighbour.sandbox_id
    );
    assert!(socket.call(&ReadDir { path: neighbours }).await.is_err());
    if rustix::process::geteuid().is_root() {
        assert_ne!(uid_of_root(data.path(), &session.sandbox_id), 0);
        assert_ne!(
            uid_of_root(data.path(), &session.sandbox_id),
            uid_of_root(data.path(), &neighbour.sandbox_id),
            "each sandbox has its own system user"
        );
    }
    server.stop().await;
}

/// A sandbox that changes between the modes keeps its files, and may go on writing them.
#[tokio::test(flavor = "multi_thread")]
async fn isolation_may_change_between_two_starts() {
    use IsolationChoice::{Bubblewrap, None};
    let data = tempfile::tempdir().unwrap();
    let mut known: Option<(String, String)> = Option::None;
    for (round, isolation) in [None, Bubblewrap, None, Bubblewrap].into_iter().enumerate() {
        let server = Server::local(data.path(), isolation, |_| {}).await;
        let session = match &known {
            Some((id, cookie)) => server.resume(id, cookie).await,
            Option::None => {
                let (session, cookie) = server.create().await;
                known = Some((session.sandbox_id.clone(), cookie));
                session
            }
        };
        let mut socket = connect(&session).await;
        socket.join().await;
        if round > 0 {
            let before = socket.read_file("round.txt").await.unwrap();
            assert_eq!(before, (round - 1).to_string());
        }
        socket.write_file("round.txt", &round.to_string()).await;
        server.stop().await;
    }
}

/// A folder that other users may not pass is no hindrance, also where each sandbox has its own user.
#[tokio::test(flavor = "multi_thread")]
async fn data_may_lie_in_a_private_folder() {
    use std::os::unix::fs::PermissionsExt;
    let private = tempfile::tempdir().unwrap();
    fs::set_permissions(private.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let server = Server::local(&private.path().join("data"), IsolationChoice::Auto, |_| {}).await;
    let (session, _) = server.create().await;
    let mut socket = connect(&session).await;
    socket.join().await;
    socket.write_file("test.txt", "here").await;
    server.stop().await;
    until("the end of all processes", || {
        processes_with(&session.sandbox_id).is_empty()
    })
    .await;
}

fn uid_of_root(data: &Path, id: &str) -> u32 {
    use std::os::unix::fs::MetadataExt;
    let root = data.join("sandboxes").join(id).join("root");
    fs::metadata(root).unwrap().uid()
}

/// The processes whose command line names `text`.
fn processes_with(text: &str) -> Vec<i32> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&line).contains(text) {
            found.push(pid);
        }
    }
    found
}

fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

/// Who reloaded the page while the sandbox was made left one behind that nobody could reach, and each counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_that_nobody_waits_for_is_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let mut options = LocalOptions::new(data.path());
    options.isolation = IsolationChoice::None;
    options.agent_program = Some(program().into());
    options.limits.sandboxes_per_user = 1;
    let backend = LocalBackend::open(options).await.unwrap();
    let user = User {
        id: "u1".into(),
        name: "Ada".into(),
    };
    let session = SessionOptions::default();
    let folders = || fs::read_dir(data.path().join("sandboxes")).unwrap().count();
    tokio::select! {
        _ = backend.create(&user, &session) => panic!("it was made before it was left"),
        () = until("a sandbox", || folders() == 1) => {}
    }
    let listed = || backend.list().now_or_never().unwrap().unwrap().len();
    until("its end", || folders() == 0 && listed() == 0).await;
    let made = backend.create(&user, &session).await.unwrap();
    backend.resume(&made.id, &user, &session).await.unwrap();
    assert_eq!(folders(), 1);
    backend.close(NEVER).await;
}

/// Whoever sent no cookie was somebody new each time, so that the sandboxes of all users had no bound.
#[tokio::test(flavor = "multi_thread")]
async fn sandboxes_of_all_users_together_are_bounded() {
    let data = tempfile::tempdir().unwrap();
    let mut options = LocalOptions::new(data.path());
    options.isolation = IsolationChoice::None;
    options.agent_program = Some(program().into());
    options.limits.sandboxes = 1;
    let backend = LocalBackend::open(options).await.unwrap();
    let user = |name: &str| User {
        id: name.into(),
        name: name.into(),
    };
    let session = SessionOptions::default();
    let first = backend.create(&user("u1"), &session).await.unwrap();
    let second = backend.create(&user("u2"), &session).await.unwrap_err();
    assert_eq!(second.kind(), ProblemKind::Limited(Limit::Sandboxes));
    // Those that were made with an API key have a bound of their own.
    let managed = backend.create_with(NewSandbox::default(), Vec::new());
    managed.await.unwrap();
    backend.delete(&first.id).await.unwrap();
    backend.create(&user("u2"), &session).await.unwrap();
    backend.close(NEVER).await;
}
