//! Tasks that there are not, ports that there cannot be, and a file that breaks while it is used.

use yew_sandbox_protocol::task::{ConfigParseError, Task, Tasks};

use super::value::{Value, map};
use super::wire::Wire;
use super::world::in_each;

/// The codes of the namespace.
const CRITICAL: u32 = 0;
const CONFIGURED: u32 = 602;
const NOT_FOUND: u32 = 601;

const FOLDER: &str = ".codesandbox";
const FILE: &str = ".codesandbox/tasks.json";

async fn write(wire: &mut Wire, content: &[u8]) {
    let params = map! {"path": FILE, "content": content};
    wire.ask("fs/writeFile", params).await.unwrap();
}

async fn tasks(wire: &mut Wire) -> Tasks {
    wire.get("task/list", Value::Nil).await
}

async fn names(wire: &mut Wire) -> Vec<String> {
    let all = tasks(wire).await.tasks.0.into_iter();
    all.map(|(id, _)| id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_tasks_are_not_found() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        for id in [
            "",
            "none",
            "\0",
            "../..",
            "__proto__",
            &"\u{1}".repeat(16_000_000),
        ] {
            for (method, params) in [
                ("task/run", map! {"taskId": id}),
                ("task/stop", map! {"taskId": id}),
                ("task/saveToConfig", map! {"taskId": id}),
                (
                    "task/update",
                    map! {"taskId": id, "taskFields": Value::Map(vec![])},
                ),
            ] {
                let (code, message) = wire.refusal(method, params).await;
                assert_eq!(code, NOT_FOUND, "{method} {id:.9?}: {message:.200}");
                assert!(message.len() < 10_000, "{method}");
            }
        }
        world.is_well(&mut wire).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_that_cannot_be_are_refused() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let ports: [Value; 8] = [
            0.into(),
            65536.into(),
            (-1).into(),
            1.5.into(),
            "3000".into(),
            f64::NAN.into(),
            f64::INFINITY.into(),
            i64::MAX.into(),
        ];
        let task = |command: &str, port: Value| {
            let preview = map! {"port": port};
            map! {"name": "Task", "command": command, "preview": preview}
        };
        for port in ports {
            let what = format!("{port:?}");
            let fields = task("true", port.clone());
            let params = map! {"taskFields": fields.clone()};
            let (code, message) = wire.refusal("task/create", params).await;
            assert_eq!(code, CRITICAL, "{what}: {message}");
            let params = map! {"tasks": vec![fields]};
            let (code, message) = wire.refusal("task/createSetupTasks", params).await;
            assert_eq!(code, CRITICAL, "{what}: {message}");
        }
        let huge = "x".repeat(16_000_000);
        for command in ["", " \n", "a\0b", &huge] {
            let params = map! {"taskFields": task(command, 3000.into())};
            let (code, message) = wire.refusal("task/create", params).await;
            assert_eq!(code, CRITICAL, "{command:.9?}: {message:.200}");
            let params = map! {"command": command};
            let (code, message) = wire.refusal("task/runCommand", params).await;
            assert_eq!(code, CRITICAL, "{command:.9?}: {message:.200}");
            let params = map! {"tasks": vec![task(command, 3000.into())]};
            let (code, message) = wire.refusal("task/createSetupTasks", params).await;
            assert_eq!(code, CRITICAL, "{command:.9?}: {message:.200}");
        }
        let params = map! {"command": "true", "name": huge.as_str()};
        assert_eq!(wire.refusal("task/runCommand", params).await.0, CRITICAL);
        assert_eq!(names(&mut wire).await, [""; 0]);

        let params = map! {"taskFields": task("true", 3000.into())};
        wire.ask("task/create", params.clone()).await.unwrap();
        assert_eq!(wire.refusal("task/create", params).await.0, CONFIGURED);
        for (name, value) in [("command", Value::text(" ")), ("preview", map! {"port": 0})] {
            let fields = Value::Map(vec![(name, value)]);
            let params = map! {"taskId": "task", "taskFields": fields};
            let (code, message) = wire.refusal("task/update", params).await;
            assert_eq!(code, CRITICAL, "{name}: {message}");
        }
        let all = tasks(&mut wire).await.tasks.0;
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].1.preview.as_ref().unwrap().port, Some(3000));
        let many = vec![task("true", 1.into()); 300];
        let params = map! {"tasks": many};
        assert_eq!(
            wire.refusal("task/createSetupTasks", params).await.0,
            CRITICAL
        );
        world.is_well(&mut wire).await;
    })
    .await;
}

