//! `/execs`: processes, on pipes or on terminals.

use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, watch};

use super::{Manners, Shared, events, refuse};

/// All execs, and who is told that one of them changed.
pub struct Execs {
    workspace: PathBuf,
    all: Mutex<BTreeMap<u64, Arc<Exec>>>,
    changes: watch::Sender<u64>,
}

/// One exec.
pub struct Exec {
    pub id: String,
    pub command: String,
    pub args: Vec<String>,
    pub interactive: bool,
    state: Mutex<Progress>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Progress {
    is_running: bool,
    pid: u32,
    exit_code: i32,
    events: Vec<Value>,
    sequence: u64,
    input: Option<mpsc::UnboundedSender<Input>>,
}

enum Input {
    Text(String),
    Size(u16, u16),
}

impl Execs {
    pub fn new(workspace: &FilePath) -> Self {
        Self {
            workspace: workspace.to_owned(),
            all: Mutex::default(),
            changes: watch::channel(0).0,
        }
    }

    pub fn find(&self, id: &str) -> Option<Arc<Exec>> {
        let all = self.all.lock().unwrap();
        all.get(&id.parse().ok()?).cloned()
    }

    pub fn all(&self) -> Vec<Arc<Exec>> {
        self.all.lock().unwrap().values().cloned().collect()
    }

    pub fn kill_all(&self) {
        for exec in self.all() {
            exec.kill();
        }
    }

    pub fn add(
        &self,
        agent: &Shared,
        command: &str,
        args: Vec<String>,
        interactive: bool,
    ) -> Arc<Exec> {
        let mut all = self.all.lock().unwrap();
        let number = all.last_key_value().map_or(1, |(number, _)| number + 1);
        let exec = Arc::new(Exec {
            id: number.to_string(),
            command: command.to_owned(),
            args,
            interactive,
            state: Mutex::new(Progress {
                is_running: true,
                ..Progress::default()
            }),
            changes: watch::channel(0).0,
        });
        all.insert(number, Arc::clone(&exec));
        drop(all);
        self.run(agent, &exec);
        exec
    }

    pub fn run(&self, agent: &Shared, exec: &Arc<Exec>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let evaluates = agent.manners.lock().unwrap().evaluates;
        let spawned = spawn(exec, &self.workspace, evaluates);
        {
            let mut state = exec.state.lock().unwrap();
            state.is_running = true;
            state.exit_code = 0;
            state.input = Some(sender);
            state.pid = spawned.as_ref().map_or(0, |process| process.pid);
            if agent.manners.lock().unwrap().counts_anew {
                state.events.clear();
                state.sequence = 0;
            }
        }
        let (agent, exec) = (Arc::clone(agent), Arc::clone(exec));
        self.changed();
        tokio::spawn(async move {
            let code = match spawned {
                Ok(process) => process.run(&exec, receiver).await,
                Err(error) => {
                    exec.put("stderr", &error.to_string(), None);
                    127
                }
            };
            if agent.manners.lock().unwrap().tells_exit {
                exec.put("stdout", "", Some(code));
            }
            {
                let mut state = exec.state.lock().unwrap();
                state.is_running = false;
                state.exit_code = code;
                state.input = None;
            }
            exec.changes.send_modify(|count| *count += 1);
            agent.execs.changed();
        });
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn told(&self, manners: &Manners) -> Value {
        let all = self.all();
        let listed = all
            .iter()
            .filter(|exec| manners.lists_ended || exec.is_running());
        json!({"execs": listed.map(|exec| exec.told()).collect::<Vec<_>>()})
    }
}

impl Exec {
    pub fn is_running(&self) -> bool {
        self.state.lock().unwrap().is_running
    }

    pub fn exit_code(&self) -> i32 {
        self.state.lock().unwrap().exit_code
    }

    pub fn kill(&self) {
        let (pid, is_running) = {
            let state = self.state.lock().unwrap();
            (state.pid, state.is_running)
        };
        if is_running && pid > 0 {
            let kill = std::process::Command::new("kill")
                .args(["-KILL", "--", &format!("-{pid}")])
                .stderr(Stdio::null())
                .status();
            kill.unwrap();
        }
    }

    fn told(&self) -> Value {
        let state = self.state.lock().unwrap();
        json!({
            "id": self.id,
            "command": self.command,
            "args": self.args,
            "status": if state.is_running { "RUNNING" } else { "EXITED" },
            "pid": state.pid,
            "interactive": self.interactive,
            "exitCode": state.exit_code,
        })
    }

