//! Shells: processes on terminals, over the link.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::{Client, DEADLINE, Event, Harness};
use tokio::time::timeout;
use yew_sandbox_agent::{GitIdentity, Message, Permission, Visitor};
use yew_sandbox_protocol::shell::{
    Close, Create, Exited, Input, List, Open, OpenShell, Output, Rename, Renamed, Resize, Restart,
    Restarted, Shell, ShellStatus, ShellType, Size, Terminate, Terminated,
};
use yew_sandbox_protocol::{Notification, ServerFrame, SharedText, WireError, decode};

fn create(command: &str) -> Create {
    Create {
        command: Some(command.into()),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    }
}

async fn start(client: &mut Client, command: &str) -> String {
    let shell = client.request(&create(command)).await.unwrap();
    assert_eq!(shell.status, ShellStatus::Running);
    assert_eq!((shell.buffer, shell.offset), (Vec::new(), Some(0)));
    shell.id
}

async fn type_in(client: &mut Client, shell: &str, input: &str) -> Result<(), WireError> {
    let request = Input {
        shell_id: shell.into(),
        input: input.into(),
        size: None,
    };
    client.request(&request).await
}

async fn open(client: &mut Client, shell: &str) -> Result<OpenShell, WireError> {
    let request = Open {
        shell_id: shell.into(),
        size: None,
    };
    client.request(&request).await
}

async fn terminate(client: &mut Client, shell: &str) -> Result<Option<Shell>, WireError> {
    let shell_id = shell.into();
    client.request(&Terminate { shell_id }).await
}

/// The output that the agent still has.
async fn buffer(client: &mut Client, shell: &str) -> String {
    let pieces = open(client, shell).await.unwrap().buffer;
    pieces.iter().map(SharedText::as_str).collect()
}

fn is_about(event: &Event, shell: &str) -> bool {
    piece(event, shell).is_some() || exit_code(event, shell).is_some()
}

fn piece(event: &Event, shell: &str) -> Option<String> {
    match event {
        Event::Frame(ServerFrame::Notification { method, params }) if method == Output::METHOD => {
            let output: Output = decode(params).unwrap();
            (output.shell_id == shell).then(|| output.out.as_str().to_owned())
        }
        _ => None,
    }
}

fn exit_code(event: &Event, shell: &str) -> Option<i32> {
    match event {
        Event::Frame(ServerFrame::Notification { method, params }) if method == Exited::METHOD => {
            let exited: Exited = decode(params).unwrap();
            (exited.shell_id == shell).then_some(exited.exit_code)
        }
        _ => None,
    }
}

/// All output until the end, and the exit code.
async fn to_the_end(client: &mut Client, shell: &str) -> (String, i32) {
    let mut output = String::new();
    loop {
        let event = client.wait_for(|event| is_about(event, shell)).await;
        if let Some(code) = exit_code(&event, shell) {
            return (output, code);
        }
        output.push_str(&piece(&event, shell).unwrap());
    }
}

/// Output until it holds a text.
async fn until(client: &mut Client, shell: &str, wanted: &str) -> String {
    let mut output = String::new();
    while !output.contains(wanted) {
        let event = client.wait_for(|event| is_about(event, shell)).await;
        match piece(&event, shell) {
            Some(piece) => output.push_str(&piece),
            None => panic!("it ended after {output:?}"),
        }
    }
    output
}

async fn run(client: &mut Client, command: &str) -> (String, i32) {
    let shell = start(client, command).await;
    to_the_end(client, &shell).await
}

