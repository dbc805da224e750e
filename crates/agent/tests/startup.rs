//! The start-up: folder, template, steps, and what is remembered of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::{Client, DEADLINE, Harness};
use tempfile::TempDir;
use tokio::time::timeout;
use yew_sandbox_agent::{AgentErrorKind, AgentOptions, Permission, run};
use yew_sandbox_protocol::setup::{Get, Init, Progress, SetupState, StepOutcome};
use yew_sandbox_protocol::system::InitStatus;

/// A template whose only content is the tasks file.
fn template(tasks: &str) -> TempDir {
    let template = TempDir::new().unwrap();
    fs::create_dir(template.path().join(".codesandbox")).unwrap();
    fs::write(template.path().join(".codesandbox/tasks.json"), tasks).unwrap();
    template
}

fn options(root: &TempDir, template: &Path) -> AgentOptions {
    AgentOptions {
        template: Some(template.to_owned()),
        ..AgentOptions::new(root.path())
    }
}

/// Joins with progress and reads it to its end.
async fn follow(client: &mut Client) -> Vec<InitStatus> {
    client.join(true).await.unwrap();
    let mut all = Vec::new();
    loop {
        let status: InitStatus = client.notification().await;
        let is_last = status.progress == 100.0;
        all.push(status);
        if is_last {
            return all;
        }
    }
}

fn messages(all: &[InitStatus]) -> Vec<&str> {
    all.iter().map(|status| status.message.as_str()).collect()
}

#[tokio::test]
async fn a_new_sandbox_gets_the_built_in_template_and_says_so() {
    let root = TempDir::new().unwrap();
    let mut harness = Harness::start_with(AgentOptions::new(root.path())).await;
    let mut client = harness.open(Permission::Write).await;
    let all = follow(&mut client).await;
    assert_eq!(
        messages(&all),
        [
            "The workspace folder is made.",
            "The template is copied: 3 files.",
            "The sandbox is ready."
        ]
    );
    assert!(
        all.windows(2)
            .all(|pair| pair[0].progress <= pair[1].progress)
    );
    assert!(all.iter().all(|status| status.is_error.is_none()));
    assert!(!client.read("index.html").await.unwrap().is_empty());

    // Without steps, a client may wait for one notification before it goes on.
    let progress = client.request(&Get).await.unwrap();
    assert_eq!(progress.state, SetupState::Finished);
    assert!(progress.steps.is_empty());
    let told: Progress = client.notification().await;
    assert_eq!(told.state, SetupState::Finished);

    // Those who come later hear how it ended.
    let mut late = harness.open(Permission::Read).await;
    assert_eq!(
        messages(&follow(&mut late).await),
        ["The sandbox is ready."]
    );
    harness.stop().await;
}

#[tokio::test]
async fn what_the_user_removed_does_not_come_back() {
    let root = TempDir::new().unwrap();
    let mut harness = Harness::start_with(AgentOptions::new(root.path())).await;
    let mut client = harness.writer().await;
    for path in ["index.html", "README.md", ".codesandbox"] {
        let remove = yew_sandbox_protocol::fs::Remove {
            path: path.into(),
            recursive: Some(true),
        };
        client.request(&remove).await.unwrap();
    }
    harness.stop().await;
    let mut harness = Harness::start_with(AgentOptions::new(root.path())).await;
    let _client = harness.writer().await;
    assert_eq!(fs::read_dir(harness.workspace("")).unwrap().count(), 0);
    harness.stop().await;
}

#[tokio::test]
async fn a_template_that_was_being_copied_is_completed() {
    let root = TempDir::new().unwrap();
    let workspace = root.path().join("project/workspace");
    fs::create_dir_all(&workspace).unwrap();
    fs::write(workspace.join("README.md"), "changed").unwrap();
    fs::create_dir(root.path().join(".sandbox")).unwrap();
    let state = r#"{"template": "copying"}"#;
    fs::write(root.path().join(".sandbox/state.json"), state).unwrap();
    let mut harness = Harness::start_with(AgentOptions::new(root.path())).await;
    let mut client = harness.writer().await;
    assert!(!client.read("index.html").await.unwrap().is_empty());
    assert_eq!(client.read("README.md").await.unwrap(), "changed");
    harness.stop().await;
}

