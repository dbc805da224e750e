//! `/tasks`, `/setup-tasks`: what `.codesandbox/tasks.json` states.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Agent, Exec, Shared, refuse};

/// The processes of tasks and steps.
#[derive(Default)]
pub struct Tasks {
    runs: Mutex<HashMap<String, Arc<Exec>>>,
    steps: Mutex<Vec<Option<Arc<Exec>>>>,
}

impl Tasks {
    /// Runs the steps of the set-up, one after the other.
    pub fn begin(&self, agent: &Shared) {
        let steps = file(agent)["setupTasks"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        *self.steps.lock().unwrap() = vec![None; steps.len()];
        let agent = Arc::clone(agent);
        tokio::spawn(async move {
            for (place, step) in steps.iter().enumerate() {
                let exec = start(&agent, step["command"].as_str().unwrap());
                agent.tasks.steps.lock().unwrap()[place] = Some(Arc::clone(&exec));
                while exec.is_running() {
                    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                }
                if exec.exit_code() != 0 {
                    break;
                }
            }
        });
    }
}

fn file(agent: &Agent) -> Value {
    let path = agent.workspace.join(".codesandbox/tasks.json");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn start(agent: &Shared, command: &str) -> Arc<Exec> {
    let args = vec!["-c".to_owned(), command.to_owned()];
    agent.execs.add(agent, "bash", args, true)
}

fn base(exec: Option<&Arc<Exec>>) -> Value {
    let status = match exec {
        None => "IDLE",
        Some(exec) if exec.is_running() => "RUNNING",
        Some(exec) if exec.exit_code() == 0 => "FINISHED",
        Some(exec) if exec.exit_code() > 128 => "KILLED",
        Some(_) => "ERROR",
    };
    let id = exec.map_or("", |exec| exec.id.as_str());
    json!({"status": status, "execId": id, "startTime": "", "endTime": ""})
}

fn told(agent: &Agent, id: &str, config: &Value) -> Value {
    let runs = agent.tasks.runs.lock().unwrap();
    let mut task = base(runs.get(id));
    task["id"] = id.into();
    task["config"] = config.clone();
    task["config"]["runAtStart"] = config["runAtStart"].as_bool().unwrap_or(false).into();
    task
}

pub async fn list(State(agent): State<Shared>) -> Response {
    let file = file(&agent);
    let tasks = file["tasks"].as_object().cloned().unwrap_or_default();
    let tasks = tasks.iter().map(|(id, config)| told(&agent, id, config));
    Json(json!({"tasks": tasks.collect::<Vec<_>>()})).into_response()
}

pub async fn get(State(agent): State<Shared>, Path(id): Path<String>) -> Response {
    match file(&agent)["tasks"].get(&id) {
        Some(config) => Json(json!({"task": told(&agent, &id, config)})).into_response(),
        None => refuse(StatusCode::NOT_FOUND, "task not found"),
    }
}

pub async fn act(
    State(agent): State<Shared>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let file = file(&agent);
    let Some(config) = file["tasks"].get(&id) else {
        return refuse(StatusCode::NOT_FOUND, "task not found");
    };
    let command = config["command"].as_str().unwrap_or_default();
    let run = agent.tasks.runs.lock().unwrap().get(&id).cloned();
    let is_running = run.as_ref().is_some_and(|run| run.is_running());
    match query.get("actionType").map(String::as_str) {
        Some("start") if !is_running => {
            let exec = start(&agent, command);
            agent.tasks.runs.lock().unwrap().insert(id.clone(), exec);
        }
        Some("stop") if is_running => run.unwrap().kill(),
        Some("start" | "stop") => return refuse(StatusCode::CONFLICT, "invalid state transition"),
        _ => return refuse(StatusCode::BAD_REQUEST, "invalid action type"),
    }
    let run = agent.tasks.runs.lock().unwrap().get(&id).cloned();
    let mut answer = base(run.as_ref());
    answer["id"] = id.into();
    answer["name"] = config["name"].clone();
    answer["command"] = command.into();
    answer["message"] = "done".into();
    Json(answer).into_response()
}

pub async fn setup(State(agent): State<Shared>) -> Response {
    let file = file(&agent);
    let steps = file["setupTasks"].as_array().cloned().unwrap_or_default();
    let runs = agent.tasks.steps.lock().unwrap().clone();
    let steps = steps.iter().enumerate().map(|(place, step)| {
        let mut told = base(runs.get(place).and_then(Option::as_ref));
        told["name"] = step["name"].clone();
        told["command"] = step["command"].clone();
        told
    });
    Json(json!({"setupTasks": steps.collect::<Vec<_>>()})).into_response()
}
