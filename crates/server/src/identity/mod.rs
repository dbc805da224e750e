//! Who asks.

mod anonymous_cookie;

use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::response::Response;

pub use anonymous_cookie::AnonymousCookie;

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
}

/// Finds out who asks. Put the login of your site behind this.
pub trait Identify: Send + Sync + 'static {
    /// The user of a request.
    ///
    /// # Errors
    /// The response that is sent instead: 401, or a redirect to a login.
    fn identify(&self, request: &Parts) -> impl Future<Output = Result<Identity, Response>> + Send;
}
