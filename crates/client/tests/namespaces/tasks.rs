//! Tasks and ports.

use std::sync::{Arc, Mutex};

use yew_sandbox_client::protocol::port::{List as ListPorts, Ports};
use yew_sandbox_client::protocol::shell::{Shell, ShellStatus, ShellType};
use yew_sandbox_client::protocol::task::{
    ConfigParseError, List, Preview, Run, Stop, Tasks as AllTasks,
};
use yew_sandbox_client::protocol::{ErrorCode, Map, WireError};
use yew_sandbox_client::{Client, ErrorKind, Port, PortEvent, SessionErrorKind, Task};

use crate::support::{Log, Next, Shells, World, eventually, settle, within};
use crate::{LONG, SECOND};

fn task(ports: Vec<Port>) -> Task {
    Task {
        id: "dev".into(),
        name: "dev".into(),
        command: "vite".into(),
        run_at_start: None,
        preview: None,
        unconfigured: None,
        shell: None,
        ports,
    }
}

fn port(number: u16) -> Port {
    Port {
        port: number,
        url: format!("box-{number}.localhost"),
    }
}

/// What the agent says of tasks and ports, in the test's hand.
#[derive(Clone, Default)]
struct Told {
    tasks: Arc<Mutex<Vec<Task>>>,
    ports: Arc<Mutex<Vec<Port>>>,
}

impl Told {
    fn serve(world: &World) -> (Self, Log<List>, Log<ListPorts>) {
        let told = Self::default();
        *told.tasks.lock().unwrap() = vec![task(Vec::new())];
        let (tasks, ports) = (told.tasks.clone(), told.ports.clone());
        let tasks = world
            .agent
            .answer::<List>(move |_| Ok(all(&tasks.lock().unwrap())));
        let ports = world.agent.answer::<ListPorts>(move |_| {
            let list = ports.lock().unwrap().clone();
            Ok(Ports { list })
        });
        (told, tasks, ports)
    }
}

fn all(tasks: &[Task]) -> AllTasks {
    let named = |task: &Task| (task.id.clone(), task.clone());
    AllTasks {
        tasks: Map(tasks.iter().map(named).collect()),
        setup_tasks: Vec::new(),
        validation_errors: Vec::new(),
    }
}

fn subscribers(client: &Client) -> usize {
    client.watch_state().subscribers()
}

/// A19: tasks and ports were not asked for again.
#[tokio::test(start_paused = true)]
async fn tasks_and_ports_are_followed_over_a_cut_link() {
    let world = World::connected(1).await;
    let (told, _, _) = Told::serve(&world);
    let (tasks, ports) = (world.client.tasks().live(), world.client.ports().live());
    eventually(SECOND, || tasks.get().is_some() && ports.get().is_some()).await;
    world.agent.notify(&task(vec![port(80)]));
    eventually(SECOND, || {
        tasks.get().unwrap().tasks == [task(vec![port(80)])]
    })
    .await;
    told.tasks.lock().unwrap().clear();
    told.ports.lock().unwrap().push(port(81));
    world.agent.cut();
    eventually(LONG, || tasks.get().unwrap().tasks.is_empty()).await;
    eventually(LONG, || ports.get().unwrap() == [port(81)]).await;
}

/// What happens between the call and the first look at the stream is told too.
#[tokio::test(start_paused = true)]
async fn events_begin_with_the_call() {
    let world = World::connected(1).await;
    let (_, _, asked) = Told::serve(&world);
    let mut events = world.client.ports().events();
    eventually(SECOND, || asked.count() == 1).await;
    settle().await;
    let list = vec![port(80)];
    world.agent.notify(&Ports { list });
    settle().await;
    let opened = within(SECOND, events.next()).await.unwrap();
    assert_eq!(opened, PortEvent::Opened(port(80)));
}

