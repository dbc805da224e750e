//! Shells that there are not, or no more, and what no shell takes.

use yew_sandbox_protocol::shell::{Exited, ListAnswer, OpenShell};

use super::value::{Value, map};
use super::wire::Wire;
use super::world::in_each;

/// The codes of the namespace.
const TOO_MUCH: u32 = 3;
const INVALID_PATH: u32 = 101;
const FILE: u32 = 102;
const NOT_ACCESSIBLE: u32 = 200;
const CLOSED: u32 = 201;
const NOT_FOUND: u32 = 204;

fn size(columns: i64, rows: i64) -> Value {
    map! {"cols": columns, "rows": rows}
}

async fn shell(wire: &mut Wire, command: &str) -> String {
    let shell: OpenShell = wire.get("shell/create", map! {"command": command}).await;
    shell.id
}

/// A shell whose process has ended.
async fn dead_shell(wire: &mut Wire) -> String {
    let id = shell(wire, "echo gone").await;
    let is_it = |exited: &Exited| exited.shell_id == id;
    let exited: Exited = wire.hears("shell/exit", is_it).await;
    assert_eq!(exited.exit_code, 0);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_shells_are_not_found() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let id = dead_shell(&mut wire).await;
        wire.ask("shell/terminate", map! {"shellId": id.as_str()})
            .await
            .unwrap();
        let unknown = [
            "",
            "none",
            "\0",
            "../..",
            "0",
            id.as_str(),
            &"x".repeat(100_000),
        ];
        for id in unknown {
            for (method, params) in [
                ("shell/in", map! {"shellId": id, "input": "x"}),
                ("shell/open", map! {"shellId": id}),
                ("shell/close", map! {"shellId": id}),
                ("shell/restart", map! {"shellId": id}),
                ("shell/resize", map! {"shellId": id, "size": size(10, 10)}),
                ("shell/rename", map! {"shellId": id, "name": "name"}),
                ("shell/terminate", map! {"shellId": id}),
            ] {
                let (code, message) = wire.refusal(method, params).await;
                assert_eq!(code, NOT_FOUND, "{method}: {message}");
                assert!(message.len() < 10_000, "{method}");
            }
        }
        world.is_well(&mut wire).await;
    })
    .await;
}

/// A shell whose process has ended can be looked at, named, sized, restarted and removed, but takes no input.
#[tokio::test(flavor = "multi_thread")]
async fn dead_shells_take_no_input() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let id = dead_shell(&mut wire).await;
        let own = || map! {"shellId": id.as_str()};
        let input = map! {"shellId": id.as_str(), "input": "x"};
        let (code, message) = wire.refusal("shell/in", input.clone()).await;
        assert_eq!(code, CLOSED, "{message}");
        let open: OpenShell = wire.get("shell/open", own()).await;
        assert_eq!(open.exit_code, Some(0));
        assert_eq!(open.buffer[0].as_str(), "gone\r\n");
        let sized = map! {"shellId": id.as_str(), "size": size(10, 10)};
        wire.ask("shell/resize", sized).await.unwrap();
        let named = map! {"shellId": id.as_str(), "name": "late"};
        wire.ask("shell/rename", named).await.unwrap();
        let all: ListAnswer = wire.get("shell/list", Value::Nil).await;
        assert_eq!(all.shells[0].name, "late");
        wire.ask("shell/close", own()).await.unwrap();
        wire.ask("shell/restart", own()).await.unwrap();
        // It is subscribed no more, and opens it again to hear the end.
        let open: OpenShell = wire.get("shell/open", own()).await;
        if open.exit_code.is_none() {
            let _: Exited = wire
                .hears("shell/exit", |exited: &Exited| exited.shell_id == id)
                .await;
        }
        let (code, _) = wire.refusal("shell/in", input.clone()).await;
        assert_eq!(code, CLOSED);
        wire.ask("shell/terminate", own()).await.unwrap();
        assert_eq!(wire.refusal("shell/in", input).await.0, NOT_FOUND);
        world.is_well(&mut wire).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_started_is_refused() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let text = map! {"path": "file", "content": b"".as_slice()};
        wire.ask("fs/writeFile", text).await.unwrap();
        let long = "x".repeat(5000);
        for (cwd, expected) in [
            ("none", FILE),
            ("file", FILE),
            ("/none/none", FILE),
            ("a\0b", INVALID_PATH),
            ("../../../../..", INVALID_PATH),
            (long.as_str(), FILE),
        ] {
            let params = map! {"command": "true", "cwd": cwd};
            let (code, message) = wire.refusal("shell/create", params).await;
            assert_eq!(code, expected, "{cwd:.9?}: {message}");
        }
        // The system takes 128 KiB in one argument.
        for command in ["a\0b", &"x".repeat(200_000), &"x".repeat(16_000_000)] {
            let params = map! {"command": command};
            let (code, message) = wire.refusal("shell/create", params).await;
            assert_eq!(code, NOT_ACCESSIBLE, "{command:.9?}: {message}");
        }
        let all: ListAnswer = wire.get("shell/list", Value::Nil).await;
        assert_eq!(all.shells, []);
        // A terminal may have any size, also none.
        for (columns, rows) in [(0, 0), (1, 1), (65535, 65535), (0, 24)] {
            let params = map! {"command": "true", "size": size(columns, rows)};
            wire.ask("shell/create", params).await.unwrap();
        }
        world.is_well(&mut wire).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_is_refused() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let id = shell(&mut wire, "sleep 1000").await;
        for length in [65 * 1024, 16_000_000] {
            let params = map! {"shellId": id.as_str(), "name": "x".repeat(length)};
            assert_eq!(wire.refusal("shell/rename", params).await.0, TOO_MUCH);
        }
        let params = map! {"shellId": id.as_str(), "input": "x".repeat(16_000_000)};
        assert_eq!(wire.refusal("shell/in", params).await.0, TOO_MUCH);
        let strange = "\0\u{1b}[2J\u{202e}\u{feff}";
        let params = map! {"shellId": id.as_str(), "input": strange};
        wire.ask("shell/in", params).await.unwrap();
        let params = map! {"shellId": id.as_str(), "name": strange};
        wire.ask("shell/rename", params).await.unwrap();
        let all: ListAnswer = wire.get("shell/list", Value::Nil).await;
        assert_eq!(all.shells[0].name, strange);
        world.is_well(&mut wire).await;
    })
    .await;
}
