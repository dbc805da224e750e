//! `task/*`: named commands.

use yew_sandbox_protocol::shell::{Create as CreateShell, ShellStatus, ShellType};
use yew_sandbox_protocol::task::{
    Create, CreateSetupTasks, GenerateConfig, List, Preview, Run, RunCommand, SaveToConfig, Stop,
    Task, TaskChanges, TaskDefinition, Tasks, Update,
};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, Map, Request, WireError};

use super::command::FakeCommand;
use super::definitions::{FILE, check, configured, new_id};
use super::sandbox::FakeSandbox;
use super::setup::FakeStep;
use super::state::{Answer, State, answer, params};

/// A task: a named command. It does what the scripts say of its command line; one of which they do not know opens its port, if it
/// has one, and runs until someone stops it.
#[derive(Clone, Debug, PartialEq)]
pub struct FakeTask {
    pub(super) id: String,
    definition: TaskDefinition,
    is_unconfigured: bool,
    shell: Option<String>,
}

impl FakeTask {
    /// A task whose id is its name. One that a client makes gets an id of the agent's kind, such as `dev-server`.
    pub fn new(name: &str, command: &str) -> Self {
        Self {
            id: name.to_owned(),
            definition: TaskDefinition {
                name: name.to_owned(),
                command: command.to_owned(),
                run_at_start: None,
                preview: None,
            },
            is_unconfigured: false,
            shell: None,
        }
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.definition.preview = Some(Preview {
            port: Some(port),
            review_link: None,
        });
        self
    }

    /// The same task, said to start with the sandbox. It does not start by itself.
    #[must_use]
    pub fn run_at_start(mut self) -> Self {
        self.definition.run_at_start = Some(true);
        self
    }

    fn own_port(&self) -> Option<u16> {
        self.definition
            .preview
            .as_ref()
            .and_then(|preview| preview.port)
    }
}

impl FakeSandbox {
    /// Replaces the tasks, and tells of them. What runs goes on.
    pub fn set_tasks(&self, tasks: impl IntoIterator<Item = FakeTask>) {
        let tasks: Vec<FakeTask> = tasks.into_iter().collect();
        self.with(|state| {
            for mut task in tasks.clone() {
                let known = state.tasks.iter().find(|known| known.id == task.id);
                task.shell = known.and_then(|known| known.shell.clone());
                state.tasks.retain(|known| known.id != task.id);
                state.tasks.push(task);
            }
            state
                .tasks
                .retain(|known| tasks.iter().any(|task| task.id == known.id));
            state.tell_tasks();
        });
    }

    /// Another client starts a task. Returns whether there is one of this id.
    pub fn run_task(&self, id: &str) -> bool {
        self.with(|state| state.run_task(id).is_ok())
    }

    /// Another client stops a task. Returns whether there is one of this id.
    pub fn stop_task(&self, id: &str) -> bool {
        self.with(|state| state.stop_task(id).is_ok())
    }
}

