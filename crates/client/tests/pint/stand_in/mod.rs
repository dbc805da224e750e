//! An agent that speaks REST and server-sent events, to the letter of its OpenAPI file, with real files and real processes.
//!
//! What the file leaves open, and where agents may differ, is in [`Manners`].

mod execs;
mod files;
mod ports;
mod tasks;

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch};
use axum::{Json, Router};
use futures_util::Stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub use execs::Exec;
use execs::Execs;
use tasks::Tasks;

/// The one token that opens it.
pub const TOKEN: &str = "a+b/c=";

/// What the OpenAPI file leaves open.
#[derive(Clone, Debug)]
pub struct Manners {
    /// Whether the output ends with an event that tells the exit code.
    pub tells_exit: bool,
    /// Whether the stream of output is closed when the process has ended.
    pub closes_streams: bool,
    /// Whether execs that have ended stay in the list.
    pub lists_ended: bool,
    /// Whether the data of an event begins with `data:` once more.
    pub repeats_data: bool,
    /// Whether a restart begins to count output anew.
    pub counts_anew: bool,
    /// After so many events a stream of output is closed.
    pub events_per_stream: Option<usize>,
    /// Whether directories that are not empty can be removed.
    pub removes_full_directories: bool,
    /// Whether arguments are joined into a line for a shell.
    pub evaluates: bool,
    /// How all that needs the token is refused.
    pub refuses: Option<StatusCode>,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            tells_exit: true,
            closes_streams: true,
            lists_ended: true,
            repeats_data: false,
            counts_anew: true,
            events_per_stream: None,
            removes_full_directories: true,
            evaluates: false,
            refuses: None,
        }
    }
}

/// What all handlers share.
pub struct Agent {
    /// Where relative paths begin, and processes.
    pub workspace: PathBuf,
    pub manners: Mutex<Manners>,
    /// Method and path of every request that was let in.
    pub seen: Mutex<Vec<String>>,
    pub execs: Execs,
    pub tasks: Tasks,
}

pub type Shared = Arc<Agent>;

/// A running agent. It ends with this.
pub struct StandIn {
    pub agent: Shared,
    pub port: u16,
    serving: tokio::task::JoinHandle<()>,
}

impl StandIn {
    pub async fn start(workspace: &Path) -> Self {
        let agent = Arc::new(Agent {
            workspace: workspace.to_owned(),
            manners: Mutex::default(),
            seen: Mutex::default(),
            execs: Execs::new(workspace),
            tasks: Tasks::default(),
        });
        agent.tasks.begin(&agent);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = router(Arc::clone(&agent));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            agent,
            port,
            serving,
        }
    }

    pub fn change(&self, change: impl FnOnce(&mut Manners)) {
        change(&mut self.agent.manners.lock().unwrap());
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.serving.abort();
        self.agent.execs.kill_all();
    }
}

fn router(agent: Shared) -> Router {
    let api = Router::new()
        .route(
            "/files/{path}",
            get(files::read)
                .post(files::create)
                .patch(files::act)
                .delete(files::delete),
        )
        .route("/file_stat/{path}", get(files::stat))
        .route(
            "/directories/{path}",
            get(files::list)
                .post(files::make_directory)
                .delete(files::delete_directory),
        )
        .route("/execs", get(execs::list).post(execs::create))
        .route(
            "/execs/{id}",
            get(execs::get).put(execs::update).delete(execs::delete),
        )
        .route("/execs/{id}/io", get(execs::output).post(execs::input))
        .route("/tasks", get(tasks::list))
        .route("/tasks/{id}", get(tasks::get))
        .route("/tasks/{id}/actions", patch(tasks::act))
        .route("/setup-tasks", get(tasks::setup))
        .route("/ports", get(ports::list))
        .route("/stream/execs", get(execs::stream))
        .route("/stream/ports", get(ports::stream))
        .layer(middleware::from_fn_with_state(Arc::clone(&agent), guard))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(agent);
    Router::new().nest("/api/v1", api)
}

async fn guard(State(agent): State<Shared>, request: Request, next: Next) -> Response {
    let expected = format!("Bearer {TOKEN}");
    let given = request.headers().get(AUTHORIZATION);
    if given.is_none_or(|given| given.as_bytes() != expected.as_bytes()) {
        return refuse(StatusCode::UNAUTHORIZED, "missing or invalid token");
    }
    if let Some(status) = agent.manners.lock().unwrap().refuses {
        return refuse(status, "refused");
    }
    let seen = format!("{} {}", request.method(), request.uri());
    agent.seen.lock().unwrap().push(seen);
    next.run(request).await
}

pub fn refuse(status: StatusCode, message: impl Into<String>) -> Response {
    let body = json!({"code": status.as_u16(), "message": message.into()});
    (status, Json(body)).into_response()
}

pub fn refuse_io(error: &std::io::Error, otherwise: StatusCode) -> Response {
    let status = match error.kind() {
        std::io::ErrorKind::NotFound => StatusCode::NOT_FOUND,
        _ => otherwise,
    };
    refuse(status, error.to_string())
}

/// A response of server-sent events.
pub fn events(agent: &Agent, values: impl Stream<Item = Value> + Send + 'static) -> Response {
    use futures_util::StreamExt;

    let repeats = agent.manners.lock().unwrap().repeats_data;
    let start = if repeats { "data: data: " } else { "data: " };
    let body = values.map(move |value| Ok::<_, Infallible>(format!("{start}{value}\n\n")));
    let headers = [(CONTENT_TYPE, "text/event-stream")];
    (headers, axum::body::Body::from_stream(body)).into_response()
}