fn is_alive(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", process.trim())).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}

async fn is_gone(process: &str) {
    timeout(DEADLINE, async {
        while is_alive(process) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_command_tells_its_output_and_then_its_exit_code() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let (output, code) = run(&mut client, "echo one; echo two >&2; exit 3").await;
    assert_eq!((output.as_str(), code), ("one\r\ntwo\r\n", 3));
    assert_eq!(run(&mut client, "true").await, (String::new(), 0));
    assert_eq!(run(&mut client, "kill -TERM $$").await.1, 128 + 15);
    assert_eq!(run(&mut client, "no-such-program").await.1, 127);

    // As the JavaScript SDK wraps its commands.
    let command =
        "source $HOME/.private/.env 2>/dev/null || true && env A='it' bash -c 'echo $A; tty; pwd'";
    let (output, code) = run(&mut client, command).await;
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!((lines[0], code), ("it", 0));
    assert!(lines[1].starts_with("/dev/pts/"), "{output}");
    assert_eq!(lines[2], harness.workspace_path);

    let shells = client.request(&List).await.unwrap().shells;
    assert_eq!(shells.len(), 5);
    assert_eq!(shells[0].status, ShellStatus::Error);
    assert_eq!(shells[0].exit_code, Some(3));
    assert_eq!(shells[0].kind, ShellType::Command);
    assert_eq!(shells[1].status, ShellStatus::Finished);
    assert_eq!(shells[2].status, ShellStatus::Killed);
    assert_eq!(shells[4].start_command.as_deref(), Some(command));

    // What ended still shows its output, and takes no input.
    assert_eq!(buffer(&mut client, &shells[0].id).await, "one\r\ntwo\r\n");
    let error = type_in(&mut client, &shells[0].id, "x").await.unwrap_err();
    assert_eq!(error.code.0, 201, "{error}");
    harness.stop().await;
}

/// As a shell's script starts a server with `&`, and `nohup` does.
#[tokio::test]
async fn signals_that_whoever_started_the_server_ignored_reach_programs() {
    let ignoring = r#"trap "" INT QUIT HUP TSTP; exec "$@""#;
    let mut harness = Harness::start_program(ignoring).await;
    let mut client = harness.writer().await;
    let line = "bash -c 'kill -INT $$; echo a$((1))e'; echo $?; bash -c 'kill -HUP $$; echo a$((1))e'; echo $?; exit 0";
    let shell = start(&mut client, line).await;
    open(&mut client, &shell).await.unwrap();
    let (output, _) = to_the_end(&mut client, &shell).await;
    assert!(!output.contains("a1e"), "{output}");
    for status in ["130", "129"] {
        assert!(output.contains(status), "{output}");
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_terminal_echoes_interrupts_and_controls_jobs() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let request = Create {
        command: None,
        ..create("")
    };
    let shell = client.request(&request).await.unwrap();
    assert_eq!(shell.kind, ShellType::Terminal);
    assert_eq!(shell.owner_username.as_deref(), Some("user1"));
    let shell = shell.id;
    type_in(&mut client, &shell, "echo $TERM $((20 + 3)) $PWD\r")
        .await
        .unwrap();
    let wanted = format!("xterm-256color 23 {}", harness.workspace_path);
    let output = until(&mut client, &shell, &wanted).await;
    assert!(output.contains("echo $TERM"), "{output}");

    // Ctrl-C ends what runs in front and not the shell.
    type_in(&mut client, &shell, "bash -c 'echo go$((0)); sleep 1000'\r")
        .await
        .unwrap();
    until(&mut client, &shell, "go0").await;
    type_in(&mut client, &shell, "\u{3}").await.unwrap();
    until(&mut client, &shell, "^C").await;
    type_in(&mut client, &shell, "echo status $?\r")
        .await
        .unwrap();
    until(&mut client, &shell, "status 130").await;

    // Ctrl-Z and `kill %1` need job control.
    type_in(&mut client, &shell, "bash -c 'echo go$((1)); sleep 1000'\r")
        .await
        .unwrap();
    until(&mut client, &shell, "go1\r\n").await;
    type_in(&mut client, &shell, "\u{1a}").await.unwrap();
    until(&mut client, &shell, "Stopped").await;
    type_in(&mut client, &shell, "kill %1; exit 7; exit 7\r")
        .await
        .unwrap();
    assert_eq!(to_the_end(&mut client, &shell).await.1, 7);
    harness.stop().await;
}

#[tokio::test]
async fn sizes_are_seen_inside() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    assert_eq!(run(&mut client, "stty size").await.0, "24 80\r\n");
    let request = Create {
        size: Some(Size {
            cols: 111,
            rows: 33,
        }),
        ..create("stty size; read; stty size; read; stty size")
    };
    let shell = client.request(&request).await.unwrap().id;
    until(&mut client, &shell, "33 111\r\n").await;
    let size = Size { cols: 90, rows: 10 };
    let shell_id = shell.clone();
    client.request(&Resize { shell_id, size }).await.unwrap();
    type_in(&mut client, &shell, "\r").await.unwrap();
    until(&mut client, &shell, "10 90\r\n").await;
    let request = Input {
        shell_id: shell.clone(),
        input: "\r".into(),
        size: Some(Size { cols: 0, rows: 7 }),
    };
    client.request(&request).await.unwrap();
    assert!(to_the_end(&mut client, &shell).await.0.contains("7 1\r\n"));
    harness.stop().await;
}

#[tokio::test]
async fn two_clients_see_the_same_output_and_one_that_closed_sees_none() {
    let mut harness = Harness::start().await;
    let mut creator = harness.writer().await;
    let mut second = harness.join(Permission::Read).await;
    let mut third = harness.writer().await;
    let shell = start(
        &mut creator,
        "echo before; read; seq 1 20000; read; echo end",
    )
    .await;
    until(&mut creator, &shell, "before\r\n").await;
    let told: Shell = second.notification().await;
    assert_eq!(
        (told.id.as_str(), told.status),
        (shell.as_str(), ShellStatus::Running)
    );
    assert_eq!(buffer(&mut second, &shell).await, "before\r\n");
    assert_eq!(buffer(&mut third, &shell).await, "before\r\n");
    type_in(&mut third, &shell, "\r").await.unwrap();
    let first_part = until(&mut third, &shell, "20000\r\n").await;
    let shell_id = shell.clone();
    third.request(&Close { shell_id }).await.unwrap();
    type_in(&mut third, &shell, "\r").await.unwrap();
    let (output, code) = to_the_end(&mut creator, &shell).await;
    assert_eq!(code, 0);
    assert_eq!(to_the_end(&mut second, &shell).await, (output.clone(), 0));
    assert!(output.starts_with(&first_part));
    // The end is told to all, the output to those that look.
    assert_eq!(to_the_end(&mut third, &shell).await, (String::new(), 0));
    assert_eq!(
        buffer(&mut third, &shell).await,
        format!("before\r\n{output}")
    );
    harness.stop().await;
}

#[tokio::test]
async fn no_character_is_cut_and_none_is_lost() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let command =
        "stty -opost; for i in {1..60000}; do echo \"$i ü→🦀é\"; done; printf 'x\\xff\\xe2\\x86'";
    let (output, code) = run(&mut client, command).await;
    let mut expected: String = (1..=60000).map(|i| format!("{i} ü→🦀é\n")).collect();
    expected.push_str("x\u{fffd}\u{fffd}");
    assert_eq!(code, 0);
    assert!(output == expected, "{} {}", output.len(), expected.len());

    // What came before is kept up to 1 MiB.
    let shells = client.request(&List).await.unwrap().shells;
    let opened = open(&mut client, &shells[0].id).await.unwrap();
    let [buffer] = opened.buffer.as_slice() else {
        panic!("{} pieces", opened.buffer.len());
    };
    let buffer = buffer.as_str();
    assert_eq!(opened.offset, Some((expected.len() - buffer.len()) as u64));
    assert!(expected.ends_with(buffer));
    assert!((1_000_000..=1024 * 1024).contains(&buffer.len()));
    harness.stop().await;
}

#[tokio::test]
async fn a_flood_can_be_interrupted() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let shell = start(&mut client, "yes").await;
    until(&mut client, &shell, "y\r\n").await;
    let mut other = harness.writer().await;
    assert_eq!(run(&mut other, "echo works").await.0, "works\r\n");
    type_in(&mut client, &shell, "\u{3}").await.unwrap();
    assert_eq!(to_the_end(&mut client, &shell).await.1, 130);
    harness.stop().await;
}

#[tokio::test]
async fn a_flood_waits_for_a_client_that_is_behind() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    let command =
        "stty -opost -echo; read; for i in {1..40000}; do echo 0123456789 $i; done; read; echo end";
    let shell = start(&mut client, command).await;
    let behind = |is_behind| Message::Behind {
        client: 1,
        is_behind,
    };
    harness.send(behind(true)).await;
    // The shell hears of it before the answer.
    type_in(&mut client, &shell, "\r").await.unwrap();
    // Others go on, and what is typed is still taken.
    assert_eq!(run(&mut other, "echo works").await.0, "works\r\n");
    type_in(&mut client, &shell, "\r").await.unwrap();
    let opened = open(&mut other, &shell).await.unwrap();
    assert_eq!(
        (opened.status, opened.buffer),
        (ShellStatus::Running, Vec::new())
    );
    harness.send(behind(false)).await;
    let (output, code) = to_the_end(&mut client, &shell).await;
    let expected: String = (1..=40000).map(|i| format!("0123456789 {i}\n")).collect();
    assert_eq!(code, 0);
    // The echo of what was typed may come before the terminal's settings.
    assert!(
        output
            .replace("\r\n", "")
            .replace('\r', "")
            .contains(&expected)
    );
    assert!(output.ends_with("end\n"));
    assert!(to_the_end(&mut other, &shell).await.0.ends_with("end\n"));
    harness.stop().await;
}

