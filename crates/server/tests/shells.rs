//! Shells and tasks inside real sandboxes, isolated and not.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::time::{Duration, Instant};

use support::{Server, Socket, connect, isolations, soon, until};
use yew_sandbox_protocol::shell::{Create, Exited, Input, Output, Resize, Size, Terminate};
use yew_sandbox_protocol::{Notification, ServerFrame, decode, encode_request};

/// What a shell said.
#[derive(Debug, PartialEq)]
enum Said {
    Output(String),
    Exit(i32),
}

async fn create(socket: &mut Socket, command: Option<&str>) -> String {
    let request = Create {
        command: command.map(str::to_owned),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    };
    socket.call(&request).await.unwrap().id
}

/// Types without waiting for the answer, so that no output is passed over.
async fn type_in(socket: &mut Socket, shell: &str, input: &str) {
    let request = Input {
        shell_id: shell.into(),
        input: input.into(),
        size: None,
    };
    let frame = encode_request(u64::from(u32::MAX), &request);
    let frame = tokio_tungstenite::tungstenite::Message::Binary(frame);
    socket.send(frame).await;
}

async fn next(socket: &mut Socket, shell: &str) -> Said {
    loop {
        let frame = ServerFrame::decode(&socket.frame().await).unwrap();
        let ServerFrame::Notification { method, params } = frame else {
            continue;
        };
        if method == Output::METHOD {
            let output: Output = decode(&params).unwrap();
            if output.shell_id == shell {
                return Said::Output(output.out.as_str().to_owned());
            }
        } else if method == Exited::METHOD {
            let exited: Exited = decode(&params).unwrap();
            if exited.shell_id == shell {
                return Said::Exit(exited.exit_code);
            }
        }
    }
}

async fn see(socket: &mut Socket, shell: &str, wanted: &str) -> String {
    let mut all = String::new();
    while !all.contains(wanted) {
        match next(socket, shell).await {
            Said::Output(output) => all.push_str(&output),
            Said::Exit(code) => panic!("it ended with {code} after {all:?}"),
        }
    }
    all
}

async fn run(socket: &mut Socket, command: &str) -> (String, i32) {
    let shell = create(socket, Some(command)).await;
    let mut all = String::new();
    loop {
        match next(socket, &shell).await {
            Said::Output(output) => all.push_str(&output),
            Said::Exit(code) => return (all, code),
        }
    }
}

/// Job control and signals work inside every isolation.
#[tokio::test(flavor = "multi_thread")]
async fn terminals_are_real() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), isolation, |_| {}).await;
        let (session, _) = server.create().await;
        let mut socket = connect(&session).await;
        socket.join().await;
        let (output, code) = run(
            &mut socket,
            "pwd; test -t 0 && test -t 1; exit $((40 + $?))",
        )
        .await;
        let expected = (format!("{}\r\n", session.workspace_path), 40);
        assert_eq!((output, code), expected, "{isolation:?}");

        let shell = create(&mut socket, None).await;
        type_in(&mut socket, &shell, "bash -c 'echo go$((0)); sleep 1000'\r").await;
        let greeting = see(&mut socket, &shell, "go0").await;
        assert!(!greeting.contains("no job control"), "{greeting}");
        type_in(&mut socket, &shell, "\u{3}").await;
        see(&mut socket, &shell, "^C").await;
        type_in(&mut socket, &shell, "echo status $?\r").await;
        see(&mut socket, &shell, "status 130").await;
        type_in(&mut socket, &shell, "bash -c 'echo go$((1)); sleep 1000'\r").await;
        see(&mut socket, &shell, "go1\r\n").await;
        type_in(&mut socket, &shell, "\u{1a}").await;
        see(&mut socket, &shell, "Stopped").await;
        let shell_id = shell.clone();
        let size = Size { cols: 99, rows: 44 };
        socket.call(&Resize { shell_id, size }).await.unwrap();
        type_in(&mut socket, &shell, "stty size\r").await;
        see(&mut socket, &shell, "44 99").await;
        let shell_id = shell.clone();
        let gone = socket.call(&Terminate { shell_id }).await.unwrap();
        assert_eq!(gone.unwrap().id, shell);
        server.stop().await;
    }
}

/// A sandbox that falls asleep leaves no process behind, whatever it does about signals and sessions.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_while_a_sandbox_sleeps() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), isolation, |options| {
            options.hibernate_after = Duration::from_millis(500);
        })
        .await;
        let (session, _) = server.create().await;
        let mut socket = connect(&session).await;
        socket.join().await;
        // A number that no other process on this machine is called with.
        let mark = format!("1000.{}{}", std::process::id(), isolation as u8);
        let command = format!(
            "trap '' HUP TERM; sleep {mark} & setsid sleep {mark} & nohup sleep {mark} > /dev/null & \
             echo ready; while :; do sleep {mark}; done"
        );
        let shell = create(&mut socket, Some(&command)).await;
        see(&mut socket, &shell, "ready").await;
        until("the processes", || running(&mark) >= 4).await;
        socket.closed().await;
        until("their end", || running(&mark) == 0).await;
        server.stop().await;
    }
}

/// A client that reads nothing costs little memory, and others do not wait for it for long.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_does_not_drown_who_reads_slowly() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::local(data.path(), isolations()[1], |_| {}).await;
    let (session, _) = server.create().await;
    let mut slow = connect(&session).await;
    slow.join().await;
    let mut other = connect(&session).await;
    other.join().await;
    let shell = create(&mut slow, Some("head -c 30000000 /dev/zero | tr '\\0' x")).await;
    // While the slow one reads nothing, others are served.
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) {
        assert_eq!(run(&mut other, "echo works").await.0, "works\r\n");
    }
    let mut length = 0;
    let code = soon("all of it", async {
        loop {
            match next(&mut slow, &shell).await {
                Said::Output(output) => length += output.len(),
                Said::Exit(code) => return code,
            }
        }
    });
    let code = code.await;
    assert_eq!((length, code), (30_000_000, 0));
    server.stop().await;
}

/// How many processes have an argument.
fn running(argument: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let has_it = |process: &fs::DirEntry| {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let mut arguments = line.split(|&byte| byte == 0);
        arguments.any(|own| own == argument.as_bytes())
    };
    processes.filter(has_it).count()
}