#[tokio::test(start_paused = true)]
async fn ports_that_open_and_close_are_events() {
    let world = World::connected(1).await;
    Told::serve(&world);
    let mut events = world.client.ports().events();
    assert!(tokio::time::timeout(SECOND, events.next()).await.is_err());
    let list = vec![port(80), port(81)];
    world.agent.notify(&Ports { list });
    let opened = |number| PortEvent::Opened(port(number));
    assert_eq!(within(SECOND, events.next()).await.unwrap(), opened(80));
    assert_eq!(within(SECOND, events.next()).await.unwrap(), opened(81));
    let list = vec![port(81)];
    world.agent.notify(&Ports { list });
    assert_eq!(
        within(SECOND, events.next()).await.unwrap(),
        PortEvent::Closed(80)
    );
}

/// A28: it waited for both of two that are told one or the other way, and always ran out of time.
#[tokio::test(start_paused = true)]
async fn the_port_of_a_task_is_told_by_the_task_or_by_the_ports() {
    let world = World::connected(1).await;
    Told::serve(&world);
    let tasks = world.client.tasks();
    let waiting = tokio::spawn(tasks.wait_for_port("dev", Some(30 * SECOND)));
    settle().await;
    world.agent.notify(&task(vec![port(80)]));
    assert_eq!(within(SECOND, waiting).await.unwrap().unwrap(), port(80));

    let world = World::connected(1).await;
    let (told, _, _) = Told::serve(&world);
    told.tasks.lock().unwrap()[0].preview = Some(Preview {
        port: Some(81),
        review_link: None,
    });
    let waiting = tokio::spawn(world.client.tasks().wait_for_port("dev", None));
    settle().await;
    let list = vec![port(80), port(81)];
    world.agent.notify(&Ports { list });
    assert_eq!(within(SECOND, waiting).await.unwrap().unwrap(), port(81));
}

/// A29: where the ports could not be listed, waiting took for ever and left a listener behind.
#[tokio::test(start_paused = true)]
async fn waiting_for_a_port_ends_where_ports_cannot_be_listed() {
    let world = World::connected(1).await;
    world
        .agent
        .answer::<ListPorts>(|_| Err(WireError::new(ErrorCode::CRITICAL, "broken")));
    let waited = world.client.ports().wait_for_port(80, None);
    let error = within(SECOND, waited).await.unwrap_err();
    assert_eq!(error.subject(), Some("80"));
    assert!(error.to_string().contains("broken"));
    world
        .agent
        .answer::<List>(|_| Err(WireError::new(ErrorCode::CRITICAL, "broken")));
    let waited = world.client.tasks().wait_for_port("dev", None);
    assert_eq!(
        within(SECOND, waited).await.unwrap_err().subject(),
        Some("dev")
    );
}

