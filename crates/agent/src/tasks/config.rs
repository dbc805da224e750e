//! `.codesandbox/tasks.json` in the workspace, as it is read.

use std::num::NonZeroU16;

use rustix::io::Errno;
use serde::Deserialize;
use serde_json::{Map, Value};
use yew_sandbox_protocol::task::{Preview, TaskDefinition};

use super::json::without_comments;
use crate::files::Root;

pub(super) const FILE: &str = ".codesandbox/tasks.json";
/// Longest file that is read, in bytes: 1 MiB.
pub(super) const MOST_BYTES: usize = 1024 * 1024;
/// Most tasks, and most steps, that are taken from one file.
pub(super) const MOST_TASKS: usize = 256;
/// Longest name that is told, in bytes.
const MOST_NAME: usize = 1024;

/// What the file states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// The tasks by id, in the order of the file.
    pub(super) tasks: Vec<(String, TaskDefinition)>,
    /// The steps of the set-up, or what is wrong with them.
    pub(crate) steps: Result<Vec<TaskDefinition>, String>,
    /// What is wrong with some of it, for people.
    pub(super) errors: Vec<String>,
}

/// A task as it stands in the file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stated {
    #[serde(default)]
    name: Option<String>,
    command: String,
    #[serde(default)]
    run_at_start: Option<bool>,
    #[serde(default)]
    preview: Option<StatedPreview>,
}

#[derive(Deserialize)]
struct StatedPreview {
    #[serde(default)]
    port: Option<NonZeroU16>,
    #[serde(default, rename = "pr-link")]
    review_link: Option<String>,
}

/// Reads the file; an empty one where there is none.
///
/// # Errors
/// What is wrong with the file as a whole: a part of a sentence for people.
pub(crate) fn read(root: &Root) -> Result<Config, String> {
    Config::from_json(&read_json(root)?.unwrap_or_default())
}

/// The object in the file; `None` where there is no file.
pub(super) fn read_json(root: &Root) -> Result<Option<Map<String, Value>>, String> {
    let content = root
        .resolve(FILE)
        .and_then(|path| root.read_up_to(&path, MOST_BYTES));
    let content = match content {
        Ok(content) => content,
        Err(fault) if fault.errno() == Errno::NOENT => return Ok(None),
        Err(fault) => return Err(fault.reason()),
    };
    let content = without_comments(&content);
    if content.trim_ascii_start().first() != Some(&b'{') {
        return Err("it does not begin with `{`".to_owned());
    }
    let json = serde_json::from_slice(&content);
    json.map(Some).map_err(|error| error.to_string())
}

/// The file's place, as clients see it.
pub(crate) fn place(root: &Root) -> String {
    root.visible(&root.workspace().join(FILE))
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tasks: Vec::new(),
            steps: Ok(Vec::new()),
            errors: Vec::new(),
        }
    }
}

impl Config {
    pub(super) fn from_json(json: &Map<String, Value>) -> Result<Self, String> {
        let mut config = Self::default();
        match json.get("tasks") {
            None | Some(Value::Null) => {}
            Some(Value::Object(tasks)) => {
                for (id, task) in tasks.iter().take(MOST_TASKS) {
                    match definition(task, id) {
                        Ok(task) => config.tasks.push((id.clone(), task)),
                        Err(error) => config.errors.push(format!("task {id:?}: {error}")),
                    }
                }
                if tasks.len() > MOST_TASKS {
                    let message = format!("tasks: only the first {MOST_TASKS} are taken");
                    config.errors.push(message);
                }
            }
            Some(_) => return Err("`tasks` is no object".to_owned()),
        }
        config.steps = match json.get("setupTasks") {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(steps)) if steps.len() > MOST_TASKS => Err(format!(
                "`setupTasks` has {} steps and at most {MOST_TASKS} are taken",
                steps.len()
            )),
            Some(Value::Array(steps)) => steps.iter().enumerate().map(step).collect(),
            Some(_) => Err("`setupTasks` is no array".to_owned()),
        };
        if let Err(error) = &config.steps {
            config.errors.push(error.clone());
        }
        Ok(config)
    }
}

fn step((place, step): (usize, &Value)) -> Result<TaskDefinition, String> {
    // A command alone is short for a step that is named after it.
    let step = match step {
        Value::String(command) => Ok(TaskDefinition {
            name: short(command.clone()),
            command: command.clone(),
            run_at_start: None,
            preview: None,
        }),
        step => definition(step, ""),
    };
    step.map_err(|error| format!("step {} of `setupTasks`: {error}", place + 1))
}

/// A name within its bound. A command may be a whole program, and its name goes to everybody with each piece of output.
fn short(mut name: String) -> String {
    if name.len() > MOST_NAME {
        let end = (0..=MOST_NAME - 3)
            .rev()
            .find(|end| name.is_char_boundary(*end));
        name.truncate(end.unwrap_or(0));
        name.push('\u{2026}');
    }
    name
}

fn definition(task: &Value, id: &str) -> Result<TaskDefinition, String> {
    let stated = Stated::deserialize(task).map_err(|error| error.to_string())?;
    Ok(TaskDefinition {
        name: short(stated.name.unwrap_or_else(|| {
            if id.is_empty() {
                stated.command.clone()
            } else {
                id.to_owned()
            }
        })),
        command: stated.command,
        run_at_start: stated.run_at_start,
        preview: stated.preview.map(|preview| Preview {
            port: preview.port.map(NonZeroU16::get),
            review_link: preview.review_link,
        }),
    })
}