#[tokio::test]
async fn who_stays_behind_is_given_up_and_others_go_on() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    let command = "stty raw -echo; echo ready; read; head -c 20000000 /dev/zero | tr '\\0' x";
    let shell = start(&mut other, command).await;
    until(&mut other, &shell, "ready").await;
    open(&mut client, &shell).await.unwrap();
    let (client_number, is_behind) = (client.number, true);
    harness
        .send(Message::Behind {
            client: client_number,
            is_behind,
        })
        .await;
    type_in(&mut other, &shell, "\n").await.unwrap();
    let (output, _) = to_the_end(&mut other, &shell).await;
    assert_eq!(output.matches('x').count(), 20_000_000);
    let is_close = |event: &Event| matches!(event, Event::Close(1013, _));
    client.wait_for(is_close).await;
    let got: usize = client
        .drain()
        .iter()
        .filter_map(|event| piece(event, &shell))
        .map(|piece| piece.len())
        .sum();
    assert!((1_000_000..=4 * 1024 * 1024).contains(&got), "{got}");
    harness.stop().await;
}

#[tokio::test]
async fn a_restart_keeps_the_shell_and_clears_its_output() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    let command = "stty size; echo $$ | tee -a processes; sleep 1000 & echo $! >> processes; cat";
    let request = Create {
        size: Some(Size { cols: 70, rows: 20 }),
        ..create(command)
    };
    let shell = client.request(&request).await.unwrap().id;
    let text = until(&mut client, &shell, "\n").await;
    assert!(text.starts_with("20 70\r\n"), "{text}");
    let processes = loop {
        let processes = fs::read_to_string(harness.workspace("processes")).unwrap_or_default();
        if processes.lines().count() == 2 {
            break processes;
        }
        tokio::task::yield_now().await;
    };
    let shell_id = shell.clone();
    client.request(&Restart { shell_id }).await.unwrap();
    for client in [&mut client, &mut other] {
        let restarted: Restarted = client.notification().await;
        assert_eq!(restarted.shell_id, shell);
    }
    assert!(processes.lines().all(|process| !is_alive(process)));
    until(&mut client, &shell, "20 70\r\n").await;
    assert!(buffer(&mut other, &shell).await.starts_with("20 70\r\n"));
    type_in(&mut client, &shell, "\u{4}").await.unwrap();
    assert_eq!(to_the_end(&mut client, &shell).await.1, 0);

    // What ended can be restarted too.
    let shell_id = shell.clone();
    client.request(&Restart { shell_id }).await.unwrap();
    let shells = client.request(&List).await.unwrap().shells;
    assert_eq!(
        (shells[0].status, shells[0].exit_code),
        (ShellStatus::Running, None)
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_terminated_shell_is_gone_with_all_that_it_started() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.join(Permission::Read).await;
    let command = "trap '' HUP; sleep 1000 & echo $! > a; (set -m; sleep 1000 & echo $! > b; bash -c 'trap \"\" TERM HUP; echo $$ > c; read; sleep 1000' & ); cat";
    let shell = start(&mut client, command).await;
    let mut processes = Vec::new();
    timeout(DEADLINE, async {
        for file in ["a", "b", "c"] {
            processes.push(loop {
                let text = fs::read_to_string(harness.workspace(file)).unwrap_or_default();
                if text.ends_with('\n') {
                    break text;
                }
                tokio::task::yield_now().await;
            });
        }
    })
    .await
    .unwrap();
    assert!(processes.iter().all(|process| is_alive(process)));
    let gone = terminate(&mut client, &shell).await.unwrap().unwrap();
    assert_eq!(
        (gone.id.as_str(), gone.status),
        (shell.as_str(), ShellStatus::Killed)
    );
    assert!(processes.iter().all(|process| !is_alive(process)));
    let told: Terminated = other.notification().await;
    assert_eq!(
        (told.shell_id, told.author.as_deref()),
        (shell.clone(), Some("user1"))
    );
    assert_eq!(client.request(&List).await.unwrap().shells, []);
    assert_eq!(
        terminate(&mut client, &shell).await.unwrap_err().code.0,
        204
    );
    harness.stop().await;
}

