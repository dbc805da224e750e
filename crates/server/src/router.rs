//! The HTTP surface, put together.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
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
use crate::rate::{AtOnce, PerAddress};
use crate::shutdown::Shutdown;
use crate::tokens::Tokens;
use crate::{agent_socket, api, downloads, front, headers, manage, pages};

/// What the handlers share.
pub(crate) struct App<B, I> {
    pub(crate) backend: B,
    pub(crate) identify: I,
    pub(crate) tokens: Tokens,
    pub(crate) creates: PerAddress,
    pub(crate) wrong_tokens: PerAddress,
    pub(crate) sockets: AtOnce,
    pub(crate) wrong_preview_tokens: PerAddress,
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
/// | `GET /healthz` | `ok`; 503 once the server drains |
/// | anything else | a file of [`Options::static_dir`] |
///
/// A request whose host is `{sandbox}-{port}.` and [`Options::preview_domain`] gets to what listens there in the sandbox.
pub fn router<B: Backend, I: Identify>(backend: B, identify: I, options: Options) -> Router {
    assemble(backend, identify, options, Router::new())
}

/// As [`router`], with routes of your own, such as a login.
///
/// They answer under the server's own names only: a path of a preview is the preview's, whatever it is called. Their answers get the
/// common headers; a page of yours has to bring its own `Content-Security-Policy`, such as [`PagePolicy`](crate::PagePolicy), or it may load nothing.
///
/// # Panics
/// If one of `routes` is one of the server's own, or `routes` has a fallback.
///
/// ```no_run
/// use axum::Router;
/// use axum::routing::get;
/// use yew_sandbox_server::local::{LocalBackend, LocalOptions};
/// use yew_sandbox_server::{AnonymousCookie, Options, Secret, router_with_routes};
///
/// # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
/// let backend = LocalBackend::open(LocalOptions::new("data")).await?;
/// let secret = Secret::load_or_create("data/secret".as_ref())?;
/// let identify = AnonymousCookie::new(&secret);
/// let own = Router::new().route("/about", get(async || "A course in Rust."));
/// let router = router_with_routes(backend, identify, Options::new(secret), own);
/// # let _: axum::Router = router;
/// # Ok(())
/// # }
/// ```
pub fn router_with_routes<B: Backend, I: Identify>(
    backend: B,
    identify: I,
    options: Options,
    routes: Router,
) -> Router {
    assemble(backend, identify, options, routes)
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

fn assemble<B, I>(backend: B, identify: I, options: Options, more: Router) -> Router
where
    B: Backend,
    I: Identify,
{
    let access = Arc::new(options.access.clone());
    let proxies = options.trusted_proxies.iter();
    let proxies: Arc<[_]> = proxies.map(|proxy| proxy.to_canonical()).collect();
    let metrics = options.metrics.clone();
    let shutdown = options.shutdown.clone();
    let reach = pages::Reach {
        previews: options.preview_domain.clone(),
        is_elsewhere: backend.is_elsewhere(),
    };
    let pages = pages::pages(options.static_dir.as_deref(), reach);
    let app = Arc::new(App {
        backend,
        identify,
        tokens: Tokens::new(&options.secret, options.token_lifetime),
        creates: PerAddress::new(options.creates_per_minute),
        sockets: AtOnce::new(options.sockets_per_address),
        wrong_tokens: PerAddress::new(options.wrong_tokens_per_minute),
        wrong_preview_tokens: PerAddress::new(options.wrong_tokens_per_minute),
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
        .route("/healthz", get(async move || health(&shutdown)))
        .route(
            "/api/{*rest}",
            axum::routing::any(async || Problem::not_found()),
        )
        .with_state(app.clone())
        .merge(more)
        .fallback_service(pages)
        .layer(middleware::from_fn(headers::add))
        .layer(middleware::from_fn_with_state(access, only_own_host))
        .layer(middleware::from_fn_with_state(metrics, front::finish))
        .layer(middleware::from_fn_with_state(app, preview::route::<B, I>))
        .layer(middleware::from_fn_with_state(proxies, front::introduce))
}

/// For supervisors: who drains wants no new visitors.
fn health(shutdown: &Shutdown) -> Response {
    if shutdown.is_draining() {
        let headers = [(RETRY_AFTER, "10")];
        return (StatusCode::SERVICE_UNAVAILABLE, headers, "draining\n").into_response();
    }
    "ok\n".into_response()
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
