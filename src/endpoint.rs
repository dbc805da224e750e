//! Where sessions come from.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use gloo_net::http::{Request, Response};
use yew_sandbox_client::{Session, SessionError, SessionErrorKind, SessionRequest};

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

    /// Fetches a session.
    ///
    /// # Errors
    /// `NotFound`, `Unauthorized` and `Forbidden` for 404, 401 and 403; `Unavailable` for everything that may
    /// be different the next time.
    pub async fn fetch(&self, request: SessionRequest) -> Result<Session, SessionError> {
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
        if response.ok() {
            response.json().await.map_err(|_| {
                SessionError::new(
                    SessionErrorKind::Unavailable,
                    "the server's answer is no session",
                )
            })
        } else {
            Err(refusal(&response).await)
        }
    }
}

/// The error of an answer that is no success, in the server's own words where it gives some.
async fn refusal(response: &Response) -> SessionError {
    let (kind, message) = match response.status() {
        401 => (SessionErrorKind::Unauthorized, "the server does not know you"),
        403 => (SessionErrorKind::Forbidden, "the server does not allow it"),
        404 | 410 => (SessionErrorKind::NotFound, "there is no such sandbox"),
        429 => (SessionErrorKind::Unavailable, "the server asks for patience"),
        _ => (SessionErrorKind::Unavailable, "the server failed"),
    };
    SessionError::new(kind, message)
}
