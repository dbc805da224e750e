//! Tasks, ports, hosts.

use std::time::Duration;

use yew_sandbox_client::{ErrorKind, PortEvent, TaskDefinition};

use crate::support::{Request, soon};
use crate::{eventually, in_each};

const PATIENCE: Option<Duration> = Some(Duration::from_secs(15));

/// A port that is free now on this machine, which sandboxes without isolation share.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn listening(port: u16) -> String {
    let server = "require('http').createServer((_, answer) => answer.end('hello'))";
    format!("node -e \"{server}.listen({port}, '127.0.0.1')\"")
}

fn definition(command: String) -> TaskDefinition {
    TaskDefinition {
        name: "Dev".into(),
        command,
        run_at_start: None,
        preview: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_made_run_seen_and_stopped() {
    in_each(|world| async {
        let (client, tasks) = (&world.client, world.client.tasks());
        let number = free_port();
        let before = tasks.get_all().await.unwrap().len();
        let made = tasks
            .create(definition(listening(number)), false)
            .await
            .unwrap();
        assert_eq!(made.tasks.len(), before + 1);
        let id = made.tasks.last().unwrap().id.clone();
        let error = tasks.open(&id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Ended, "{error}");
        let mut events = client.ports().events();
        // The answer to a later question: the ports were told before.
        client.ports().get_all().await.unwrap();
        tasks.run(&id).await.unwrap();
        let port = soon("the port", tasks.wait_for_port(&id, PATIENCE))
            .await
            .unwrap();
        assert_eq!(port.port, number);
        let opened = soon("an event", events.next()).await.unwrap();
        assert_eq!(opened, PortEvent::Opened(port.clone()));
        let same = client
            .ports()
            .wait_for_port(number, PATIENCE)
            .await
            .unwrap();
        assert_eq!(same, port);
        let host = client.hosts().host(number).await.unwrap();
        assert_eq!(host, port.url);
        let other = number ^ 1;
        let like = host.replace(&number.to_string(), &other.to_string());
        assert_eq!(client.hosts().host(other).await.unwrap(), like);
        assert!(host.starts_with(&world.session.sandbox_id), "{host}");
        let url = client.hosts().url(number).await.unwrap();
        let path = url.strip_prefix(&format!("http://{host}")).unwrap();
        let request = Request::get(if path.is_empty() { "/" } else { path }).host(host);
        let answer = world.server.send(request).await;
        assert_eq!((answer.status, answer.text()), (200, "hello"));
        let terminal = tasks.open(&id).await.unwrap();
        let restarted = soon("a restart", tasks.restart(&id)).await.unwrap();
        assert_eq!(restarted.id, id);
        soon("the port", tasks.wait_for_port(&id, PATIENCE))
            .await
            .unwrap();
        drop(terminal);
        soon("the end", tasks.stop(&id)).await.unwrap();
        let live = client.ports().live();
        let is_closed = || {
            live.get()
                .filter(|all| all.iter().all(|one| one.port != number))
        };
        eventually("its end", is_closed).await;
        let waited = client
            .ports()
            .wait_for_port(number, Some(Duration::from_millis(200)));
        assert_eq!(waited.await.unwrap_err().kind(), ErrorKind::Timeout);
        let error = tasks.run("no-such-task").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        world
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_broken_on_the_fly_is_told() {
    in_each(|world| async {
        let (client, tasks) = (&world.client, world.client.tasks());
        tasks
            .create(definition("true".into()), false)
            .await
            .unwrap();
        let live = tasks.live();
        eventually("the tasks", || live.get()).await;
        let path = ".codesandbox/tasks.json";
        let good = client.fs().read_text(path).await.unwrap();
        client.fs().write(path, "{ \"tasks\": ").await.unwrap();
        let broken = eventually("the error", || {
            live.get().filter(|all| all.file_error.is_some())
        });
        assert!(!broken.await.tasks.is_empty());
        client
            .fs()
            .write(path, good.replace("Dev", "Other"))
            .await
            .unwrap();
        eventually("the tasks", || {
            let is_new = |one: &yew_sandbox_client::Task| one.name == "Other";
            live.get()
                .filter(|all| all.file_error.is_none() && all.tasks.iter().any(is_new))
        })
        .await;
        world
    })
    .await;
}
