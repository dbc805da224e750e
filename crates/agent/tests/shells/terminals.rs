//! What a terminal is inside: commands, signals, sizes, characters, names.

use std::fs;

use yew_sandbox_agent::{GitIdentity, Permission, Visitor};
use yew_sandbox_protocol::shell::{
    Create, Input, List, Rename, Renamed, Resize, ShellStatus, ShellType, Size,
};

use crate::calls::{buffer, create, open, run, start, to_the_end, type_in, until};
use crate::common::Harness;

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
