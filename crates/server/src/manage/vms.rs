//! `/vm`: sandboxes that run, and those that shall.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use yew_sandbox_agent::Permission;
use yew_sandbox_protocol::{BootupType, Session};

use super::answer::{Answer, answer, done};
use super::extract::{Body, Named};
use super::requests::{self, HibernationTimeout, Specs, Start};
use super::routes::Shared;
use super::{MANAGEMENT, Manage, RunningSandbox, Tier, timestamp};
use crate::front::{Caller, Event, audit};
use crate::identity::SessionOptions;
use crate::problem::{Problem, ProblemKind};

/// What starting a sandbox answers.
#[derive(Serialize)]
pub(super) struct Started {
    bootup_type: BootupType,
    cluster: String,
    id: String,
    latest_pitcher_version: String,
    pitcher_manager_version: String,
    pitcher_token: String,
    pitcher_url: String,
    pitcher_version: String,
    /// None is needed: a new session does the same.
    reconnect_token: &'static str,
    use_pint: bool,
    user_workspace_path: String,
    workspace_path: String,
}

#[derive(Serialize)]
struct SessionMade {
    capabilities: [&'static str; 0],
    permissions: Permissions,
    pitcher_token: String,
    pitcher_url: String,
    user_workspace_path: String,
    username: String,
}

#[derive(Serialize)]
struct Permissions {
    permission: Permission,
}

#[derive(Serialize)]
struct Sized {
    id: String,
    tier: &'static str,
}

#[derive(Serialize)]
struct SleepsAfter {
    id: String,
    hibernation_timeout_seconds: u64,
}

#[derive(Serialize)]
struct RunningVms {
    concurrent_vm_count: usize,
    concurrent_vm_limit: usize,
    vms: Vec<Vm>,
}

#[derive(Serialize)]
struct Vm {
    id: String,
    credit_basis: &'static str,
    last_active_at: String,
    session_started_at: String,
    specs: VmSpecs,
}

#[derive(Serialize)]
struct VmSpecs {
    cpu: u32,
    memory: u32,
    storage: u32,
}

/// `POST /vm/{id}/start`
pub(super) async fn start<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
    caller: Caller,
    headers: HeaderMap,
    Body(start): Body<Start>,
) -> Answer {
    shared.admit()?;
    let awake = shared.backend.start(&id, start.into()).await?;
    audit(Event::Resume, &caller, &id, MANAGEMENT);
    let session = shared.session(&headers, awake)?;
    answer(StatusCode::OK, started(session))
}

/// `POST /vm/{id}/sessions`
pub(super) async fn create_session<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
    caller: Caller,
    headers: HeaderMap,
    Body(session): Body<requests::Session>,
) -> Answer {
    shared.admit()?;
    let options = SessionOptions::from(session);
    options.check().map_err(|error| {
        Problem::new(
            ProblemKind::Invalid,
            error.to_string(),
            "correct it and ask again",
        )
    })?;
    let permission = options.permission;
    let username = options.id.clone().unwrap_or_default();
    let awake = shared.backend.open_session(&id, options).await?;
    audit(Event::Resume, &caller, &id, MANAGEMENT);
    let session = shared.session(&headers, awake)?;
    answer(
        StatusCode::OK,
        SessionMade {
            capabilities: [],
            permissions: Permissions { permission },
            pitcher_token: session.pitcher_token,
            pitcher_url: session.pitcher_url,
            user_workspace_path: session.user_workspace_path,
            username,
        },
    )
}

/// `POST /vm/{id}/hibernate`
pub(super) async fn hibernate<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
    caller: Caller,
) -> Answer {
    shared.backend.hibernate(&id).await?;
    audit(Event::Sleep, &caller, &id, MANAGEMENT);
    done()
}

/// `POST /vm/{id}/shutdown`
pub(super) async fn shut_down<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
    caller: Caller,
) -> Answer {
    shared.backend.shut_down(&id).await?;
    audit(Event::Sleep, &caller, &id, MANAGEMENT);
    done()
}

/// `DELETE /vm/{id}`
pub(super) async fn delete<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
    caller: Caller,
) -> Answer {
    shared.backend.delete(&id).await?;
    audit(Event::Delete, &caller, &id, MANAGEMENT);
    done()
}

/// `PUT /vm/{id}/specs` and `POST /vm/{id}/update_specs`
pub(super) async fn set_specs<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
    Body(specs): Body<Specs>,
) -> Answer {
    shared.backend.set_tier(&id, specs.tier).await?;
    let tier = specs.tier.name();
    answer(StatusCode::OK, Sized { id, tier })
}

/// `PUT /vm/{id}/hibernation_timeout`
pub(super) async fn set_hibernation_timeout<M: Manage>(
    State(shared): State<Arc<Shared<M>>>,
    Named(id): Named<String>,
    Body(timeout): Body<HibernationTimeout>,
) -> Answer {
    let timeout = timeout.duration();
    shared.backend.set_hibernation_timeout(&id, timeout).await?;
    let hibernation_timeout_seconds = timeout.as_secs();
    answer(
        StatusCode::OK,
        SleepsAfter {
            id,
            hibernation_timeout_seconds,
        },
    )
}

/// `GET /vm/running`
pub(super) async fn running<M: Manage>(State(shared): State<Arc<Shared<M>>>) -> Answer {
    let running = shared.backend.running().await?;
    answer(
        StatusCode::OK,
        RunningVms {
            concurrent_vm_count: running.sandboxes.len(),
            concurrent_vm_limit: running.limit,
            vms: running.sandboxes.into_iter().map(Vm::from).collect(),
        },
    )
}

/// In the words of this API.
pub(super) fn started(session: Session) -> Started {
    Started {
        bootup_type: session.bootup_type,
        cluster: session.cluster,
        id: session.sandbox_id,
        latest_pitcher_version: session.latest_pitcher_version,
        pitcher_manager_version: session.pitcher_manager_version,
        pitcher_token: session.pitcher_token,
        pitcher_url: session.pitcher_url,
        pitcher_version: session.pitcher_version,
        reconnect_token: "",
        use_pint: session.is_pint,
        user_workspace_path: session.user_workspace_path,
        workspace_path: session.workspace_path,
    }
}

impl From<RunningSandbox> for Vm {
    fn from(sandbox: RunningSandbox) -> Self {
        // Where nobody said otherwise a sandbox has the smallest one's memory.
        let tier = sandbox.tier.unwrap_or(Tier::Pico);
        Self {
            id: sandbox.id,
            credit_basis: tier.name(),
            last_active_at: timestamp::seconds(sandbox.last_active),
            session_started_at: timestamp::seconds(sandbox.started),
            specs: VmSpecs {
                cpu: tier.processors(),
                memory: tier.memory(),
                storage: tier.storage(),
            },
        }
    }
}
