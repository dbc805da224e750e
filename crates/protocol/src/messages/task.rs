//! `task/*`: named commands, from `.codesandbox/tasks.json` in the workspace.

use crate::messages::port::Port;
use crate::messages::shell::Shell;
use crate::request::{notifications, requests};
use crate::wire::{Map, record};

record! {
    /// Where a task is seen.
    #[derive(Eq)]
    pub struct Preview {
        /// The port that it listens on.
        "port" => port: Option<u16>,
        /// How it is shown in reviews: `direct`, `redirect` or `devtool`.
        "pr-link" => review_link: Option<String>,
    }
}

record! {
    /// A task as the file states it.
    #[derive(Eq)]
    pub struct TaskDefinition {
        /// Its name, for people.
        "name" => name: String,
        /// The command line.
        "command" => command: String,
        /// Whether it starts with the sandbox.
        "runAtStart" => run_at_start: Option<bool>,
        /// Where it is seen.
        "preview" => preview: Option<Preview>,
    }
}

record! {
    /// Changes to a task; what is absent stays.
    pub struct TaskChanges {
        /// Its name, for people.
        "name" => name: Option<String>,
        /// The command line.
        "command" => command: Option<String>,
        /// Whether it starts with the sandbox.
        "runAtStart" => run_at_start: Option<bool>,
        /// Where it is seen.
        "preview" => preview: Option<Preview>,
    }
}

record! {
    /// A task as it is now; also `task/update`.
    #[derive(Eq)]
    pub struct Task {
        /// Its key in the file.
        "id" => id: String,
        /// Its name, for people.
        "name" => name: String,
        /// The command line.
        "command" => command: String,
        /// Whether it starts with the sandbox.
        "runAtStart" => run_at_start: Option<bool>,
        /// Where it is seen.
        "preview" => preview: Option<Preview>,
        /// Whether it is not in the file.
        "unconfigured" => unconfigured: Option<bool>,
        /// The shell that runs it or ran it last.
        "shell" => shell: Option<Shell>,
        /// The ports that it listens on.
        "ports" => ports: Vec<Port>,
    }
}

record! {
    /// All tasks: the answer to [`List`], and `task/listUpdate`.
    #[derive(Eq)]
    pub struct Tasks {
        /// The tasks by id, in the order of the file.
        "tasks" => tasks: Map<Task>,
        /// The steps of the set-up.
        "setupTasks" => setup_tasks: Vec<TaskDefinition>,
        /// What is wrong with the file.
        "validationErrors" => validation_errors: Vec<String>,
    }
}

record! {
    /// `task/list`: all tasks.
    pub struct List;
}

record! {
    /// `task/run`: starts a task; one that runs is left alone.
    pub struct Run {
        /// The task.
        "taskId" => task_id: String,
    }
}

record! {
    /// `task/runCommand`: runs a command as a task.
    pub struct RunCommand {
        /// The command line.
        "command" => command: String,
        /// Its name; absent: the command line.
        "name" => name: Option<String>,
        /// Whether it is written into the file.
        "saveToConfig" => save_to_config: Option<bool>,
    }
}

record! {
    /// `task/stop`: ends a task's processes.
    pub struct Stop {
        /// The task.
        "taskId" => task_id: String,
    }
}

record! {
    /// `task/create`: writes a new task into the file.
    pub struct Create {
        /// The task.
        "taskFields" => task_fields: TaskDefinition,
        /// Whether it starts at once.
        "startTask" => start_task: Option<bool>,
    }
}

record! {
    /// `task/update`: changes a task in the file.
    pub struct Update {
        /// The task.
        "taskId" => task_id: String,
        /// What changes.
        "taskFields" => task_fields: TaskChanges,
    }
}

record! {
    /// `task/saveToConfig`: writes a task that is not in the file into it.
    pub struct SaveToConfig {
        /// The task.
        "taskId" => task_id: String,
    }
}

record! {
    /// `task/generateConfig`: writes a file where there is none.
    pub struct GenerateConfig;
}

record! {
    /// `task/createSetupTasks`: replaces the steps of the set-up in the file.
    pub struct CreateSetupTasks {
        /// The steps.
        "tasks" => tasks: Vec<TaskDefinition>,
    }
}

record! {
    /// `task/unassignedPortOpened`: something listens that belongs to no task.
    pub struct UnassignedPortOpened {
        /// Its number.
        "port" => port: u16,
        /// The host under which it is reached from outside, without a scheme.
        "url" => url: String,
    }
}

record! {
    /// `task/unassignedPortClosed`: what belonged to no task listens no more.
    pub struct UnassignedPortClosed {
        /// Its number.
        "port" => port: u16,
        /// The host under which it was reached from outside, without a scheme.
        "url" => url: String,
    }
}

record! {
    /// `task/configParseError`: the file cannot be read, and the tasks stay as they were.
    pub struct ConfigParseError {
        /// What is wrong with it, for people.
        "error" => error: String,
    }
}

requests! {
    List: "task/list" -> Tasks, Repeatable;
    Run: "task/run" -> Task, Once;
    RunCommand: "task/runCommand" -> Task, Once;
    Stop: "task/stop" -> Option<Task>, Once;
    Create: "task/create" -> Tasks, Once;
    Update: "task/update" -> Task, Repeatable;
    SaveToConfig: "task/saveToConfig" -> Task, Once;
    GenerateConfig: "task/generateConfig" -> (), Once;
    CreateSetupTasks: "task/createSetupTasks" -> (), Repeatable;
}

notifications! {
    Tasks: "task/listUpdate";
    Task: "task/update";
    UnassignedPortOpened: "task/unassignedPortOpened";
    UnassignedPortClosed: "task/unassignedPortClosed";
    ConfigParseError: "task/configParseError";
}
