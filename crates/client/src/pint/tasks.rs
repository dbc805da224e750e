//! Tasks. The agent has no stream of them: after the first question the bridge looks again whenever an exec starts or ends.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Mutex;

use futures_channel::mpsc;
use futures_core::Stream;
use yew_sandbox_protocol::ErrorCode;
use yew_sandbox_protocol::port::Port;
use yew_sandbox_protocol::shell::{Shell, ShellStatus, ShellType};
use yew_sandbox_protocol::task::{
    List, Preview, Run, Stop, Task, TaskDefinition, Tasks as AllTasks,
};

use super::api::{self, Done, SetupTasks};
use super::bridge::{Bridge, Link};
use super::failure::{CallError, Failure};
use super::rest::{NOTHING, under};
use crate::send::lock;

/// Who looks again.
#[derive(Default)]
pub(super) struct Tasks {
    wake: Mutex<Option<mpsc::UnboundedSender<()>>>,
    told: Mutex<Option<AllTasks>>,
}

impl Tasks {
    /// Something may be different.
    pub(super) fn look_again(&self) {
        if let Some(wake) = &*lock(&self.wake) {
            // It fails when the bridge ends.
            let _ = wake.unbounded_send(());
        }
    }
}

pub(super) async fn list(bridge: Link, _request: List) -> Result<AllTasks, Failure> {
    let tasks = bridge.all_tasks().await?;
    *lock(&bridge.tasks.told) = Some(tasks.clone());
    follow(&bridge);
    Ok(tasks)
}

pub(super) async fn run(bridge: Link, request: Run) -> Result<Task, Failure> {
    bridge.act_on_task(&request.task_id, "start").await?;
    bridge.one_task(&request.task_id).await
}

pub(super) async fn stop(bridge: Link, request: Stop) -> Result<Option<Task>, Failure> {
    bridge.act_on_task(&request.task_id, "stop").await?;
    bridge.one_task(&request.task_id).await.map(Some)
}

fn follow(bridge: &Link) {
    let (sender, mut receiver) = mpsc::unbounded();
    {
        let mut wake = lock(&bridge.tasks.wake);
        if wake.is_some() {
            return;
        }
        *wake = Some(sender);
    }
    super::execs::follow(bridge);
    let bridge = bridge.clone();
    bridge.clone().spawn(async move {
        while poll_fn(|context| Pin::new(&mut receiver).poll_next(context))
            .await
            .is_some()
        {
            // One look is enough for all that happened before it.
            while receiver.try_recv().is_ok() {}
            match bridge.all_tasks().await {
                Ok(tasks) => {
                    let before = lock(&bridge.tasks.told).replace(tasks.clone());
                    if before.as_ref() != Some(&tasks) {
                        bridge.notify(&tasks);
                    }
                }
                Err(Failure::Lost(reason)) => return bridge.lost(reason),
                Err(Failure::Refused(_)) => {}
            }
        }
    });
}

impl Bridge {
    async fn all_tasks(&self) -> Result<AllTasks, Failure> {
        let failed = |error: CallError| error.into_failure(ErrorCode::FEATURE_UNAVAILABLE);
        let tasks: api::Tasks = self.rest.get("tasks").await.map_err(failed)?;
        let steps: SetupTasks = self.rest.get("setup-tasks").await.map_err(failed)?;
        let ports = self.open_ports().await?;
        let tasks = tasks.tasks.unwrap_or_default().into_iter();
        let steps = steps.setup_tasks.unwrap_or_default().into_iter();
        let steps = steps.map(|step| TaskDefinition {
            name: step.name,
            command: step.command,
            run_at_start: None,
            preview: None,
        });
        let mut all = AllTasks {
            tasks: Default::default(),
            setup_tasks: steps.collect(),
            validation_errors: Vec::new(),
        };
        all.tasks.0 = tasks
            .map(|task| (task.id.clone(), told(task, &ports)))
            .collect();
        Ok(all)
    }

    async fn one_task(&self, id: &str) -> Result<Task, Failure> {
        let task: Result<api::OneTask, _> = self.rest.get(&under("tasks/", id)).await;
        let task = task.map_err(|error| error.into_failure(ErrorCode::TASK_NOT_FOUND))?;
        let ports = self.open_ports().await?;
        self.tasks.look_again();
        Ok(told(task.task, &ports))
    }

    /// A task that runs already, or not any more, is what was asked for.
    async fn act_on_task(&self, id: &str, action: &str) -> Result<(), Failure> {
        let path = [&under("tasks/", id), "/actions?actionType=", action].concat();
        match self.rest.call::<Done>("PATCH", &path, NOTHING).await {
            Err(error) if !error.is_conflict() => {
                Err(error.into_failure(ErrorCode::TASK_NOT_FOUND))
            }
            _ => Ok(()),
        }
    }
}

/// A task as the client sees it. A port is its own where its configuration names it and something listens there.
fn told(task: api::Task, ports: &[Port]) -> Task {
    let config = task.config;
    let port = config.preview.and_then(|preview| preview.port);
    let status = match task.status.as_str() {
        "RUNNING" => Some(ShellStatus::Running),
        "FINISHED" => Some(ShellStatus::Finished),
        "ERROR" => Some(ShellStatus::Error),
        "KILLED" => Some(ShellStatus::Killed),
        "RESTARTING" => Some(ShellStatus::Restarting),
        // It has not run.
        _ => None,
    };
    let shell = status
        .filter(|_| !task.exec_id.is_empty())
        .map(|status| Shell {
            id: task.exec_id,
            name: config.name.clone(),
            kind: ShellType::Terminal,
            status,
            exit_code: None,
            start_command: Some(config.command.clone()),
            owner_username: None,
            is_system_shell: Some(true),
        });
    Task {
        id: task.id,
        name: config.name,
        command: config.command,
        run_at_start: config.run_at_start,
        preview: port.map(|port| Preview {
            port: Some(port),
            review_link: None,
        }),
        unconfigured: None,
        shell,
        ports: ports
            .iter()
            .filter(|open| Some(open.port) == port)
            .cloned()
            .collect(),
    }
}