#[tokio::test]
async fn what_a_command_left_running_ends_with_its_shell_or_the_agent() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let left = |then: &str| {
        format!(
            "rm -f left; (trap '' HUP; echo > left; {then}) & echo $!; until [ -e left ]; do :; done"
        )
    };
    let shell = start(&mut client, &left("exec sleep 1000")).await;
    let (first, code) = to_the_end(&mut client, &shell).await;
    assert_eq!(code, 0);
    let (second, _) = run(&mut client, &left("while :; do echo noise; done")).await;
    let is_number = |line: &&str| line.parse::<u32>().is_ok();
    let second = second.lines().find(is_number).unwrap();
    // A daemon has a session of its own.
    let (daemon, _) = run(
        &mut client,
        &left("exec setsid bash -c 'echo $$ > daemon; exec sleep 1000'"),
    )
    .await;
    assert!(!daemon.is_empty());
    while client.read("daemon").await.unwrap_or_default().is_empty() {}
    let daemon = fs::read_to_string(harness.workspace("daemon")).unwrap();
    assert!(is_alive(&first) && is_alive(second) && is_alive(&daemon));
    terminate(&mut client, &shell).await.unwrap();
    assert!(!is_alive(&first));
    harness.stop().await;
    is_gone(second).await;
    is_gone(&daemon).await;
}

