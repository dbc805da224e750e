//! The tasks of a sandbox.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::port::Port;
use yew_sandbox_protocol::shell::Size;
use yew_sandbox_protocol::task::{
    ConfigParseError, Create, List, Run, RunCommand, Stop, Task, TaskChanges, TaskDefinition,
    Tasks as AllTasks, Update,
};
use yew_sandbox_protocol::{Notification, decode};

use crate::client::Client;
use crate::core::Outbox;
use crate::error::{Error, ErrorKind};
use crate::live::{Applied, Live, Topic};
use crate::race::{Limit, race};
use crate::send::MaybeSend;
use crate::shell::{SCROLLBACK, ShellHandle, Terminal};

/// The named commands of `.codesandbox/tasks.json`.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// use std::time::Duration;
///
/// let tasks = client.tasks();
/// tasks.run("dev").await?;
/// let port = tasks.wait_for_port("dev", Some(Duration::from_secs(60))).await?;
/// println!("open http://{}", port.url);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tasks {
    client: Client,
}

/// All tasks, and what is wrong with their file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskList {
    /// The tasks, in the order of the file.
    pub tasks: Vec<Task>,
    /// The steps of the set-up.
    pub setup: Vec<TaskDefinition>,
    /// What is wrong with single entries of the file.
    pub validation_errors: Vec<String>,
    /// Why the file could not be read since it changed last; the tasks are those from before.
    pub file_error: Option<String>,
}

impl Tasks {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// All tasks, in the order of the file.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn get_all(&self) -> impl Future<Output = Result<Vec<Task>, Error>> + MaybeSend + use<> {
        let list = self.client.ask_agent(&List);
        list.reading(|result| Ok(TaskList::from(decode::<AllTasks>(result)?).tasks))
    }

    /// One task, if there is one of that id.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn get(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Option<Task>, Error>> + MaybeSend + use<> {
        let all = self.get_all();
        let id = id.to_owned();
        async move { Ok(all.await?.into_iter().find(|task| task.id == id)) }
    }

    /// All tasks, kept up to date: their file, their processes, their ports.
    pub fn live(&self) -> Live<TaskList> {
        Live::new(&self.client, TaskTopic)
    }

    /// Starts a task. One that runs is left alone.
    ///
    /// # Errors
    /// `NotFound`, `ReadOnly`, `Interrupted` where the link broke and it may run.
    pub fn run(&self, id: &str) -> impl Future<Output = Result<Task, Error>> + MaybeSend + use<> {
        let task_id = id.to_owned();
        self.client.request_about(id, &Run { task_id })
    }

    /// Runs a command as a task, and writes it into the file if asked to.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_command(
        &self,
        command: &str,
        name: Option<&str>,
        save: bool,
    ) -> impl Future<Output = Result<Task, Error>> + MaybeSend + use<> {
        self.client.request(&RunCommand {
            command: command.to_owned(),
            name: name.map(str::to_owned),
            save_to_config: Some(save),
        })
    }

    /// Ends a task's processes. One that does not run is fine.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn stop(&self, id: &str) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let task_id = id.to_owned();
        let stopped = self.client.request_about(id, &Stop { task_id });
        async move { stopped.await.map(|_| ()) }
    }

    /// Ends a task's processes and starts it again.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn restart(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Task, Error>> + MaybeSend + use<> {
        let stopped = self.stop(id);
        let (this, id) = (self.clone(), id.to_owned());
        async move {
            stopped.await?;
            this.run(&id).await
        }
    }

    /// Writes a new task into the file, and starts it if asked to.
    ///
    /// # Errors
    /// `ReadOnly` and those of the file.
    pub fn create(
        &self,
        definition: TaskDefinition,
        start: bool,
    ) -> impl Future<Output = Result<TaskList, Error>> + MaybeSend + use<> {
        let created = self.client.request(&Create {
            task_fields: definition,
            start_task: Some(start),
        });
        async move { created.await.map(TaskList::from) }
    }

    /// Changes a task in the file.
    ///
    /// # Errors
    /// `NotFound`, `ReadOnly` and those of the file.
    pub fn update(
        &self,
        id: &str,
        changes: TaskChanges,
    ) -> impl Future<Output = Result<Task, Error>> + MaybeSend + use<> {
        let update = Update {
            task_id: id.to_owned(),
            task_fields: changes,
        };
        self.client.request_about(id, &update)
    }

    /// The terminal of the process that runs a task or ran it last.
    ///
    /// # Errors
    /// `NotFound` where there is no such task, `Ended` where it has not run.
    pub fn open(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Terminal, Error>> + MaybeSend + use<> {
        let task = self.get(id);
        let (client, id) = (self.client.clone(), id.to_owned());
        async move {
            let Some(task) = task.await? else {
                return Err(no_such_task(&id));
            };
            let Some(shell) = task.shell else {
                let message = "the task has not run";
                return Err(Error::new(ErrorKind::Ended, message).about(&id));
            };
            let opened = ShellHandle::open(&client, &shell.id, Size::default(), SCROLLBACK);
            Ok(Terminal::new(opened.await?))
        }
    }

    /// Waits until a task listens on a port, over broken links too. It may listen already.
    ///
    /// # Errors
    /// `NotFound` where there is no such task, `Timeout` after `timeout` where one is given.
    pub fn wait_for_port(
        &self,
        id: &str,
        timeout: Option<Duration>,
    ) -> impl Future<Output = Result<Port, Error>> + MaybeSend + use<> {
        let limit = Limit::new(&self.client, timeout);
        let (tasks, ports) = (self.live(), self.client.ports().live());
        let id = id.to_owned();
        async move {
            // The port that the file names may open before the agent knows whose it is.
            let named = async {
                let port = tasks.wait_for(|list| {
                    let task = list.tasks.iter().find(|task| task.id == id)?;
                    task.preview.as_ref()?.port
                });
                let port = port.await?;
                let open = |ports: &Vec<Port>| ports.iter().find(|open| open.port == port).cloned();
                ports.wait_for(open).await
            };
            let own = async {
                let found =
                    tasks.wait_for(|list| match list.tasks.iter().find(|task| task.id == id) {
                        Some(task) => task.ports.first().cloned().map(Ok),
                        None => Some(Err(no_such_task(&id))),
                    });
                found.await?
            };
            limit
                .on(race(own, named), "the task listened on no port in time")
                .await
                .map_err(|error| error.about(&id))
        }
    }
}

