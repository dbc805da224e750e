//! Tasks: from the file, from clients, at the start, and what is told of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::{Client, Harness};
use tempfile::TempDir;
use yew_sandbox_agent::{AgentOptions, Permission};
use yew_sandbox_protocol::WireError;
use yew_sandbox_protocol::setup::{Get, SetupState, SkipAll};
use yew_sandbox_protocol::shell::{Open, ShellStatus, Terminate};
use yew_sandbox_protocol::task::{
    ConfigParseError, Create, CreateSetupTasks, GenerateConfig, List, Preview, Run, RunCommand,
    SaveToConfig, Stop, Task, TaskChanges, TaskDefinition, Tasks, UnassignedPortClosed,
    UnassignedPortOpened, Update,
};

const FILE: &str = ".codesandbox/tasks.json";

/// A sandbox whose workspace has this file from the start.
async fn start(tasks: &str) -> (Harness, TempDir) {
    let folder = TempDir::new().unwrap();
    let template = folder.path().join("template");
    fs::create_dir_all(template.join(".codesandbox")).unwrap();
    fs::write(template.join(FILE), tasks).unwrap();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    let options = AgentOptions {
        template: Some(template),
        ..AgentOptions::new(root)
    };
    (Harness::start_with(options).await, folder)
}

async fn list(client: &mut Client) -> Tasks {
    client.request(&List).await.unwrap()
}

fn ids(tasks: &Tasks) -> Vec<&str> {
    tasks.tasks.0.iter().map(|(id, _)| id.as_str()).collect()
}

async fn run(client: &mut Client, id: &str) -> Result<Task, WireError> {
    client.request(&Run { task_id: id.into() }).await
}

async fn stop(client: &mut Client, id: &str) -> Result<Option<Task>, WireError> {
    client.request(&Stop { task_id: id.into() }).await
}

fn status(task: &Task) -> Option<ShellStatus> {
    task.shell.as_ref().map(|shell| shell.status)
}

/// Waits until a task is told to be like that.
async fn told(client: &mut Client, id: &str, is_wanted: impl Fn(&Task) -> bool) -> Task {
    loop {
        let task: Task = client.notification().await;
        if task.id == id && is_wanted(&task) {
            return task;
        }
    }
}

fn definition(name: &str, command: &str) -> TaskDefinition {
    TaskDefinition {
        name: name.into(),
        command: command.into(),
        run_at_start: None,
        preview: None,
    }
}

#[tokio::test]
async fn the_file_is_listed_as_it_stands() {
    let (mut harness, _folder) = start(
        r#"{
            // What is needed.
            "setupTasks": [{"name": "Install", "command": "true"}, "echo short"],
            "tasks": {
                "zebra": {"name": "Zebra", "command": "sleep 1000", "preview": {"port": 8080, "pr-link": "direct"}},
                "ant": {"command": "true", "restartOn": {"files": ["x"]}},
                "wrong": {"name": "No command"},
                "other": {"name": "Wrong", "command": "x", "preview": {"port": 99999}},
            },
        }"#,
    )
    .await;
    let mut client = harness.join(Permission::Read).await;
    let tasks = list(&mut client).await;
    assert_eq!(ids(&tasks), ["zebra", "ant"]);
    let (_, zebra) = &tasks.tasks.0[0];
    assert_eq!(
        (zebra.name.as_str(), zebra.command.as_str()),
        ("Zebra", "sleep 1000")
    );
    let preview = zebra.preview.clone().unwrap();
    assert_eq!(
        (preview.port, preview.review_link.as_deref()),
        (Some(8080), Some("direct"))
    );
    assert_eq!(
        (&zebra.shell, &zebra.ports, zebra.unconfigured),
        (&None, &vec![], None)
    );
    assert_eq!(tasks.tasks.0[1].1.name, "ant");
    assert_eq!(tasks.setup_tasks[1].command, "echo short");
    assert_eq!(
        tasks.validation_errors.len(),
        2,
        "{:?}",
        tasks.validation_errors
    );
    assert!(tasks.validation_errors[0].contains("\"wrong\""));
    assert!(tasks.validation_errors[1].contains("\"other\""));
    harness.stop().await;
}

