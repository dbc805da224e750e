//! The HTTP surface over real sockets.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use support::{FAKE_ID, FakeAgent, FakeBackend, Request, Server};
use yew_sandbox_protocol::BootupType;
use yew_sandbox_server::{
    AnonymousCookie, ClientQueueBounds, Identify, Identity, Options, Secret, SessionOptions, User,
    router_with_routes,
};

async fn server() -> (Server, FakeAgent) {
    server_with(|_| {}).await
}

async fn server_with(change: impl FnOnce(&mut Options)) -> (Server, FakeAgent) {
    let (backend, agent) = FakeBackend::new(ClientQueueBounds::default());
    let mut options = Options::new(Secret::random().unwrap());
    change(&mut options);
    (Server::start(backend, options).await, agent)
}

#[tokio::test]
async fn create_and_resume_answer_the_session_of_the_sdk() {
    let (server, _agent) = server().await;
    let answer = server.send(Request::create()).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let json = answer.json();
    assert_eq!(json["sandboxId"], FAKE_ID);
    assert_eq!(
        json["pitcherURL"],
        format!("ws://{}/agent/{FAKE_ID}", server.address)
    );
    assert_eq!(json["bootupType"], "CLEAN");
    assert_eq!(json["isPint"], false);
    assert_eq!(json["workspacePath"], "/project/workspace");
    assert_eq!(json["userWorkspacePath"], "/project/workspace");
    assert!(json.get("sessionId").is_none());
    assert_eq!(answer.session().bootup_type, BootupType::Clean);

    let cookie = answer.cookie().unwrap();
    let resume = || Request::get(format!("/api/sandboxes/{FAKE_ID}")).header("cookie", &cookie);
    let again = server.send(resume()).await;
    assert_eq!(again.session().sandbox_id, FAKE_ID);
    assert_eq!(again.cookie(), None, "known users keep their cookie");
    // The address is the one that the page used, and behind https a secure one.
    let named = server.send(resume().host("localhost:1234")).await;
    assert_eq!(
        named.session().pitcher_url,
        format!("ws://localhost:1234/agent/{FAKE_ID}")
    );
    let secure = server
        .send(resume().header("x-forwarded-proto", "https"))
        .await;
    assert_eq!(
        secure.session().pitcher_url,
        format!("wss://{}/agent/{FAKE_ID}", server.address)
    );
}

#[tokio::test]
async fn unknown_and_malformed_ids_are_not_found() {
    let (server, _agent) = server().await;
    for id in [
        "unknown",
        "..",
        "%2e%2e",
        "..%2f..%2fsecret",
        "%00",
        "a%0d%0ab",
        "%ff",
        "A".repeat(5000).as_str(),
        "fake%20",
        "FAKE",
        "fake/more",
    ] {
        let answer = server
            .send(Request::get(format!("/api/sandboxes/{id}")))
            .await;
        let fine = answer.status == 404 || answer.status == 400;
        assert!(fine, "{id}: {}", answer.status);
    }
    let answer = server.send(Request::get("/api/sandboxes/unknown")).await;
    assert_eq!(
        (answer.status, answer.error_kind().as_str()),
        (404, "notFound")
    );
    assert_eq!(
        server.send(Request::get("/api/else")).await.error_kind(),
        "notFound"
    );
}

#[tokio::test]
async fn creating_needs_json() {
    let (server, _agent) = server().await;
    let post = || Request::post("/api/sandboxes");
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonp"),
        Some("text/plain; application/json"),
    ] {
        let mut request = post().body("{}");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = server.send(request).await;
        assert_eq!(answer.status, 415, "{kind:?}");
        assert_eq!(answer.error_kind(), "unsupportedMediaType");
    }
    let json = || post().header("content-type", "application/json; charset=utf-8");
    assert_eq!(
        server.send(json().body("{\"unknown\": 1}")).await.status,
        200
    );
    for body in ["", "{", "[]", "null", "\"text\"", "\u{0}"] {
        let answer = server.send(json().body(body)).await;
        assert_eq!(
            (answer.status, answer.error_kind().as_str()),
            (400, "badRequest"),
            "{body}"
        );
    }
    let large = format!("{{\"a\": \"{}\"}}", "a".repeat(100_000));
    assert_eq!(server.send(json().body(large)).await.status, 400);
    assert_eq!(
        server.send(Request::get("/api/sandboxes")).await.status,
        405
    );
}

