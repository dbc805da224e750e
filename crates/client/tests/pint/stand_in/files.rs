//! `/files`, `/file_stat`, `/directories`.

use std::fs;
use std::path::PathBuf;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Shared, refuse, refuse_io};

const FAILED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
const BAD: StatusCode = StatusCode::BAD_REQUEST;

fn real(agent: &Shared, path: &str) -> PathBuf {
    agent.workspace.join(path)
}

pub async fn read(State(agent): State<Shared>, Path(path): Path<String>) -> Response {
    match fs::read(real(&agent, &path)) {
        // JSON texts have no place for other bytes.
        Ok(bytes) => {
            let content = String::from_utf8_lossy(&bytes);
            Json(json!({"path": path, "content": content})).into_response()
        }
        Err(error) => refuse_io(&error, BAD),
    }
}

pub async fn create(
    State(agent): State<Shared>,
    Path(path): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    let content = body["content"].as_str().unwrap_or_default();
    match fs::write(real(&agent, &path), content) {
        Ok(()) => {
            let body = json!({"path": path, "content": content});
            (StatusCode::CREATED, Json(body)).into_response()
        }
        Err(error) => refuse(FAILED, error.to_string()),
    }
}

pub async fn act(
    State(agent): State<Shared>,
    Path(path): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    let (Some(action), Some(to)) = (body["action"].as_str(), body["destination"].as_str()) else {
        return refuse(BAD, "missing destination");
    };
    let (from, target) = (real(&agent, &path), real(&agent, to));
    let acted = match action {
        "move" => fs::rename(from, target),
        "copy" => fs::copy(from, target).map(drop),
        _ => return refuse(BAD, "invalid action"),
    };
    match acted {
        Ok(()) => Json(json!({"message": "done", "from": path, "to": to})).into_response(),
        Err(error) => refuse(FAILED, error.to_string()),
    }
}

pub async fn delete(State(agent): State<Shared>, Path(path): Path<String>) -> Response {
    done(&path, fs::remove_file(real(&agent, &path)), StatusCode::OK)
}

pub async fn stat(State(agent): State<Shared>, Path(path): Path<String>) -> Response {
    let path = real(&agent, &path);
    match info(&path) {
        Ok(info) => Json(info).into_response(),
        Err(error) => refuse_io(&error, BAD),
    }
}

pub async fn list(State(agent): State<Shared>, Path(path): Path<String>) -> Response {
    let entries = match fs::read_dir(real(&agent, &path)) {
        Ok(entries) => entries,
        Err(error) => return refuse_io(&error, BAD),
    };
    let files = entries.filter_map(|entry| info(&entry.ok()?.path()).ok());
    Json(json!({"path": path, "files": files.collect::<Vec<_>>()})).into_response()
}

pub async fn make_directory(State(agent): State<Shared>, Path(path): Path<String>) -> Response {
    let made = fs::create_dir(real(&agent, &path));
    done(&path, made, StatusCode::CREATED)
}

pub async fn delete_directory(State(agent): State<Shared>, Path(path): Path<String>) -> Response {
    let all = agent.manners.lock().unwrap().removes_full_directories;
    let directory = real(&agent, &path);
    let removed = match all {
        // As Go's `RemoveAll`, it takes files as well.
        true if !directory.is_dir() => fs::remove_file(directory),
        true => fs::remove_dir_all(directory),
        false => fs::remove_dir(directory),
    };
    done(&path, removed, StatusCode::OK)
}

fn done(path: &str, outcome: std::io::Result<()>, status: StatusCode) -> Response {
    match outcome {
        Ok(()) => (status, Json(json!({"message": "done", "path": path}))).into_response(),
        Err(error) => refuse_io(&error, FAILED),
    }
}

fn info(path: &std::path::Path) -> std::io::Result<Value> {
    let metadata = fs::metadata(path)?;
    let changed = jiff::Timestamp::try_from(metadata.modified()?).unwrap();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(json!({
        "name": name,
        "path": path.to_string_lossy(),
        "isDir": metadata.is_dir(),
        "size": metadata.len(),
        "modTime": changed.to_string(),
    }))
}