impl State {
    pub(super) fn task(&mut self, frame: &ClientFrame) -> Answer {
        if frame.method == List::METHOD {
            return answer(&self.all_tasks());
        }
        self.may_change(frame)?;
        match frame.method.as_str() {
            Run::METHOD => {
                let request: Run = params(frame)?;
                self.run_task(&request.task_id)?;
                answer(&self.described(&request.task_id)?)
            }
            Stop::METHOD => {
                let request: Stop = params(frame)?;
                self.stop_task(&request.task_id)?;
                answer(&Some(self.described(&request.task_id)?))
            }
            RunCommand::METHOD => {
                let request: RunCommand = params(frame)?;
                let name = request.name.unwrap_or_else(|| request.command.clone());
                let mut task = FakeTask::new(&name, &request.command);
                task.is_unconfigured = request.save_to_config != Some(true);
                let id = self.add_task(task)?;
                self.run_task(&id)?;
                answer(&self.described(&id)?)
            }
            Create::METHOD => {
                let request: Create = params(frame)?;
                let mut task = FakeTask::new(&request.task_fields.name, "");
                task.definition = request.task_fields;
                let id = self.add_task(task)?;
                if request.start_task == Some(true) {
                    self.run_task(&id)?;
                }
                answer(&self.all_tasks())
            }
            Update::METHOD => {
                let Update {
                    task_id,
                    task_fields,
                } = params(frame)?;
                let task = self.known_task(&task_id)?;
                let mut changed = task.definition.clone();
                change(&mut changed, task_fields);
                check(&changed)?;
                task.definition = changed;
                self.tell_tasks();
                answer(&self.described(&task_id)?)
            }
            SaveToConfig::METHOD => {
                let request: SaveToConfig = params(frame)?;
                self.save_task(&request.task_id)?;
                answer(&self.described(&request.task_id)?)
            }
            GenerateConfig::METHOD => {
                self.generate_tasks_file()?;
                answer(&())
            }
            CreateSetupTasks::METHOD => {
                let request: CreateSetupTasks = params(frame)?;
                request.tasks.iter().try_for_each(check)?;
                self.has_tasks_file = true;
                let steps = request.tasks.iter();
                let steps = steps.map(|step| FakeStep::waiting(&step.name, &step.command));
                self.steps = steps.collect();
                answer(&())
            }
            _ => self.unknown(frame),
        }
    }

    /// What a command does that is a task's, where no script says it.
    pub(super) fn task_of_line(&self, line: &str) -> Option<FakeCommand> {
        let mut tasks = self.tasks.iter();
        let task = tasks.find(|task| task.definition.command == line)?;
        let command = FakeCommand::from(format!("> {line}\n").as_str());
        Some(match task.own_port() {
            Some(port) => command.open_port(port).forever(),
            None => command.forever(),
        })
    }

    /// Tells of the task that a shell runs.
    pub(super) fn tell_task_of(&mut self, shell_id: &str) {
        let mut tasks = self.tasks.iter();
        let task = tasks.find(|task| task.shell.as_deref() == Some(shell_id));
        if let Some(task) = task.map(|task| self.describe(task)) {
            self.tell(&task);
        }
    }

    fn run_task(&mut self, id: &str) -> Result<(), WireError> {
        let task = self.known_task(id)?;
        let (old, definition) = (task.shell.clone(), task.definition.clone());
        if let Some(old) = old {
            if self
                .find_shell(&old)
                .is_some_and(|shell| shell.is_running())
            {
                return Ok(());
            }
            self.terminate_shell(None, &old);
        }
        let shell = CreateShell {
            command: Some(definition.command),
            cwd: None,
            size: None,
            kind: Some(ShellType::Command),
            is_system_shell: Some(true),
        };
        let shell_id = self.create_shell(shell, None);
        if let Some(shell) = self.find_shell(&shell_id) {
            shell.info.name = definition.name;
        }
        self.known_task(id)?.shell = Some(shell_id.clone());
        self.tell_task_of(&shell_id);
        Ok(())
    }

    fn stop_task(&mut self, id: &str) -> Result<(), WireError> {
        let shell = self.known_task(id)?.shell.clone();
        if let Some(shell) = shell
            && self
                .find_shell(&shell)
                .is_some_and(|shell| shell.is_running())
        {
            self.end_shell(&shell, ShellStatus::Killed, 129);
        }
        Ok(())
    }

    /// Takes in a task that a client made, and gives its id.
    fn add_task(&mut self, mut task: FakeTask) -> Result<String, WireError> {
        check(&task.definition)?;
        if !task.is_unconfigured {
            self.check_is_new(&task.definition.command)?;
        }
        task.id = new_id(&task.definition.name, |id| {
            self.tasks.iter().any(|known| known.id == id)
        });
        let id = task.id.clone();
        self.tasks.push(task);
        self.tell_tasks();
        Ok(id)
    }

