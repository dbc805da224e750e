//! Who asks.

mod anonymous_cookie;
mod session_options;

use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::response::Response;

pub use anonymous_cookie::AnonymousCookie;
pub(crate) use anonymous_cookie::NAME as USER_COOKIE;
pub use session_options::{InvalidSession, SessionOptions};

/// A person, as far as this server needs to know one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Tells users apart: at most 200 bytes, never reused for somebody else.
    pub id: String,
    /// What others see.
    pub name: String,
}

/// The user of one request.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who it is.
    pub user: User,
    /// A `Set-Cookie` header to answer with, for a user who was not known before.
    pub set_cookie: Option<HeaderValue>,
    /// What the user's session carries: for most, `SessionOptions::default()`.
    pub session: SessionOptions,
}

/// Finds out who asks. Put the login of your site behind this.
///
/// # Example
///
/// Guests may look, and whoever the site knows may write, with an environment and a git identity of their own.
///
/// ```
/// use axum::http::request::Parts;
/// use axum::response::Response;
/// use yew_sandbox_server::{Identify, Identity, Permission, SessionOptions, User};
///
/// struct Login;
///
/// impl Identify for Login {
///     async fn identify(&self, request: &Parts) -> Result<Identity, Response> {
///         let name = request.headers.get("x-user").and_then(|name| name.to_str().ok());
///         let mut session = SessionOptions::default();
///         match name {
///             Some(name) => drop(session.env.insert("REVIEWER".into(), name.into())),
///             None => session.permission = Permission::Read,
///         }
///         let name = name.unwrap_or("guest").to_owned();
///         Ok(Identity {
///             user: User { id: format!("site:{name}"), name },
///             set_cookie: None,
///             session,
///         })
///     }
/// }
/// ```
pub trait Identify: Send + Sync + 'static {
    /// The user of a request.
    ///
    /// # Errors
    /// The response that is sent instead: 401, or a redirect to a login.
    fn identify(&self, request: &Parts) -> impl Future<Output = Result<Identity, Response>> + Send;
}
