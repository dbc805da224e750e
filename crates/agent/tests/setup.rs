//! The steps of the set-up as clients see and change them: their shells, skipping, going back, stopping.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::{Client, Harness};
use tempfile::TempDir;
use yew_sandbox_agent::{AgentOptions, Permission};
use yew_sandbox_protocol::setup::{
    Disable, Enable, Get, Init, Progress, SetStep, SetupState, Skip, SkipAll, StepOutcome,
};
use yew_sandbox_protocol::shell::{List, Open, ShellStatus, ShellType};
use yew_sandbox_protocol::system::InitStatus;

/// Waits for a file.
const WAIT: &str = "until [ -e go ]; do sleep 0.01; done";

/// An agent with these steps, on a folder that outlives it.
async fn start(root: &TempDir, steps: &[(&str, &str)]) -> (Harness, TempDir) {
    let template = TempDir::new().unwrap();
    let tasks = steps
        .iter()
        .map(|(name, command)| serde_json::json!({"name": name, "command": command}));
    let tasks = serde_json::json!({"setupTasks": tasks.collect::<Vec<_>>()});
    fs::create_dir(template.path().join(".codesandbox")).unwrap();
    fs::write(
        template.path().join(".codesandbox/tasks.json"),
        tasks.to_string(),
    )
    .unwrap();
    let options = AgentOptions {
        template: Some(template.path().to_owned()),
        ..AgentOptions::new(root.path())
    };
    (Harness::start_with(options).await, template)
}

async fn joined(harness: &mut Harness) -> Client {
    let mut client = harness.open(Permission::Write).await;
    client.join(true).await.unwrap();
    client
}

/// The first progress that is as wanted.
async fn progress(client: &mut Client, is_wanted: impl Fn(&Progress) -> bool) -> Progress {
    let now = client.request(&Get).await.unwrap();
    if is_wanted(&now) {
        return now;
    }
    loop {
        let told: Progress = client.notification().await;
        if is_wanted(&told) {
            return told;
        }
    }
}

/// Waits until a step runs, and gives its shell.
async fn step_runs(client: &mut Client, place: usize) -> String {
    let is_running = |progress: &Progress| {
        progress.steps[place].shell_id.is_some() && progress.steps[place].finish_status.is_none()
    };
    let progress = progress(client, is_running).await;
    assert_eq!(progress.current_step_index, place as i64);
    progress.steps[place].shell_id.clone().unwrap()
}

async fn over(client: &mut Client, state: SetupState) -> Vec<Option<StepOutcome>> {
    let progress = progress(client, |progress| progress.state == state).await;
    progress
        .steps
        .iter()
        .map(|step| step.finish_status)
        .collect()
}

const SUCCEEDED: Option<StepOutcome> = Some(StepOutcome::Succeeded);
const SKIPPED: Option<StepOutcome> = Some(StepOutcome::Skipped);
const FAILED: Option<StepOutcome> = Some(StepOutcome::Failed);

#[tokio::test]
async fn steps_run_in_shells_that_can_be_opened() {
    let root = TempDir::new().unwrap();
    let steps = [("First", "tty; echo first"), ("Second", WAIT)];
    let (mut harness, _template) = start(&root, &steps).await;
    let mut client = joined(&mut harness).await;
    let shell_id = step_runs(&mut client, 1).await;
    let opened = Open {
        shell_id: shell_id.clone(),
        size: None,
    };
    let opened = client.request(&opened).await.unwrap();
    assert_eq!(
        (opened.kind, opened.status),
        (ShellType::Command, ShellStatus::Running)
    );
    assert_eq!(opened.name, "Second");
    assert_eq!(opened.is_system_shell, Some(true));
    client.write("go", b"").await.unwrap();
    assert_eq!(
        over(&mut client, SetupState::Finished).await,
        [SUCCEEDED; 2]
    );

    // A step that is over keeps its shell and its output.
    let done = client.request(&Get).await.unwrap();
    let shell_id = done.steps[0].shell_id.clone().unwrap();
    let opened = client
        .request(&Open {
            shell_id,
            size: None,
        })
        .await
        .unwrap();
    let output = opened.buffer[0].as_str();
    assert!(
        output.starts_with("/dev/pts/") && output.ends_with("\r\nfirst\r\n"),
        "{output:?}"
    );
    assert_eq!(client.request(&List).await.unwrap().shells.len(), 2);
    harness.stop().await;
}

