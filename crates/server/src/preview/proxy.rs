//! From a request for a preview to its answer.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HOST, LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::credentials::{self, Credentials, is_navigation};
use super::domain::Target;
use super::{body, forward, page, script, upgrade};
use crate::backend::{Backend, Inside, Visit};
use crate::front::{self, Caller, RefusedPreview};
use crate::manage::PreviewAccess;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::router::App;

/// Serves requests for previews, which never get to the other routes.
pub(crate) async fn route<B: Backend, I: Send + Sync + 'static>(
    State(app): State<Arc<App<B, I>>>,
    request: Request,
    next: Next,
) -> Response {
    let Some((target, host)) = find(&app, &request) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let visit = Preview {
        app: &app,
        target,
        host,
    };
    let port = visit.target.port;
    let for_people = credentials::accepts_pages(&parts.headers);
    let (caller, method) = (Caller::of(&parts.extensions), parts.method.clone());
    let answer = visit.answer(parts, body).await;
    let answer = answer.unwrap_or_else(|problem| {
        let answer = page::answer(&problem, port, for_people);
        let asked = RefusedPreview {
            method: &method,
            sandbox: &visit.target.sandbox,
            port,
        };
        front::finish_refused_preview(&app.options.metrics, &caller, &asked, &problem, answer)
    });
    tracing::debug!(
        request = &*caller.id,
        sandbox = visit.target.sandbox,
        port,
        status = answer.status().as_u16(),
        "preview"
    );
    answer
}

/// The preview that a request is for, by its one `Host`.
fn find<B, I>(app: &App<B, I>, request: &Request) -> Option<(Target, String)> {
    let mut hosts = request.headers().get_all(HOST).into_iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return None;
    };
    let host = host.to_str().ok()?;
    // A proxy's form of a request names another host beside that one.
    let other = request.uri().authority();
    if other.is_some_and(|other| !other.as_str().eq_ignore_ascii_case(host)) {
        return None;
    }
    let target = app.options.preview_domain.target(host)?;
    Some((target, host.to_owned()))
}

/// How somebody was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Admitted {
    /// Everybody is.
    Freely,
    /// By this token.
    By(String),
}

struct Preview<'a, B, I> {
    app: &'a Arc<App<B, I>>,
    target: Target,
    host: String,
}