#[tokio::test]
async fn names_are_kept_and_told() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    let shell = start(&mut client, "cat").await;
    let name = format!(r#"{{"type":"command","command":"{}"}}"#, "x".repeat(60_000));
    let rename = |name: &str| Rename {
        shell_id: shell.clone(),
        name: name.into(),
    };
    client.request(&rename(&name)).await.unwrap();
    let told: Renamed = other.notification().await;
    assert_eq!(told.shell.name, name);
    let error = client
        .request(&rename(&"x".repeat(70_000)))
        .await
        .unwrap_err();
    assert!(error.message.contains("65536"), "{error}");
    assert_eq!(client.request(&List).await.unwrap().shells[0].name, name);
    harness.stop().await;
}

#[tokio::test]
async fn who_may_only_read_looks_and_does_nothing_else() {
    let mut harness = Harness::start().await;
    let mut writer = harness.writer().await;
    let mut reader = harness.join(Permission::Read).await;
    let shell = start(&mut writer, "stty size; cat").await;
    let size = Size { cols: 1, rows: 1 };
    let shell_id = shell.clone();
    let opened = Open {
        shell_id: shell_id.clone(),
        size: Some(size),
    };
    reader.request(&opened).await.unwrap();
    assert_eq!(reader.request(&List).await.unwrap().shells.len(), 1);
    let errors = [
        reader.request(&create("true")).await.unwrap_err(),
        type_in(&mut reader, &shell, "x").await.unwrap_err(),
        terminate(&mut reader, &shell).await.unwrap_err(),
        reader
            .request(&Restart {
                shell_id: shell.clone(),
            })
            .await
            .unwrap_err(),
        reader
            .request(&Resize {
                shell_id: shell.clone(),
                size,
            })
            .await
            .unwrap_err(),
        reader
            .request(&Rename {
                shell_id: shell.clone(),
                name: "x".into(),
            })
            .await
            .unwrap_err(),
    ];
    assert_eq!(errors.map(|error| error.code.0), [2; 6]);
    assert_eq!(run(&mut writer, "true").await.1, 0);
    until(&mut writer, &shell, "24 80\r\n").await;
    harness.stop().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_said() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let shell_id = || "none".to_owned();
    let size = Size::default();
    let errors = [
        open(&mut client, "none").await.unwrap_err(),
        type_in(&mut client, "none", "x").await.unwrap_err(),
        terminate(&mut client, "").await.unwrap_err(),
        client
            .request(&Close {
                shell_id: shell_id(),
            })
            .await
            .unwrap_err(),
        client
            .request(&Restart {
                shell_id: shell_id(),
            })
            .await
            .unwrap_err(),
        client
            .request(&Resize {
                shell_id: shell_id(),
                size,
            })
            .await
            .unwrap_err(),
    ];
    assert_eq!(errors.map(|error| error.code.0), [204; 6]);
    for cwd in ["nowhere", "file", "/../..", "a\0b"] {
        client.write("file", b"").await.unwrap();
        let request = Create {
            cwd: Some(cwd.into()),
            ..create("pwd")
        };
        let error = client.request(&request).await.unwrap_err();
        assert!(matches!(error.code.0, 101 | 102), "{cwd:?} {error}");
    }
    for command in ["a\0b".to_owned(), "x".repeat(1 << 20)] {
        let error = client.request(&create(&command)).await.unwrap_err();
        assert!(error.message.contains("bash cannot be started"), "{error}");
    }
    assert_eq!(client.request(&List).await.unwrap().shells, []);
    harness.stop().await;
}

