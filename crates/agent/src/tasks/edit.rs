//! Changes of the tasks file, for clients. What is not theirs in it stays; comments do not.

use serde_json::{Map, Value, json};
use yew_sandbox_protocol::task::{Preview, Task, TaskChanges, TaskDefinition};
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::Tasks;
use super::config::{Config, FILE, MOST_BYTES, MOST_TASKS, place, read_json};
use crate::files::{Fault, Root, WriteRules};
use crate::quoted::quoted;

/// Longest command and longest name of a task, in bytes: 64 KiB.
const MOST_TEXT: usize = 64 * 1024;

/// The object in the file.
type Json = Map<String, Value>;

impl Tasks {
    /// Writes a new task into the file, and gives its id.
    ///
    /// # Errors
    /// Where the file has the command, is broken, or cannot be written.
    pub(crate) async fn create(&self, task: TaskDefinition) -> Result<String, WireError> {
        self.refresh().await;
        let id = self.0.lock().new_id(&task.name);
        self.insert(id.clone(), task).await?;
        Ok(id)
    }

    /// Changes a task, in the file where it is in there.
    ///
    /// # Errors
    /// Where there is no such task, or the file is broken or cannot be written.
    pub(crate) async fn update(&self, id: &str, changes: TaskChanges) -> Result<Task, WireError> {
        self.refresh().await;
        let task = self.get(id)?;
        let mut changed = definition(&task);
        apply(&mut changed, changes.clone());
        check(&changed)?;
        if task.unconfigured == Some(true) {
            let mut state = self.0.lock();
            let mut own = state.unconfigured.iter_mut();
            if let Some((_, task)) = own.find(|(own, _)| own == id) {
                apply(task, changes);
            }
        } else {
            let key = id.to_owned();
            self.edit(move |file| {
                let tasks = tasks_of(file);
                let task = tasks.and_then(|tasks| tasks.get_mut(&key)?.as_object_mut());
                let task = task.ok_or_else(|| vanished(&key))?;
                write_changes(task, changes);
                Ok(())
            })
            .await?;
        }
        self.tell_of(id).await;
        self.get(id)
    }

    /// Writes a task that is not in the file into it.
    ///
    /// # Errors
    /// Where there is no such task, the file has it or its command, is broken, or cannot be written.
    pub(crate) async fn save(&self, id: &str) -> Result<Task, WireError> {
        self.refresh().await;
        let task = self.get(id)?;
        if task.unconfigured != Some(true) {
            return Err(configured(&task.command));
        }
        self.insert(id.to_owned(), definition(&task)).await?;
        self.tell_of(id).await;
        self.get(id)
    }

    /// Writes a file where there is none, with the tasks that are not in one.
    ///
    /// # Errors
    /// Where there is a file, or it cannot be written.
    pub(crate) async fn generate(&self) -> Result<(), WireError> {
        let own = self.0.lock().unconfigured.clone();
        let _turn = self.0.turn.lock().await;
        let tasks: Json = own
            .into_iter()
            .map(|(id, task)| (id, Value::Object(stated(task))))
            .collect();
        let file = json!({"setupTasks": [], "tasks": tasks});
        let write = move |root: &Root| {
            let Value::Object(file) = file else {
                return Ok(Config::default());
            };
            write(root, &file, false).map_err(|fault| match fault.errno() {
                rustix::io::Errno::EXIST => {
                    let message = format!("{} is there already", place(root));
                    WireError::new(ErrorCode::CONFIG_FILE_ALREADY_EXISTS, message)
                }
                _ => fault.into_wire("write", FILE),
            })?;
            parse(root, &file)
        };
        let config = self.blocking(write).await?;
        self.take(config).await;
        Ok(())
    }

    /// Replaces the steps of the set-up in the file.
    ///
    /// # Errors
    /// Where the file is broken or cannot be written.
    pub(crate) async fn set_steps(&self, steps: Vec<TaskDefinition>) -> Result<(), WireError> {
        if steps.len() > MOST_TASKS {
            let message = format!(
                "the set-up would have {} steps; at most {MOST_TASKS} are possible",
                steps.len()
            );
            return Err(WireError::new(ErrorCode::CRITICAL, message));
        }
        for step in &steps {
            check(step)?;
        }
        self.edit(move |file| {
            let steps = steps.into_iter().map(|step| Value::Object(stated(step)));
            file.insert("setupTasks".to_owned(), steps.collect());
            Ok(())
        })
        .await
    }

    async fn insert(&self, id: String, task: TaskDefinition) -> Result<(), WireError> {
        check(&task)?;
        {
            let state = self.0.lock();
            let mut commands = state.config.tasks.iter().map(|(_, own)| &own.command);
            if commands.any(|command| *command == task.command) {
                return Err(configured(&task.command));
            }
        }
        self.edit(move |file| {
            let tasks = tasks_of(file).ok_or_else(|| vanished(&id))?;
            if tasks.len() >= MOST_TASKS {
                let message =
                    format!("the tasks file has {MOST_TASKS} tasks, the most there can be");
                return Err(WireError::new(ErrorCode::RATE_LIMIT, message));
            }
            if tasks.contains_key(&id) {
                return Err(configured(&task.command));
            }
            tasks.insert(id, Value::Object(stated(task)));
            Ok(())
        })
        .await
    }

