//! Tasks, steps and ports over REST.

use std::time::Duration;

use yew_sandbox_client::{ErrorKind, PortEvent, SetupState, ShellStatus};

use crate::{SOON, World, within};

#[tokio::test(flavor = "multi_thread")]
async fn tasks_run_and_stop() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let file = format!(
        r#"{{"tasks": {{
            "serve": {{"name": "Serve", "command": "python3 -m http.server --bind 127.0.0.1 {port}", "preview": {{"port": {port}}}}},
            "quick": {{"name": "Quick", "command": "exit 3"}}
        }}}}"#
    );
    let world = World::with(&[(".codesandbox/tasks.json", &file)]).await;
    let tasks = world.client.tasks();
    let all = within(tasks.get_all()).await.unwrap();
    assert!(all.iter().all(|task| task.shell.is_none()));
    let live = tasks.live();
    let waiting = tasks.wait_for_port("serve", Some(SOON));
    let run = within(tasks.run("serve")).await.unwrap();
    assert_eq!(run.shell.unwrap().status, ShellStatus::Running);
    within(tasks.run("serve")).await.unwrap();
    let open = within(waiting).await.unwrap();
    assert_eq!((open.port, open.url), (port, format!("box-{port}.csb.app")));
    within(tasks.run("quick")).await.unwrap();
    let failed = live.wait_for(|list| {
        let quick = list.tasks.iter().find(|task| task.id == "quick")?;
        (quick.shell.as_ref()?.status == ShellStatus::Error).then_some(())
    });
    within(failed).await.unwrap();
    let mut terminal = within(tasks.open("serve")).await.unwrap().output();
    within(terminal.next()).await.unwrap();
    within(tasks.stop("serve")).await.unwrap();
    within(tasks.stop("serve")).await.unwrap();
    let error = within(tasks.run("nothing")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = within(tasks.run_command("ls", None, false))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_followed_to_their_end() {
    let file = r#"{"setupTasks": [
        {"name": "one", "command": "while ! test -e go; do sleep 0.05; done; echo one"},
        {"name": "two", "command": "true"}
    ]}"#;
    let world = World::with(&[(".codesandbox/tasks.json", file)]).await;
    let setup = world.client.setup();
    let live = setup.live();
    let runs = live.wait_for(|progress| (progress.state == SetupState::InProgress).then_some(()));
    within(runs).await.unwrap();
    assert!(!world.client.init().ready);
    std::fs::write(world.path("go"), "").unwrap();
    let done = within(setup.wait()).await.unwrap();
    assert_eq!(done.steps.len(), 2);
    let mut init = world.client.watch_init();
    within(async {
        while !init.get().ready {
            init.changed().await.unwrap();
        }
    })
    .await;
    let terminal = within(setup.open(0)).await.unwrap();
    assert!(terminal.scrollback().contains("one"));
    let error = within(setup.skip(0)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_without_steps_is_ready() {
    let world = World::new().await;
    world.client.connect().await.unwrap();
    let mut init = world.client.watch_init();
    within(async {
        while !init.get().ready {
            init.changed().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_open_and_close() {
    let world = World::new().await;
    let ports = world.client.ports();
    let mut events = ports.events();
    within(events.begun()).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let open = within(ports.wait_for_port(port, Some(SOON))).await.unwrap();
    assert_eq!(open.url, format!("box-{port}.csb.app"));
    loop {
        if let Some(PortEvent::Opened(open)) = within(events.next()).await
            && open.port == port
        {
            break;
        }
    }
    drop(listener);
    loop {
        if within(events.next()).await == Some(PortEvent::Closed(port)) {
            break;
        }
    }
    let late = ports.wait_for_port(port, Some(Duration::from_millis(50)));
    assert_eq!(within(late).await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_is_kept_awake_and_says_what_it_cannot_tell() {
    let world = World::new().await;
    let system = world.client.system();
    let error = within(system.metrics()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let error = within(world.client.clients().get_all()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
