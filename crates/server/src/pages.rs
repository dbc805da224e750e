//! The static pages, with a policy for each that lets its own scripts run and nothing else.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Limited};
use sha2::{Digest, Sha256};
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

use crate::options::Options;
use crate::preview::PreviewDomain;
use crate::problem::{Problem, ProblemKind};

/// Largest page, in bytes. Scripts, styles and modules are files of their own.
const MAX_PAGE: usize = 1024 * 1024;
/// Longest name of a file on Linux, in bytes.
const LONGEST_NAME: usize = 255;
/// Longest path of a page, in bytes: half of what Linux takes, as the folder's own comes before it.
const LONGEST_PATH: usize = 2048;

/// Agents of a cloud: any host over TLS, and this machine, where a server of the same kind may stand in for it.
const ELSEWHERE_CONNECT: &str =
    " https: wss: http://localhost:* http://127.0.0.1:* ws://localhost:* ws://127.0.0.1:*";
/// Its previews.
const ELSEWHERE_FRAMES: &str = " https: http://*.localhost:*";

/// Where pages may go: to this server, and where previews are.
#[derive(Debug)]
pub(crate) struct Reach {
    pub(crate) previews: PreviewDomain,
    /// Whether agents and previews are at hosts that nobody knows beforehand.
    pub(crate) is_elsewhere: bool,
}

/// Serves the folder `dir`; without one, every path is not found.
pub(crate) fn pages(dir: Option<&Path>, reach: Reach) -> Router {
    let Some(dir) = dir else {
        return Router::new().fallback(async || not_found());
    };
    Router::new()
        .fallback_service(ServeDir::new(dir))
        .layer(middleware::from_fn_with_state(Arc::new(reach), with_policy))
        .layer(CompressionLayer::new())
}

async fn with_policy(State(reach): State<Arc<Reach>>, request: Request, next: Next) -> Response {
    if !may_name_a_file(request.uri().path()) {
        return not_found();
    }
    let host = request.headers().get(HOST).cloned();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return not_found();
    }
    // Files keep their names from build to build, so a browser asks each time whether it has the newest.
    let no_cache = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(CACHE_CONTROL, no_cache);
    if is_page(response.headers()) {
        page(response, host, &reach).await
    } else {
        response
    }
}

/// What a request names may be no path at all, or one that no system has. `ServeDir` answers 500 to both.
fn may_name_a_file(path: &str) -> bool {
    // Three characters may stand for one byte.
    let length = |name: &str| name.len() - 2 * name.matches('%').count().min(name.len() / 3);
    path.starts_with('/')
        && path.split('/').all(|name| length(name) <= LONGEST_NAME)
        && length(path) <= LONGEST_PATH
}

fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Reads the page for the hashes of its inline scripts. Each time: the pages may be built anew while we run.
async fn page(response: Response, host: Option<HeaderValue>, reach: &Reach) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = Limited::new(body, MAX_PAGE).collect().await else {
        tracing::error!(limit = MAX_PAGE, "a page is too large or cannot be read");
        return Problem::internal().into_response();
    };
    let body = body.to_bytes();
    // A request for the head alone, or for a part, shows no scripts; there is nothing to run in it either.
    let html = String::from_utf8_lossy(&body);
    if let Ok(policy) = HeaderValue::from_str(&policy(&scripts(&html), host.as_ref(), reach)) {
        parts.headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if !body.is_empty() {
        parts.headers.remove(CONTENT_LENGTH);
    }
    Response::from_parts(parts, Body::from(body))
}

/// The `Content-Security-Policy` of the static pages, for a page that a route of yours answers with: connections, previews, WebAssembly, and the
/// scripts that stand in the page itself.
#[derive(Clone, Debug)]
pub struct PagePolicy {
    scripts: String,
    reach: Arc<Reach>,
}

