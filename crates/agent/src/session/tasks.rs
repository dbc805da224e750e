//! `task/*`.

use tokio::sync::OwnedSemaphorePermit;
use yew_sandbox_protocol::task::{
    Create, CreateSetupTasks, GenerateConfig, List, Run, RunCommand, SaveToConfig, Stop, Task,
    TaskDefinition, Update,
};
use yew_sandbox_protocol::{ClientFrame, Encode, Request, WireError};

use super::{Effect, Session};
use crate::shells::Environment;
use crate::tasks::Tasks;

impl Session {
    pub(super) async fn task(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let environment = || Environment::of(&self.visitor);
        match frame.method.as_str() {
            List::METHOD => {
                self.with_tasks(&frame, permit, Effect::Look, |tasks, List| async move {
                    Ok(tasks.list().await)
                })
                .await;
            }
            _ if !self.may_change(&frame).await => {}
            Run::METHOD => {
                let environment = environment();
                let restarts = self.sandbox.members.restarts_by_running(self.number);
                self.with_tasks(&frame, permit, Effect::Look, |tasks, run: Run| async move {
                    if restarts {
                        tasks.stop(&run.task_id).await?;
                    }
                    tasks.run(&run.task_id, environment).await
                })
                .await;
            }
            Stop::METHOD => {
                self.with_tasks(
                    &frame,
                    permit,
                    Effect::Look,
                    |tasks, stop: Stop| async move { tasks.stop(&stop.task_id).await.map(Some) },
                )
                .await;
            }
            RunCommand::METHOD => {
                let environment = environment();
                self.with_tasks(&frame, permit, Effect::Change, |tasks, command| {
                    run_command(tasks, command, environment)
                })
                .await;
            }
            Create::METHOD => {
                let environment = environment();
                self.with_tasks(
                    &frame,
                    permit,
                    Effect::Change,
                    |tasks, create: Create| async move {
                        let id = tasks.create(create.task_fields).await?;
                        if create.start_task == Some(true) {
                            tasks.run(&id, environment).await?;
                        }
                        Ok(tasks.list().await)
                    },
                )
                .await;
            }
            Update::METHOD => {
                self.with_tasks(
                    &frame,
                    permit,
                    Effect::Change,
                    |tasks, update: Update| async move {
                        tasks.update(&update.task_id, update.task_fields).await
                    },
                )
                .await;
            }
            SaveToConfig::METHOD => {
                self.with_tasks(
                    &frame,
                    permit,
                    Effect::Change,
                    |tasks, save: SaveToConfig| async move { tasks.save(&save.task_id).await },
                )
                .await;
            }
            GenerateConfig::METHOD => {
                self.with_tasks(
                    &frame,
                    permit,
                    Effect::Change,
                    |tasks, GenerateConfig| async move { tasks.generate().await },
                )
                .await;
            }
            CreateSetupTasks::METHOD => {
                self.with_tasks(&frame, permit, Effect::Change, |tasks, steps: CreateSetupTasks| async move {
                    tasks.set_steps(steps.tasks).await
                })
                .await;
            }
            _ => self.unknown(&frame).await,
        }
    }

    /// Does something with the tasks, in the client's turn, and answers.
    async fn with_tasks<R, T, W>(
        &self,
        frame: &ClientFrame,
        permit: OwnedSemaphorePermit,
        effect: Effect,
        work: impl FnOnce(Tasks, R) -> W,
    ) where
        R: Request,
        T: Encode + Send + Sync + 'static,
        W: Future<Output = Result<T, WireError>> + Send + 'static,
    {
        let Some(request) = self.params::<R>(frame).await else {
            return;
        };
        let turn = self.turn(effect).await;
        let work = work(self.sandbox.tasks.clone(), request);
        let reply = self.reply(frame, permit);
        tokio::spawn(async move {
            let turn = turn.await;
            reply.settle(work.await).await;
            drop(turn);
        });
    }
}

async fn run_command(
    tasks: Tasks,
    command: RunCommand,
    environment: Environment,
) -> Result<Task, WireError> {
    let task = TaskDefinition {
        name: command.name.unwrap_or_else(|| command.command.clone()),
        command: command.command,
        run_at_start: None,
        preview: None,
    };
    let id = if command.save_to_config == Some(true) {
        tasks.create(task).await?
    } else {
        tasks.add_unconfigured(task).await?
    };
    tasks.run(&id, environment).await
}