#[tokio::test]
async fn a_template_folder_is_copied_with_modes_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (root, source) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::create_dir(source.path().join("bin")).unwrap();
    fs::write(source.path().join("bin/run"), "#!/bin/sh\n").unwrap();
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(source.path().join("bin/run"), mode).unwrap();
    symlink("bin/run", source.path().join("run")).unwrap();
    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let _client = harness.writer().await;
    assert!(harness.workspace("run").is_symlink());
    let mode = fs::metadata(harness.workspace("run"))
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o755);
    harness.stop().await;
}

#[tokio::test]
async fn steps_run_once_with_their_output_told() {
    let root = TempDir::new().unwrap();
    let source = template(
        r#"// Run once.
        {
            "setupTasks": [
                { "name": "First", "command": "echo one; echo two >&2; pwd; echo x >> first" },
                { "name": "Second", "command": "source /dev/null && echo grün | tee second", },
            ],
        }"#,
    );
    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let mut client = harness.open(Permission::Write).await;
    let all = follow(&mut client).await;
    assert_eq!(messages(&all).last(), Some(&"The sandbox is ready."));
    let output: String = all
        .iter()
        .filter_map(|status| status.stdout.clone())
        .collect();
    assert_eq!(
        output,
        format!("one\ntwo\n{}\ngrün\n", harness.workspace_path)
    );
    assert!(messages(&all).contains(&"Step 1 of 2: First"));
    assert!(messages(&all).contains(&"Step 2 of 2: Second: done."));
    assert!(
        all.windows(2)
            .all(|pair| pair[0].progress <= pair[1].progress)
    );

    let progress = client.request(&Get).await.unwrap();
    assert_eq!(progress.state, SetupState::Finished);
    let outcomes: Vec<_> = progress
        .steps
        .iter()
        .map(|step| step.finish_status)
        .collect();
    assert_eq!(outcomes, [Some(StepOutcome::Succeeded); 2]);
    harness.stop().await;

    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let mut client = harness.writer().await;
    assert_eq!(client.read("first").await.unwrap(), "x\n");
    let progress = client.request(&Get).await.unwrap();
    assert_eq!(
        (progress.state, progress.steps.len()),
        (SetupState::Finished, 2)
    );

    // Asked to, they run again.
    let again = client.request(&Init).await.unwrap();
    assert_eq!(again.state, SetupState::InProgress);
    assert_eq!(again.steps[1].finish_status, None);
    loop {
        let progress: Progress = client.notification().await;
        if progress.state == SetupState::Finished {
            break;
        }
    }
    assert_eq!(client.read("first").await.unwrap(), "x\nx\n");
    harness.stop().await;
}

#[tokio::test]
async fn a_step_that_fails_stops_the_rest_and_is_told() {
    let root = TempDir::new().unwrap();
    let source = template(
        r#"{"setupTasks": [
            {"name": "Good", "command": "true"},
            {"name": "Bad", "command": "echo why; exit 3"},
            {"name": "Never", "command": "touch never"}
        ]}"#,
    );
    for _ in 0..2 {
        let mut harness = Harness::start_with(options(&root, source.path())).await;
        let mut client = harness.open(Permission::Write).await;
        let all = follow(&mut client).await;
        let last = all.last().unwrap();
        assert_eq!(last.is_error, Some(true));
        assert!(
            last.message.contains("step 2 of 3, \"Bad\""),
            "{}",
            last.message
        );
        let progress = client.request(&Get).await.unwrap();
        assert_eq!(progress.state, SetupState::Stopped);
        assert_eq!(progress.current_step_index, 1);
        assert_eq!(progress.steps[1].finish_status, Some(StepOutcome::Failed));
        assert_eq!(progress.steps[2].finish_status, None);
        assert!(!harness.workspace("never").exists());
        client.write("file", b"works").await.unwrap();
        harness.stop().await;
    }
}

