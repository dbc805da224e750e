//! A site with routes of its own beside the sandboxes', put together as the page on sessions says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::routing::get;
use tower::ServiceExt;
use yew_sandbox_server::local::{IsolationChoice, LocalBackend, LocalOptions};
use yew_sandbox_server::{AnonymousCookie, Options, Secret, router_with_routes};

/// The site answered under the host of a preview, in place of the program in the sandbox.
#[tokio::test]
async fn the_site_answers_under_its_own_name_only() {
    let data = tempfile::tempdir().unwrap();
    let mut local = LocalOptions::new(data.path());
    // No sandbox is started here.
    local.isolation = IsolationChoice::None;
    let secret = Secret::random().unwrap();
    let identify = AnonymousCookie::new(&secret);
    let mut options = Options::new(secret);
    options.access.hosts.push("example.org".into());
    let backend = LocalBackend::open(local).await.unwrap();
    let own = Router::new().route("/login", get(async || StatusCode::IM_A_TEAPOT));
    let site = router_with_routes(backend, identify, options, own);
    for (host, path, status) in [
        ("example.org", "/login", StatusCode::IM_A_TEAPOT),
        ("example.org", "/healthz", StatusCode::OK),
        ("a-3000.localhost", "/login", StatusCode::NOT_FOUND),
        ("evil.example", "/login", StatusCode::FORBIDDEN),
        ("evil.example", "/healthz", StatusCode::FORBIDDEN),
    ] {
        let request = Request::get(path).header(HOST, host);
        let request = request.body(Body::empty()).unwrap();
        let answer = site.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{host}{path}");
    }
}
