//! `/sandbox/{id}/tokens`: what opens a private sandbox's previews.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::answer::{Answer, answer, done};
use super::extract::{Body, Named};
use super::requests::HostToken;
use super::routes::Shared;
use super::{HostTokenInfo, Manage, timestamp};

#[derive(Serialize)]
struct Token {
    token_id: String,
    token_prefix: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    /// Shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize)]
struct One {
    sandbox_id: String,
    token: Token,
}

#[derive(Serialize)]
struct All {
    sandbox_id: String,
    tokens: Vec<Token>,
}

/// `GET /sandbox/{id}/tokens`
pub(super) async fn list<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(sandbox_id): Named<String>,
) -> Answer {
    let tokens = shared.backend.host_tokens(&sandbox_id).await?;
    let tokens = tokens.into_iter().map(|info| token(info, None)).collect();
    answer(StatusCode::CREATED, All { sandbox_id, tokens })
}

/// `POST /sandbox/{id}/tokens`
pub(super) async fn create<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(sandbox_id): Named<String>,
    Body(body): Body<HostToken>,
) -> Answer {
    let new = shared
        .backend
        .create_host_token(&sandbox_id, body.expires());
    let new = new.await?;
    let token = token(new.info, Some(new.secret));
    answer(StatusCode::CREATED, One { sandbox_id, token })
}

/// `PATCH /sandbox/{id}/tokens/{token}`
pub(super) async fn update<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named((sandbox_id, id)): Named<(String, String)>,
    Body(body): Body<HostToken>,
) -> Answer {
    let expires = body.expires();
    let info = shared
        .backend
        .update_host_token(&sandbox_id, &id, expires)
        .await?;
    let token = token(info, None);
    answer(StatusCode::CREATED, One { sandbox_id, token })
}

/// `DELETE /sandbox/{id}/tokens`
pub(super) async fn revoke_all<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
) -> Answer {
    shared.backend.revoke_host_tokens(&id).await?;
    done()
}

fn token(info: HostTokenInfo, secret: Option<String>) -> Token {
    Token {
        token_id: info.id,
        token_prefix: info.prefix,
        expires_at: info.expires.map(timestamp::format),
        last_used_at: info.last_used.map(timestamp::format),
        token: secret,
    }
}