    /// Changes the file, and takes it over as it is then.
    async fn edit(
        &self,
        change: impl FnOnce(&mut Json) -> Result<(), WireError> + Send + 'static,
    ) -> Result<(), WireError> {
        let _turn = self.0.turn.lock().await;
        let config = self
            .blocking(move |root| {
                let file = read_json(root).map_err(|reason| broken(root, &reason))?;
                let mut file = file.unwrap_or_default();
                parse(root, &file)?;
                change(&mut file)?;
                let config = parse(root, &file)?;
                write(root, &file, true).map_err(|fault| fault.into_wire("write", FILE))?;
                Ok(config)
            })
            .await?;
        self.take(config).await;
        Ok(())
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Root) -> Result<T, WireError> + Send + 'static,
    ) -> Result<T, WireError> {
        let root = self.0.root.clone();
        let done = tokio::task::spawn_blocking(move || work(&root)).await;
        done.unwrap_or_else(|error| {
            let message = format!("the tasks file was not changed: {error}");
            Err(WireError::new(ErrorCode::CRITICAL, message))
        })
    }
}

/// The object of the tasks, made where there is nothing.
fn tasks_of(file: &mut Json) -> Option<&mut Json> {
    let tasks = file.entry("tasks").or_insert(Value::Null);
    if tasks.is_null() {
        *tasks = Value::Object(Json::new());
    }
    tasks.as_object_mut()
}

fn parse(root: &Root, file: &Json) -> Result<Config, WireError> {
    Config::from_json(file).map_err(|reason| broken(root, &reason))
}

fn write(root: &Root, file: &Json, overwrite: bool) -> Result<(), Fault> {
    let mut content = serde_json::to_vec_pretty(file).map_err(std::io::Error::from)?;
    content.push(b'\n');
    if content.len() > MOST_BYTES {
        // It could not be read again.
        return Err(rustix::io::Errno::FBIG.into());
    }
    let path = root.resolve(FILE)?;
    let rules = WriteRules {
        create: true,
        overwrite,
    };
    let (folder, _) = FILE.rsplit_once('/').unwrap_or_default();
    root.make_directory(&root.resolve(folder)?, true)?;
    root.write(&path, &content, rules)
}

fn definition(task: &Task) -> TaskDefinition {
    TaskDefinition {
        name: task.name.clone(),
        command: task.command.clone(),
        run_at_start: task.run_at_start,
        preview: task.preview.clone(),
    }
}

/// A task as it stands in a file.
fn stated(task: TaskDefinition) -> Json {
    let mut json = Json::new();
    let changes = TaskChanges {
        name: Some(task.name),
        command: Some(task.command),
        run_at_start: task.run_at_start,
        preview: task.preview,
    };
    write_changes(&mut json, changes);
    json
}

fn write_changes(task: &mut Json, changes: TaskChanges) {
    let TaskChanges {
        name,
        command,
        run_at_start,
        preview,
    } = changes;
    let fields = [
        ("name", name.map(Value::from)),
        ("command", command.map(Value::from)),
        ("runAtStart", run_at_start.map(Value::from)),
    ];
    for (field, value) in fields {
        if let Some(value) = value {
            task.insert(field.to_owned(), value);
        }
    }
    if let Some(Preview { port, review_link }) = preview {
        let own = task.entry("preview").or_insert(Value::Null);
        if !own.is_object() {
            *own = Value::Object(Json::new());
        }
        for (field, value) in [
            ("port", port.map(Value::from)),
            ("pr-link", review_link.map(Value::from)),
        ] {
            if let Some(value) = value {
                own[field] = value;
            }
        }
    }
}

fn apply(task: &mut TaskDefinition, changes: TaskChanges) {
    if let Some(name) = changes.name {
        task.name = name;
    }
    if let Some(command) = changes.command {
        task.command = command;
    }
    task.run_at_start = changes.run_at_start.or(task.run_at_start);
    if changes.preview.is_some() {
        task.preview = changes.preview;
    }
}

/// Refuses a task that cannot be.
///
/// # Errors
/// Where it has no command, a command or name that no program can have, or a port that there is not.
pub(super) fn check(task: &TaskDefinition) -> Result<(), WireError> {
    let complaint = if task.command.trim().is_empty() {
        "has no command; give it one"
    } else if task.command.len() > MOST_TEXT || task.name.len() > MOST_TEXT {
        "has a name or command of more than 64 KiB; put a long command into a file"
    } else if task.command.contains('\0') {
        "has a command with a null character; leave it out"
    } else if task.preview.as_ref().and_then(|preview| preview.port) == Some(0) {
        "has a preview at port 0; ports go from 1 to 65535"
    } else {
        return Ok(());
    };
    let message = format!("the task {} {complaint}", quoted(&task.name));
    Err(WireError::new(ErrorCode::CRITICAL, message))
}

fn configured(command: &str) -> WireError {
    let message = format!(
        "the tasks file has a task with the command {} already",
        quoted(command)
    );
    WireError::new(ErrorCode::COMMAND_ALREADY_CONFIGURED, message)
}

fn vanished(id: &str) -> WireError {
    let message = format!("the task {} is not in the tasks file any more", quoted(id));
    WireError::new(ErrorCode::TASK_NOT_FOUND, message)
}

fn broken(root: &Root, reason: &str) -> WireError {
    let place = place(root);
    let message = format!("{place} is broken: {reason}; correct it first");
    WireError::new(ErrorCode::CRITICAL, message)
}
