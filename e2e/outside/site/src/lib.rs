//! A site by somebody else.

use axum::Router;
use yew_sandbox_server::local::LocalBackend;
use yew_sandbox_server::{AnonymousCookie, Options, router};

/// Its sandboxes.
pub fn sandboxes(backend: LocalBackend, identify: AnonymousCookie, options: Options) -> Router {
    router(backend, identify, options)
}
