//! What an answer tells the layers around it of a problem, and the last touches that they give it.

use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::audit::RefusedPreview;
use super::caller::REQUEST_ID;
use super::{Caller, audit};
use crate::metrics::Metrics;
use crate::problem::Problem;

/// The problem that an answer tells of. It travels beside the answer.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) problem: Problem,
    pub(crate) words: Words,
}

/// In whose words a problem is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// Ours: JSON with a kind, a message and a hint.
    Ours,
    /// Those of the cloud's API.
    Cloud,
}

/// Names the request in its answer and in the log, and audits what was refused.
///
/// The query stays out of the log, and the rest of a download's path: they may hold a token.
pub(crate) async fn finish(
    State(metrics): State<Metrics>,
    request: Request,
    next: Next,
) -> Response {
    let caller = Caller::of(request.extensions());
    let method = request.method().clone();
    let path = without_token(request.uri().path()).to_owned();
    let start = Instant::now();
    let mut response = next.run(request).await;
    let status = response.status();
    let told = response.extensions_mut().remove::<Told>();
    if let Some(told) = &told {
        let kind = told.problem.kind().name();
        metrics.refused(kind);
        if is_refusal(status) {
            audit::refused(&caller, kind, method.as_str(), &path);
        }
    }
    name(&mut response, told.as_ref(), &caller);
    metrics.answered(status);
    tracing::info!(
        request = &*caller.id,
        %method,
        path,
        status = status.as_u16(),
        milliseconds = start.elapsed().as_millis(),
        "request"
    );
    response
}

/// The same for `response`, which tells that there is no preview to show, and why: `problem`. What programs inside answer is theirs.
pub(crate) fn finish_refused_preview(
    metrics: &Metrics,
    caller: &Caller,
    asked: &RefusedPreview<'_>,
    problem: &Problem,
    mut response: Response,
) -> Response {
    let told = response.extensions_mut().remove::<Told>();
    let kind = problem.kind().name();
    metrics.refused(kind);
    if is_refusal(response.status()) {
        audit::refused_preview(caller, kind, asked);
    }
    name(&mut response, told.as_ref(), caller);
    response
}

/// Puts the request's id into an answer's head, and into the body where that tells of a problem in our words.
fn name(response: &mut Response, told: Option<&Told>, caller: &Caller) {
    if let Some(told) = told.filter(|told| told.words == Words::Ours) {
        // The length was that of the body without the id.
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Body::from(told.problem.body(Some(&caller.id)));
    }
    if let Ok(id) = HeaderValue::from_str(&caller.id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
}

/// Whether somebody was kept out, and did not only ask for what there is not.
fn is_refusal(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::TOO_MANY_REQUESTS
    )
}

/// A path as far as it may be read by whoever reads the log.
fn without_token(path: &str) -> &str {
    let relative = path.trim_start_matches('/');
    if !relative.starts_with("downloads/") {
        return path;
    }
    // What follows the sandbox's name is the token.
    let end = relative.match_indices('/').take(2).last();
    let end = end.map_or(0, |(end, _)| end + 1);
    &path[..path.len() - relative.len() + end]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The token of a download stood in the log.
    #[test]
    fn tokens_stay_out_of_the_log() {
        for (path, logged) in [
            ("/downloads/box/secret", "/downloads/box/"),
            ("/downloads/box/secret/", "/downloads/box/"),
            ("/downloads/box/secret/x/", "/downloads/box/"),
            ("/downloads//secret", "/downloads//"),
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
