//! Terminals, commands, tasks.

use std::time::Duration;

use tokio::time::Instant;
use yew_sandbox_client::fake::{FakeCommand, FakeSandbox, FakeStep, FakeTask};
use yew_sandbox_client::{
    Client, CommandOptions, ErrorKind, ShellEvent, ShellStatus, Terminal, TerminalOptions,
    TerminalSize,
};

use super::{connected, until, within};

/// Reads a terminal until it ends with a text.
async fn until_output(fake: &FakeSandbox, terminal: &Terminal, end: &str) {
    within(async {
        while !fake.output(&terminal.id()).unwrap().ends_with(end) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

async fn terminal(client: &Client) -> Terminal {
    client
        .terminals()
        .create(TerminalOptions::default())
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn commands_do_what_the_scripts_say() {
    let build = FakeCommand::from("building\n")
        .wait(Duration::from_secs(2))
        .write("dist/app.js", "built")
        .remove("old.txt")
        .out("done\n");
    let fake = FakeSandbox::builder()
        .file("old.txt", "")
        .command("npm run build", build)
        .on_command(|line| match line {
            "npm test" => Some(FakeCommand::from("1 failed\n").exit(1)),
            _ => None,
        })
        .build();
    let client = connected(&fake).await;
    let commands = client.commands();
    let began = Instant::now();
    let options = CommandOptions {
        directory: Some("a folder".to_owned()),
        environment: vec![("CI".to_owned(), "it's".to_owned())],
        ..CommandOptions::default()
    };
    let output = commands.run_with("npm run build", options).await.unwrap();
    assert_eq!(output.text(), "building\r\ndone\r\n");
    assert_eq!(began.elapsed().as_secs(), 2);
    assert_eq!(fake.paths(), ["dist/app.js"]);
    let error = commands.run("npm test").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommandFailed);
    assert_eq!(error.command().unwrap().text(), "1 failed\r\n");
    assert_eq!(
        commands.run("echo hello").await.unwrap().text(),
        "hello\r\n"
    );
    let error = commands.run("nope --now").await.unwrap_err();
    assert_eq!(error.command().unwrap().exit_code, 127);
    // Those that ran to their end are removed from the list.
    within(async {
        while !fake.shells().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

/// Commands that had ended stayed in the list, as the request that removes them was taken back while it waited for a link.
#[tokio::test(start_paused = true)]
async fn a_command_that_is_discarded_without_a_link_is_removed_when_there_is_one() {
    let fake = FakeSandbox::new();
    let client = connected(&fake).await;
    let command = client
        .commands()
        .run_background("echo hello")
        .await
        .unwrap();
    within(command.wait()).await.unwrap();
    fake.set_reachable(false);
    until(&client, "Reconnecting").await;
    command.discard();
    drop(command);
    fake.set_reachable(true);
    within(async {
        while !fake.shells().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_script_may_use_the_sandbox() {
    let fake = FakeSandbox::new();
    let inside = fake.clone();
    fake.on_command(move |line| {
        let (name, text) = line.split_once(' ')?;
        inside.write(name, text.to_owned());
        Some(FakeCommand::new())
    });
    let client = connected(&fake).await;
    client.commands().run("a.txt from a script").await.unwrap();
    assert_eq!(fake.text("a.txt").as_deref(), Some("from a script"));
}

#[tokio::test(start_paused = true)]
async fn a_terminal_echoes_edits_and_answers() {
    let slow = FakeCommand::from("going\n")
        .wait(Duration::from_secs(5))
        .out("gone\n");
    let fake = FakeSandbox::builder().command("slow", slow).build();
    let client = connected(&fake).await;
    let terminal = terminal(&client).await;
    until_output(&fake, &terminal, "$ ").await;
    terminal.write("echo hx\u{7f}ello\r").await.unwrap();
    until_output(&fake, &terminal, "hello\r\n$ ").await;
    terminal.run("slow").await.unwrap();
    // Typed ahead.
    terminal.run("echo next").await.unwrap();
    until_output(&fake, &terminal, "gone\r\n$ next\r\n$ ").await;
    terminal.run("slow").await.unwrap();
    until_output(&fake, &terminal, "going\r\n").await;
    terminal.write("\u{3}").await.unwrap();
    until_output(&fake, &terminal, "^C\r\n$ ").await;
    // What was interrupted does not go on.
    tokio::time::sleep(Duration::from_secs(10)).await;
    until_output(&fake, &terminal, "^C\r\n$ ").await;
    terminal
        .resize(TerminalSize { cols: 20, rows: 5 })
        .await
        .unwrap();
    assert_eq!(fake.terminal_size(&terminal.id()).unwrap().cols, 20);
    assert!(fake.typed(&terminal.id()).unwrap().starts_with("echo hx"));
    terminal.write("\u{4}").await.unwrap();
    within(async {
        while fake.shells()[0].status != ShellStatus::Finished {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert!(terminal.write("x").await.is_err());
}

#[tokio::test(start_paused = true)]
async fn output_survives_a_cut_and_floods_arrive_whole() {
    let fake = FakeSandbox::builder()
        .command("flood", FakeCommand::new().flood(3_000_000).out("end\n"))
        .build();
    let client = connected(&fake).await;
    let output = client.commands().run("flood").await.unwrap();
    assert_eq!(output.bytes().len(), 3_000_000 + "end\r\n".len());
    let terminal = terminal(&client).await;
    fake.put_out(&terminal.id(), "\u{1b}[31mred\u{1b}[0m\n");
    fake.cut();
    let before = fake.output(&terminal.id()).unwrap().len();
    fake.flood(&terminal.id(), 1_000_000);
    within(async {
        while fake.output(&terminal.id()).unwrap().len() < before + 1_000_000 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let other = fake.open_terminal();
    fake.type_into(&other, "echo from ada\n");
    assert!(fake.output(&other).unwrap().ends_with("from ada\r\n$ "));
    let opened = client.terminals().open(&other).await.unwrap();
    assert_eq!(opened.id(), other);
    let run = fake.run("echo once");
    assert_eq!(fake.output(&run).as_deref(), Some("once\r\n"));
}

/// The fake told of an exit first, which the agent does not.
#[tokio::test(start_paused = true)]
async fn a_restart_ends_the_process_without_a_word() {
    let serve = FakeCommand::from("up\n")
        .open_port(5173)
        .wait(Duration::from_secs(5))
        .out("done\n");
    let fake = FakeSandbox::builder().command("serve", serve).build();
    let (client, other) = (connected(&fake).await, connected(&fake).await);
    let command = client.commands().run_background("serve").await.unwrap();
    let mut output = command.output();
    let up = Some(ShellEvent::Output("up\r\n".into()));
    assert_eq!(within(output.next()).await, up);
    let same = other.commands().open(&command.id()).await.unwrap();
    same.restart().await.unwrap();
    assert_eq!(within(output.next()).await, Some(ShellEvent::Restarted));
    assert_eq!(within(output.next()).await, up);
    let done = Some(ShellEvent::Output("done\r\n".into()));
    assert_eq!(within(output.next()).await, done);
    assert_eq!(within(output.next()).await, Some(ShellEvent::Exited(0)));
    assert!(client.ports().get_all().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn tasks_run_open_their_port_and_stop() {
    let fake = FakeSandbox::builder()
        .task(
            FakeTask::new("dev", "npm run dev")
                .port(5173)
                .run_at_start(),
        )
        .task(FakeTask::new("test", "npm test"))
        .command("npm test", FakeCommand::from("ok\n"))
        .build();
    let client = connected(&fake).await;
    let tasks = client.tasks();
    let names = async || -> Vec<String> {
        let all = tasks.get_all().await.unwrap();
        all.into_iter().map(|task| task.name).collect()
    };
    assert_eq!(names().await, ["dev", "test"]);
    let running = tasks.run("dev").await.unwrap();
    assert_eq!(running.shell.unwrap().status, ShellStatus::Running);
    let port = tasks
        .wait_for_port("dev", Some(Duration::from_secs(5)))
        .await
        .unwrap();
    assert_eq!(port.url, "fake-5173.fake.invalid");
    tasks.stop("dev").await.unwrap();
    assert!(client.ports().get_all().await.unwrap().is_empty());
    assert!(fake.run_task("test"));
    assert_eq!(fake.shells().last().unwrap().exit_code, Some(0));
    assert_eq!(
        tasks.run("none").await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let extra = tasks.run_command("sleep 9", None, false).await.unwrap();
    assert_eq!(extra.unconfigured, Some(true));
    fake.set_tasks([FakeTask::new("only", "true")]);
    assert_eq!(names().await, ["only"]);
}

#[tokio::test(start_paused = true)]
async fn steps_have_shells_with_their_output() {
    let fake = FakeSandbox::builder()
        .step(FakeStep::running("install", "npm install").output("added 3\n"))
        .step(FakeStep::waiting("build", "npm run build"))
        .build();
    let client = connected(&fake).await;
    let steps = client.setup().progress().await.unwrap().steps;
    let shell = steps[0].shell_id.clone().unwrap();
    assert_eq!(steps[1].shell_id, None);
    assert_eq!(fake.output(&shell).as_deref(), Some("added 3\r\n"));
    fake.put_out(&shell, "more\n");
    fake.finish_setup();
    let shells = fake.shells();
    assert_eq!(shells[0].status, ShellStatus::Finished);
    assert_eq!(
        client.setup().progress().await.unwrap().steps[0].shell_id,
        Some(shell)
    );
}
