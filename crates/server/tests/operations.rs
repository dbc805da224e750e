//! What who runs a server needs: figures, an end without a jolt, a file with the options.
#![allow(clippy::unwrap_used)]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use support::{API_KEY, Binary, Request, connect, soon};

fn at<'a>(data: &'a Path, more: &[&'a str]) -> Vec<&'a OsStr> {
    let mut all: Vec<&OsStr> = vec![
        "--data-dir".as_ref(),
        data.as_ref(),
        "--isolation".as_ref(),
        "none".as_ref(),
    ];
    all.extend(more.iter().map(|argument| OsStr::new(*argument)));
    all
}

fn figure(text: &str, name: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} in {text}"))
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_count_and_are_shown_to_those_who_run_it_only() {
    let data = tempfile::tempdir().unwrap();
    let server = Binary::start(&at(data.path(), &["--metrics-listen", "127.0.0.1:0"])).await;
    let metrics = server.logged("figures are at http://").await;
    let metrics = metrics.split('/').next().unwrap().to_owned();
    let session = Request::create().send(&server.address).await.session();
    let mut socket = connect(&session).await;
    socket.join().await;
    Request::get("/nowhere").send(&server.address).await;
    let (_, port) = server.address.split_once(':').unwrap();
    Request::get("/")
        .host(format!("aaaaaaaaaaaaaaaa-80.localhost:{port}"))
        .send(&server.address)
        .await;
    let show = || async { Request::get("/metrics").send(&metrics).await };
    let answer = show().await;
    let text = answer.text();
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .contains("openmetrics")
    );
    for (name, value) in [
        ("yew_sandbox_sandboxes", 1.0),
        ("yew_sandbox_sandboxes_awake", 1.0),
        ("yew_sandbox_connections", 1.0),
        ("yew_sandbox_starts_total", 1.0),
        ("yew_sandbox_answers_total{status=\"404\"}", 1.0),
        // One of them is that of a preview.
        ("yew_sandbox_problems_total{kind=\"notFound\"}", 2.0),
    ] {
        assert_eq!(figure(text, name), value, "{name} in {text}");
    }
    assert!(!text.contains(&session.sandbox_id), "figures name nobody");
    // Not on the public side, and not for a page whose name leads here.
    assert_eq!(
        Request::get("/metrics").send(&server.address).await.status,
        404
    );
    let foreign = Request::get("/metrics")
        .host("evil.example")
        .send(&metrics)
        .await;
    assert_eq!(foreign.status, 403);
    let page = Request::get("/metrics").header("origin", "http://evil.example");
    assert_eq!(page.send(&metrics).await.status, 403);
    drop(socket);
    soon("the count to fall", async {
        while figure(show().await.text(), "yew_sandbox_connections") > 0.0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    server.signal(Signal::TERM);
    server.ended().await;
}

/// A server that was asked to end closed everything at once, however little was left to do.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_there_goes_on_while_the_server_drains() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--drain", "60", "--api-key", API_KEY];
    let server = Binary::start(&at(data.path(), &arguments)).await;
    let answer = Request::create().send(&server.address).await;
    let (session, cookie) = (answer.session(), answer.cookie().unwrap());
    let mut socket = connect(&session).await;
    socket.join().await;
    assert_eq!(
        Request::get("/healthz").send(&server.address).await.status,
        200
    );
    server.signal(Signal::TERM);
    soon("draining", async {
        while Request::get("/healthz").send(&server.address).await.status != 503 {}
    })
    .await;
    socket.write_file("last.txt", "words").await;
    let created = Request::create().send(&server.address).await;
    assert_eq!(
        (created.status, &*created.error_kind()),
        (503, "unavailable")
    );
    let resume = Request::get(format!("/api/sandboxes/{}", session.sandbox_id));
    let resumed = resume.header("cookie", cookie).send(&server.address).await;
    assert_eq!(resumed.status, 503);
    let id = &session.sandbox_id;
    for path in [
        "/sandbox".to_owned(),
        format!("/sandbox/{id}/fork"),
        "/templates".to_owned(),
        format!("/vm/{id}/start"),
        format!("/vm/{id}/sessions"),
    ] {
        let body = r#"{"forkOf":"x","session_id":"s","permission":"write","files":{}}"#;
        let request = Request::post(&path).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {API_KEY}"));
        let answer = request.body(body).send(&server.address).await;
        assert_eq!(answer.status, 503, "{path}: {}", answer.text());
    }
    // The last one leaves, long before the time is over.
    drop(socket);
    let (status, log) = server.ended().await;
    assert!(status.success(), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_the_draining() {
    let data = tempfile::tempdir().unwrap();
    let server = Binary::start(&at(data.path(), &["--drain", "60"])).await;
    let session = Request::create().send(&server.address).await.session();
    let mut socket = connect(&session).await;
    socket.join().await;
    server.signal(Signal::TERM);
    server.logged("draining").await;
    server.signal(Signal::TERM);
    assert_eq!(socket.closed().await.unwrap().0, 1001);
    assert!(server.ended().await.0.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_comes_behind_the_environment_and_that_behind_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.toml");
    let text = format!(
        "# a comment\ndata-dir = {:?}\nisolation = \"none\"\nallowed-host = [\"a.example\"]\n\
         public-url = \"https://file.example\"\nmax-sandboxes-per-user = 1\nlog = \"error\"\n",
        data.path()
    );
    fs::write(&file, text).unwrap();
    let environment = [(
        "YEW_SANDBOX_PUBLIC_URL".to_owned(),
        "https://env.example".to_owned(),
    )];
    let arguments = [
        "--config".as_ref(),
        file.as_os_str(),
        "--max-sandboxes-per-user".as_ref(),
        "2".as_ref(),
    ];
    let server = Binary::start_with(&arguments, &environment).await;
    for (host, status) in [
        ("a.example", 200),
        ("env.example", 200),
        ("file.example", 403),
    ] {
        let asked = Request::get("/healthz")
            .host(host)
            .send(&server.address)
            .await;
        assert_eq!(asked.status, status, "{host}");
    }
    let first = Request::create().send(&server.address).await;
    let cookie = first.cookie().unwrap();
    let again = || Request::create().header("cookie", &cookie);
    assert_eq!(again().send(&server.address).await.status, 200);
    assert_eq!(
        again().send(&server.address).await.error_kind(),
        "limitSandboxesPerUser"
    );
    assert!(data.path().join("sandboxes").exists());
    server.signal(Signal::TERM);
    server.ended().await;
}

#[tokio::test]
async fn what_is_wrong_in_the_file_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.toml");
    fs::write(&file, "log = \"info\"\n\nsandbox-memory = \"much\"\n").unwrap();
    let arguments = ["--config".as_ref(), file.as_os_str()];
    let said = Binary::fails(&arguments, &[]).await;
    assert!(
        said.contains("server.toml, line 3: ") && said.contains("sandbox-memory"),
        "{said}"
    );
    let missing = ["--config".as_ref(), OsStr::new("/nowhere.toml")];
    let said = Binary::fails(&missing, &[]).await;
    assert!(
        said.contains("/nowhere.toml") && said.contains("--config"),
        "{said}"
    );
}

/// Every limit has a name in the help, in the page about limits, and in the error that it causes.
#[tokio::test]
async fn every_limit_is_named_in_the_help_and_in_the_page_about_limits() {
    let page = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/src/limits.md"
    ))
    .unwrap();
    let output = tokio::process::Command::new(support::program())
        .arg("--help")
        .output();
    let help = String::from_utf8(soon("the help", output).await.unwrap().stdout).unwrap();
    let options = help
        .split_whitespace()
        .filter(|word| word.starts_with("--"));
    let options = options.filter(|option| {
        ["--max-", "--sandbox-", "--min-"]
            .iter()
            .any(|start| option.starts_with(start))
    });
    let mut count = 0;
    for option in options {
        let option = option.trim_end_matches([',', '.', ';', ':', ')']);
        assert!(
            page.contains(&format!("`{option}`")),
            "{option} is not on the page about limits"
        );
        count += 1;
    }
    assert!(count >= 15, "{count} options");
    let source =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/problem.rs")).unwrap();
    let names = source
        .split('"')
        .filter(|text| text.starts_with("limit") && !text.contains(' '));
    let mut count = 0;
    for name in names {
        assert!(
            page.contains(&format!("`{name}`")),
            "{name} is not on the page about limits"
        );
        count += 1;
    }
    assert!(count >= 12, "{count} kinds");
}

/// The page about threats names tests. One that was renamed or removed would be a promise without a test.
#[test]
fn every_test_of_the_page_on_threats_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/src/threats.md")).unwrap();
    let mut source = String::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if name.starts_with('.') || ["target", "node_modules", "dist"].contains(&&*name) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                source.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let quoted = page.split('`').skip(1).step_by(2);
    let names = quoted.filter(|text| {
        let plain = text
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_lowercase());
        plain && text.matches('_').count() >= 2
    });
    let mut count = 0;
    for name in names {
        assert!(
            source.contains(&format!("fn {name}(")),
            "there is no test {name}"
        );
        count += 1;
    }
    assert!(count > 30, "{count} tests");
}
