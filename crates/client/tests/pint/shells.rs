//! Terminals and commands over REST.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use yew_sandbox_client::{
    CommandOptions, ErrorKind, ShellEvent, ShellStatus, TerminalOptions, TerminalSize,
};

use crate::scripted::{Reply, Scripted};
use crate::stand_in::Manners;
use crate::{SOON, World, eventually, within};

/// The ways in which an agent may tell that a process has ended.
fn manners() -> Vec<Manners> {
    let mut all = Vec::new();
    for tells_exit in [true, false] {
        for closes_streams in [true, false] {
            for lists_ended in [true, false] {
                all.push(Manners {
                    tells_exit,
                    closes_streams,
                    lists_ended,
                    repeats_data: lists_ended,
                    ..Manners::default()
                });
            }
        }
    }
    all
}

/// Arguments were split at spaces (A39).
#[tokio::test(flavor = "multi_thread")]
async fn a_command_arrives_as_it_was_written() {
    for evaluates in [false, true] {
        let world = World::new().await;
        world.agent.change(|manners| manners.evaluates = evaluates);
        let options = CommandOptions {
            directory: Some(world.folder.path().to_str().unwrap().to_owned()),
            environment: vec![("WORDS".into(), "it's \"so\"  $HOME".into())],
            ..CommandOptions::default()
        };
        let line = r#"printf '%s|' "a  b" "$WORDS" 'c"d' && pwd -P"#;
        let output = within(world.client.commands().run_with(line, options))
            .await
            .unwrap();
        let folder = std::fs::canonicalize(world.folder.path()).unwrap();
        let expected = format!("a  b|it's \"so\"  $HOME|c\"d|{}\r\n", folder.display());
        assert_eq!(output.text(), expected);
        eventually(SOON, || world.agent.agent.execs.all().is_empty()).await;
    }
}

/// An exec that started and ended between two lists was missed (A40).
#[tokio::test(flavor = "multi_thread")]
async fn quick_commands_end_with_their_output_whatever_the_agent_tells_of_it() {
    for manners in manners() {
        let world = World::new().await;
        world.agent.change(|own| *own = manners.clone());
        let commands = world.client.commands();
        for number in 0..3 {
            let output = commands.run(&format!("echo {number}; exit 0"));
            let output = within(output).await.unwrap();
            assert_eq!(output.text(), format!("{number}\r\n"), "{manners:?}");
        }
        let error = within(commands.run("echo no; exit 7")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CommandFailed);
        let failed = error.command().unwrap();
        assert_eq!(
            (failed.exit_code, failed.text()),
            (7, "no\r\n"),
            "{manners:?}"
        );
    }
}

