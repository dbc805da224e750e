//! The HTTP surface, put together.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::backend::Backend;
use crate::identity::Identify;
use crate::manage::{ApiKeys, Manage};
use crate::options::Options;
use crate::origin::Access;
use crate::preview::{self, Connections};
use crate::problem::Problem;
use crate::rate::PerMinute;
use crate::tokens::Tokens;
use crate::{agent_socket, api, downloads, headers, manage, pages};

/// What the handlers share.
pub(crate) struct App<B, I> {
    pub(crate) backend: B,
    pub(crate) identify: I,
    pub(crate) tokens: Tokens,
    pub(crate) wrong_tokens: PerMinute,
    pub(crate) wrong_preview_tokens: PerMinute,
    pub(crate) previews: Connections,
    pub(crate) options: Options,
}

/// The whole HTTP surface: the session requests, the agents' WebSockets, the pages, `/healthz`.
///
/// | request | answer |
/// | --- | --- |
/// | `POST /api/sandboxes` with a JSON body | creates a sandbox, answers a session |
/// | `GET /api/sandboxes/{id}` | wakes it if it sleeps, answers a session |
/// | `GET /agent/{id}/?token=` | a WebSocket to its agent |
/// | `GET /downloads/{sandbox}/{token}` | an archive that the agent offers |
/// | `GET /healthz` | `ok` |
/// | anything else | a file of [`Options::static_dir`] |
///
/// A request whose host is `{sandbox}-{port}.` and [`Options::preview_domain`] gets to what listens there in the sandbox.
pub fn router<B: Backend, I: Identify>(backend: B, identify: I, options: Options) -> Router {
    assemble(backend, identify, options, Router::new())
}

/// As [`router`], with the [management API](crate::manage) for whoever has one of `keys`.
///
/// ```no_run
/// use yew_sandbox_server::local::{LocalBackend, LocalOptions};
/// use yew_sandbox_server::manage::ApiKeys;
/// use yew_sandbox_server::{AnonymousCookie, Options, Secret, router_with_management};
///
/// # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
/// let backend = LocalBackend::open(LocalOptions::new("data")).await?;
/// let secret = Secret::load_or_create("data/secret".as_ref())?;
/// let identify = AnonymousCookie::new(&secret);
/// let keys = ApiKeys::new([std::env::var("YEW_SANDBOX_API_KEY")?])?;
/// let router = router_with_management(backend, identify, Options::new(secret), keys);
/// # let _: axum::Router = router;
/// # Ok(())
/// # }
/// ```
pub fn router_with_management<B, I>(
    backend: B,
    identify: I,
    options: Options,
    keys: ApiKeys,
) -> Router
where
    B: Backend + Manage + Clone,
    I: Identify,
{
    let management = manage::routes(backend.clone(), &options, keys);
    assemble(backend, identify, options, management)
}

fn assemble<B, I>(backend: B, identify: I, options: Options, management: Router) -> Router
where
    B: Backend,
    I: Identify,
{
    let access = Arc::new(options.access.clone());
    let pages = pages::pages(options.static_dir.as_deref(), &options.preview_domain);
    let app = Arc::new(App {
        backend,
        identify,
        tokens: Tokens::new(&options.secret, options.token_lifetime),
        wrong_tokens: PerMinute::new(options.wrong_tokens_per_minute),
        wrong_preview_tokens: PerMinute::new(options.wrong_tokens_per_minute),
        previews: Connections::default(),
        options,
    });
    Router::new()
        .route("/api/sandboxes", post(api::create::<B, I>))
        .route("/api/sandboxes/{id}", get(api::resume::<B, I>))
        .route("/agent/{id}", get(agent_socket::upgrade::<B, I>))
        .route("/agent/{id}/", get(agent_socket::upgrade::<B, I>))
        .route(
            "/downloads/{sandbox}/{token}",
            get(downloads::download::<B, I>),
        )
        .route("/healthz", get(async || "ok\n"))
        .route(
            "/api/{*rest}",
            axum::routing::any(async || Problem::not_found()),
        )
        .with_state(app.clone())
        .merge(management)
        .fallback_service(pages)
        .layer(middleware::from_fn(headers::add))
        .layer(middleware::from_fn_with_state(access, only_own_host))
        .layer(middleware::from_fn(log))
        .layer(middleware::from_fn_with_state(app, preview::route::<B, I>))
}

async fn only_own_host(
    State(access): State<Arc<Access>>,
    request: Request,
    next: Next,
) -> Response {
    match access.check_host(request.headers()) {
        Ok(_) => next.run(request).await,
        Err(problem) => headers::with_common(problem.into_response()),
    }
}

/// One line for every request. The query stays out of it, and the rest of a download's path: they may hold a token.
async fn log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = without_token(request.uri().path()).to_owned();
    let start = Instant::now();
    let response = next.run(request).await;
    tracing::info!(
        %method,
        path,
        status = response.status().as_u16(),
        milliseconds = start.elapsed().as_millis(),
        "request"
    );
    response
}

/// A path as far as it may be read by whoever reads the log.
fn without_token(path: &str) -> &str {
    let is_download = path.trim_start_matches('/').starts_with("downloads/");
    let end = path.rfind('/').filter(|_| is_download);
    end.map_or(path, |end| &path[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The token of a download stood in the log.
    #[test]
    fn tokens_stay_out_of_the_log() {
        for (path, logged) in [
            ("/downloads/box/secret", "/downloads/box/"),
            ("/downloads/secret", "/downloads/"),
            ("//downloads/box/secret", "//downloads/box/"),
            ("/api/sandboxes/box", "/api/sandboxes/box"),
            ("/", "/"),
            ("*", "*"),
        ] {
            assert_eq!(without_token(path), logged);
        }
    }
}