    fn put(&self, kind: &str, output: &str, exit_code: Option<i32>) {
        let mut state = self.state.lock().unwrap();
        state.sequence += 1;
        let now = jiff::Timestamp::now().to_string();
        let mut event = json!({
            "type": kind, "output": output, "sequence": state.sequence, "timestamp": now,
        });
        if let Some(code) = exit_code {
            event["exitCode"] = code.into();
        }
        state.events.push(event);
        drop(state);
        self.changes.send_modify(|count| *count += 1);
    }

    /// The next event behind a sequence number; whether the process runs.
    fn next(&self, last: u64) -> (Option<Value>, bool) {
        let state = self.state.lock().unwrap();
        let event = state
            .events
            .iter()
            .find(|event| event["sequence"].as_u64().unwrap() > last);
        (event.cloned(), state.is_running)
    }
}

pub async fn list(State(agent): State<Shared>) -> Response {
    let manners = agent.manners.lock().unwrap().clone();
    Json(agent.execs.told(&manners)).into_response()
}

pub async fn create(State(agent): State<Shared>, Json(body): Json<Value>) -> Response {
    let (Some(command), Some(args)) = (body["command"].as_str(), body["args"].as_array()) else {
        return refuse(StatusCode::BAD_REQUEST, "invalid request body");
    };
    let args = args.iter().map(|arg| arg.as_str().unwrap().to_owned());
    let interactive = body["interactive"].as_bool().unwrap_or(false);
    let exec = agent
        .execs
        .add(&agent, command, args.collect(), interactive);
    (StatusCode::CREATED, Json(exec.told())).into_response()
}

pub async fn get(State(agent): State<Shared>, Path(id): Path<String>) -> Response {
    match agent.execs.find(&id) {
        Some(exec) => Json(exec.told()).into_response(),
        None => missing(),
    }
}

pub async fn update(
    State(agent): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    let Some(exec) = agent.execs.find(&id) else {
        return missing();
    };
    if body["status"] != "running" {
        return refuse(StatusCode::BAD_REQUEST, "invalid status");
    }
    if exec.is_running() {
        return refuse(StatusCode::CONFLICT, "exec is already running");
    }
    agent.execs.run(&agent, &exec);
    Json(exec.told()).into_response()
}

pub async fn delete(State(agent): State<Shared>, Path(id): Path<String>) -> Response {
    let removed = {
        let mut all = agent.execs.all.lock().unwrap();
        id.parse().ok().and_then(|number: u64| all.remove(&number))
    };
    let Some(exec) = removed else {
        return missing();
    };
    exec.kill();
    agent.execs.changed();
    Json(json!({"message": "deleted"})).into_response()
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct From {
    last_sequence: Option<u64>,
}

pub async fn output(
    State(agent): State<Shared>,
    Path(id): Path<String>,
    Query(from): Query<From>,
) -> Response {
    let Some(exec) = agent.execs.find(&id) else {
        return missing();
    };
    let manners = agent.manners.lock().unwrap().clone();
    let left = manners.events_per_stream.unwrap_or(usize::MAX);
    let changes = exec.changes.subscribe();
    let start = (exec, changes, from.last_sequence.unwrap_or(0), left);
    let stream = stream::unfold(start, move |(exec, mut changes, last, left)| async move {
        if left == 0 {
            return None;
        }
        loop {
            changes.borrow_and_update();
            match exec.next(last) {
                (Some(event), _) => {
                    let last = event["sequence"].as_u64().unwrap();
                    return Some((event, (exec, changes, last, left - 1)));
                }
                (None, false) if manners.closes_streams => return None,
                (None, _) => changes.changed().await.unwrap(),
            }
        }
    });
    events(&agent, stream)
}

pub async fn input(
    State(agent): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    let Some(exec) = agent.execs.find(&id) else {
        return missing();
    };
    let text = body["input"].as_str().unwrap_or_default();
    let input = match body["type"].as_str() {
        Some("stdin") => Input::Text(text.to_owned()),
        Some("resize") => {
            let size: Value = serde_json::from_str(text).unwrap_or_default();
            let measure = |name: &str| size[name].as_u64().and_then(|it| u16::try_from(it).ok());
            match (measure("rows"), measure("cols")) {
                (Some(rows), Some(cols)) => Input::Size(rows, cols),
                _ => return refuse(StatusCode::BAD_REQUEST, "invalid size"),
            }
        }
        _ => return refuse(StatusCode::BAD_REQUEST, "invalid type"),
    };
    let sender = exec.state.lock().unwrap().input.clone();
    match sender.map(|sender| sender.send(input)) {
        Some(Ok(())) => Json(exec.told()).into_response(),
        _ => refuse(StatusCode::INTERNAL_SERVER_ERROR, "exec does not run"),
    }
}

pub async fn stream(State(agent): State<Shared>) -> Response {
    let changes = agent.execs.changes.subscribe();
    let start = (Arc::clone(&agent), changes, true);
    let stream = stream::unfold(start, |(agent, mut changes, is_first)| async move {
        if !is_first {
            // A short pause, so that what is quick falls between two lists.
            tokio::time::sleep(Duration::from_millis(20)).await;
            changes.changed().await.unwrap();
        }
        changes.borrow_and_update();
        let manners = agent.manners.lock().unwrap().clone();
        Some((agent.execs.told(&manners), (agent, changes, false)))
    });
    events(&agent, stream)
}

fn missing() -> Response {
    refuse(StatusCode::NOT_FOUND, "exec not found")
}

/// A process with its ends.
struct Process {
    pid: u32,
    child: tokio::process::Child,
    pty: Option<pty_process::Pty>,
}

fn spawn(exec: &Exec, workspace: &FilePath, evaluates: bool) -> std::io::Result<Process> {
    let (mut program, mut args) = (exec.command.clone(), exec.args.clone());
    if evaluates {
        args.insert(0, program);
        args = vec!["-c".to_owned(), args.join(" ")];
        program = "bash".to_owned();
    }
    let failed = |error: pty_process::Error| std::io::Error::other(error.to_string());
    let (child, pty) = if exec.interactive {
        let (pty, pts) = pty_process::open().map_err(failed)?;
        let command = pty_process::Command::new(&program)
            .args(&args)
            .current_dir(workspace)
            .env("HOME", workspace)
            .kill_on_drop(true);
        (command.spawn(pts).map_err(failed)?, Some(pty))
    } else {
        let mut command = tokio::process::Command::new(&program);
        command
            .args(&args)
            .current_dir(workspace)
            .env("HOME", workspace)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        (command.spawn()?, None)
    };
    Ok(Process {
        pid: child.id().unwrap_or(0),
        child,
        pty,
    })
}

impl Process {
    /// Passes everything on, and gives the exit code.
    async fn run(mut self, exec: &Exec, mut input: mpsc::UnboundedReceiver<Input>) -> i32 {
        let status = if let Some(pty) = self.pty.take() {
            let (reader, mut writer) = pty.into_split();
            let feed = async move {
                while let Some(input) = input.recv().await {
                    let sent = match input {
                        Input::Text(text) => writer.write_all(text.as_bytes()).await.is_ok(),
                        Input::Size(rows, cols) => {
                            writer.resize(pty_process::Size::new(rows, cols)).is_ok()
                        }
                    };
                    if !sent {
                        break;
                    }
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = feed => unreachable!("it never ends"),
                () = pass(exec, "stdout", reader) => {}
            }
            self.child.wait().await
        } else {
            let mut stdin = self.child.stdin.take().unwrap();
            let feed = async move {
                while let Some(input) = input.recv().await {
                    if let Input::Text(text) = input {
                        let _ = stdin.write_all(text.as_bytes()).await;
                        let _ = stdin.flush().await;
                    }
                }
                std::future::pending::<()>().await;
            };
            let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
            let passing = async {
                tokio::join!(
                    pass(exec, "stdout", stdout.unwrap()),
                    pass(exec, "stderr", stderr.unwrap())
                )
            };
            tokio::select! {
                () = feed => unreachable!("it never ends"),
                _ = passing => {}
            }
            self.child.wait().await
        };
        status.map_or(-1, code)
    }
}

/// Passes output on in whole letters.
async fn pass(exec: &Exec, kind: &str, mut reader: impl AsyncRead + Unpin) {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 4096];
    // A terminal without anybody at its other end says so by an error.
    while let Ok(length @ 1..) = reader.read(&mut buffer).await {
        bytes.extend_from_slice(&buffer[..length]);
        let whole = match std::str::from_utf8(&bytes) {
            Ok(_) => bytes.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => bytes.len(),
        };
        if whole > 0 {
            exec.put(kind, &String::from_utf8_lossy(&bytes[..whole]), None);
            bytes.drain(..whole);
        }
    }
}

fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;

    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}
