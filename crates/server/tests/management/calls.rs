//! Calls, and what is seen of their effect.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use yew_sandbox_protocol::Session;
use yew_sandbox_server::local::IsolationChoice;

use crate::support::{API_KEY, Answer, Request, Server};

pub(crate) const NONE: IsolationChoice = IsolationChoice::None;

pub(crate) async fn call(
    server: &Server,
    method: &'static str,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let request = Request::get(path)
        .method(method)
        .header("authorization", format!("Bearer {API_KEY}"));
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body.to_string()),
        None => request,
    };
    server.send(request).await
}

pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// The data of an answer that must be good.
pub(crate) async fn good(server: &Server, method: &'static str, path: &str, body: Value) -> Value {
    let body = (method != "GET" && method != "DELETE").then_some(body);
    let answer = call(server, method, path, body).await;
    let value = json(&answer);
    assert!((200..300).contains(&answer.status), "{path}: {value}");
    assert_eq!(value["success"], true);
    value["data"].clone()
}

/// The status and the text of an answer that must be a refusal in the API's shape.
pub(crate) async fn bad(
    server: &Server,
    method: &'static str,
    path: &str,
    body: Value,
) -> (u16, String) {
    let answer = call(server, method, path, Some(body)).await;
    let value = json(&answer);
    assert_eq!(value["success"], false, "{path}: {value}");
    let text = value["errors"][0].as_str().unwrap().to_owned();
    (answer.status, text)
}

pub(crate) async fn fork(server: &Server, source: &str, body: Value) -> String {
    let made = good(server, "POST", &format!("/sandbox/{source}/fork"), body).await;
    made["id"].as_str().unwrap().to_owned()
}

/// A session from the answer of a start or a session request.
pub(crate) fn session(id: &str, data: &Value) -> Session {
    let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
    serde_json::from_value(json!({
        "sandboxId": id,
        "pitcherURL": text("pitcher_url"),
        "pitcherToken": text("pitcher_token"),
        "workspacePath": text("workspace_path"),
        "bootupType": data.get("bootup_type").cloned().unwrap_or(json!("RUNNING")),
    }))
    .unwrap()
}

pub(crate) async fn start(server: &Server, id: &str) -> Session {
    let data = good(server, "POST", &format!("/vm/{id}/start"), json!({})).await;
    session(id, &data)
}

pub(crate) fn files_of(data: &Path) -> usize {
    std::fs::read_dir(data.join("sandboxes")).unwrap().count()
}

/// How many processes a sandbox has: what names it, or has its files as its own `/`.
pub(crate) fn processes_with(id: &str) -> usize {
    processes_of(id).len()
}

/// The folders in `/proc` of a sandbox's processes.
pub(crate) fn processes_of(id: &str) -> Vec<PathBuf> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let processes = processes.map(|process| process.path());
    let names_it = |process: &PathBuf| {
        ["cmdline", "mountinfo"].iter().any(|file| {
            let content = std::fs::read(process.join(file)).unwrap_or_default();
            String::from_utf8_lossy(&content).contains(id)
        })
    };
    processes.filter(names_it).collect()
}

/// The larger of the limits of data that a sandbox's processes have, in GiB.
pub(crate) fn memory_of(id: &str) -> Option<u64> {
    let limits = processes_of(id).into_iter().filter_map(|process| {
        let limits = std::fs::read_to_string(process.join("limits")).ok()?;
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max data size"))?;
        let bytes: u64 = line.split_whitespace().nth(3)?.parse().ok()?;
        Some(bytes >> 30)
    });
    limits.max()
}
