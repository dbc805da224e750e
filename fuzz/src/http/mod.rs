//! Requests, into the router.

mod standing;
mod text;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::HOST;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tower::ServiceExt;
use yew_sandbox_server::local::{IsolationChoice, LocalBackend, LocalOptions};
use yew_sandbox_server::manage::ApiKeys;
use yew_sandbox_server::{AnonymousCookie, Options, Secret, router, router_with_management};

use crate::{Target, jail};
use standing::Standing;

/// Inputs for one server; the next begins with an empty data folder.
const INPUTS: usize = 2000;
/// The longest that an answer may take.
const DEADLINE: Duration = Duration::from_secs(20);
/// Most of an answer that is looked at, in bytes.
const ANSWER: usize = 16 << 20;
/// Opens the management API.
const KEY: &str = "csb_v1_the-key-of-the-management";
/// What stands in a file beside the pages.
const OUTSIDE: &[u8] = b"not for anybody";
/// What every answer has that is not a preview's.
const COMMON: [&str; 6] = [
    "referrer-policy",
    "x-content-type-options",
    "cross-origin-resource-policy",
    "cross-origin-opener-policy",
    "content-security-policy",
    "x-request-id",
];

/// Two servers that get the same requests: one with the sandboxes of a data folder, asleep for good, and the
/// management API; one whose sandbox is awake.
#[derive(Debug)]
pub struct Http {
    runtime: Runtime,
    world: Option<World>,
}

impl Target for Http {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            runtime: runtime.expect("a runtime"),
            world: None,
        }
    }

    /// A request as text: see the corpus.
    fn take(&mut self, input: &[u8]) {
        let mut world = match self.world.take() {
            Some(world) if world.taken < INPUTS => world,
            before => {
                if let Some(before) = before {
                    self.runtime.block_on(before.local.close(DEADLINE));
                }
                self.runtime.block_on(World::start())
            }
        };
        self.runtime.block_on(world.take(input));
        self.world = Some(world);
    }
}

#[derive(Debug)]
struct World {
    taken: usize,
    around: TempDir,
    local: LocalBackend,
    with_local: Router,
    standing: Standing,
    with_standing: Router,
    /// What names in an input stand for.
    names: Vec<(&'static str, String)>,
}

impl World {
    async fn start() -> Self {
        let place = if jail::is_inside() {
            jail::SCRATCH.into()
        } else {
            std::env::temp_dir()
        };
        let around = tempfile::tempdir_in(place).expect("a folder");
        let pages = around.path().join("pages");
        fs::create_dir(&pages).expect("a folder of pages");
        fs::write(pages.join("index.html"), "<title>page</title>").expect("a page");
        fs::write(pages.join("page-0123456789abcdef.js"), "0").expect("a script");
        fs::write(around.path().join("outside.txt"), OUTSIDE).expect("a file outside");

        let mut options = LocalOptions::new(around.path().join("data"));
        options.isolation = IsolationChoice::None;
        options.min_free_disk = 0;
        options.limits.running_sandboxes = 0;
        options.limits.creates_per_minute = usize::MAX;
        options.limits.managed_sandboxes = 50;
        options.public_url = Some("http://localhost".into());
        let local = LocalBackend::open(options).await.expect("a data folder");
        let secret = Secret::random().expect("a secret");
        let mut options = Options::new(secret.clone());
        options.static_dir = Some(pages);
        options.creates_per_minute = usize::MAX;
        options.wrong_tokens_per_minute = usize::MAX;
        let keys = ApiKeys::new([KEY]).expect("a key");
        let identify = AnonymousCookie::new(&secret);
        let with_local =
            router_with_management(local.clone(), identify.clone(), options.clone(), keys);
        let standing = Standing::new();
        let with_standing = router(standing.clone(), identify, options);
        let mut world = Self {
            taken: 0,
            around,
            local,
            with_local,
            standing,
            with_standing,
            names: vec![("$KEY", KEY.into())],
        };
        world.learn().await;
        world
    }

