//! Where sessions come from.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use gloo_net::http::{Request, Response};
use wasm_bindgen::JsValue;
use yew_sandbox_client::{
    BootupType, HostToken, Session, SessionError, SessionErrorKind, SessionRequest,
};

use crate::first::turn;

type SessionFuture = Pin<Box<dyn Future<Output = Result<Session, SessionError>>>>;

/// An async function that fetches a session: a new sandbox's where the request names no id.
///
/// Two values are equal if one is a clone of the other.
#[derive(Clone)]
pub struct GetSession(Rc<dyn Fn(SessionRequest) -> SessionFuture>);

impl GetSession {
    /// Wraps an async function.
    pub fn new<F, R>(fetch: F) -> Self
    where
        F: Fn(SessionRequest) -> R + 'static,
        R: Future<Output = Result<Session, SessionError>> + 'static,
    {
        Self(Rc::new(move |request| Box::pin(fetch(request))))
    }

    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(dead_code, reason = "only a page connects")
    )]
    pub(crate) fn call(&self, request: SessionRequest) -> SessionFuture {
        (self.0)(request)
    }
}

impl PartialEq for GetSession {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for GetSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GetSession")
    }
}

impl<F, R> From<F> for GetSession
where
    F: Fn(SessionRequest) -> R + 'static,
    R: Future<Output = Result<Session, SessionError>> + 'static,
{
    fn from(fetch: F) -> Self {
        Self::new(fetch)
    }
}

/// The two requests that a server answers with a session.
///
/// `POST {base}` creates a sandbox; `GET {base}/{id}` resumes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    base: String,
}

impl Endpoint {
    /// The requests below `base`, for example `/api/sandboxes`.
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    /// Fetches a session. The first request of a page goes alone, because its answer may bring the user's cookie.
    ///
    /// # Errors
    /// `NotFound`, `Unauthorized` and `Forbidden` for 404, 401 and 403; `Unavailable` for everything that may
    /// be different the next time.
    pub async fn fetch(&self, request: SessionRequest) -> Result<Session, SessionError> {
        let turn = turn().await;
        let response = match request.sandbox_id {
            Some(id) => {
                let id = js_sys::encode_uri_component(&id);
                let address = [&self.base, "/", &String::from(id)].concat();
                Request::get(&address).send().await
            }
            None => {
                let request = Request::post(&self.base)
                    .header("content-type", "application/json")
                    .body("{}");
                match request {
                    Ok(request) => request.send().await,
                    Err(error) => Err(error),
                }
            }
        };
        let response = response.map_err(|_| {
            SessionError::new(
                SessionErrorKind::Unavailable,
                "the server could not be reached",
            )
        })?;
        turn.answered();
        let body = json(&response).await;
        if response.ok() {
            session(&body).ok_or_else(|| {
                SessionError::new(
                    SessionErrorKind::Unavailable,
                    "the server's answer is no session",
                )
            })
        } else {
            Err(refusal(response.status(), &body))
        }
    }
}

/// The answer's body as the browser reads it; undefined where it is no JSON.
///
/// The browser's own reader, because a second one in the page takes 15 kB of its size.
async fn json(response: &Response) -> JsValue {
    let text = response.text().await.unwrap_or_default();
    js_sys::JSON::parse(&text).unwrap_or(JsValue::UNDEFINED)
}

fn field(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    field(object, name).as_string()
}

/// Reads a session; `None` without the fields that a connection needs.
fn session(json: &JsValue) -> Option<Session> {
    let or_empty = |name| text(json, name).unwrap_or_default();
    Some(Session {
        sandbox_id: text(json, "sandboxId")?,
        session_id: text(json, "sessionId"),
        is_pint: field(json, "isPint").as_bool().unwrap_or(false),
        bootup_type: match or_empty("bootupType").as_str() {
            "CLEAN" => BootupType::Clean,
            "RESUME" => BootupType::Resume,
            "FORK" => BootupType::Fork,
            _ => BootupType::Running,
        },
        cluster: or_empty("cluster"),
        pitcher_url: text(json, "pitcherURL")?,
        pitcher_token: text(json, "pitcherToken")?,
        pitcher_version: or_empty("pitcherVersion"),
        latest_pitcher_version: or_empty("latestPitcherVersion"),
        pitcher_manager_version: or_empty("pitcherManagerVersion"),
        workspace_path: or_empty("workspacePath"),
        user_workspace_path: or_empty("userWorkspacePath"),
        host_token: host_token(&field(json, "hostToken")),
    })
}

fn host_token(json: &JsValue) -> Option<HostToken> {
    Some(HostToken {
        token: text(json, "token")?,
        token_id: text(json, "tokenId").unwrap_or_default(),
        sandbox_id: text(json, "sandboxId").unwrap_or_default(),
    })
}

/// The error of an answer that is no success, in the server's own words where it gives some.
fn refusal(status: u16, body: &JsValue) -> SessionError {
    let (kind, message) = match status {
        401 => (
            SessionErrorKind::Unauthorized,
            "the server does not know you",
        ),
        403 => (SessionErrorKind::Forbidden, "the server does not allow it"),
        404 | 410 => (SessionErrorKind::NotFound, "there is no such sandbox"),
        429 => (
            SessionErrorKind::Unavailable,
            "the server asks for patience",
        ),
        _ => (SessionErrorKind::Unavailable, "the server failed"),
    };
    match text(&field(body, "error"), "message") {
        Some(message) => SessionError::new(kind, message),
        None => SessionError::new(kind, message),
    }
}
