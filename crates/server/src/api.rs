//! The two requests that answer a session.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;
use yew_sandbox_protocol::Session;

use crate::backend::{AgentAt, Awake, Backend};
use crate::front::{Caller, Event, audit};
use crate::identity::{Identify, Identity, SessionOptions};
use crate::origin;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::router::App;
use crate::tokens::Tokens;

/// What this server calls the one cluster that it has.
pub(crate) const CLUSTER: &str = "local";
/// Largest body, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// How long it may take to come.
const LONGEST_BODY: Duration = Duration::from_secs(30);

/// `POST /api/sandboxes`
pub(crate) async fn create<B: Backend, I: Identify>(
    State(app): State<Arc<App<B, I>>>,
    request: Request,
) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    let refuse = IntoResponse::into_response;
    app.options
        .access
        .check_origin(&parts.headers)
        .map_err(refuse)?;
    must_be_json(&parts.headers).map_err(refuse)?;
    let body = timeout(LONGEST_BODY, Limited::new(body, MAX_BODY).collect()).await;
    let body = body.map_err(|_| refuse(unreadable("it took longer than 30 s")))?;
    let body = body.map_err(|_| refuse(unreadable("it is cut off or over 64 KiB")))?;
    // Nothing can be asked for yet; a name that is not known is no reason to refuse.
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&body.to_bytes())
        .map_err(|_| refuse(unreadable("it is no JSON object")))?;
    let identity = app.identify.identify(&parts).await?;
    check(&identity.session).map_err(refuse)?;
    app.options.shutdown.admit().map_err(refuse)?;
    let caller = Caller::of(&parts.extensions);
    if !app.creates.allows(caller.address) {
        let bound = app.creates.bound();
        let limit = Limit::CreatesPerMinutePerAddress;
        return Err(refuse(Problem::limited(limit, bound)));
    }
    let awake = app
        .backend
        .create(&identity.user, &identity.session)
        .await
        .map_err(refuse)?;
    audit(Event::Create, &caller, &awake.id, &identity.user.id);
    Ok(answer(&app, &parts, identity, awake))
}

/// `GET /api/sandboxes/{id}`
pub(crate) async fn resume<B: Backend, I: Identify>(
    State(app): State<Arc<App<B, I>>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Response> {
    let (parts, _) = request.into_parts();
    let refuse = IntoResponse::into_response;
    // Waking a sandbox takes the machine's time, so that a foreign page must not do it either.
    app.options
        .access
        .check_origin(&parts.headers)
        .map_err(refuse)?;
    let identity = app.identify.identify(&parts).await?;
    check(&identity.session).map_err(refuse)?;
    app.options.shutdown.admit().map_err(refuse)?;
    let awake = app
        .backend
        .resume(&id, &identity.user, &identity.session)
        .await
        .map_err(refuse)?;
    let caller = Caller::of(&parts.extensions);
    audit(Event::Resume, &caller, &awake.id, &identity.user.id);
    Ok(answer(&app, &parts, identity, awake))
}

/// A form of a foreign page cannot send this type; a script of one must ask first, and is refused.
fn must_be_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::UnsupportedMediaType,
        "the body's type is not application/json",
        "send {} with `content-type: application/json`",
    ))
}

fn unreadable(why: &str) -> Problem {
    Problem::new(
        ProblemKind::BadRequest,
        format!("the body cannot be read: {why}"),
        "send {} as the body",
    )
}

/// What an app's own code got wrong is for its log, not for its users.
fn check(session: &SessionOptions) -> Result<(), Problem> {
    session.check().map_err(|error| {
        tracing::error!(%error, "a session cannot be made as the identification asks for it");
        Problem::internal()
    })
}

fn answer<B, I>(app: &App<B, I>, request: &Parts, identity: Identity, awake: Awake) -> Response {
    let Identity {
        session: options,
        set_cookie,
        ..
    } = identity;
    let session = match awake.agent {
        AgentAt::Elsewhere(session) => Some(*session),
        AgentAt::Here { ref session } => {
            let session = session_here(&app.tokens, &request.headers, &awake, session);
            session.map(|session| Session {
                session_id: options.id,
                ..session
            })
        }
    };
    let Some(mut session) = session else {
        return Problem::internal().into_response();
    };
    if options.host_token.is_some() {
        session.host_token = options.host_token;
    }
    let mut response = Json(session).into_response();
    if let Some(cookie) = set_cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// A session at this server, under the name that the request had for it.
pub(crate) fn session_here(
    tokens: &Tokens,
    headers: &HeaderMap,
    awake: &Awake,
    session: &str,
) -> Option<Session> {
    let host = headers.get(HOST).map(HeaderValue::to_str)?.ok()?;
    let scheme = if origin::is_secure(headers) {
        "wss"
    } else {
        "ws"
    };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Some(Session {
        pitcher_url: format!("{scheme}://{host}/agent/{}", awake.id),
        pitcher_token: tokens.issue(&awake.id, session, SystemTime::now())?,
        sandbox_id: awake.id.clone(),
        session_id: None,
        is_pint: false,
        bootup_type: awake.bootup_type,
        cluster: CLUSTER.to_owned(),
        pitcher_version: version.clone(),
        latest_pitcher_version: version.clone(),
        pitcher_manager_version: version,
        user_workspace_path: awake.workspace_path.clone(),
        workspace_path: awake.workspace_path.clone(),
        host_token: None,
    })
}