impl<B: Backend, I: Send + Sync + 'static> Preview<'_, B, I> {
    async fn answer(&self, mut parts: Parts, content: Body) -> Result<Response, Problem> {
        if parts.method == Method::CONNECT {
            return Err(Problem::new(
                ProblemKind::BadRequest,
                "a preview is no proxy",
                "use the methods of HTTP",
            ));
        }
        let credentials = Credentials::of(&parts.uri, &parts.headers);
        let address = Caller::of(&parts.extensions).address;
        let admitted = self.admit(&credentials, address)?;
        let cookie = match &admitted {
            Admitted::By(token) if credentials.query.as_ref() == Some(token) => {
                credentials::set_cookie(token, &self.host, &parts.headers)
            }
            _ => None,
        };
        let address = credentials.address.clone();
        let address = address.unwrap_or_else(|| PathAndQuery::from_static("/"));
        if let Some(cookie) = &cookie
            && is_navigation(&parts.method, &parts.headers)
        {
            return Ok(go_on(&address, cookie));
        }
        let options = &self.app.options;
        if options.preview_script && address.path() == script::PATH {
            return Ok(script::answer(&options.access, &parts.headers));
        }
        if parts.headers.contains_key(forward::ASKS) {
            return self.look().await;
        }
        self.app.backend.preview_used(&self.target.sandbox);
        let browser = upgrade::take(&mut parts);
        let by_cookie =
            matches!(&admitted, Admitted::By(token) if credentials.cookies.contains(token));
        if browser.is_some() && by_cookie && !self.may_use_cookie(&parts.headers) {
            return Err(Problem::new(
                ProblemKind::ForeignOrigin,
                "pages of that origin may not use this preview",
                "open it from a page that may",
            ));
        }
        let adds_script =
            options.preview_script && script::is_embedded(&parts.method, &parts.headers);
        let visit = match browser {
            Some(_) => Visit::WebSocket,
            None => Visit::Http,
        };
        forward::request(&mut parts.headers);
        if browser.is_some() {
            upgrade::ask(&mut parts.headers);
        } else if adds_script {
            forward::want_plain_document(&mut parts.headers);
        }
        let request = inner_request(parts, address, content);
        let sent = self
            .app
            .previews
            .send(&self.app.backend, &self.target, visit, request);
        let (response, connection) = sent.await?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let browser = browser.ok_or_else(unasked)?;
            let (app, sandbox) = (Arc::clone(self.app), self.target.sandbox.clone());
            let used = move || app.backend.preview_used(&sandbox);
            return Ok(upgrade::join(browser, response, &options.shutdown, used));
        }
        let (mut parts, content) = response.into_parts();
        parts.version = Version::HTTP_11;
        forward::response(&mut parts.headers);
        if options.preview_script {
            script::vary(&mut parts.headers);
        }
        if let Some(cookie) = cookie {
            parts.headers.append(SET_COOKIE, cookie);
        }
        let mut content = body::passing(content, connection);
        if adds_script {
            content = script::add(&mut parts, content);
        }
        Ok(Response::from_parts(parts, content))
    }

    /// Whether somebody with these tokens may see it, and by which of them.
    fn admit(
        &self,
        credentials: &Credentials,
        address: Option<IpAddr>,
    ) -> Result<Admitted, Problem> {
        let (app, sandbox) = (self.app, &self.target.sandbox);
        match app.backend.preview_access(sandbox, None) {
            PreviewAccess::Allowed => return Ok(Admitted::Freely),
            PreviewAccess::NoSuchSandbox => return Err(Problem::not_found()),
            PreviewAccess::NeedsToken => {}
        }
        let mut is_wrong = false;
        for token in credentials.tokens() {
            if app.backend.preview_access(sandbox, Some(token)) == PreviewAccess::Allowed {
                return Ok(Admitted::By(token.to_owned()));
            }
            is_wrong = true;
        }
        // A right token is let in however many wrong ones came before it.
        if is_wrong && !app.wrong_preview_tokens.allows(address) {
            let bound = app.wrong_preview_tokens.bound();
            return Err(Problem::limited(Limit::WrongTokensPerMinute, bound));
        }
        Err(Problem::new(
            ProblemKind::Unauthorized,
            "this preview is shown to holders of its token only",
            "open it by an address that has one",
        ))
    }

    /// Tells a page of ours whether something listens by now, and disturbs nobody.
    async fn look(&self) -> Result<Response, Problem> {
        let inside = Inside::Port(self.target.port);
        let backend = &self.app.backend;
        let connected = backend.connect(&self.target.sandbox, inside, Visit::Quiet);
        connected.await.map(|_| page::listens())
    }

    fn may_use_cookie(&self, headers: &HeaderMap) -> bool {
        let options = &self.app.options;
        let domain = &options.preview_domain;
        upgrade::may_use_cookie(&options.access, domain, &self.target, headers, &self.host)
    }
}

/// The request for the program inside: by path only.
fn inner_request(parts: Parts, address: PathAndQuery, content: Body) -> axum::http::Request<Body> {
    let mut request = axum::http::Request::new(content);
    *request.method_mut() = parts.method;
    *request.uri_mut() = Uri::from(address);
    *request.headers_mut() = parts.headers;
    request
}

/// Sends a browser to the same page without the token, which then stands in the cookie.
fn go_on(address: &PathAndQuery, cookie: &HeaderValue) -> Response {
    // Two slashes at the start would lead to another host.
    let path = format!("/{}", address.as_str().trim_start_matches(['/', '\\']));
    let Ok(location) = HeaderValue::from_str(&path) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let headers = [
        (LOCATION, location),
        (SET_COOKIE, cookie.clone()),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn unasked() -> Problem {
    Problem::new(
        ProblemKind::BrokenOff,
        "the program inside switched to a protocol that nobody asked for",
        "look at its output",
    )
}
