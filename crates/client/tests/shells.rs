//! Terminals and commands, on virtual time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod support;

use std::time::Duration;

use support::{Shells, World, eventually, settle, within};
use yew_sandbox_client::protocol::shell::{OpenShell, ShellStatus, ShellType};
use yew_sandbox_client::protocol::{Request, encode_answer, encode_notification, shell};
use yew_sandbox_client::{
    Command, CommandOptions, ErrorKind, ShellEvent, ShellOutput, Terminal, TerminalOptions,
    TerminalSize,
};

const SECOND: Duration = Duration::from_secs(1);

async fn world() -> (World, Shells) {
    let world = World::connected(3).await;
    let shells = Shells::of(&world.agent);
    (world, shells)
}

async fn terminal(world: &World) -> Terminal {
    let options = TerminalOptions::default();
    world.client.terminals().create(options).await.unwrap()
}

async fn command(world: &World, line: &str) -> Command {
    world.client.commands().run_background(line).await.unwrap()
}

/// The next event, as text: what is put out as it is, the rest in brackets.
async fn next(output: &mut ShellOutput) -> String {
    match within(20 * SECOND, output.next()).await {
        Some(ShellEvent::Output(text)) => text.as_str().to_owned(),
        Some(ShellEvent::Gap) => "[gap]".into(),
        Some(ShellEvent::Restarted) => "[restarted]".into(),
        Some(ShellEvent::Exited(code)) => format!("[exit {code}]"),
        None => "[end]".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_terminal_is_typed_into_and_tells_its_output() {
    let (world, shells) = world().await;
    let terminal = terminal(&world).await;
    let mut output = terminal.output();
    terminal.run("ls").await.unwrap();
    terminal.write("\u{3}").await.unwrap();
    shells.output(&world.agent, "shell-1", "a.txt\r\n");
    assert_eq!(next(&mut output).await, "a.txt\r\n");
    assert_eq!(shells.get("shell-1").unwrap().typed, ["ls\n", "\u{3}"]);
    terminal
        .resize(TerminalSize {
            cols: 100,
            rows: 40,
        })
        .await
        .unwrap();
    assert_eq!(shells.get("shell-1").unwrap().size, (100, 40));
    // Whoever comes later sees what was put out before.
    assert_eq!(next(&mut terminal.output()).await, "a.txt\r\n");
    assert_eq!(terminal.scrollback(), "a.txt\r\n");
}

#[tokio::test(start_paused = true)]
async fn a_command_gives_its_output_and_is_removed() {
    let (world, shells) = world().await;
    let running = world.client.commands().run("echo hello");
    eventually(SECOND, || shells.get("shell-1").is_some()).await;
    let line = shells.get("shell-1").unwrap().command.unwrap();
    assert!(line.ends_with("; echo hello"), "{line}");
    shells.output(&world.agent, "shell-1", "hel");
    shells.output(&world.agent, "shell-1", "lo\r\n");
    shells.exit(&world.agent, "shell-1", 0);
    let output = within(SECOND, running).await.unwrap();
    // A24: chunks were joined with a newline between them.
    assert_eq!(output.text(), "hello\r\n");
    assert_eq!((output.exit_code, output.is_truncated), (0, false));
    eventually(SECOND, || shells.get("shell-1").is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_command_is_an_error_with_its_output() {
    let (world, shells) = world().await;
    let running = world.client.commands().run("make");
    eventually(SECOND, || shells.get("shell-1").is_some()).await;
    shells.output(&world.agent, "shell-1", "no rule\r\n");
    shells.exit(&world.agent, "shell-1", 2);
    let error = within(SECOND, running).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommandFailed);
    assert_eq!(error.subject(), Some("make"));
    let output = error.command().unwrap();
    assert_eq!((output.exit_code, output.text()), (2, "no rule\r\n"));
}

/// An exit that was told while the output of an outage was still asked for came before that output, and its readers stopped there.
#[tokio::test(start_paused = true)]
async fn an_exit_never_comes_before_the_output() {
    let (world, shells) = world().await;
    let terminal = terminal(&world).await;
    let mut output = terminal.output();
    shells.output(&world.agent, "shell-1", "one ");
    assert_eq!(next(&mut output).await, "one ");
    world.agent.cut();
    shells.change("shell-1", |shell| {
        shell.buffer.push_str("two");
        shell.end(0);
    });
    let (kind, exit_code) = (Some(ShellType::Terminal), 0);
    let ended = shells.clone();
    let handler: support::Handler = Box::new(move |frame| {
        (frame.method == shell::Open::METHOD).then(|| {
            let shell_id = "shell-1".to_owned();
            let exited = shell::Exited {
                shell_id,
                kind,
                exit_code,
            };
            let opened = ended.get("shell-1").unwrap();
            let buffer = vec![opened.buffer.as_str().into()];
            let opened = OpenShell::new(opened.shell, buffer, opened.offset);
            vec![
                encode_notification(&exited),
                encode_answer(frame.id, &frame.method, &opened),
            ]
        })
    });
    world.agent.state().handlers.insert(0, handler);
    assert_eq!(next(&mut output).await, "two");
    assert_eq!(next(&mut output).await, "[exit 0]");
}

/// Commands of ours are found by the JavaScript SDK, which knows them by their names.
#[tokio::test(start_paused = true)]
async fn commands_are_named_as_the_javascript_sdk_names_them() {
    let (world, shells) = world().await;
    let options = CommandOptions {
        name: Some("tests".into()),
        ..CommandOptions::default()
    };
    let command = world
        .client
        .commands()
        .run_background_with("npm \"test\"", options)
        .await
        .unwrap();
    eventually(SECOND, || {
        !shells.get("shell-1").unwrap().shell.name.is_empty()
    })
    .await;
    assert_eq!(
        shells.get("shell-1").unwrap().shell.name,
        r#"{"type":"command","command":"npm \"test\"","name":"tests"}"#
    );
    let _terminal = terminal(&world).await;
    let commands = world.client.commands().get_all().await.unwrap();
    assert_eq!(commands.len(), 1);
    assert_eq!(commands[0].id, command.id());
    assert_eq!(commands[0].command, "npm \"test\"");
    assert_eq!(commands[0].name.as_deref(), Some("tests"));
    let terminals = world.client.terminals().get_all().await.unwrap();
    assert_eq!(terminals.len(), 1);
    assert_eq!(terminals[0].id, "shell-2");
}

/// A2: a shell that was being made when the link broke was made twice, and its promise never settled.
#[tokio::test(start_paused = true)]
async fn making_a_shell_is_not_repeated() {
    let (world, _shells) = world().await;
    world.agent.state().held.insert("shell/create");
    let creating = world.client.terminals().create(TerminalOptions::default());
    settle().await;
    world.agent.cut();
    let error = within(SECOND, creating).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    world.until("Connected", 11 * SECOND).await;
    assert_eq!(world.agent.seen("shell/create").len(), 1);
}

/// A shell that was made after its time was over went on to tell its output.
#[tokio::test(start_paused = true)]
async fn a_shell_that_was_made_too_late_is_closed() {
    let (world, shells) = world().await;
    world.agent.state().held.insert("shell/create");
    let creating = world.client.terminals().create(TerminalOptions::default());
    let error = within(31 * SECOND, creating).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let made = shells.get("shell-1").unwrap();
    assert!(made.is_open);
    let opened = OpenShell::new(made.shell, Vec::new(), made.offset);
    let asked = &world.agent.seen("shell/create")[0];
    let answer = encode_answer(asked.id, &asked.method, &opened);
    world.agent.send(answer);
    eventually(SECOND, || !shells.get("shell-1").unwrap().is_open).await;
    assert_eq!(world.agent.seen("shell/close").len(), 1);
}

/// A19, A20: shells were not opened again, and an exit during an outage was never heard of.
#[tokio::test(start_paused = true)]
async fn shells_are_opened_again_and_go_on_where_they_were() {
    let (world, shells) = world().await;
    let terminal = terminal(&world).await;
    let command = command(&world, "build").await;
    let mut output = terminal.output();
    shells.output(&world.agent, "shell-1", "before ");
    assert_eq!(next(&mut output).await, "before ");
    let waiting = command.wait();
    world.agent.cut();
    shells.change("shell-1", |shell| shell.buffer.push_str("meanwhile"));
    shells.change("shell-2", |shell| {
        shell.buffer.push_str("built");
        shell.end(0);
    });
    assert_eq!(next(&mut output).await, "meanwhile");
    assert_eq!(within(SECOND, waiting).await.unwrap().text(), "built");
    shells.output(&world.agent, "shell-1", " after");
    assert_eq!(next(&mut output).await, " after");
    assert_eq!(terminal.scrollback(), "before meanwhile after");
}

#[tokio::test(start_paused = true)]
async fn output_that_is_lost_is_said_to_be_lost() {
    let (world, shells) = world().await;
    let terminal = terminal(&world).await;
    let mut output = terminal.output();
    shells.output(&world.agent, "shell-1", "before");
    assert_eq!(next(&mut output).await, "before");
    world.agent.cut();
    shells.change("shell-1", |shell| {
        shell.buffer = "the newest".into();
        shell.offset = Some(1000);
    });
    assert_eq!(next(&mut output).await, "[gap]");
    assert_eq!(next(&mut output).await, "the newest");
    assert_eq!(terminal.scrollback(), "the newest");
}

/// The cloud's agent does not count its output: only the same beginning shows that nothing is missing.
#[tokio::test(start_paused = true)]
async fn an_agent_that_counts_nothing_is_compared_with() {
    let (world, shells) = world().await;
    drop(terminal(&world).await);
    shells.change("shell-1", |shell| shell.offset = None);
    let terminal = world.client.terminals().open("shell-1").await.unwrap();
    let mut output = terminal.output();
    shells.output(&world.agent, "shell-1", "before ");
    assert_eq!(next(&mut output).await, "before ");
    world.agent.cut();
    shells.change("shell-1", |shell| shell.buffer.push_str("meanwhile"));
    assert_eq!(next(&mut output).await, "meanwhile");
    world.agent.cut();
    shells.change("shell-1", |shell| shell.buffer = "else".into());
    assert_eq!(next(&mut output).await, "[gap]");
    assert_eq!(next(&mut output).await, "else");
}

/// A shell that went with its sandbox ends for whoever waits.
#[tokio::test(start_paused = true)]
async fn a_shell_that_is_gone_after_an_outage_ends() {
    let (world, shells) = world().await;
    let command = command(&world, "serve").await;
    let mut output = command.output();
    let waiting = command.wait();
    world.agent.cut();
    shells.remove_all();
    let error = within(11 * SECOND, waiting).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ended);
    assert_eq!(next(&mut output).await, "[end]");
    assert_eq!(output.error().unwrap().kind(), ErrorKind::Ended);
}

/// A21: a shell that had ended when it was answered stayed RUNNING, and its output was dropped.
#[tokio::test(start_paused = true)]
async fn a_command_that_ends_at_once_has_its_output() {
    let world = World::connected(21).await;
    world.agent.state().handlers.push(Box::new(|frame| {
        (frame.method == shell::Create::METHOD).then(|| {
            let ended = OpenShell {
                id: "quick".into(),
                name: String::new(),
                kind: shell::ShellType::Command,
                status: ShellStatus::Finished,
                exit_code: Some(0),
                start_command: None,
                owner_username: None,
                is_system_shell: None,
                buffer: vec!["done".into()],
                offset: None,
            };
            vec![encode_answer(frame.id, &frame.method, &ended)]
        })
    }));
    let output = within(SECOND, world.client.commands().run("true")).await;
    assert_eq!(output.unwrap().text(), "done");
}

/// A22: whoever waited for a command that was killed waited for ever.
#[tokio::test(start_paused = true)]
async fn killing_settles_whoever_waits() {
    let (world, shells) = world().await;
    let own = command(&world, "serve").await;
    let waiting = own.wait();
    own.kill().await.unwrap();
    let error = within(SECOND, waiting).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ended);
    assert_eq!(own.status(), ShellStatus::Killed);
    // A second time, and by somebody else.
    own.kill().await.unwrap();
    let other = command(&world, "serve").await;
    let waiting = other.wait();
    shells.terminate(&world.agent, &other.id());
    assert!(within(SECOND, waiting).await.is_err());
}

/// A23: the exit of the old process during a restart failed the wait for the new one.
#[tokio::test(start_paused = true)]
async fn a_restart_is_followed() {
    let (world, shells) = world().await;
    let command = command(&world, "serve").await;
    let mut output = command.output();
    shells.output(&world.agent, "shell-1", "first");
    let waiting = command.wait();
    world.agent.state().held.insert("shell/restart");
    let restarting = command.restart();
    settle().await;
    shells.exit(&world.agent, "shell-1", 143);
    shells.restart(&world.agent, "shell-1");
    shells.output(&world.agent, "shell-1", "second");
    shells.exit(&world.agent, "shell-1", 0);
    let outcome = within(SECOND, waiting).await.unwrap();
    assert_eq!(outcome.text(), "second");
    for expected in ["first", "[restarted]", "second", "[exit 0]"] {
        assert_eq!(next(&mut output).await, expected);
    }
    drop(restarting);
}

/// The cloud may not tell of the restart to whoever asked for it.
#[tokio::test(start_paused = true)]
async fn a_restart_that_is_not_told_of_is_asked_after() {
    let (world, shells) = world().await;
    let command = command(&world, "serve").await;
    command.restart().await.unwrap();
    assert_eq!(command.status(), ShellStatus::Running);
    shells.exit(&world.agent, "shell-1", 0);
    within(SECOND, command.wait()).await.unwrap();
}

/// A31: commands left their listeners behind.
#[tokio::test(start_paused = true)]
async fn dropped_shells_are_closed_and_run_on() {
    let (world, shells) = world().await;
    let first = terminal(&world).await;
    let again = world.client.terminals().open(&first.id()).await.unwrap();
    assert_eq!(first, again);
    let output = again.output();
    drop(first);
    drop(again);
    settle().await;
    assert!(shells.get("shell-1").unwrap().is_open);
    drop(output);
    eventually(SECOND, || !shells.get("shell-1").unwrap().is_open).await;
    // Attached again by its id, with what it put out.
    shells.change("shell-1", |shell| shell.buffer.push_str("on and on"));
    let again = world.client.terminals().open("shell-1").await.unwrap();
    assert_eq!(again.scrollback(), "on and on");
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_gets_a_gap_and_not_all_the_memory() {
    let (world, shells) = world().await;
    let terminal = terminal(&world).await;
    let mut output = terminal.output();
    let chunk = "y\r\n".repeat(20_000);
    for _ in 0..100 {
        shells.output(&world.agent, "shell-1", &chunk);
    }
    settle().await;
    assert_eq!(next(&mut output).await, "[gap]");
    let mut bytes = 0;
    while bytes < 1024 * 1024 {
        bytes += next(&mut output).await.len();
    }
    assert!(terminal.scrollback().len() <= 1024 * 1024);
}

/// Of what was kept of a command, a reader got no more than the end once it was over 4 MiB.
#[tokio::test(start_paused = true)]
async fn a_new_reader_gets_all_that_is_kept() {
    let (world, shells) = world().await;
    let command = command(&world, "build").await;
    for round in 0..60 {
        let chunk = format!("{round:08}").repeat(20_000);
        shells.output(&world.agent, "shell-1", &chunk);
    }
    settle().await;
    let kept = command.text();
    assert_eq!(kept.len(), 60 * 160_000);
    let mut output = command.output();
    shells.output(&world.agent, "shell-1", "the end");
    shells.exit(&world.agent, "shell-1", 0);
    settle().await;
    let mut read = String::new();
    while read.len() < kept.len() {
        read += &next(&mut output).await;
    }
    assert!(read == kept);
    assert_eq!(next(&mut output).await, "the end");
    assert_eq!(next(&mut output).await, "[exit 0]");
    // One that comes after the end.
    let mut output = command.output();
    let mut last = String::new();
    while last != "the end" {
        last = next(&mut output).await;
        assert_ne!(last, "[gap]");
    }
    assert_eq!(next(&mut output).await, "[exit 0]");
}

/// A reader for which too much had waited began again with each piece that came, and never got to the end.
#[tokio::test(start_paused = true)]
async fn a_reader_starts_over_once_and_gets_to_the_end() {
    let (world, shells) = world().await;
    let command = command(&world, "build").await;
    let mut output = command.output();
    for round in 0..60 {
        let chunk = format!("{round:08}").repeat(20_000);
        shells.output(&world.agent, "shell-1", &chunk);
    }
    settle().await;
    assert_eq!(next(&mut output).await, "[gap]");
    let mut read = String::new();
    for round in 0..60 {
        read += &next(&mut output).await;
        shells.output(&world.agent, "shell-1", &format!("[{round}]"));
        settle().await;
    }
    shells.exit(&world.agent, "shell-1", 0);
    let exit = loop {
        let event = next(&mut output).await;
        if event.starts_with("[exit") || event == "[gap]" {
            break event;
        }
        read += &event;
    };
    assert_eq!(exit, "[exit 0]");
    assert!(read == command.text());
}

/// What comes while a reader is told to start over is in what it gets then, the exit too, and once.
#[tokio::test(start_paused = true)]
async fn a_reader_that_starts_over_misses_nothing() {
    let (world, shells) = world().await;
    let command = command(&world, "build").await;
    let mut output = command.output();
    let chunk = "y\r\n".repeat(20_000);
    for _ in 0..100 {
        shells.output(&world.agent, "shell-1", &chunk);
    }
    shells.exit(&world.agent, "shell-1", 1);
    shells.restart(&world.agent, "shell-1");
    shells.output(&world.agent, "shell-1", "again");
    shells.exit(&world.agent, "shell-1", 2);
    shells.terminate(&world.agent, "shell-1");
    settle().await;
    for expected in ["[gap]", "again", "[exit 2]", "[end]"] {
        assert_eq!(next(&mut output).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_shell_is_not_found() {
    let (world, _shells) = world().await;
    let error = world.client.terminals().open("nothing").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::NotFound, Some("nothing"))
    );
    assert_eq!(world.client.terminals().get("nothing").await.unwrap(), None);
}

/// Keystrokes reach the shell in their order and once, whatever the link does (A3).
#[tokio::test(start_paused = true)]
async fn keystrokes_arrive_in_order_and_once() {
    let (world, shells) = world().await;
    let terminal = terminal(&world).await;
    for round in 0..20 {
        let mut writes = Vec::new();
        for key in 0..50 {
            writes.push(terminal.write(&format!("{} ", round * 50 + key)));
        }
        world.agent.cut();
        for write in writes {
            let _ = within(20 * SECOND, write).await;
        }
        world.until("Connected", 20 * SECOND).await;
    }
    let typed = shells.get("shell-1").unwrap().typed;
    let numbers: Vec<u32> = typed
        .iter()
        .map(|key| key.trim().parse().unwrap())
        .collect();
    assert!(numbers.is_sorted_by(|first, second| first < second));
    assert!(!numbers.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_list_of_shells_is_kept_up_to_date() {
    let (world, shells) = world().await;
    let live = world.client.terminals().live();
    let count = |count: usize| {
        let live = live.clone();
        async move {
            let count = |shells: &Vec<_>| (shells.len() == count).then_some(());
            within(SECOND, live.wait_for(count)).await.unwrap();
        }
    };
    count(0).await;
    let own = terminal(&world).await;
    count(1).await;
    own.rename("mine").await.unwrap();
    let renamed = live.wait_for(|shells| (shells[0].name == "mine").then_some(()));
    within(SECOND, renamed).await.unwrap();
    world.agent.cut();
    shells.remove_all();
    within(
        11 * SECOND,
        live.wait_for(|shells| shells.is_empty().then_some(())),
    )
    .await
    .unwrap();
}