#[tokio::test]
async fn foreign_origins_are_refused() {
    let (server, _agent) = server_with(|options| {
        options.access.origins = vec!["http://127.0.0.1:8080".into()];
    })
    .await;
    let own = server.origin();
    let port: u16 = server.address.rsplit(':').next().unwrap().parse().unwrap();
    let resume = || Request::get(format!("/api/sandboxes/{FAKE_ID}"));
    for origin in [own.as_str(), "http://127.0.0.1:8080"] {
        for request in [Request::create(), resume()] {
            let answer = server.send(request.header("origin", origin)).await;
            assert_eq!(answer.status, 200, "{origin}");
        }
    }
    for origin in [
        "null".to_owned(),
        "http://evil.example".to_owned(),
        format!("https://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{}", port.wrapping_add(1)),
        format!("http://localhost:{port}"),
        format!("{own}.evil.example"),
        format!("http://evil.example:{port}"),
        format!("http://x{}", server.address),
        format!("http://{}@evil.example", server.address),
        format!("{own}/"),
        "http://127.0.0.1".to_owned(),
        "http://[::1]".to_owned(),
    ] {
        for request in [Request::create(), resume()] {
            let answer = server.send(request.header("origin", &origin)).await;
            assert_eq!(
                (answer.status, answer.error_kind().as_str()),
                (403, "foreignOrigin"),
                "{origin}"
            );
            assert_eq!(answer.header("access-control-allow-origin"), None);
            assert_eq!(answer.cookie(), None);
        }
    }
    let preflight = Request::get("/api/sandboxes")
        .method("OPTIONS")
        .header("origin", "http://evil.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let answer = server.send(preflight).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn foreign_hosts_are_refused_everywhere() {
    let (server, _agent) = server_with(|options| {
        options.access.hosts = vec!["sandbox.example".into()];
    })
    .await;
    let resume = format!("/api/sandboxes/{FAKE_ID}");
    let socket = format!("/agent/{FAKE_ID}/?token=x");
    for path in [
        "/",
        "/healthz",
        "/api/sandboxes",
        &resume,
        &socket,
        "/nowhere",
    ] {
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "169.254.169.254",
            "",
        ] {
            let answer = server.send(Request::get(path).host(host)).await;
            assert_eq!(
                (answer.status, answer.error_kind().as_str()),
                (403, "foreignHost"),
                "{path} {host}"
            );
        }
    }
    for host in [
        "localhost",
        "localhost:1",
        "[::1]:80",
        "127.0.0.1",
        "sandbox.example",
        "sandbox.example:443",
    ] {
        let answer = server.send(Request::get("/healthz").host(host)).await;
        assert_eq!((answer.status, answer.text()), (200, "ok\n"), "{host}");
    }
}

#[tokio::test]
async fn every_answer_has_the_common_headers() {
    let pages = tempfile::tempdir().unwrap();
    fs::write(pages.path().join("index.html"), "<p>hello").unwrap();
    let (server, _agent) = server_with(|options| {
        options.static_dir = Some(pages.path().to_owned());
    })
    .await;
    for path in [
        "/",
        "/healthz",
        "/nowhere",
        "/api/sandboxes/unknown",
        "/agent/fake",
    ] {
        let answer = server.send(Request::get(path)).await;
        assert_eq!(
            answer.header("referrer-policy"),
            Some("no-referrer"),
            "{path}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn pages_are_served_with_their_types_and_policies() {
    let pages = tempfile::tempdir().unwrap();
    let inner = pages.path().join("examples/quick_start");
    fs::create_dir_all(&inner).unwrap();
    let html = "<!DOCTYPE html><script type=\"module\">alert('Hello, world.');</script>";
    fs::write(pages.path().join("index.html"), html).unwrap();
    fs::write(inner.join("index.html"), "<p>example").unwrap();
    fs::write(inner.join("app.js"), "export {}").unwrap();
    fs::write(inner.join("app.css"), "p {}").unwrap();
    fs::write(inner.join("app_bg.wasm"), b"\0asm\x01\0\0\0").unwrap();
    fs::write(pages.path().join("../secret.txt"), "secret").ok();
    let (server, _agent) = server_with(|options| {
        options.static_dir = Some(pages.path().to_owned());
    })
    .await;

    let page = server.send(Request::get("/")).await;
    assert_eq!((page.status, page.text()), (200, html));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "script-src 'self' 'wasm-unsafe-eval' 'sha256-",
        "style-src 'self' 'unsafe-inline'",
        "frame-ancestors 'self'",
        &format!("connect-src 'self' ws://{0} wss://{0};", server.address),
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert!(!policy.contains("'unsafe-inline' 'wasm"));

    for (path, kind) in [
        ("app.js", "text/javascript"),
        ("app.css", "text/css"),
        ("app_bg.wasm", "application/wasm"),
        ("", "text/html"),
    ] {
        let answer = server
            .send(Request::get(format!("/examples/quick_start/{path}")))
            .await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            answer.header("content-type").unwrap().starts_with(kind),
            "{path}"
        );
    }
    let folder = server.send(Request::get("/examples/quick_start")).await;
    assert_eq!(folder.status, 307);
    assert_eq!(folder.header("location"), Some("/examples/quick_start/"));

    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//etc/passwd",
        "/%00",
        "/none",
    ] {
        let answer = server.send(Request::get(path)).await;
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
    }
    let modified = page.header("last-modified").unwrap();
    let known = Request::get("/").header("if-modified-since", modified);
    let unchanged = server.send(known).await;
    assert_eq!(unchanged.status, 304);
    assert_eq!(
        unchanged.header("content-security-policy"),
        None,
        "the kept page keeps its own"
    );
}

