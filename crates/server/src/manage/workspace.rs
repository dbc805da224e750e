//! What belongs to no single sandbox: `/meta/info`, clusters, tags, aliases, trusted preview hosts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::answer::{Answer, Failure, answer};
use super::extract::{Body, Named};
use super::requests::{Alias, PreviewHosts, Tag};
use super::routes::Shared;
use super::{Manage, PreviewHost, timestamp};
use crate::api::CLUSTER;
use crate::problem::{Problem, ProblemKind};

/// There are no teams here; the wire wants a name for the one that there is.
const TEAM: &str = "local";
/// The version of the cloud's interface that this is.
const API_VERSION: &str = "2023-07-01";
/// Longest namespace or alias, in bytes.
const MAX_NAME: usize = 100;

#[derive(Serialize)]
struct MetaInfo {
    api: Api,
    auth: Auth,
    rate_limits: RateLimits,
}

#[derive(Serialize)]
struct Api {
    name: &'static str,
    latest_version: &'static str,
}

#[derive(Serialize)]
struct Auth {
    scopes: [&'static str; 4],
    team: Option<String>,
    version: &'static str,
}

#[derive(Serialize)]
struct RateLimits {
    concurrent_vms: Concurrent,
    requests_hourly: Unlimited,
    sandboxes_hourly: Unlimited,
}

#[derive(Serialize)]
struct Concurrent {
    limit: usize,
    remaining: usize,
}

/// Nothing is counted by the hour here.
#[derive(Serialize)]
struct Unlimited {}

#[derive(Serialize)]
struct Clusters {
    clusters: [Cluster; 1],
}

#[derive(Serialize)]
struct Cluster {
    host: String,
    slug: &'static str,
}

#[derive(Serialize)]
struct TagMade {
    tag_id: String,
}

#[derive(Serialize)]
struct AliasSet {
    tag_alias_id: String,
    team_id: &'static str,
    tag_id: String,
    namespace: String,
    alias: String,
}

#[derive(Serialize)]
struct Hosts {
    preview_hosts: Vec<Host>,
}

#[derive(Serialize)]
struct Host {
    host: String,
    inserted_at: String,
}

/// `GET /meta/info`, the one answer without an envelope.
pub(super) async fn meta_info<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
) -> Result<Response, Failure> {
    let running = shared.backend.running().await?;
    let info = MetaInfo {
        api: Api {
            name: "yew-sandbox",
            latest_version: API_VERSION,
        },
        auth: Auth {
            scopes: [
                "sandbox_create",
                "sandbox_edit_code",
                "sandbox_read",
                "vm_manage",
            ],
            team: None,
            version: API_VERSION,
        },
        rate_limits: RateLimits {
            concurrent_vms: Concurrent {
                limit: running.limit,
                remaining: running.limit.saturating_sub(running.sandboxes.len()),
            },
            requests_hourly: Unlimited {},
            sandboxes_hourly: Unlimited {},
        },
    };
    Ok(Json(info).into_response())
}

/// `GET /vm/clusters`
pub(super) async fn clusters<M: Manage>(
    State(_): State<Arc<Shared<M>>>,
    headers: HeaderMap,
) -> Answer {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let cluster = Cluster {
        host: host.unwrap_or_default().to_owned(),
        slug: CLUSTER,
    };
    let clusters = [cluster];
    answer(StatusCode::OK, Clusters { clusters })
}

/// `POST /vm/tag`
pub(super) async fn create_tag<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Body(tag): Body<Tag>,
) -> Answer {
    if tag.vm_ids.0.is_empty() {
        return Err(invalid("vm_ids: a tag needs a sandbox at least"));
    }
    let tag_id = shared.backend.create_tag(tag.vm_ids.0).await?;
    answer(StatusCode::OK, TagMade { tag_id })
}

/// `PUT /vm/alias/{namespace}/{alias}`
pub(super) async fn set_alias<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named((namespace, alias)): Named<(String, String)>,
    Body(body): Body<Alias>,
) -> Answer {
    for name in [&namespace, &alias] {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if name.len() > MAX_NAME || !name.bytes().all(plain) {
            return Err(invalid(
                "a namespace and an alias are at most 100 letters, digits, `-`, `.` and `_`",
            ));
        }
    }
    let tag_id = body.tag_id;
    shared
        .backend
        .set_alias(&namespace, &alias, &tag_id)
        .await?;
    answer(
        StatusCode::OK,
        AliasSet {
            tag_alias_id: format!("{namespace}@{alias}"),
            team_id: TEAM,
            tag_id,
            namespace,
            alias,
        },
    )
}

/// `GET /workspace/preview_hosts`
pub(super) async fn preview_hosts<M: Manage>(State(shared): State<Arc<Shared<M>>>) -> Answer {
    hosts(shared.backend.preview_hosts().await?)
}

/// `POST /workspace/preview_hosts`
pub(super) async fn add_preview_hosts<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Body(body): Body<PreviewHosts>,
) -> Answer {
    check_hosts(&body)?;
    hosts(
        shared
            .backend
            .set_preview_hosts(body.hosts.0, false)
            .await?,
    )
}

/// `PUT /workspace/preview_hosts`
pub(super) async fn replace_preview_hosts<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Body(body): Body<PreviewHosts>,
) -> Answer {
    check_hosts(&body)?;
    hosts(shared.backend.set_preview_hosts(body.hosts.0, true).await?)
}

/// An origin, or the host alone; never a pattern.
fn check_hosts(body: &PreviewHosts) -> Result<(), Failure> {
    for host in &body.hosts.0 {
        let https = host.strip_prefix("https://");
        let name = https.or(host.strip_prefix("http://")).unwrap_or(host);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(invalid("hosts: not an origin, as https://example.org"));
        }
    }
    Ok(())
}

fn hosts(hosts: Vec<PreviewHost>) -> Answer {
    let hosts = hosts.into_iter().map(|host| Host {
        host: host.host,
        inserted_at: timestamp::format(host.inserted),
    });
    let preview_hosts = hosts.collect();
    answer(StatusCode::CREATED, Hosts { preview_hosts })
}

fn invalid(why: &'static str) -> Failure {
    Problem::new(ProblemKind::Invalid, why, "correct it and ask again").into()
}