#[tokio::test]
async fn a_broken_tasks_file_is_told_and_the_files_work() {
    let root = TempDir::new().unwrap();
    let source = template("{\n  \"setupTasks\": [\n    { \"name\": }\n  ]\n}");
    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let mut client = harness.open(Permission::Write).await;
    let all = follow(&mut client).await;
    let last = all.last().unwrap();
    assert_eq!(last.is_error, Some(true));
    assert!(
        last.message.contains(".codesandbox/tasks.json is broken"),
        "{}",
        last.message
    );
    assert!(last.message.contains("line 3"), "{}", last.message);
    let progress = client.request(&Get).await.unwrap();
    assert_eq!(progress.state, SetupState::Finished);

    let tasks = r#"{"setupTasks": [{"name": "Now", "command": "touch now"}]}"#;
    client
        .write(".codesandbox/tasks.json", tasks.as_bytes())
        .await
        .unwrap();
    client.request(&Init).await.unwrap();
    loop {
        let progress: Progress = client.notification().await;
        if progress.steps.len() == 1 && progress.state == SetupState::Finished {
            break;
        }
    }
    assert!(harness.workspace("now").exists());
    harness.stop().await;
}

/// A file too large to be read kept the sandbox from its set-up for good.
#[tokio::test]
async fn what_is_remembered_and_makes_no_sense_is_forgotten() {
    let template = template(r#"{"setupTasks": ["true"]}"#);
    let root = TempDir::new().unwrap();
    let state = root.path().join(".sandbox/state.json");
    fs::create_dir(root.path().join(".sandbox")).unwrap();
    for length in [3, 1 << 30] {
        fs::File::create(&state).unwrap().set_len(length).unwrap();
        let mut harness = Harness::start_with(options(&root, template.path())).await;
        let mut client = harness.open(Permission::Write).await;
        let all = follow(&mut client).await;
        let last = all.last().unwrap();
        assert_eq!(last.message, "The sandbox is ready.", "{length}: {all:?}");
        assert!(
            all.iter().any(|status| status.message.contains("true")),
            "{length}: {all:?}"
        );
        harness.stop().await;
    }
}

/// A step is named after its command where it has no name, and each piece of output repeats that.
#[tokio::test]
async fn a_program_as_a_step_has_a_short_name() {
    let program = format!("true; : {}", "x".repeat(100_000));
    let tasks = serde_json::json!({ "setupTasks": [program] });
    let template = template(&tasks.to_string());
    let root = TempDir::new().unwrap();
    let mut harness = Harness::start_with(options(&root, template.path())).await;
    let mut client = harness.open(Permission::Write).await;
    let all = follow(&mut client).await;
    assert!(all.iter().all(|status| status.message.len() < 1200));
    let steps = client.request(&Get).await.unwrap().steps;
    assert!(steps[0].name.starts_with("true; : xxx") && steps[0].name.len() <= 1024);
    harness.stop().await;
}

#[tokio::test]
async fn other_wrong_tasks_files_are_told_too() {
    for tasks in [
        "",
        "[]",
        "{\"setupTasks\": [{\"name\": \"x\"}]}",
        "\0\u{1}",
        "{\"setupTasks\": 3}",
    ] {
        let root = TempDir::new().unwrap();
        let source = template(tasks);
        let mut harness = Harness::start_with(options(&root, source.path())).await;
        let mut client = harness.open(Permission::Write).await;
        let all = follow(&mut client).await;
        assert_eq!(all.last().unwrap().is_error, Some(true), "{tasks:?}");
        client.write("file", b"works").await.unwrap();
        harness.stop().await;
    }
}

#[tokio::test]
async fn a_join_without_progress_waits_for_the_end_of_the_start_up() {
    let root = TempDir::new().unwrap();
    let source = template(
        r#"{"setupTasks": [{"name": "Wait", "command": "until [ -e go ]; do sleep 0.01; done"}]}"#,
    );
    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let mut patient = harness.open(Permission::Write).await;
    let id = patient.send(&common::join(false)).await;
    let mut eager = harness.open(Permission::Write).await;
    eager.join(true).await.unwrap();
    let progress = eager.request(&Get).await.unwrap();
    assert_eq!(progress.state, SetupState::InProgress);
    assert_eq!(patient.drain().len(), 0);
    eager.write("go", b"").await.unwrap();
    patient
        .answer::<yew_sandbox_protocol::client::Join>(id)
        .await
        .unwrap();
    assert_eq!(
        patient.request(&Get).await.unwrap().state,
        SetupState::Finished
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_step_that_hibernation_cut_runs_again() {
    let root = TempDir::new().unwrap();
    let command = "echo run >> runs; until [ -e go ]; do sleep 0.01; done";
    let source = template(&format!(
        r#"{{"setupTasks": [{{"name": "Wait", "command": "{command}"}}]}}"#
    ));
    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let mut client = harness.open(Permission::Write).await;
    client.join(true).await.unwrap();
    let runs = harness.workspace("runs");
    timeout(DEADLINE, async {
        while !fs::read(&runs).is_ok_and(|content| content == b"run\n") {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    harness.stop().await;

    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let mut client = harness.open(Permission::Write).await;
    client.join(true).await.unwrap();
    client.write("go", b"").await.unwrap();
    loop {
        let status: InitStatus = client.notification().await;
        if status.progress == 100.0 {
            break;
        }
    }
    assert_eq!(client.read("runs").await.unwrap(), "run\nrun\n");
    harness.stop().await;
}

#[tokio::test]
async fn what_steps_left_in_the_background_lives_as_long_as_the_agent() {
    let root = TempDir::new().unwrap();
    let command = "sleep 1000 > /dev/null 2>&1 & echo $! > process";
    let source = template(&format!(
        r#"{{"setupTasks": [{{"name": "Serve", "command": "{command}"}}]}}"#
    ));
    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let mut client = harness.writer().await;
    let process = client.read("process").await.unwrap();
    let process = str::from_utf8(&process).unwrap().trim().to_owned();
    let is_alive = || {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        !status.is_empty() && !status.contains("State:\tZ")
    };
    assert!(is_alive());
    harness.stop().await;
    timeout(DEADLINE, async {
        while is_alive() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn output_without_end_stays_within_bounds() {
    let root = TempDir::new().unwrap();
    let source = template(
        r#"{"setupTasks": [{"name": "Loud", "command": "yes | head -c 20000000; (sleep 1; true) & exit 0"}]}"#,
    );
    let mut harness = Harness::start_with(options(&root, source.path())).await;
    let mut client = harness.open(Permission::Write).await;
    let all = follow(&mut client).await;
    let output: usize = all
        .iter()
        .filter_map(|status| status.stdout.as_ref())
        .map(String::len)
        .sum();
    assert!((200_000..600_000).contains(&output), "{output}");
    assert_eq!(messages(&all).last(), Some(&"The sandbox is ready."));
    harness.stop().await;
}

#[tokio::test]
async fn a_root_that_cannot_be_served_is_a_typed_error() {
    let (_server, agent) = tokio::net::UnixStream::pair().unwrap();
    let error = run(AgentOptions::new("/nowhere/at/all"), agent)
        .await
        .unwrap_err();
    assert_eq!(
        *error.kind(),
        AgentErrorKind::Root("/nowhere/at/all".into())
    );
    assert!(error.to_string().contains("/nowhere/at/all"));
    let (_server, agent) = tokio::net::UnixStream::pair().unwrap();
    let root = TempDir::new().unwrap();
    let options = AgentOptions {
        workspace: "relative".into(),
        ..AgentOptions::new(root.path())
    };
    let error = run(options, agent).await.unwrap_err();
    assert_eq!(*error.kind(), AgentErrorKind::Workspace("relative".into()));
}
