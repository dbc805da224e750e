//! What the handlers take from a request, refused in the cloud's shape.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::Failure;
use crate::problem::{Problem, ProblemKind};

/// Largest body, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// Largest body that brings files, in bytes.
const MAX_FILES_BODY: usize = 16 * 1024 * 1024;

/// Parts of the path.
pub(super) struct Named<T>(pub(super) T);

/// The query.
pub(super) struct Asked<T>(pub(super) T);

/// A JSON body. None at all counts as `{}`.
pub(super) struct Body<T>(pub(super) T);

/// A JSON body that brings files.
pub(super) struct FilesBody<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::from_request_parts(parts, state).await;
        let Path(named) = path.map_err(|_| Problem::not_found())?;
        Ok(Self(named))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = Query::from_request_parts(parts, state).await;
        let Query(asked) = query.map_err(|error| invalid(error.body_text()))?;
        Ok(Self(asked))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        read(request, MAX_BODY).await.map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for FilesBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        read(request, MAX_FILES_BODY).await.map(Self)
    }
}

async fn read<T: DeserializeOwned>(request: Request, most: usize) -> Result<T, Failure> {
    let unreadable = |why: String| {
        Problem::new(
            ProblemKind::BadRequest,
            format!("the body cannot be read: {why}"),
            "send a JSON object",
        )
    };
    let body = Limited::new(request.into_body(), most).collect().await;
    let body = body.map_err(|_| unreadable(format!("it is cut off or over {most} bytes")))?;
    let body = body.to_bytes();
    let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
    let value: Value =
        serde_json::from_slice(body).map_err(|_| unreadable("it is no JSON".to_owned()))?;
    // A list would count as an object's values.
    if !value.is_object() {
        return Err(invalid("the body is no object".to_owned()).into());
    }
    Ok(serde_path_to_error::deserialize(value).map_err(|error| invalid(error.to_string()))?)
}

fn invalid(why: String) -> Problem {
    Problem::new(ProblemKind::Invalid, why, "correct it and ask again")
}