#[tokio::test]
async fn a_step_that_runs_is_ended_when_it_is_skipped() {
    let root = TempDir::new().unwrap();
    let steps = [
        ("Hangs", "sleep 1000"),
        ("Not wanted", "touch no"),
        ("Last", "touch last"),
    ];
    let (mut harness, _template) = start(&root, &steps).await;
    let mut client = joined(&mut harness).await;
    step_runs(&mut client, 0).await;
    client.request(&Skip { step_index: 1 }).await.unwrap();
    let now = client.request(&Skip { step_index: 0 }).await.unwrap();
    assert_eq!(now.steps[0].finish_status, SKIPPED);
    assert_eq!(now.current_step_index, 2);
    assert_eq!(
        over(&mut client, SetupState::Finished).await,
        [SKIPPED, SKIPPED, SUCCEEDED]
    );
    assert!(!harness.workspace("no").exists() && harness.workspace("last").exists());
    let shells = client.request(&List).await.unwrap().shells;
    assert_eq!(shells[0].status, ShellStatus::Killed);
    // What is done stays as it is.
    let now = client.request(&Skip { step_index: 2 }).await.unwrap();
    assert_eq!(now.steps[2].finish_status, SUCCEEDED);
    let error = client.request(&Skip { step_index: 3 }).await.unwrap_err();
    assert_eq!(error.code.0, 100, "{error}");
    harness.stop().await;

    // It is remembered.
    let (mut harness, _template) = start(&root, &steps).await;
    let mut client = joined(&mut harness).await;
    assert_eq!(
        over(&mut client, SetupState::Finished).await,
        [SKIPPED, SKIPPED, SUCCEEDED]
    );
    assert_eq!(client.request(&List).await.unwrap().shells, []);
    harness.stop().await;
}

#[tokio::test]
async fn skipping_all_ends_the_set_up() {
    let root = TempDir::new().unwrap();
    let steps = [
        ("Good", "true"),
        ("Hangs", "sleep 1000"),
        ("Never", "touch no"),
    ];
    let (mut harness, _template) = start(&root, &steps).await;
    let mut client = joined(&mut harness).await;
    let mut patient = harness.open(Permission::Write).await;
    let id = patient.send(&common::join(false)).await;
    step_runs(&mut client, 1).await;
    let now = client.request(&SkipAll).await.unwrap();
    assert_eq!(now.state, SetupState::Finished);
    patient
        .answer::<yew_sandbox_protocol::client::Join>(id)
        .await
        .unwrap();
    assert_eq!(
        over(&mut client, SetupState::Finished).await,
        [SUCCEEDED, SKIPPED, SKIPPED]
    );
    assert!(!harness.workspace("no").exists());
    harness.stop().await;
}

#[tokio::test]
async fn after_a_failure_the_set_up_goes_on_where_it_is_told_to() {
    let root = TempDir::new().unwrap();
    let steps = [
        ("First", "echo x >> first"),
        ("Bad", "echo x >> bad; [ -e good ]"),
        ("Last", "echo x >> last"),
    ];
    let (mut harness, _template) = start(&root, &steps).await;
    let mut client = joined(&mut harness).await;
    assert_eq!(
        over(&mut client, SetupState::Stopped).await,
        [SUCCEEDED, FAILED, None]
    );

    // Enabling tries the one that failed again.
    client.request(&Enable).await.unwrap();
    assert_eq!(
        over(&mut client, SetupState::Stopped).await,
        [SUCCEEDED, FAILED, None]
    );
    assert_eq!(client.read("bad").await.unwrap(), "x\nx\n");

    let now = client.request(&Skip { step_index: 1 }).await.unwrap();
    assert_eq!(now.state, SetupState::InProgress);
    assert_eq!(
        over(&mut client, SetupState::Finished).await,
        [SUCCEEDED, SKIPPED, SUCCEEDED]
    );

    client.write("good", b"").await.unwrap();
    let now = client.request(&SetStep { step_index: 1 }).await.unwrap();
    assert_eq!(
        (now.state, now.current_step_index),
        (SetupState::InProgress, 1)
    );
    assert_eq!(now.steps[2].finish_status, None);
    assert_eq!(
        over(&mut client, SetupState::Finished).await,
        [SUCCEEDED; 3]
    );
    assert_eq!(client.read("first").await.unwrap(), "x\n");
    assert_eq!(client.read("bad").await.unwrap(), "x\nx\nx\n");
    assert_eq!(client.read("last").await.unwrap(), "x\nx\n");
    let error = client
        .request(&SetStep { step_index: 9 })
        .await
        .unwrap_err();
    assert_eq!(error.code.0, 100, "{error}");
    harness.stop().await;
}

