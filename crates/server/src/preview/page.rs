//! What people see where there is no preview.

use std::sync::LazyLock;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::problem::{Problem, ProblemKind};

/// Tells our own answers from those of programs inside.
const MARK: HeaderName = HeaderName::from_static("yew-sandbox-preview");
const PAGE: &str = include_str!("page.html");
/// Asks whether something listens by now, and opens it.
const SCRIPT: &str = include_str!("page.js");

/// Its own script may run and ask its own address; nothing else may load. Who may frame it is left open, as with the
/// preview itself.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'"
    )
});

/// The answer where there is no preview: a page for people, JSON for programs.
pub(super) fn answer(problem: &Problem, port: u16, for_people: bool) -> Response {
    let kind = problem.kind();
    let mut response = if for_people {
        (
            [(CONTENT_TYPE, "text/html; charset=utf-8")],
            html(problem, port),
        )
            .into_response()
    } else {
        problem.clone().into_response()
    };
    *response.status_mut() = match kind {
        // What sleeps is not in conflict with anything here.
        ProblemKind::Asleep => StatusCode::SERVICE_UNAVAILABLE,
        _ => problem.status(),
    };
    let headers = response.headers_mut();
    headers.insert(MARK, HeaderValue::from_static(kind.name()));
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if may_come(kind) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Says that something listens, to a page of ours that asked.
pub(super) fn listens() -> Response {
    (StatusCode::NO_CONTENT, [(CACHE_CONTROL, "no-store")]).into_response()
}

fn html(problem: &Problem, port: u16) -> String {
    let title = match problem.kind() {
        ProblemKind::NothingListens => format!("Nothing listens on port {port} yet"),
        ProblemKind::Asleep => "The sandbox sleeps".to_owned(),
        ProblemKind::NotFound => "There is no such sandbox".to_owned(),
        ProblemKind::Unauthorized => "This preview is private".to_owned(),
        ProblemKind::BrokenOff => format!("Port {port} gave no answer"),
        _ => "There is no preview now".to_owned(),
    };
    let text = match problem.kind() {
        ProblemKind::NothingListens => {
            "Start a program in the sandbox that listens there. This page then opens it by itself.".to_owned()
        }
        ProblemKind::Asleep => {
            "Requests to this preview do not wake it. Open the sandbox; this page then opens by itself.".to_owned()
        }
        _ => format!("{problem}."),
    };
    let script = if may_come(problem.kind()) { SCRIPT } else { "" };
    PAGE.replace("{title}", &escape(&title))
        .replace("{text}", &escape(&text))
        .replace("{script}", script)
}

/// Whether waiting helps.
fn may_come(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::NothingListens | ProblemKind::Asleep | ProblemKind::Unavailable
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_runs_exactly_the_script_that_its_policy_names() {
        let problem = Problem::new(ProblemKind::NothingListens, "", "");
        let page = html(&problem, 80);
        let (_, rest) = page.split_once("<script>").unwrap();
        let (script, _) = rest.split_once("</script>").unwrap();
        let hash = STANDARD.encode(Sha256::digest(script));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")));
        assert!(page.contains("port 80 yet"), "{page}");
        assert!(!page.contains("{title}") && !page.contains("{text}"));
    }

    #[test]
    fn text_is_no_markup() {
        let problem = Problem::new(ProblemKind::Internal, "<b>&", "\"x\"");
        assert!(html(&problem, 1).contains("&lt;b&gt;&amp;: &quot;x&quot;"));
    }
}