/// They waited for ever.
#[tokio::test(start_paused = true)]
async fn waiting_for_a_port_ends_where_the_client_is_refused_or_disconnected() {
    let world = World::new(1);
    let kind = SessionErrorKind::Unauthorized;
    world.sessions.script([Next::Fail(kind)]);
    let waited = world.client.ports().wait_for_port(80, None);
    let error = within(LONG, waited).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let world = World::connected(1).await;
    Told::serve(&world);
    let waiting = tokio::spawn(world.client.tasks().wait_for_port("dev", None));
    settle().await;
    within(LONG, world.client.disconnect()).await.unwrap();
    let error = within(LONG, waiting).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_port_ends_in_time_and_leaves_nothing() {
    let world = World::connected(1).await;
    let (_, _, ports) = Told::serve(&world);
    let before = subscribers(&world.client);
    let waited = world.client.ports().wait_for_port(80, Some(SECOND));
    let error = within(2 * SECOND, waited).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::Timeout, Some("80"))
    );
    let waited = world.client.tasks().wait_for_port("dev", Some(SECOND));
    let error = within(2 * SECOND, waited).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::Timeout, Some("dev"))
    );
    assert_eq!(subscribers(&world.client), before);
    // Nobody follows any more: a new connection asks for nothing.
    let asked = ports.count();
    world.agent.cut();
    world.until("Reconnecting", LONG).await;
    world.until("Connected", LONG).await;
    settle().await;
    assert_eq!(ports.count(), asked);
    let waited = world.client.tasks().wait_for_port("nothing", None);
    assert_eq!(
        within(SECOND, waited).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

/// A30: closing while the ports were being listed failed where nobody could catch it.
#[tokio::test(start_paused = true)]
async fn closing_while_the_ports_are_listed_ends_the_waiting() {
    let world = World::connected(1).await;
    Told::serve(&world);
    world.agent.state().held.insert("port/list");
    let waiting = tokio::spawn(world.client.ports().wait_for_port(80, None));
    let listing = tokio::spawn(world.client.ports().get_all());
    settle().await;
    world.client.close();
    let error = within(SECOND, waiting).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    let error = within(SECOND, listing).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
}

/// A31: what was followed and given up stayed behind each time.
#[tokio::test(start_paused = true)]
async fn values_that_are_given_up_are_not_followed() {
    let world = World::connected(1).await;
    let (_, tasks, _) = Told::serve(&world);
    for _ in 0..50 {
        let live = world.client.tasks().live();
        let copy = live.clone();
        drop(live);
        drop(copy);
    }
    settle().await;
    let asked = tasks.count();
    world.agent.cut();
    world.until("Reconnecting", LONG).await;
    world.until("Connected", LONG).await;
    settle().await;
    assert_eq!(tasks.count(), asked);
}

#[tokio::test(start_paused = true)]
async fn a_broken_file_is_told_and_leaves_the_tasks() {
    let world = World::connected(1).await;
    Told::serve(&world);
    let live = world.client.tasks().live();
    eventually(SECOND, || live.get().is_some()).await;
    world.agent.notify(&ConfigParseError {
        error: "line 3".into(),
    });
    eventually(SECOND, || live.get().unwrap().file_error.is_some()).await;
    assert_eq!(live.get().unwrap().tasks.len(), 1);
    world.agent.notify(&all(&[task(Vec::new())]));
    eventually(SECOND, || live.get().unwrap().file_error.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn a_task_is_stopped_and_then_run() {
    let world = World::connected(1).await;
    Told::serve(&world);
    world.agent.answer::<Stop>(|_| Ok(None));
    world.agent.answer::<Run>(|run| match run.task_id.as_str() {
        "dev" => Ok(task(Vec::new())),
        _ => Err(WireError::new(
            ErrorCode::TASK_NOT_FOUND,
            "there is no such task",
        )),
    });
    let tasks = world.client.tasks();
    assert_eq!(tasks.restart("dev").await.unwrap().id, "dev");
    let methods: Vec<_> = world
        .agent
        .state()
        .seen
        .iter()
        .map(|seen| seen.method.clone())
        .collect();
    assert!(
        methods.ends_with(&["task/stop".into(), "task/run".into()]),
        "{methods:?}"
    );
    let error = tasks.run("nothing").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::NotFound, Some("nothing"))
    );
    assert_eq!(tasks.get("dev").await.unwrap().unwrap().name, "dev");
    assert_eq!(tasks.get("nothing").await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_task_is_opened_as_a_terminal() {
    let world = World::connected(1).await;
    let (told, _, _) = Told::serve(&world);
    let shells = Shells::of(&world.agent);
    let tasks = world.client.tasks();
    let error = tasks.open("dev").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::Ended, Some("dev"))
    );
    world
        .client
        .commands()
        .run_background("vite")
        .await
        .unwrap();
    told.tasks.lock().unwrap()[0].shell = Some(Shell {
        id: "shell-1".into(),
        name: String::new(),
        kind: ShellType::Command,
        status: ShellStatus::Running,
        exit_code: None,
        start_command: None,
        owner_username: None,
        is_system_shell: None,
    });
    let terminal = tasks.open("dev").await.unwrap();
    terminal.write("q").await.unwrap();
    assert_eq!(shells.get("shell-1").unwrap().typed, ["q"]);
    let error = tasks.open("nothing").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
