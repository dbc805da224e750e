//! The site's login. It believes the name that somebody gives: put your own in its place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use yew_sandbox_server::{Identify, Identity, SessionOptions, User, cookies};

/// Longest name, in bytes.
const LONGEST: usize = 100;
const POLICY: &str = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
const FORM: &str = "<!doctype html><html lang=\"en\"><title>Sign in</title><form method=\"post\">\
    <label>Name <input name=\"name\" required autofocus></label> <button>Sign in</button></form>";

/// Who is signed in, by the value of the site's cookie.
#[derive(Clone, Default)]
pub(crate) struct Logins(Arc<Mutex<HashMap<String, User>>>);

impl Logins {
    /// Signs somebody in, and gives the cookie's value.
    fn add(&self, name: &str) -> Option<String> {
        let mut random = [0; 24];
        getrandom::fill(&mut random).ok()?;
        let key = URL_SAFE_NO_PAD.encode(random);
        let user = User {
            // A login with accounts has a number for each; a name may change hands.
            id: format!("own-login:{name}"),
            name: name.to_owned(),
        };
        let mut logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logins.insert(key.clone(), user);
        Some(key)
    }

    fn remove(&self, key: &str) {
        let mut logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logins.remove(key);
    }

    fn find(&self, headers: &HeaderMap) -> Option<User> {
        let logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logins.get(key(headers)?).cloned()
    }
}

/// What the request's cookie says.
fn key(headers: &HeaderMap) -> Option<&str> {
    cookies(headers, "login").next()
}

impl Identify for Logins {
    async fn identify(&self, request: &Parts) -> Result<Identity, Response> {
        let Some(user) = self.find(&request.headers) else {
            let error = r#"{"error":{"message":"sign in at /login first"}}"#;
            return Err((StatusCode::UNAUTHORIZED, error).into_response());
        };
        let mut session = SessionOptions::default();
        session.env.insert("SITE_USER".into(), user.name.clone());
        Ok(Identity {
            user,
            set_cookie: None,
            session,
        })
    }
}

#[derive(Deserialize)]
struct SignIn {
    name: String,
}

/// `GET` and `POST /login`, `POST /logout`.
pub(crate) fn routes(logins: Logins) -> Router {
    let form = get(async || ([(CONTENT_SECURITY_POLICY, POLICY)], Html(FORM)));
    Router::new()
        .route("/login", form.post(sign_in))
        .route("/logout", post(sign_out))
        .with_state(logins)
}

async fn sign_in(State(logins): State<Logins>, Form(form): Form<SignIn>) -> Response {
    let name = form.name.trim();
    if name.is_empty() || name.len() > LONGEST {
        return (StatusCode::BAD_REQUEST, "a name has 1 to 100 bytes\n").into_response();
    }
    let Some(key) = logins.add(name) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // Behind HTTPS also `Secure`.
    let cookie = format!("login={key}; Path=/; HttpOnly; SameSite=Lax");
    ([(SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

async fn sign_out(State(logins): State<Logins>, headers: HeaderMap) -> Response {
    if let Some(key) = key(&headers) {
        logins.remove(key);
    }
    let gone = "login=; Path=/; Max-Age=0";
    ([(SET_COOKIE, gone)], Redirect::to("/login")).into_response()
}
