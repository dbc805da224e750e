//! The JSON of the agent's REST interface, as far as it matters here. Fields that are not known are ignored.

use serde::{Deserialize, Serialize};

/// The body of every refusal.
#[derive(Deserialize)]
pub(super) struct Refusal {
    pub(super) message: String,
}

/// An answer of which nothing is needed.
#[derive(Deserialize)]
pub(super) struct Done {}

#[derive(Serialize)]
pub(super) struct WriteFile<'a> {
    pub(super) content: &'a str,
}

#[derive(Deserialize)]
pub(super) struct File {
    pub(super) content: String,
}

#[derive(Serialize)]
pub(super) struct FileAction<'a> {
    /// `move` or `copy`.
    pub(super) action: &'static str,
    pub(super) destination: &'a str,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileInfo {
    pub(super) name: String,
    pub(super) is_dir: bool,
    pub(super) size: u64,
    pub(super) mod_time: String,
}

#[derive(Deserialize)]
pub(super) struct Directory {
    /// Null where an empty list is meant.
    pub(super) files: Option<Vec<FileInfo>>,
}

#[derive(Serialize)]
pub(super) struct NewExec<'a> {
    pub(super) command: &'a str,
    pub(super) args: &'a [String],
    pub(super) autorun: bool,
    /// Whether it is on a terminal.
    pub(super) interactive: bool,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Exec {
    pub(super) id: String,
    #[serde(default)]
    pub(super) command: String,
    #[serde(default)]
    pub(super) args: Option<Vec<String>>,
    #[serde(default)]
    pub(super) status: String,
    /// Another one after each start.
    #[serde(default)]
    pub(super) pid: i64,
    #[serde(default)]
    pub(super) interactive: bool,
    /// Of a process that runs it is there too, and means nothing.
    #[serde(default)]
    pub(super) exit_code: Option<i32>,
}

impl Exec {
    /// Whether its process has ended. The agent writes its states in more than one way.
    pub(super) fn is_over(&self) -> bool {
        const OVER: [&str; 8] = [
            "exited",
            "stopped",
            "finished",
            "completed",
            "error",
            "failed",
            "killed",
            "terminated",
        ];
        OVER.iter()
            .any(|word| self.status.eq_ignore_ascii_case(word))
    }
}

#[derive(Deserialize)]
pub(super) struct Execs {
    pub(super) execs: Option<Vec<Exec>>,
}

#[derive(Serialize)]
pub(super) struct UpdateExec {
    pub(super) status: &'static str,
}

#[derive(Serialize)]
pub(super) struct ExecInput<'a> {
    /// `stdin` or `resize`.
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) input: &'a str,
}

/// One event of an exec's output.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ExecOutput {
    /// `stdout` or `stderr`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) output: String,
    pub(super) sequence: i64,
    pub(super) timestamp: Option<String>,
    /// Only there once the process has ended.
    pub(super) exit_code: Option<i32>,
}

#[derive(Deserialize)]
pub(super) struct TaskPreview {
    pub(super) port: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaskConfig {
    pub(super) name: String,
    #[serde(default)]
    pub(super) command: String,
    pub(super) run_at_start: Option<bool>,
    pub(super) preview: Option<TaskPreview>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Task {
    pub(super) id: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) exec_id: String,
    pub(super) config: TaskConfig,
}

#[derive(Deserialize)]
pub(super) struct Tasks {
    pub(super) tasks: Option<Vec<Task>>,
}

#[derive(Deserialize)]
pub(super) struct OneTask {
    pub(super) task: Task,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetupTask {
    pub(super) name: String,
    pub(super) command: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) exec_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetupTasks {
    pub(super) setup_tasks: Option<Vec<SetupTask>>,
}

#[derive(Deserialize)]
pub(super) struct PortInfo {
    pub(super) port: u16,
}

#[derive(Deserialize)]
pub(super) struct Ports {
    pub(super) ports: Option<Vec<PortInfo>>,
}