impl PagePolicy {
    /// For a page that was built: `page` is its HTML before anything from outside is put into it, because each script in it may run.
    ///
    /// Sandboxes of a cloud are at other hosts, which it does not let the page reach.
    pub fn new(options: &Options, page: &str) -> Self {
        Self {
            scripts: scripts(page),
            reach: Arc::new(Reach {
                previews: options.preview_domain.clone(),
                is_elsewhere: false,
            }),
        }
    }

    /// The header's value in the answer to a request with these headers. Ask behind the checks of
    /// [`router_with_routes`](crate::router_with_routes): the host is a part of it.
    pub fn header(&self, request: &HeaderMap) -> HeaderValue {
        let policy = policy(&self.scripts, request.get(HOST), &self.reach);
        HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
    }
}

/// What of a policy lets the scripts of a page run that stand in it.
fn scripts(html: &str) -> String {
    inline_scripts(html)
        .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect()
}

fn policy(scripts: &str, host: Option<&HeaderValue>, reach: &Reach) -> String {
    // The host was checked to be one of ours, so nothing can be smuggled into the policy with it.
    let host = host.and_then(|host| host.to_str().ok());
    let port = host.and_then(|host| host.rsplit_once(':')?.1.parse::<u16>().ok());
    let previews = &reach.previews;
    let previews = match (previews.port(), previews.name()) {
        (Some(port), name) => format!("{name}:{port}"),
        // The port is then the one by which this page was found.
        (None, name) => port.map_or(name.to_owned(), |port| format!("{name}:{port}")),
    };
    let mut connect = host.map_or(String::new(), |host| format!(" ws://{host} wss://{host}"));
    let mut frames = format!("http://*.{previews} https://*.{previews}");
    if reach.is_elsewhere {
        connect.push_str(ELSEWHERE_CONNECT);
        frames.push_str(ELSEWHERE_FRAMES);
    }
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; \
         connect-src 'self'{connect}; frame-src {frames}; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self'"
    )
}

/// The texts of the scripts that stand in a page itself, as a browser hashes them.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find("<script")?;
            let (attributes, content) = rest[start..].split_once('>')?;
            let (script, after) = content.split_once("</script>")?;
            rest = after;
            if !attributes.contains(" src=") {
                return Some(script);
            }
        }
    })
}

fn not_found() -> Response {
    Problem::new(
        ProblemKind::NotFound,
        "there is no such page",
        "open /, or start the server with --static-dir",
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_found_and_others_left_out() {
        let html = "<head><script type=\"module\" nonce=\"x\">\nimport a;\n</script>\
                    <script src=\"a.js\"></script><script>two</script><script>open";
        let scripts: Vec<_> = inline_scripts(html).collect();
        assert_eq!(scripts, ["\nimport a;\n", "two"]);
        assert_eq!(inline_scripts("no scripts < here").count(), 0);
    }

    /// The hash is the one of the specification's own example.
    #[test]
    fn policy_names_hashes_and_sockets() {
        let host = HeaderValue::from_static("127.0.0.1:3000");
        let html = "<script>alert('Hello, world.');</script>";
        let mut reach = Reach {
            previews: PreviewDomain::localhost(None),
            is_elsewhere: false,
        };
        let own = policy(&scripts(html), Some(&host), &reach);
        assert!(own.contains("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"));
        assert!(own.contains("connect-src 'self' ws://127.0.0.1:3000 wss://127.0.0.1:3000;"));
        assert!(
            own.contains("frame-src http://*.localhost:3000 https://*.localhost:3000;"),
            "{own}"
        );
        assert!(!own.contains("\n") && !own.contains("https: "));

        reach.is_elsewhere = true;
        let cloud = policy(&scripts(html), Some(&host), &reach);
        let sources = |name: &str| {
            let found = cloud.split("; ").find(|part| part.starts_with(name));
            found.unwrap_or_default().split(' ').collect::<Vec<_>>()
        };
        assert!(sources("connect-src").contains(&"wss:"), "{cloud}");
        assert!(sources("frame-src").contains(&"https:"), "{cloud}");
        assert!(!sources("script-src").contains(&"https:"), "{cloud}");
    }
}