/// Whatever becomes of the file, the tasks that it stated last stay, and run.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_leaves_its_tasks_as_they_were() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let fine =
            br#"{"setupTasks": [], "tasks": {"dev": {"name": "Dev", "command": "sleep 1000"}}}"#;
        write(&mut wire, fine).await;
        let is_fine =
            |tasks: &Tasks| tasks.tasks.0.len() == 1 && tasks.validation_errors.is_empty();
        wire.hears("task/listUpdate", is_fine).await;
        let _: Task = wire.get("task/run", map! {"taskId": "dev"}).await;

        let huge = format!(
            r#"{{"tasks": {{"dev": {{"command": "{}"}}}}}}"#,
            "x".repeat(2_000_000)
        );
        let deep = format!(r#"{{"tasks": {}"#, "[".repeat(100_000));
        let broken: [&[u8]; 14] = [
            b"{",
            b"",
            b" \n",
            b"null",
            b"7",
            b"[]",
            b"{\"tasks\": ",
            b"{\"tasks\": {\"dev\": {\"command\": \"sleep 1000\"}},}x",
            b"{\"tasks\": 7}",
            b"{\"tasks\": []}",
            b"{\"tasks\": \"\xff\xfe\"}",
            b"\0\0\0\0",
            huge.as_bytes(),
            deep.as_bytes(),
        ];
        let mut last = String::new();
        for content in broken {
            let what = String::from_utf8_lossy(&content[..content.len().min(40)]).into_owned();
            write(&mut wire, content).await;
            let all = tasks(&mut wire).await;
            assert_eq!(all.validation_errors.len(), 1, "{what}");
            let reason = &all.validation_errors[0];
            assert!(
                reason.contains("broken") && reason.len() < 1000,
                "{what}: {reason}"
            );
            let [(id, task)] = &all.tasks.0[..] else {
                panic!("{what}: {all:?}");
            };
            assert_eq!((id.as_str(), task.shell.is_some()), ("dev", true), "{what}");
            // What is wrong is told once.
            if last != *reason {
                let told = |error: &ConfigParseError| error.error == *reason;
                wire.hears("task/configParseError", told).await;
                last.clone_from(reason);
            }
            // Nobody writes into what he cannot read.
            let definition = map! {"name": "Other", "command": "other"};
            let params = map! {"taskFields": definition};
            assert_eq!(
                wire.refusal("task/create", params).await.0,
                CRITICAL,
                "{what}"
            );
            let _: Task = wire.get("task/run", map! {"taskId": "dev"}).await;
        }

        // Each wrong task is named, and the others are there.
        let partly = br#"{"tasks": {
            "dev": {"command": "sleep 1000"},
            "none": {}, "number": 7, "text": "true", "nothing": null,
            "command": {"command": 7}, "start": {"command": "a", "runAtStart": "yes"},
            "zero": {"command": "a", "preview": {"port": 0}},
            "much": {"command": "a", "preview": {"port": 65536}},
            "below": {"command": "a", "preview": {"port": -1}},
            "half": {"command": "a", "preview": {"port": 1.5}},
            "word": {"command": "a", "preview": {"port": "3000"}},
            "fine": {"command": "true", "preview": {"port": 65535}}
        }}"#;
        write(&mut wire, partly).await;
        assert_eq!(names(&mut wire).await, ["dev", "fine"]);
        let errors = tasks(&mut wire).await.validation_errors;
        let named = [
            "none", "number", "text", "nothing", "command", "start", "zero", "much", "below",
            "half", "word",
        ];
        assert_eq!(errors.len(), named.len(), "{errors:?}");
        for name in named {
            let name = format!("task {name:?}");
            assert!(
                errors.iter().any(|error| error.starts_with(&name)),
                "{name}"
            );
        }

        // Gone, a directory, a link to nowhere, and back.
        wire.ask("fs/remove", map! {"path": FOLDER, "recursive": true})
            .await
            .unwrap();
        assert_eq!(names(&mut wire).await, ["dev"], "what runs stays in sight");
        wire.ask("fs/mkdir", map! {"path": FILE, "recursive": true})
            .await
            .unwrap();
        assert_eq!(tasks(&mut wire).await.validation_errors.len(), 1);
        wire.ask("fs/remove", map! {"path": FOLDER, "recursive": true})
            .await
            .unwrap();
        wire.ask("fs/mkdir", map! {"path": FOLDER}).await.unwrap();
        write(&mut wire, fine).await;
        wire.hears("task/listUpdate", is_fine).await;
        let stopped: Option<Task> = wire.get("task/stop", map! {"taskId": "dev"}).await;
        assert!(stopped.unwrap().shell.is_some());
        world.is_well(&mut wire).await;
    })
    .await;
}