#[tokio::test]
async fn a_task_runs_ends_runs_again_and_is_stopped() {
    let (mut harness, _folder) = start(
        r#"{"tasks": {"short": {"name": "Short", "command": "echo short; exit 3"},
                      "long": {"name": "Long", "command": "echo long; sleep 1000"}}}"#,
    )
    .await;
    let mut client = harness.writer().await;
    let mut other = harness.join(Permission::Read).await;
    let started = run(&mut client, "short").await.unwrap();
    let first = started.shell.unwrap();
    assert_eq!(first.start_command.as_deref(), Some("echo short; exit 3"));
    let ended = told(&mut other, "short", |task| {
        status(task) == Some(ShellStatus::Error)
    })
    .await;
    assert_eq!(ended.shell.unwrap().exit_code, Some(3));
    let again = run(&mut client, "short").await.unwrap().shell.unwrap();
    assert_ne!(again.id, first.id);

    let long = run(&mut client, "long").await.unwrap();
    assert_eq!(status(&long), Some(ShellStatus::Running));
    // One that runs is left alone.
    let same = run(&mut client, "long").await.unwrap();
    assert_eq!(
        same.shell.as_ref().unwrap().id,
        long.shell.as_ref().unwrap().id
    );
    let shell_id = long.shell.unwrap().id;
    client
        .request(&Open {
            shell_id,
            size: None,
        })
        .await
        .unwrap();
    let stopped = stop(&mut client, "long").await.unwrap().unwrap();
    assert_eq!(status(&stopped), Some(ShellStatus::Killed));
    told(&mut other, "long", |task| {
        status(task) == Some(ShellStatus::Killed)
    })
    .await;
    assert_eq!(stop(&mut client, "long").await.unwrap().unwrap(), stopped);

    // Without its shell it is as if it had never run.
    let shell_id = stopped.shell.unwrap().id;
    client.request(&Terminate { shell_id }).await.unwrap();
    told(&mut other, "long", |task| task.shell.is_none()).await;
    for error in [
        run(&mut client, "none").await.unwrap_err(),
        stop(&mut client, "none").await.unwrap_err(),
    ] {
        assert_eq!(error.code.0, 601, "{error}");
    }
    harness.stop().await;
}

#[tokio::test]
async fn tasks_start_with_the_sandbox_once_the_set_up_is_over() {
    let (mut harness, folder) = start(
        r#"{"setupTasks": [{"name": "Bad", "command": "false"}],
            "tasks": {"dev": {"name": "Dev", "command": "echo x >> started; sleep 1000", "runAtStart": true},
                      "not": {"name": "Not", "command": "true"}}}"#,
    )
    .await;
    let mut client = harness.writer().await;
    assert_eq!(
        client.request(&Get).await.unwrap().state,
        SetupState::Stopped
    );
    let tasks = list(&mut client).await;
    assert!(tasks.tasks.0.iter().all(|(_, task)| task.shell.is_none()));
    client.request(&SkipAll).await.unwrap();
    let task = told(&mut client, "dev", |task| {
        status(task) == Some(ShellStatus::Running)
    })
    .await;
    assert_eq!(task.run_at_start, Some(true));
    while client.read("started").await.is_err() {}
    assert_eq!(status(&list(&mut client).await.tasks.0[1].1), None);
    harness.stop().await;

    // A sandbox that wakes starts them again, and not the steps.
    let mut harness = Harness::start_with(AgentOptions::new(folder.path().join("root"))).await;
    let mut client = harness.writer().await;
    while client.read("started").await.unwrap() != "x\nx\n" {}
    harness.stop().await;
}

