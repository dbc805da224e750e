//! The two requests that answer a session.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use yew_sandbox_agent::{Permission, Visitor};
use yew_sandbox_protocol::Session;

use crate::backend::{Awake, Backend};
use crate::identity::{Identify, Identity, User};
use crate::origin;
use crate::problem::{Problem, ProblemKind};
use crate::router::App;

/// Largest body, in bytes.
const MAX_BODY: usize = 64 * 1024;

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
    let body = Limited::new(body, MAX_BODY).collect().await;
    let body = body.map_err(|_| refuse(unreadable("it is cut off or over 64 KiB")))?;
    // Nothing can be asked for yet; a name that is not known is no reason to refuse.
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&body.to_bytes())
        .map_err(|_| refuse(unreadable("it is no JSON object")))?;
    let identity = app.identify.identify(&parts).await?;
    let awake = app.backend.create(&identity.user).await.map_err(refuse)?;
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
    let awake = app
        .backend
        .resume(&id, &identity.user)
        .await
        .map_err(refuse)?;
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

fn answer<B, I>(app: &App<B, I>, request: &Parts, identity: Identity, awake: Awake) -> Response {
    let Some(session) = session(app, &request.headers, identity.user, awake) else {
        return Problem::internal().into_response();
    };
    let mut response = Json(session).into_response();
    if let Some(cookie) = identity.set_cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn session<B, I>(
    app: &App<B, I>,
    headers: &HeaderMap,
    user: User,
    awake: Awake,
) -> Option<Session> {
    let host = headers.get(HOST).map(HeaderValue::to_str)?.ok()?;
    let scheme = if origin::is_secure(headers) {
        "wss"
    } else {
        "ws"
    };
    let visitor = Visitor::new(Permission::Write, user.name, user.id);
    let token = app.tokens.issue(&awake.id, &visitor, SystemTime::now())?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Some(Session {
        pitcher_url: format!("{scheme}://{host}/agent/{}", awake.id),
        pitcher_token: token,
        sandbox_id: awake.id,
        session_id: None,
        is_pint: false,
        bootup_type: awake.bootup_type,
        cluster: "local".to_owned(),
        pitcher_version: version.clone(),
        latest_pitcher_version: version.clone(),
        pitcher_manager_version: version,
        user_workspace_path: awake.workspace_path.clone(),
        workspace_path: awake.workspace_path,
        host_token: None,
    })
}