impl From<AllTasks> for TaskList {
    fn from(all: AllTasks) -> Self {
        Self {
            tasks: all.tasks.0.into_iter().map(|(_, task)| task).collect(),
            setup: all.setup_tasks,
            validation_errors: all.validation_errors,
            file_error: None,
        }
    }
}

struct TaskTopic;

impl Topic for TaskTopic {
    type Value = TaskList;

    fn methods(&self) -> &'static [&'static str] {
        &[AllTasks::METHOD, Task::METHOD, ConfigParseError::METHOD]
    }

    fn ask(&self, out: &mut Outbox) {
        out.ask(&List);
    }

    fn read(&self, answer: &Bytes) -> Result<TaskList, DecodeError> {
        decode::<AllTasks>(answer).map(TaskList::from)
    }

    fn apply(&self, list: &TaskList, method: &str, params: &Bytes) -> Applied<TaskList> {
        let changed = match method {
            AllTasks::METHOD => self.read(params),
            ConfigParseError::METHOD => decode::<ConfigParseError>(params).map(|error| TaskList {
                file_error: Some(error.error),
                ..list.clone()
            }),
            _ => decode::<Task>(params).map(|task| list.with(task)),
        };
        match changed {
            Ok(list) => Applied::New(list),
            Err(_) => Applied::Ask,
        }
    }
}

impl TaskList {
    /// The same list with a newer state of one task.
    fn with(&self, task: Task) -> Self {
        let mut list = self.clone();
        match list.tasks.iter_mut().find(|own| own.id == task.id) {
            Some(own) => *own = task,
            None => list.tasks.push(task),
        }
        list
    }
}

fn no_such_task(id: &str) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such task").about(id)
}