#[tokio::test]
async fn changes_on_disk_are_told_and_a_broken_file_changes_nothing() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    assert!(list(&mut client).await.tasks.0.is_empty());

    // A folder that was not there, written from outside.
    fs::create_dir(harness.workspace(".codesandbox")).unwrap();
    let write = |text: &str| fs::write(harness.workspace(FILE), text).unwrap();
    write(r#"{"tasks": {"a": {"name": "A", "command": "true"}}}"#);
    let mut update: Tasks = client.notification().await;
    while ids(&update) != ["a"] {
        update = client.notification().await;
    }

    write("{\"tasks\": {\n  \"a\": }}");
    let mut error: ConfigParseError = client.notification().await;
    while !error.error.contains("line 2") {
        // The file may have been seen while it was empty.
        error = client.notification().await;
    }
    assert!(error.error.contains(FILE), "{}", error.error);
    let tasks = list(&mut client).await;
    assert_eq!(ids(&tasks), ["a"]);
    assert_eq!(tasks.validation_errors, [error.error]);
    run(&mut client, "a").await.unwrap();
    let create = Create {
        task_fields: definition("B", "b"),
        start_task: None,
    };
    let refused = client.request(&create).await.unwrap_err();
    assert!(refused.message.contains("is broken"), "{refused}");

    write(
        r#"{"tasks": {"a": {"name": "A", "command": "true"}, "b": {"name": "B", "command": "b"}}}"#,
    );
    let mut mended: Tasks = client.notification().await;
    while ids(&mended) != ["a", "b"] {
        mended = client.notification().await;
    }
    assert_eq!(mended.validation_errors, Vec::<String>::new());

    // The folder is replaced by another one.
    fs::remove_dir_all(harness.workspace(".codesandbox")).unwrap();
    let mut gone: Tasks = client.notification().await;
    while !gone.tasks.0.is_empty() {
        gone = client.notification().await;
    }
    fs::create_dir(harness.workspace("new")).unwrap();
    fs::write(
        harness.workspace("new/tasks.json"),
        r#"{"tasks": {"c": {"command": "c"}}}"#,
    )
    .unwrap();
    fs::rename(harness.workspace("new"), harness.workspace(".codesandbox")).unwrap();
    let mut new: Tasks = client.notification().await;
    while ids(&new) != ["c"] {
        new = client.notification().await;
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_task_that_runs_stays_in_sight_when_it_leaves_the_file() {
    let (mut harness, _folder) =
        start(r#"{"tasks": {"a": {"name": "A", "command": "sleep 1000"}}}"#).await;
    let mut client = harness.writer().await;
    run(&mut client, "a").await.unwrap();
    client.write(FILE, b"{}").await.unwrap();
    let tasks = list(&mut client).await;
    assert_eq!(ids(&tasks), ["a"]);
    assert_eq!(tasks.tasks.0[0].1.unconfigured, Some(true));
    stop(&mut client, "a").await.unwrap();
    client
        .write(
            FILE,
            br#"{"tasks": {"a": {"name": "New", "command": "true"}}}"#,
        )
        .await
        .unwrap();
    let tasks = list(&mut client).await;
    assert_eq!(
        (ids(&tasks), tasks.tasks.0[0].1.name.as_str()),
        (vec!["a"], "New")
    );
    harness.stop().await;
}

#[tokio::test]
async fn commands_run_as_tasks_and_can_be_saved() {
    let (mut harness, _folder) =
        start(r#"{"tasks": {"a": {"name": "A", "command": "true"}}, "own": [1, 2]}"#).await;
    let mut client = harness.writer().await;
    let command = |command: &str, save| RunCommand {
        command: command.into(),
        name: None,
        save_to_config: save,
    };
    let task = client
        .request(&command("echo out > out; sleep 1000", None))
        .await
        .unwrap();
    assert_eq!(task.unconfigured, Some(true));
    assert_eq!(status(&task), Some(ShellStatus::Running));
    while client.read("out").await.is_err() {}
    assert!(ids(&list(&mut client).await).contains(&task.id.as_str()));

    let update = Update {
        task_id: task.id.clone(),
        task_fields: TaskChanges {
            name: Some("Renamed".into()),
            command: None,
            run_at_start: None,
            preview: None,
        },
    };
    assert_eq!(client.request(&update).await.unwrap().name, "Renamed");
    let save = SaveToConfig {
        task_id: task.id.clone(),
    };
    let saved = client.request(&save).await.unwrap();
    assert_eq!((saved.unconfigured, saved.name.as_str()), (None, "Renamed"));
    assert_eq!(saved.shell.unwrap().id, task.shell.unwrap().id);
    assert_eq!(client.request(&save).await.unwrap_err().code.0, 602);
    let file = fs::read_to_string(harness.workspace(FILE)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&file).unwrap();
    assert_eq!(json["own"], serde_json::json!([1, 2]));
    assert_eq!(json["tasks"][&task.id]["name"], "Renamed");

    let saved = client
        .request(&command("echo saved", Some(true)))
        .await
        .unwrap();
    assert_eq!(
        (saved.id.as_str(), saved.unconfigured),
        ("echo-saved", None)
    );
    let error = client
        .request(&command("echo saved", Some(true)))
        .await
        .unwrap_err();
    assert_eq!(error.code.0, 602);
    let error = client.request(&command(" ", Some(true))).await.unwrap_err();
    assert!(error.message.contains("no command"), "{error}");
    harness.stop().await;
}

#[tokio::test]
async fn the_file_is_made_and_changed_and_what_else_is_in_it_stays() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    client.request(&GenerateConfig).await.unwrap();
    let error = client.request(&GenerateConfig).await.unwrap_err();
    assert_eq!(error.code.0, 600, "{error}");

    let create = Create {
        task_fields: TaskDefinition {
            run_at_start: Some(true),
            preview: Some(Preview {
                port: Some(5173),
                review_link: None,
            }),
            ..definition("Dev Server!", "sleep 1000")
        },
        start_task: Some(true),
    };
    let tasks = client.request(&create).await.unwrap();
    assert_eq!(ids(&tasks), ["dev-server"]);
    assert_eq!(status(&tasks.tasks.0[0].1), Some(ShellStatus::Running));
    let mut update: Tasks = other.notification().await;
    while ids(&update) != ["dev-server"] {
        update = other.notification().await;
    }
    assert_eq!(client.request(&create).await.unwrap_err().code.0, 602);
    let create = Create {
        task_fields: definition("dev server", "true"),
        start_task: None,
    };
    let tasks = client.request(&create).await.unwrap();
    assert_eq!(ids(&tasks), ["dev-server", "dev-server-2"]);

    // What is not ours in the file stays, and its order too.
    let text = fs::read_to_string(harness.workspace(FILE)).unwrap();
    let text = text.replacen('{', "{\"$schema\": \"x\",", 1);
    let text = text.replacen("\"port\": 5173", "\"port\": 5173, \"extra\": true", 1);
    client.write(FILE, text.as_bytes()).await.unwrap();
    let update = Update {
        task_id: "dev-server".into(),
        task_fields: TaskChanges {
            name: None,
            command: Some("sleep 999".into()),
            run_at_start: Some(false),
            preview: Some(Preview {
                port: Some(3000),
                review_link: None,
            }),
        },
    };
    let task = client.request(&update).await.unwrap();
    assert_eq!(
        (task.name.as_str(), task.command.as_str()),
        ("Dev Server!", "sleep 999")
    );
    let steps = CreateSetupTasks {
        tasks: vec![definition("Install", "true")],
    };
    client.request(&steps).await.unwrap();
    assert_eq!(list(&mut client).await.setup_tasks, steps.tasks);
    let text = fs::read_to_string(harness.workspace(FILE)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "$schema": "x",
        "setupTasks": [{"name": "Install", "command": "true"}],
        "tasks": {
            "dev-server": {
                "name": "Dev Server!", "command": "sleep 999", "runAtStart": false,
                "preview": {"port": 3000, "extra": true}
            },
            "dev-server-2": {"name": "dev server", "command": "true"}
        }
    });
    assert_eq!(json, expected);
    let missing = Update {
        task_id: "none".into(),
        ..update
    };
    assert_eq!(client.request(&missing).await.unwrap_err().code.0, 601);
    harness.stop().await;
}

#[tokio::test]
async fn a_port_belongs_to_the_task_whose_processes_listen_on_it() {
    let listen = "exec python3 -c 'import socket, time; s = socket.socket(); s.bind((\"127.0.0.1\", 0)); s.listen(); time.sleep(1000)'";
    let (mut harness, _folder) = start(r#"{"tasks": {"idle": {"command": "sleep 1000"}}}"#).await;
    let mut client = harness.writer().await;
    run(&mut client, "idle").await.unwrap();
    let command = RunCommand {
        command: format!("bash -c '{}'", listen.replace('\'', r"'\''")),
        name: Some("Web".into()),
        save_to_config: None,
    };
    let task = client.request(&command).await.unwrap();
    let task = told(&mut client, &task.id, |task| !task.ports.is_empty()).await;
    let [port] = task.ports.as_slice() else {
        panic!("{:?}", task.ports);
    };
    assert!(port.url.contains(&port.port.to_string()), "{port:?}");
    let tasks = list(&mut client).await;
    assert_eq!(tasks.tasks.0[0].1.ports, []);
    assert_eq!(tasks.tasks.0[1].1.ports, task.ports);
    stop(&mut client, &task.id).await.unwrap();
    told(&mut client, &task.id, |task| task.ports.is_empty()).await;

    // Outside of tasks it belongs to nobody.
    let shell = yew_sandbox_protocol::shell::Create {
        command: Some(listen.into()),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    };
    let shell_id = client.request(&shell).await.unwrap().id;
    let opened: UnassignedPortOpened = client.notification().await;
    client.request(&Terminate { shell_id }).await.unwrap();
    let closed: UnassignedPortClosed = client.notification().await;
    assert_eq!(opened.port, closed.port);
    harness.stop().await;
}

#[tokio::test]
async fn who_may_only_read_lists_tasks_and_does_nothing_else() {
    let (mut harness, _folder) =
        start(r#"{"tasks": {"a": {"name": "A", "command": "true"}}}"#).await;
    let mut reader = harness.join(Permission::Read).await;
    assert_eq!(ids(&list(&mut reader).await), ["a"]);
    let command = RunCommand {
        command: "true".into(),
        name: None,
        save_to_config: None,
    };
    let create = Create {
        task_fields: definition("x", "x"),
        start_task: None,
    };
    let errors = [
        run(&mut reader, "a").await.unwrap_err(),
        stop(&mut reader, "a").await.unwrap_err(),
        reader.request(&command).await.unwrap_err(),
        reader.request(&create).await.unwrap_err(),
        reader
            .request(&SaveToConfig {
                task_id: "a".into(),
            })
            .await
            .unwrap_err(),
        reader.request(&GenerateConfig).await.unwrap_err(),
        reader
            .request(&CreateSetupTasks { tasks: vec![] })
            .await
            .unwrap_err(),
    ];
    assert_eq!(errors.map(|error| error.code.0), [2; 7]);
    harness.stop().await;
}

#[tokio::test]
async fn files_that_make_no_sense_are_no_end_of_anything() {
    for text in [
        "",
        "[]",
        "{\"tasks\": []}",
        "{\"tasks\": {\"a\": 3, \"b\": null}, \"setupTasks\": {}}",
        "\0",
    ] {
        let mut harness = Harness::start().await;
        let mut client = harness.writer().await;
        client.write("x", b"").await.unwrap();
        fs::create_dir(harness.workspace(".codesandbox")).unwrap();
        client.write(FILE, text.as_bytes()).await.unwrap();
        let tasks = list(&mut client).await;
        assert!(tasks.tasks.0.is_empty());
        assert!(!tasks.validation_errors.is_empty(), "{text}");
        let create = Create {
            task_fields: definition("x", "true"),
            start_task: None,
        };
        let created = client.request(&create).await;
        assert_eq!(created.is_ok(), text.contains("null"), "{created:?}");
        harness.stop().await;
    }
}

/// The tasks of the start held a turn, and waited to go on until those were done who waited for that turn.
#[tokio::test]
async fn changes_while_tasks_start_stop_nothing() {
    let writer =
        "(for i in $(seq 400); do echo $i > .codesandbox/other; sleep 0.001; done) & sleep 0.05";
    // A file that takes a while to be read.
    let tasks: serde_json::Map<_, _> = (0..256)
        .map(|number| {
            let task = serde_json::json!({"name": format!("task {number}"), "command": "echo a task that is never run".repeat(100)});
            (format!("t{number}"), task)
        })
        .collect();
    let mut all = serde_json::json!({"setupTasks": [{"name": "Writer", "command": writer}]});
    all["tasks"] = tasks.into();
    let (mut harness, _folder) = start(&all.to_string()).await;
    let mut client = harness.writer().await;
    for _ in 0..20 {
        assert_eq!(list(&mut client).await.tasks.0.len(), 256);
    }
    client.write("still", b"works").await.unwrap();
    harness.stop().await;
}