    /// Makes what the names stand for.
    async fn learn(&mut self) {
        for name in ["$A", "$B"] {
            let fork = format!(
                "POST /sandbox/default/fork\nhost: localhost\nauthorization: Bearer {KEY}\ncontent-type: application/json\n\n{{}}"
            );
            let (_, body) = ask(&self.with_local, fork.as_bytes())
                .await
                .expect("a fork");
            self.names.push((name, field(&body, "id")));
        }
        let create = b"POST /api/sandboxes\nhost: localhost\ncontent-type: application/json\n\n{}";
        let (headers, body) = ask(&self.with_standing, create).await.expect("a session");
        self.names.push(("$TOKEN", field(&body, "pitcherToken")));
        let cookie = headers["set-cookie"].to_str().unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default();
        self.names.push(("$COOKIE", cookie.into()));
    }

    async fn take(&mut self, input: &[u8]) {
        self.taken += 1;
        let input = text::replace(input, &self.names);
        // What somebody gives is told again later, as a title or a tag.
        if self.secrets().iter().any(|secret| has(&input, secret)) {
            return;
        }
        let answer = input.windows(5).position(|five| five == b"HTTP/");
        self.standing.answers(answer.map_or(&[], |at| &input[at..]));
        for router in [&self.with_local, &self.with_standing] {
            if let Some((_, body)) = ask(router, &input).await {
                self.tells_nothing(&body);
            }
        }
        self.is_contained();
    }

    /// What is beside the pages, and where the data lies, is nobody's business.
    fn secrets(&self) -> [&[u8]; 2] {
        [OUTSIDE, self.around.path().as_os_str().as_encoded_bytes()]
    }

    fn tells_nothing(&self, body: &[u8]) {
        for secret in self.secrets() {
            assert!(!has(body, secret), "an answer tells what it should not");
        }
    }

    fn is_contained(&self) {
        let entries = fs::read_dir(self.around.path())
            .expect("a folder")
            .flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
        names.sort();
        assert_eq!(names, ["data", "outside.txt", "pages"]);
        let pages = fs::read_dir(self.around.path().join("pages"));
        assert_eq!(pages.expect("a folder").count(), 2);
        let outside = fs::read(self.around.path().join("outside.txt"));
        assert_eq!(outside.expect("a file"), OUTSIDE);
        let scratch = Path::new(jail::SCRATCH);
        if jail::is_inside() {
            assert_eq!(fs::read_dir(scratch).expect("a folder").count(), 1);
        }
    }
}

/// Asks, and looks at what every answer must be. `None` where the input is no request.
async fn ask(router: &Router, input: &[u8]) -> Option<(HeaderMap, Vec<u8>)> {
    let mut request: Request<Body> = text::request(input)?;
    let is_preview = request.headers().get_all(HOST).iter().any(|host| {
        let host = host.to_str().unwrap_or_default().to_ascii_lowercase();
        host.contains(".localhost")
    });
    let is_download = request.uri().path().starts_with("/downloads/");
    let caller = SocketAddr::from(([127, 0, 0, 1], 40_000));
    request.extensions_mut().insert(ConnectInfo(caller));
    // Anybody may ask to go on with another protocol; here nobody does.
    let upgrade = hyper::upgrade::on(Request::new(Body::empty()));
    request.extensions_mut().insert(upgrade);
    let answer = timeout(DEADLINE, router.clone().oneshot(request));
    let answer = answer
        .await
        .expect("no answer")
        .unwrap_or_else(|never| match never {});
    let (parts, body) = answer.into_parts();
    if !is_preview {
        assert_ne!(parts.status, StatusCode::INTERNAL_SERVER_ERROR);
        for name in COMMON {
            let is_exempt = parts.status == StatusCode::NOT_MODIFIED || parts.status == 101;
            assert!(
                is_exempt || parts.headers.contains_key(name),
                "{} without {name}",
                parts.status
            );
        }
        let allowed = parts.headers.get("access-control-allow-origin");
        assert!(allowed.is_none_or(|origin| origin != "*"));
    }
    let body = timeout(DEADLINE, Limited::new(body, ANSWER).collect()).await;
    let body = match body.expect("the answer does not end") {
        Ok(body) => body.to_bytes().to_vec(),
        // What is in a sandbox broke it off.
        Err(error) => {
            assert!(is_preview || is_download, "{error}");
            Vec::new()
        }
    };
    Some((parts.headers, body))
}

/// A field of a JSON answer, of text without escapes.
fn field(body: &[u8], name: &str) -> String {
    let body = String::from_utf8_lossy(body);
    let name = format!("\"{name}\":\"");
    let value = body
        .split(&name)
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    value
        .unwrap_or_else(|| panic!("no {name} in {body}"))
        .into()
}

fn has(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|part| part == secret)
}
