//! An agent in memory, on virtual time: the test says what it answers, and when.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use yew_sandbox_client::native::Native;
use yew_sandbox_client::{
    BoxFuture, Client, ClientOptions, Http, HttpError, HttpRequest, HttpResponse, Platform,
    SessionError, SessionSource, Socket, SocketEvents,
};

use crate::session;

/// What becomes of a request, by method and path, and by its body.
type Script = dyn Fn(&str, &Value) -> Reply + Send + Sync;

/// A platform whose one agent is scripted.
#[derive(Clone)]
pub struct Scripted {
    native: Native,
    script: Arc<Script>,
    is_visible: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<String>>>,
}

/// What comes of a request.
pub enum Reply {
    /// What most agents would say.
    Usual,
    /// Nothing, ever.
    Never,
    /// A body in pieces, each after a while.
    Pieces(u16, Vec<(Duration, String)>),
}

impl Reply {
    pub fn json(value: &Value) -> Self {
        Self::text(value.to_string())
    }

    pub fn text(text: String) -> Self {
        Self::Pieces(200, vec![(Duration::ZERO, text)])
    }

    pub fn refusal(status: u16) -> Self {
        let body = json!({"code": status, "message": "refused"});
        Self::Pieces(status, vec![(Duration::ZERO, body.to_string())])
    }

    /// The same, later.
    pub fn after(self, time: Duration) -> Self {
        match self {
            Self::Pieces(status, mut pieces) => {
                pieces.insert(0, (time, String::new()));
                Self::Pieces(status, pieces)
            }
            other => other,
        }
    }
}

impl Scripted {
    /// Its script is asked by method and path, such as `GET files/%2Fw%2Fa`, and by the body. The workspace is `/w`.
    pub fn new(script: impl Fn(&str, &Value) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            native: Native::new(),
            script: Arc::new(script),
            is_visible: Arc::new(AtomicBool::new(true)),
            seen: Arc::default(),
        }
    }

    pub fn client(&self, change: impl FnOnce(&mut ClientOptions)) -> Client {
        let source = SessionSource::new(|_| async { Ok::<_, SessionError>(session(1, "/w")) });
        let mut options = ClientOptions::new(source);
        change(&mut options);
        Client::with_platform(options, self.clone())
    }

    pub fn show(&self, is_visible: bool) {
        self.is_visible.store(is_visible, Ordering::SeqCst);
    }

    /// How often something was asked.
    pub fn count(&self, start: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|seen| seen.starts_with(start)).count()
    }
}

/// Entries of a directory: directories, and files with their sizes.
pub fn directory(directories: &[String], files: &[(&str, usize)]) -> Reply {
    let directories = directories
        .iter()
        .map(|name| json!({"name": name, "isDir": true, "size": 0, "modTime": ""}));
    let files = files
        .iter()
        .map(|(name, size)| json!({"name": name, "isDir": false, "size": size, "modTime": ""}));
    let all: Vec<_> = directories.chain(files).collect();
    Reply::json(&json!({"files": all}))
}

impl Platform for Scripted {
    fn open(&self, _url: &str, _events: SocketEvents) -> Box<dyn Socket> {
        panic!("the session leads to an agent that speaks REST");
    }

    fn now(&self) -> Duration {
        self.native.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        self.native.sleep(duration)
    }

    fn spawn(&self, task: BoxFuture<()>) {
        self.native.spawn(task);
    }

    fn seed(&self) -> u64 {
        1
    }

    fn http(&self) -> Option<Box<dyn Http>> {
        Some(Box::new(self.clone()))
    }

    fn is_visible(&self) -> bool {
        self.is_visible.load(Ordering::SeqCst)
    }
}

impl Http for Scripted {
    fn fetch(&self, request: HttpRequest) -> BoxFuture<Result<HttpResponse, HttpError>> {
        let (_, path) = request.url.split_once("/api/v1/").unwrap();
        let asked = format!("{} {path}", request.method);
        self.seen.lock().unwrap().push(asked.clone());
        let body = serde_json::from_slice(&request.body).unwrap_or_default();
        let reply = match (self.script)(&asked, &body) {
            Reply::Usual => usual(&asked),
            reply => reply,
        };
        Box::pin(async move {
            let Reply::Pieces(status, pieces) = reply else {
                return std::future::pending().await;
            };
            let body = stream::unfold(pieces.into_iter(), |mut pieces| async move {
                let (time, text) = pieces.next()?;
                tokio::time::sleep(time).await;
                Some((Ok(Bytes::from(text)), pieces))
            });
            Ok(HttpResponse {
                status,
                body: Box::pin(body),
            })
        })
    }
}

fn usual(asked: &str) -> Reply {
    match asked {
        "GET setup-tasks" => Reply::json(&json!({"setupTasks": []})),
        "GET file_stat/%2Fw" => {
            Reply::json(&json!({"name": "w", "isDir": true, "size": 0, "modTime": ""}))
        }
        asked if asked.starts_with("GET stream/") => Reply::Never,
        _ => Reply::refusal(404),
    }
}
