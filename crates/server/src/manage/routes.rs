//! The paths of the management API.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use tokio::sync::oneshot;

use super::answer::Failure;
use super::{ApiKeys, Manage, host_tokens, sandboxes, vms, workspace};
use crate::api::session_here;
use crate::backend::{AgentAt, Awake};
use crate::front::Caller;
use crate::options::Options;
use crate::origin::Access;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::rate::PerAddress;
use crate::shutdown::Shutdown;
use crate::tokens::Tokens;
use yew_sandbox_protocol::Session;

/// What the handlers share.
pub(super) struct Shared<M> {
    pub(super) backend: M,
    tokens: Tokens,
    shutdown: Shutdown,
}

struct Door {
    keys: ApiKeys,
    wrong_keys: PerAddress,
    access: Access,
}

/// The management API on `backend`, open for `keys` only.
pub(crate) fn routes<M: Manage>(backend: M, options: &Options, keys: ApiKeys) -> Router {
    let shared = Arc::new(Shared {
        backend,
        tokens: Tokens::new(&options.secret, options.token_lifetime),
        shutdown: options.shutdown.clone(),
    });
    let door = Arc::new(Door {
        keys,
        wrong_keys: PerAddress::new(options.wrong_tokens_per_minute),
        access: options.access.clone(),
    });
    let tokens = get(host_tokens::list::<M>)
        .post(host_tokens::create::<M>)
        .delete(host_tokens::revoke_all::<M>);
    let sandbox = Router::new()
        .route("/", get(sandboxes::list::<M>).post(sandboxes::create::<M>))
        .route("/{id}", get(sandboxes::get::<M>))
        .route("/{id}/fork", post(sandboxes::fork::<M>))
        .route("/{id}/tokens", tokens)
        .route("/{id}/tokens/{token}", patch(host_tokens::update::<M>));
    let vm = Router::new()
        .route("/alias/{namespace}/{alias}", put(workspace::set_alias::<M>))
        .route("/clusters", get(workspace::clusters::<M>))
        .route("/running", get(vms::running::<M>))
        .route("/tag", post(workspace::create_tag::<M>))
        .route("/{id}", delete(vms::delete::<M>))
        .route("/{id}/hibernate", post(vms::hibernate::<M>))
        .route(
            "/{id}/hibernation_timeout",
            put(vms::set_hibernation_timeout::<M>),
        )
        .route("/{id}/sessions", post(vms::create_session::<M>))
        .route("/{id}/shutdown", post(vms::shut_down::<M>))
        .route("/{id}/specs", put(vms::set_specs::<M>))
        .route("/{id}/start", post(vms::start::<M>))
        .route("/{id}/update_specs", post(vms::set_specs::<M>));
    let preview_hosts = get(workspace::preview_hosts::<M>)
        .post(workspace::add_preview_hosts::<M>)
        .put(workspace::replace_preview_hosts::<M>);
    let groups = [
        (
            "/meta",
            Router::new().route("/info", get(workspace::meta_info::<M>)),
        ),
        ("/org", Router::new()),
        ("/sandbox", sandbox),
        (
            "/templates",
            Router::new().route("/", post(sandboxes::create_template::<M>)),
        ),
        ("/vm", vm),
        (
            "/workspace",
            Router::new().route("/preview_hosts", preview_hosts),
        ),
    ];
    let mut router = Router::new();
    for (path, group) in groups {
        let group = group
            .fallback(no_such_call)
            .method_not_allowed_fallback(no_such_call)
            .layer(middleware::from_fn_with_state(door.clone(), only_with_key));
        router = router.nest(path, group);
    }
    router.with_state(shared)
}

impl<M> Shared<M> {
    /// Refuses what makes or wakes sandboxes while the server lets nobody new in.
    pub(super) fn admit(&self) -> Result<(), Problem> {
        self.shutdown.admit()
    }

    /// What `finish` makes of the sandbox `id`, which was made just now.
    ///
    /// In a task of its own: where it fails, or whoever asked is gone, nobody is told the sandbox's id, so that it is removed.
    pub(super) async fn or_take_back<T: Send + 'static>(
        self: &Arc<Self>,
        id: &str,
        finish: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem>
    where
        M: Manage,
    {
        let (shared, id) = (self.clone(), id.to_owned());
        let (answer, answered) = oneshot::channel();
        tokio::spawn(async move {
            match finish.await {
                Ok(done) => {
                    if answer.send(Ok(done)).is_err() {
                        shared.take_back(&id).await;
                    }
                }
                Err(problem) => {
                    shared.take_back(&id).await;
                    // Whoever is gone needs no word.
                    let _ = answer.send(Err(problem));
                }
            }
        });
        answered.await.map_err(|_| Problem::internal())?
    }

    /// Removes a sandbox that nobody knows of.
    async fn take_back(&self, id: &str)
    where
        M: Manage,
    {
        if let Err(problem) = self.backend.delete(id).await {
            tracing::warn!(sandbox = id, %problem, "a sandbox stays behind that nobody knows of");
        }
    }

    /// The session that goes with a sandbox that is awake.
    pub(super) fn session(&self, headers: &HeaderMap, awake: Awake) -> Result<Session, Problem> {
        let session = match &awake.agent {
            AgentAt::Here { session } => session_here(&self.tokens, headers, &awake, session),
            AgentAt::Elsewhere(session) => Some(Session::clone(session)),
        };
        session.ok_or_else(Problem::internal)
    }
}

async fn only_with_key(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if let Err(problem) = door.access.check_origin(headers) {
        return Failure::from(problem).into_response();
    }
    let mut given = headers.get_all(AUTHORIZATION).into_iter();
    let given = given.next().filter(|_| given.next().is_none());
    // A right key is let in however many wrong ones came before it.
    if given.is_some_and(|given| door.keys.open(given.as_bytes())) {
        return next.run(request).await;
    }
    let problem = if door
        .wrong_keys
        .allows(Caller::of(request.extensions()).address)
    {
        Problem::new(
            ProblemKind::Unauthorized,
            "the API key is missing or wrong",
            "send one that the server was started with, as `Authorization: Bearer KEY`",
        )
    } else {
        Problem::limited(Limit::WrongKeysPerMinute, door.wrong_keys.bound())
    };
    Failure::from(problem).into_response()
}

async fn no_such_call() -> (StatusCode, Failure) {
    let problem = Problem::new(
        ProblemKind::NotFound,
        "there is no such call here",
        "check its path and method; this server has no workspaces and tokens of its own",
    );
    (StatusCode::NOT_FOUND, problem.into())
}
