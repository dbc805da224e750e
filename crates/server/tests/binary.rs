//! The binary: what it says, how it ends, what it leaves behind.
#![allow(clippy::unwrap_used)]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use rustix::process::Signal;
use support::{Binary, Request, Socket, connect, refused, soon, until};
use tokio::net::TcpListener;
use yew_sandbox_protocol::Session;

fn arguments<'a>(data: &'a Path, more: &[&'a str]) -> Vec<&'a OsStr> {
    let mut all: Vec<&OsStr> = vec!["--data-dir".as_ref(), data.as_ref()];
    all.extend(more.iter().map(|argument| OsStr::new(*argument)));
    all
}

async fn session(server: &Binary) -> (Session, String) {
    let answer = Request::create().send(&server.address).await;
    (answer.session(), answer.cookie().unwrap())
}

async fn socket(session: &Session) -> Socket {
    let mut socket = connect(session).await;
    socket.join().await;
    socket
}

/// The processes, alive, that keep something of `data` open, as root, working folder or argument.
fn processes_of(data: &Path) -> Vec<String> {
    let needle = data.to_str().unwrap();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let path = entry.path();
        let own = path.ends_with(std::process::id().to_string());
        let line = fs::read(path.join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        let program = fs::read_link(path.join("exe")).unwrap_or_default();
        // Inside the isolation the command line tells nothing; the mounts do.
        let mounts = fs::read_to_string(path.join("mountinfo")).unwrap_or_default();
        let inside = mounts.contains(&needle[1..]);
        if !own && (line.contains(needle) || program.starts_with(data) || inside) {
            found.push(line);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_and_ctrl_c_end_everything_in_order() {
    for signal in [Signal::TERM, Signal::INT] {
        let data = tempfile::tempdir().unwrap();
        let server = Binary::start(&arguments(data.path(), &[])).await;
        let (session, cookie) = session(&server).await;
        let mut socket = socket(&session).await;
        socket.write_file("test.txt", "kept").await;
        server.signal(signal);
        assert_eq!(socket.closed().await.unwrap().0, 1001);
        let (status, log) = server.ended().await;
        assert!(status.success(), "{log}");
        assert!(
            !socket
                .notifications
                .contains(&"system/hibernate".to_owned()),
            "a restart is no sleep"
        );
        until("the end of all processes", || {
            processes_of(data.path()).is_empty()
        })
        .await;

        let server = Binary::start(&arguments(data.path(), &[])).await;
        let path = format!("/api/sandboxes/{}", session.sandbox_id);
        let answer = Request::get(path)
            .header("cookie", cookie)
            .send(&server.address)
            .await;
        let mut socket = self::socket(&answer.session()).await;
        assert_eq!(socket.read_file("test.txt").await.unwrap(), "kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sigkill_leaves_no_process_and_every_answered_write() {
    for isolation in ["bwrap", "none"] {
        let data = tempfile::tempdir().unwrap();
        let options = arguments(data.path(), &["--isolation", isolation]);
        let server = Binary::start(&options).await;
        let (session, cookie) = session(&server).await;
        let mut sockets = Vec::new();
        for _ in 0..8 {
            sockets.push(socket(&session).await);
        }
        for (number, socket) in sockets.iter_mut().enumerate() {
            socket
                .write_file(&format!("{number}.txt"), "answered")
                .await;
        }
        assert!(!processes_of(data.path()).is_empty());
        server.signal(Signal::KILL);
        let killed = std::time::Instant::now();
        until("the end of all processes", || {
            processes_of(data.path()).is_empty()
        })
        .await;
        assert!(
            killed.elapsed().as_millis() < 1000,
            "{:?}",
            killed.elapsed()
        );
        drop(server.ended().await);

        let server = Binary::start(&options).await;
        let path = format!("/api/sandboxes/{}", session.sandbox_id);
        let answer = Request::get(path)
            .header("cookie", cookie)
            .send(&server.address)
            .await;
        let mut socket = socket(&answer.session()).await;
        for number in 0..8 {
            let content = socket.read_file(&format!("{number}.txt")).await.unwrap();
            assert_eq!(content, "answered", "{isolation}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn log_of_a_whole_run_holds_no_secret() {
    let data = tempfile::tempdir().unwrap();
    let options = arguments(data.path(), &["--log", "trace", "--hibernate-after", "1"]);
    let server = Binary::start(&options).await;
    let (session, cookie) = session(&server).await;
    let mut socket = socket(&session).await;
    socket.write_file("test.txt", "content of a file").await;
    refused(&session.pitcher_url, "wrong-token", &[]).await;
    refused(
        &session.pitcher_url,
        &session.pitcher_token,
        &[("origin", "null")],
    )
    .await;
    let path = format!(
        "/agent/{}?token={}",
        session.sandbox_id, session.pitcher_token
    );
    Request::get(path).send(&server.address).await;
    socket.closed().await;
    let path = format!("/api/sandboxes/{}", session.sandbox_id);
    let answer = Request::get(path)
        .header("cookie", &cookie)
        .send(&server.address)
        .await;
    let woken = answer.session();
    drop(connect(&woken).await);
    server.signal(Signal::TERM);
    let (_, log) = server.ended().await;
    assert!(log.contains(&session.sandbox_id), "{log}");
    let cookie = cookie.split_once('=').unwrap().1;
    for secret in [
        &session.pitcher_token,
        &woken.pitcher_token,
        cookie,
        "wrong-token",
        "content of a file",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    for secret in session
        .pitcher_token
        .split('.')
        .chain(cookie.split('.').skip(1))
    {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn taken_port_is_told_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    let said = Binary::fails(&arguments(data.path(), &["--listen", &address]), &[]).await;
    assert!(said.contains(&address), "{said}");
    assert!(said.contains("--listen 127.0.0.1:0"), "{said}");
}

#[tokio::test]
async fn data_folder_that_cannot_be_used_is_told_with_what_to_do() {
    let listen = ["--listen", "127.0.0.1:0"];
    // Root may write anywhere but here.
    let said = Binary::fails(&arguments(Path::new("/proc/sandbox-data"), &listen), &[]).await;
    assert!(
        said.contains("/proc/sandbox-data") && said.contains("--data-dir"),
        "{said}"
    );

    let data = tempfile::tempdir().unwrap();
    let server = Binary::start(&arguments(data.path(), &[])).await;
    let said = Binary::fails(&arguments(data.path(), &listen), &[]).await;
    assert!(
        said.contains("another server uses") && said.contains("--data-dir"),
        "{said}"
    );
    server.signal(Signal::TERM);
    server.ended().await;

    fs::write(data.path().join("secret"), "too short").unwrap();
    let said = Binary::fails(&arguments(data.path(), &listen), &[]).await;
    assert!(
        said.contains("secret") && said.contains("Restore it"),
        "{said}"
    );
}

#[tokio::test]
async fn missing_isolation_is_told_with_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let empty = tempfile::tempdir().unwrap();
    let path = [("PATH", empty.path().to_str().unwrap())];
    let options = arguments(data.path(), &["--listen", "127.0.0.1:0"]);
    let said = Binary::fails(&options, &path).await;
    assert!(said.contains("apt install bubblewrap"), "{said}");
    assert!(said.contains("--isolation none"), "{said}");

    // One that is there and may not.
    let denied = empty.path().join("bwrap");
    fs::write(
        &denied,
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n",
    )
    .unwrap();
    fs::set_permissions(&denied, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    fs::set_permissions(
        empty.path(),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let path = format!("{}:/usr/bin:/bin", empty.path().display());
    let said = Binary::fails(&options, &[("PATH", &path)]).await;
    assert!(
        said.contains("No permissions to create new namespace"),
        "{said}"
    );
    assert!(said.contains("--isolation none"), "{said}");

    let options = arguments(
        data.path(),
        &["--listen", "0.0.0.0:0", "--isolation", "none"],
    );
    let said = Binary::fails(&options, &[]).await;
    assert!(
        said.contains("without isolation") && said.contains("127.0.0.1"),
        "{said}"
    );
}

#[tokio::test]
async fn template_and_options_that_make_no_sense_are_told() {
    let data = tempfile::tempdir().unwrap();
    let template = ["--listen", "127.0.0.1:0", "--template-dir", "/nowhere"];
    let said = Binary::fails(&arguments(data.path(), &template), &[]).await;
    assert!(
        said.contains("/nowhere") && said.contains("--template-dir"),
        "{said}"
    );
    let origin = [
        "--listen",
        "127.0.0.1:0",
        "--allowed-origin",
        "http://a/path",
    ];
    let said = Binary::fails(&arguments(data.path(), &origin), &[]).await;
    assert!(said.contains("http://a/path"), "{said}");
    let environment = [("YEW_SANDBOX_HIBERNATE_AFTER", "soon")];
    let said = Binary::fails(&arguments(data.path(), &[]), &environment).await;
    assert!(said.contains("hibernate-after"), "{said}");
}

/// The host of `--public-url` had to be named in `--allowed-host` as well.
#[tokio::test(flavor = "multi_thread")]
async fn public_address_is_one_of_the_servers_own() {
    let data = tempfile::tempdir().unwrap();
    let public = ["--public-url", "https://Sandboxes.example.org:443"];
    let server = Binary::start(&arguments(data.path(), &public)).await;
    for (host, is_answered) in [
        ("sandboxes.example.org", true),
        ("other.example.org", false),
        ("sandboxes.example.org.evil.test", false),
    ] {
        let asked = Request::get("/healthz").host(host);
        let status = asked.send(&server.address).await.status;
        assert_eq!(status == 200, is_answered, "{host}: {status}");
    }
    for (origin, is_allowed) in [
        ("https://sandboxes.example.org", true),
        ("http://other.example.org", false),
        ("https://sandboxes.example.org:8443", false),
    ] {
        let asked = Request::create()
            .host("sandboxes.example.org")
            .header("origin", origin);
        let status = asked.send(&server.address).await.status;
        assert_eq!(status != 403, is_allowed, "{origin}: {status}");
    }
}

#[tokio::test]
async fn help_explains_every_option_and_its_variable() {
    let output = tokio::process::Command::new(support::program())
        .arg("--help")
        .output();
    let output = soon("the help", output).await.unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "listen",
        "data-dir",
        "static-dir",
        "template-dir",
        "isolation",
        "allowed-origin",
        "allowed-host",
        "hibernate-after",
        "token-ttl",
        "max-sandboxes-per-user",
        "max-sandboxes",
        "max-running-sandboxes",
        "max-sockets-per-sandbox",
        "max-creates-per-minute",
        "log",
    ] {
        assert!(help.contains(&format!("--{option}")), "{option}");
        let variable = format!("YEW_SANDBOX_{}", option.to_uppercase().replace('-', "_"));
        assert!(help.contains(&variable), "{variable}");
    }
}

/// The shell that starts the isolation took its socket for a remote login and ran the user's `.bashrc`.
#[tokio::test(flavor = "multi_thread")]
async fn start_up_files_of_the_user_are_not_run() {
    let data = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    let ran = home.path().join("ran");
    let script = format!("touch {}\n", ran.display());
    for file in [".bashrc", ".bash_profile", ".profile"] {
        fs::write(home.path().join(file), &script).unwrap();
    }
    let environment = [
        ("HOME", home.path().to_str().unwrap()),
        ("BASH_ENV", home.path().join(".bashrc").to_str().unwrap()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let server = Binary::start_with(&arguments(data.path(), &[]), &environment).await;
    session(&server).await;
    server.signal(Signal::TERM);
    let (_, log) = server.ended().await;
    assert!(!ran.exists());
    assert!(!log.contains("bashrc"), "{log}");
}