#[tokio::test]
async fn a_shell_starts_where_it_shall_and_beneath_the_root() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let folder = harness.workspace("in side");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink("/project", harness.workspace("link")).unwrap();
    for (cwd, expected) in [
        ("in side", folder.clone()),
        ("/project/workspace/in side", folder.clone()),
        (folder.to_str().unwrap(), folder.clone()),
        ("link", harness.folder.join("project")),
    ] {
        let request = Create {
            cwd: Some(cwd.into()),
            ..create("pwd")
        };
        let shell = client.request(&request).await.unwrap().id;
        let (output, _) = to_the_end(&mut client, &shell).await;
        assert_eq!(output.trim_end(), expected.to_str().unwrap());
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_session_brings_its_environment_and_its_git_identity() {
    let mut harness = Harness::start().await;
    let mut visitor = Visitor::new(Permission::Write, "ada", "u9");
    visitor
        .env
        .insert("GREETING".into(), "it's \"$HOME\"\n".into());
    visitor.env.insert("BAD=NAME".into(), "x".into());
    visitor.git = Some(Box::new(GitIdentity {
        name: "Ada '$(touch no)".into(),
        email: "ada@example.org".into(),
        provider: Some("git.example.org".into()),
        username: Some("ada".into()),
        access_token: Some("s3'cret".into()),
    }));
    let mut client = harness.open_as(visitor).await;
    client.join(false).await.unwrap();
    let (output, _) = run(
        &mut client,
        "stty -opost; printf %s \"$GREETING\"; echo ${MALLOC_ARENA_MAX-none}",
    )
    .await;
    assert_eq!(output, "it's \"$HOME\"\nnone\n");
    let command = "git init -q . && git commit -q --allow-empty -m x && git log --format='%an|%ae|%cn' && \
                   printf 'protocol=https\\nhost=git.example.org\\n\\n' | git credential fill && \
                   printf 'protocol=https\\nhost=other.example.org\\n\\n' | GIT_TERMINAL_PROMPT=0 GIT_ASKPASS= git credential fill";
    let (output, code) = run(&mut client, command).await;
    assert!(
        output.contains("Ada '$(touch no)|ada@example.org|Ada '$(touch no)"),
        "{output}"
    );
    assert!(
        output.contains("username=ada\r\npassword=s3'cret\r\n"),
        "{output}"
    );
    assert_eq!(output.matches("s3'cret").count(), 1, "{output}");
    assert_eq!(code, 128);
    let mut other = harness.writer().await;
    assert_eq!(run(&mut other, "echo ${GREETING-none}").await.0, "none\r\n");
    harness.stop().await;
}

#[tokio::test]
async fn only_so_many_run_and_only_so_many_are_kept() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut first = String::new();
    for number in 0..33 {
        let shell = start(&mut client, "true").await;
        to_the_end(&mut client, &shell).await;
        if number == 0 {
            first = shell;
        }
    }
    let gone: Terminated = client.notification().await;
    assert_eq!((gone.shell_id, gone.author), (first, None));
    assert_eq!(client.request(&List).await.unwrap().shells.len(), 32);
    let mut shells = Vec::new();
    for _ in 0..64 {
        shells.push(start(&mut client, "cat").await);
    }
    let error = client.request(&create("cat")).await.unwrap_err();
    assert_eq!(error.code.0, 3);
    assert!(error.message.contains("64"), "{error}");
    terminate(&mut client, &shells[5]).await.unwrap();
    start(&mut client, "cat").await;
    harness.stop().await;
}

#[tokio::test]
async fn input_that_nobody_takes_is_bounded() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let shell = start(&mut client, "stty raw -echo; echo raw; sleep 1000").await;
    until(&mut client, &shell, "raw").await;
    let text = "x".repeat(100_000);
    let mut accepted = 0;
    let error = loop {
        match type_in(&mut client, &shell, &text).await {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
        assert!(accepted < 20);
    };
    assert_eq!(error.code.0, 3, "{error}");
    assert!(accepted >= 10);
    terminate(&mut client, &shell).await.unwrap();

    // What is taken arrives whole.
    let shell = start(
        &mut client,
        "stty raw -echo; echo raw; head -c 900000 | sha1sum",
    )
    .await;
    until(&mut client, &shell, "raw").await;
    for _ in 0..9 {
        type_in(&mut client, &shell, &text).await.unwrap();
    }
    let (output, _) = to_the_end(&mut client, &shell).await;
    let (expected, _) = run(
        &mut client,
        "head -c 900000 /dev/zero | tr '\\0' x | sha1sum",
    )
    .await;
    assert_eq!(output.trim(), expected.trim());
    harness.stop().await;
}