/// `create` hung for a process that says nothing (A39).
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_process_is_there_at_once_and_can_be_killed() {
    let world = World::new().await;
    let command = within(world.client.commands().run_background("exec sleep 1000"))
        .await
        .unwrap();
    assert_eq!(command.status(), ShellStatus::Running);
    let waiting = tokio::spawn({
        let command = command.clone();
        async move { command.wait().await }
    });
    within(command.kill()).await.unwrap();
    let error = within(waiting).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ended);
    assert!(world.agent.agent.execs.all().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_takes_input_in_order_and_has_a_size() {
    let world = World::new().await;
    let options = TerminalOptions {
        size: TerminalSize {
            cols: 100,
            rows: 30,
        },
        ..TerminalOptions::default()
    };
    let terminal = within(world.client.terminals().create(options))
        .await
        .unwrap();
    let mut output = terminal.output();
    // The prompt shows that somebody reads.
    terminal
        .write("PS1=; stty -echo; echo rea''dy\n")
        .await
        .unwrap();
    let mut text = String::new();
    until(&mut output, &mut text, "ready").await;
    let size = TerminalSize { cols: 91, rows: 17 };
    terminal.resize(size).await.unwrap();
    let keys: Vec<_> = "stty size; echo abcdefghijklmnopqrstuvwxyz\n"
        .chars()
        .map(|key| terminal.write(&key.to_string()))
        .collect();
    for key in keys {
        within(key).await.unwrap();
    }
    until(
        &mut output,
        &mut text,
        "17 91\r\nabcdefghijklmnopqrstuvwxyz",
    )
    .await;
    terminal.write("exit 3\n").await.unwrap();
    loop {
        match within(output.next()).await {
            Some(ShellEvent::Exited(code)) => break assert_eq!(code, 3),
            Some(_) => {}
            None => panic!("it should tell how it ended"),
        }
    }
}

async fn until(output: &mut yew_sandbox_client::ShellOutput, text: &mut String, wanted: &str) {
    while !text.contains(wanted) {
        match within(output.next()).await {
            Some(ShellEvent::Output(piece)) => text.push_str(piece.as_str()),
            other => panic!("{other:?} instead of {wanted:?} after {text:?}"),
        }
    }
}

/// A stream of output that was closed ended the output for good (A40).
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_or_doubled_where_streams_are_closed_after_each_few_events() {
    let world = World::new().await;
    world
        .agent
        .change(|manners| manners.events_per_stream = Some(3));
    let line = "for n in $(seq 1 60); do echo $n; sleep 0.01; done";
    let output = within(world.client.commands().run(line)).await.unwrap();
    let expected: String = (1..=60).map(|number| format!("{number}\r\n")).collect();
    assert_eq!(output.text(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_or_doubled_where_connections_are_cut() {
    let world = World::new().await;
    let line = "for n in $(seq 1 300); do echo $n; sleep 0.01; done";
    let command = within(world.client.commands().run_background(line))
        .await
        .unwrap();
    let waiting = tokio::spawn({
        let command = command.clone();
        async move { command.wait().await }
    });
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        world.proxy.cut();
    }
    let output = within(waiting).await.unwrap().unwrap();
    let expected: String = (1..=300).map(|number| format!("{number}\r\n")).collect();
    assert_eq!(output.text(), expected);
    assert!(!output.is_truncated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_arrives_whole() {
    let world = World::new().await;
    let output = within(world.client.commands().run("seq 1 100000"))
        .await
        .unwrap();
    let expected: String = (1..=100_000)
        .map(|number| format!("{number}\r\n"))
        .collect();
    assert!(output.text() == expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_shell_can_be_opened_and_started_again() {
    for counts_anew in [true, false] {
        let world = World::new().await;
        world
            .agent
            .change(|manners| manners.counts_anew = counts_anew);
        let commands = world.client.commands();
        let command = within(commands.run_background("echo $RANDOM$RANDOM"))
            .await
            .unwrap();
        let first = within(command.wait()).await.unwrap();
        let again = world.another();
        let opened = within(again.commands().open(command.id().as_str()))
            .await
            .unwrap();
        assert_eq!(within(opened.wait()).await.unwrap().text(), first.text());
        within(command.restart()).await.unwrap();
        let second = within(command.wait()).await.unwrap();
        assert!(!second.text().is_empty() && second.text() != first.text());
        assert_eq!(second.text().lines().count(), 1, "{counts_anew}");
        // Somebody else sees that too.
        eventually(SOON, || opened.text() == second.text()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_see_what_is_made_and_removed() {
    let world = World::new().await;
    let other = world.another();
    let shells = other.terminals().live();
    within(shells.wait_for(|shells| shells.is_empty().then_some(())))
        .await
        .unwrap();
    let command = within(world.client.commands().run_background("exec sleep 1000"))
        .await
        .unwrap();
    let seen = within(shells.wait_for(|shells| shells.first().cloned()))
        .await
        .unwrap();
    assert_eq!(seen.id, command.id());
    let listed = within(other.commands().get_all()).await.unwrap();
    assert_eq!(listed[0].command, "exec sleep 1000");
    let terminal = within(world.client.terminals().create(TerminalOptions::default()));
    let terminal = terminal.await.unwrap();
    let terminals = within(other.terminals().get_all()).await.unwrap();
    assert_eq!(terminals.len(), 1);
    assert_eq!(terminals[0].id, terminal.id());
    let opened = within(other.commands().open(&command.id())).await.unwrap();
    within(command.kill()).await.unwrap();
    // The output may tell how the process ended before the list tells that it is gone.
    let kind = within(opened.wait()).await.unwrap_err().kind();
    assert!(matches!(kind, ErrorKind::Ended | ErrorKind::CommandFailed));
    within(shells.wait_for(|shells| (shells.len() == 1).then_some(())))
        .await
        .unwrap();
    let error = within(other.terminals().open("99")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn snippets_have_values() {
    let world = World::new().await;
    let value = within(world.client.interpreters().python("1 + 1"))
        .await
        .unwrap();
    assert_eq!(value.trim(), "2");
}

/// What went wrong once was taken for an answer, for ever.
#[tokio::test(start_paused = true)]
async fn how_arguments_are_taken_is_asked_until_it_is_known() {
    let started = Arc::new(Mutex::new(Vec::new()));
    let agent = Scripted::new({
        let started = Arc::clone(&started);
        move |asked, body| match asked {
            "POST execs" => {
                let mut started = started.lock().unwrap();
                started.push(body.clone());
                let id = started.len().to_string();
                Reply::json(&json!({"id": id, "status": "RUNNING"}))
            }
            "GET execs/1/io?lastSequence=0" => output("a b"),
            "GET execs/2/io?lastSequence=0" => output("a.b."),
            asked if asked.starts_with("DELETE execs/") => Reply::json(&json!({})),
            asked if asked.starts_with("GET execs/") => Reply::Never,
            _ => Reply::Usual,
        }
    });
    let client = agent.client(|_| {});
    let commands = client.commands();
    let error = commands.run_background("ls").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    let first = commands.run_background("ls").await.unwrap();
    let second = commands.run_background("ls").await.unwrap();
    let started = started.lock().unwrap();
    let programs: Vec<_> = started.iter().map(|exec| &exec["command"]).collect();
    assert_eq!(programs, ["printf", "printf", "bash", "bash"]);
    let script = started[2]["args"][1].as_str().unwrap();
    assert!(script.starts_with('\''), "{script}");
    drop((first, second));
}

/// All that a process has to say.
fn output(text: &str) -> Reply {
    let event = json!({"type": "stdout", "output": text, "sequence": 1, "exitCode": 0});
    Reply::text(format!("data: {event}\n\n"))
}
