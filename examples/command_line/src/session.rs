//! Where the program's sessions come from: the requests that a page would make.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::{Deserialize, Serialize};
use yew_sandbox_client::{Session, SessionError, SessionErrorKind, SessionSource};

/// What is kept from one run to the next.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct State {
    /// The sandbox.
    pub(crate) sandbox: Option<String>,
    /// Says whose it is: a secret.
    cookie: Option<String>,
}

impl State {
    /// What `file` holds; nothing where there is none.
    pub(crate) fn load(file: &Path) -> Result<Self, Box<dyn Error>> {
        match fs::read(file) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Asks `server` for sessions and keeps in `file` what it needs to come back.
pub(crate) fn source(server: String, file: PathBuf, state: State) -> SessionSource {
    let kept = Arc::new((server, file, state.cookie.unwrap_or_default()));
    SessionSource::new(move |request| {
        let kept = Arc::clone(&kept);
        async move {
            let (server, file, cookie) = &*kept;
            let asked = ask(server, file, cookie, request.sandbox_id.as_deref()).await;
            asked.map_err(|failed| match failed {
                Failed::Refused(401) => {
                    SessionError::new(SessionErrorKind::Unauthorized, "the cookie is not valid")
                }
                Failed::Refused(404) => {
                    SessionError::new(SessionErrorKind::NotFound, "there is no such sandbox")
                }
                Failed::Refused(status) => SessionError::new(
                    SessionErrorKind::Unavailable,
                    format!("the server answered {status}"),
                ),
                Failed::Other(error) => {
                    SessionError::new(SessionErrorKind::Unavailable, error.to_string())
                }
            })
        }
    })
}

enum Failed {
    /// With this status.
    Refused(u16),
    Other(Box<dyn Error + Send + Sync>),
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

async fn ask(
    server: &str,
    file: &Path,
    cookie: &str,
    sandbox: Option<&str>,
) -> Result<Session, Failed> {
    let (request, body) = match sandbox {
        Some(id) => (Request::get(format!("{server}/api/sandboxes/{id}")), ""),
        None => (Request::post(format!("{server}/api/sandboxes")), "{}"),
    };
    let request = request
        .header("content-type", "application/json")
        .header("cookie", cookie)
        .body(Full::from(body.as_bytes()))?;
    let http = Client::builder(TokioExecutor::new()).build_http::<Full<&[u8]>>();
    let answer = http.request(request).await?;
    if !answer.status().is_success() {
        return Err(Failed::Refused(answer.status().as_u16()));
    }
    let new = answer.headers().get("set-cookie");
    let new = new.and_then(|value| value.to_str().ok()?.split(';').next());
    let new = new.unwrap_or(cookie).to_owned();
    let body = answer.into_body().collect().await?.to_bytes();
    let session: Session = serde_json::from_slice(&body)?;
    let state = State {
        sandbox: Some(session.sandbox_id.clone()),
        cookie: Some(new),
    };
    fs::write(file, serde_json::to_vec(&state)?)?;
    Ok(session)
}