/// A request for `c`, a form that names no path, was answered with 500.
#[tokio::test]
async fn what_names_no_file_is_no_failure_of_the_server() {
    let pages = tempfile::tempdir().unwrap();
    std::fs::write(pages.path().join("index.html"), "page").unwrap();
    std::fs::create_dir(pages.path().join("folder")).unwrap();
    let (server, _agent) = server_with(|options| {
        options.static_dir = Some(pages.path().to_owned());
    })
    .await;
    let long = format!("/{}", "x".repeat(300));
    let deep = "/x".repeat(3000);
    let inside_a_file = "/index.html/x";
    for path in [
        "c",
        "c:80",
        "localhost",
        "*",
        &long,
        &deep,
        inside_a_file,
        "/%00",
        "/%ff",
    ] {
        let answer = server.send(Request::get(path)).await;
        assert!(
            matches!(answer.status, 400 | 404),
            "{}: {}",
            &path[..path.len().min(20)],
            answer.status
        );
    }
}

#[tokio::test]
async fn pages_are_compressed_for_those_who_can_read_it() {
    let pages = tempfile::tempdir().unwrap();
    fs::write(pages.path().join("index.html"), "hello ".repeat(1000)).unwrap();
    let (server, _agent) = server_with(|options| {
        options.static_dir = Some(pages.path().to_owned());
    })
    .await;
    for encoding in ["br", "gzip"] {
        let answer = server
            .send(Request::get("/").header("accept-encoding", encoding))
            .await;
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        assert!(answer.body.len() < 1000);
        assert!(
            answer
                .header("content-security-policy")
                .unwrap()
                .contains("script-src")
        );
    }
    let plain = server.send(Request::get("/")).await;
    assert_eq!(
        (plain.header("content-encoding"), plain.body.len()),
        (None, 6000)
    );
}

/// A site with a login of its own: users by a header, and 401 for everybody else.
#[derive(Debug)]
struct Login;

impl Identify for Login {
    async fn identify(&self, request: &Parts) -> Result<Identity, Response> {
        let name = request
            .headers
            .get("x-user")
            .and_then(|name| name.to_str().ok());
        let name = name.ok_or_else(|| StatusCode::UNAUTHORIZED.into_response())?;
        let user = User {
            id: name.to_owned(),
            name: name.to_uppercase(),
        };
        let set_cookie = None;
        Ok(Identity {
            user,
            set_cookie,
            session: SessionOptions::default(),
        })
    }
}

#[tokio::test]
async fn site_brings_its_own_login() {
    let (backend, mut agent) = FakeBackend::new(ClientQueueBounds::default());
    let options = Options::new(Secret::random().unwrap());
    let server = Server::start_with(backend, Login, options).await;
    assert_eq!(server.send(Request::create()).await.status, 401);
    let answer = server.send(Request::create().header("x-user", "ada")).await;
    assert_eq!(answer.cookie(), None);
    support::connect(&answer.session()).await;
    let (visitor, _) = agent.client().await;
    assert_eq!(
        (visitor.user_id.as_str(), visitor.username.as_str()),
        ("ada", "ADA")
    );
}

/// They answered under every host, in place of a preview's page of that path.
#[tokio::test]
async fn own_routes_answer_under_own_names_only() {
    let (backend, _agent) = FakeBackend::new(ClientQueueBounds::default());
    let options = Options::new(Secret::random().unwrap());
    let identify = AnonymousCookie::new(&options.secret);
    let own = Router::new().route("/login", get(async || "sign in"));
    let router = router_with_routes(backend, identify, options, own);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = Server::serve_service(service).await;
    let answer = server.send(Request::get("/login")).await;
    assert_eq!(answer.text(), "sign in");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let preview = format!("{FAKE_ID}-5173.localhost");
    for host in ["evil.test", &preview] {
        let answer = server.send(Request::get("/login").host(host)).await;
        assert!(!answer.text().contains("sign in"), "{host}: {answer:?}");
        assert!(answer.status >= 400, "{host}: {answer:?}");
    }
}