    /// Puts a task into the file that is not in there, behind those that are.
    fn save_task(&mut self, id: &str) -> Result<(), WireError> {
        let mut task = self.known_task(id)?.clone();
        if !task.is_unconfigured {
            return Err(configured(&task.definition.command));
        }
        self.check_is_new(&task.definition.command)?;
        task.is_unconfigured = false;
        self.tasks.retain(|known| known.id != id);
        self.tasks.push(task);
        self.tell_tasks();
        Ok(())
    }

    /// Fails where a task in the file has the command.
    fn check_is_new(&self, command: &str) -> Result<(), WireError> {
        let mut in_file = self.tasks.iter().filter(|task| !task.is_unconfigured);
        if in_file.any(|task| task.definition.command == command) {
            return Err(configured(command));
        }
        Ok(())
    }

    /// Makes a file of all tasks, where there is none. What is in it is not among the fake's files.
    fn generate_tasks_file(&mut self) -> Result<(), WireError> {
        let is_there = self.has_tasks_file
            || self.tree.status(FILE).is_ok()
            || !self.steps.is_empty()
            || self.tasks.iter().any(|task| !task.is_unconfigured);
        if is_there {
            let message = format!("{FILE} is there already");
            let code = ErrorCode::CONFIG_FILE_ALREADY_EXISTS;
            return Err(WireError::new(code, message));
        }
        self.has_tasks_file = true;
        for task in &mut self.tasks {
            task.is_unconfigured = false;
        }
        self.tell_tasks();
        Ok(())
    }

    fn known_task(&mut self, id: &str) -> Result<&mut FakeTask, WireError> {
        let known = self.tasks.iter_mut().find(|task| task.id == id);
        known.ok_or_else(|| {
            let message = format!("there is no task {id:?}; list the tasks to see which there are");
            WireError::new(ErrorCode::TASK_NOT_FOUND, message)
        })
    }

    fn described(&mut self, id: &str) -> Result<Task, WireError> {
        let task = self.known_task(id)?.clone();
        Ok(self.describe(&task))
    }

    fn describe(&self, task: &FakeTask) -> Task {
        let id = task.shell.as_deref();
        let shell = self
            .shells
            .iter()
            .find(|shell| Some(shell.info.id.as_str()) == id);
        let opened = shell
            .map(|shell| shell.ports.as_slice())
            .unwrap_or_default();
        let ports = self.ports.0.iter();
        let ports =
            ports.filter(|open| opened.contains(&open.port) || task.own_port() == Some(open.port));
        Task {
            id: task.id.clone(),
            name: task.definition.name.clone(),
            command: task.definition.command.clone(),
            run_at_start: task.definition.run_at_start,
            preview: task.definition.preview.clone(),
            unconfigured: task.is_unconfigured.then_some(true),
            shell: shell.map(|shell| shell.info.clone()),
            ports: ports.cloned().collect(),
        }
    }

    fn tell_tasks(&mut self) {
        self.tell(&self.all_tasks());
    }

    fn all_tasks(&self) -> Tasks {
        // Those in the file come first.
        let mut tasks: Vec<&FakeTask> = self.tasks.iter().collect();
        tasks.sort_by_key(|task| task.is_unconfigured);
        Tasks {
            tasks: Map(tasks
                .into_iter()
                .map(|task| (task.id.clone(), self.describe(task)))
                .collect()),
            setup_tasks: self.steps.iter().map(FakeStep::definition).collect(),
            validation_errors: Vec::new(),
        }
    }
}

fn change(definition: &mut TaskDefinition, changes: TaskChanges) {
    let TaskChanges {
        name,
        command,
        run_at_start,
        preview,
    } = changes;
    definition.name = name.unwrap_or(std::mem::take(&mut definition.name));
    definition.command = command.unwrap_or(std::mem::take(&mut definition.command));
    definition.run_at_start = run_at_start.or(definition.run_at_start);
    definition.preview = preview.or(definition.preview.take());
}
