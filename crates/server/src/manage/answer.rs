//! How the management API answers, in the cloud's shape.

use std::time::{Duration, SystemTime};

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::timestamp;
use crate::front::{Told, Words};
use crate::problem::{Limit, Problem, ProblemKind};

/// How long to wait where a limit counts what happens in a minute.
const MINUTE: Duration = Duration::from_secs(60);
/// How long to wait for another sandbox to fall asleep.
const PLACE: Duration = Duration::from_secs(10);

/// What a handler answers.
pub(super) type Answer = Result<Response, Failure>;

/// A refusal, in the cloud's shape.
#[derive(Debug)]
pub(super) struct Failure(Problem);

#[derive(Serialize)]
struct Success<T> {
    success: bool,
    data: T,
}

#[derive(Serialize)]
struct Failed {
    success: bool,
    errors: [String; 1],
}

/// An answer with something in it.
pub(super) fn answer(status: StatusCode, data: impl Serialize) -> Answer {
    let success = true;
    Ok((status, Json(Success { success, data })).into_response())
}

/// An answer that says only that it is done.
pub(super) fn done() -> Answer {
    answer(StatusCode::OK, serde_json::Map::new())
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = Failed {
            success: false,
            errors: [self.0.to_string()],
        };
        let mut response = (self.0.status(), Json(body)).into_response();
        if let (ProblemKind::Limited(limit), Some(bound)) = (self.0.kind(), self.0.bound()) {
            tell_limit(&mut response, limit, bound);
        }
        response.extensions_mut().insert(Told {
            problem: self.0,
            words: Words::Cloud,
        });
        response
    }
}

/// The headers by which the JavaScript SDK tells limits apart.
fn tell_limit(response: &mut Response, limit: Limit, bound: usize) {
    let (remaining, used, reset, wait) = match limit {
        Limit::RunningSandboxes => ("x-csb-vms-remaining", "x-csb-vms-used", None, PLACE),
        Limit::CreatesPerMinute => (
            "x-csb-sandbox-hourly-remaining",
            "x-csb-sandbox-hourly-used",
            Some("x-csb-sandbox-hourly-reset"),
            MINUTE,
        ),
        Limit::WrongKeysPerMinute => (
            "x-csb-rate-hourly-remaining",
            "x-csb-rate-hourly-used",
            Some("x-csb-rate-hourly-reset"),
            MINUTE,
        ),
        _ => return,
    };
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
    headers.insert(
        HeaderName::from_static(remaining),
        HeaderValue::from_static("0"),
    );
    headers.insert(HeaderName::from_static(used), HeaderValue::from(bound));
    let end = timestamp::format(SystemTime::now() + wait);
    if let (Some(reset), Ok(end)) = (reset, HeaderValue::from_str(&end)) {
        headers.insert(HeaderName::from_static(reset), end);
    }
}