#[tokio::test]
async fn a_step_that_runs_can_be_run_from_its_start() {
    let root = TempDir::new().unwrap();
    let command = format!("echo x >> runs; {WAIT}");
    let (mut harness, _template) = start(&root, &[("Waits", &command)]).await;
    let mut client = joined(&mut harness).await;
    let first = step_runs(&mut client, 0).await;
    // While steps run, a new beginning leaves them alone.
    let now = client.request(&Init).await.unwrap();
    assert_eq!(now.steps[0].shell_id.as_deref(), Some(first.as_str()));
    while client.read("runs").await.is_err() {}
    client.request(&SetStep { step_index: 0 }).await.unwrap();
    progress(&mut client, |progress| {
        let shell = progress.steps[0].shell_id.as_ref();
        shell.is_some_and(|shell| *shell != first)
    })
    .await;
    client.write("go", b"").await.unwrap();
    assert_eq!(over(&mut client, SetupState::Finished).await, [SUCCEEDED]);
    assert_eq!(client.read("runs").await.unwrap(), "x\nx\n");
    harness.stop().await;
}

#[tokio::test]
async fn a_set_up_that_is_stopped_goes_on_only_when_told_to() {
    let root = TempDir::new().unwrap();
    let steps = [("First", WAIT), ("Second", "touch second")];
    let (mut harness, _template) = start(&root, &steps).await;
    let mut client = joined(&mut harness).await;
    step_runs(&mut client, 0).await;
    client.request(&Disable).await.unwrap();
    client.write("go", b"").await.unwrap();
    let stopped = loop {
        let status: InitStatus = client.notification().await;
        if status.progress == 100.0 {
            break status;
        }
    };
    assert!(
        stopped
            .message
            .contains("stopped before step 2 of 2, \"Second\""),
        "{}",
        stopped.message
    );
    assert_eq!(stopped.is_error, None);
    assert_eq!(
        over(&mut client, SetupState::Stopped).await,
        [SUCCEEDED, None]
    );
    harness.stop().await;

    let (mut harness, _template) = start(&root, &steps).await;
    let mut client = joined(&mut harness).await;
    assert_eq!(
        over(&mut client, SetupState::Stopped).await,
        [SUCCEEDED, None]
    );
    assert!(!harness.workspace("second").exists());
    let now = client.request(&Enable).await.unwrap();
    assert_eq!(now.state, SetupState::InProgress);
    assert_eq!(
        over(&mut client, SetupState::Finished).await,
        [SUCCEEDED; 2]
    );
    assert!(harness.workspace("second").exists());
    harness.stop().await;
}

#[tokio::test]
async fn who_may_only_read_changes_nothing_of_the_set_up() {
    let root = TempDir::new().unwrap();
    let (mut harness, _template) = start(&root, &[("Waits", WAIT)]).await;
    let mut reader = harness.open(Permission::Read).await;
    reader.join(true).await.unwrap();
    assert_eq!(reader.request(&Get).await.unwrap().steps.len(), 1);
    let errors = [
        reader.request(&Init).await.unwrap_err(),
        reader.request(&Skip { step_index: 0 }).await.unwrap_err(),
        reader.request(&SkipAll).await.unwrap_err(),
        reader
            .request(&SetStep { step_index: 0 })
            .await
            .unwrap_err(),
        reader.request(&Disable).await.unwrap_err(),
        reader.request(&Enable).await.unwrap_err(),
    ];
    assert_eq!(errors.map(|error| error.code.0), [2; 6]);
    harness.stop().await;
}
