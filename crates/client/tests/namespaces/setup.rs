//! The steps that prepare a sandbox.

use yew_sandbox_client::protocol::setup::{Init, Skip};
use yew_sandbox_client::{ErrorKind, SetupProgress, SetupState, SetupStep, StepOutcome};

use crate::support::{Shells, World, eventually, settle, within};
use crate::{LONG, SECOND};

fn step(shell_id: Option<&str>, finish_status: Option<StepOutcome>) -> SetupStep {
    SetupStep {
        name: "install".into(),
        command: "npm i".into(),
        shell_id: shell_id.map(str::to_owned),
        finish_status,
    }
}

fn progress(state: SetupState, steps: Vec<SetupStep>) -> SetupProgress {
    SetupProgress {
        state,
        steps,
        current_step_index: 0,
    }
}

async fn preparing() -> World {
    let world = World::new(1);
    world.agent.state().steps = vec![step(None, None)];
    world.agent.state().setup_state = SetupState::InProgress;
    world.client.connect().await.unwrap();
    world
}

/// A25: with no steps, waiting for the set-up took for ever.
#[tokio::test(start_paused = true)]
async fn a_sandbox_without_steps_is_set_up() {
    let world = World::new(1);
    world.agent.state().setup_state = SetupState::Idle;
    within(SECOND, world.client.setup().wait()).await.unwrap();
}

/// A26: the progress never changed, and waiting for its end took for ever.
#[tokio::test(start_paused = true)]
async fn progress_is_followed_to_its_end() {
    let world = preparing().await;
    let live = world.client.setup().live();
    let waiting = tokio::spawn(world.client.setup().wait());
    settle().await;
    let running = progress(SetupState::InProgress, vec![step(Some("s"), None)]);
    world.agent.notify(&running);
    eventually(SECOND, || live.get() == Some(running.clone())).await;
    assert!(!waiting.is_finished());
    let done = vec![step(Some("s"), Some(StepOutcome::Succeeded))];
    world.agent.notify(&progress(SetupState::Finished, done));
    let end = within(SECOND, waiting).await.unwrap().unwrap();
    assert_eq!(end.state, SetupState::Finished);
}

#[tokio::test(start_paused = true)]
async fn the_end_is_heard_of_after_a_cut_link() {
    let world = preparing().await;
    let waiting = tokio::spawn(world.client.setup().wait());
    settle().await;
    world.agent.state().setup_state = SetupState::Finished;
    world.agent.cut();
    within(LONG, waiting).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_step_that_failed_is_named() {
    let world = preparing().await;
    let waiting = tokio::spawn(world.client.setup().wait());
    settle().await;
    let failed = vec![step(None, Some(StepOutcome::Failed))];
    world.agent.notify(&progress(SetupState::Stopped, failed));
    let error = within(SECOND, waiting).await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::CommandFailed, Some("install"))
    );
}

/// A27: a step that was opened before it began could be seen only once it had ended.
#[tokio::test(start_paused = true)]
async fn a_step_can_be_opened_before_it_begins() {
    let world = preparing().await;
    let shells = Shells::of(&world.agent);
    world
        .client
        .commands()
        .run_background("npm i")
        .await
        .unwrap();
    shells.output(&world.agent, "shell-1", "added 1 package");
    let opening = tokio::spawn(world.client.setup().open(0));
    settle().await;
    assert!(!opening.is_finished());
    let running = vec![step(Some("shell-1"), None)];
    world
        .agent
        .notify(&progress(SetupState::InProgress, running));
    let terminal = within(SECOND, opening).await.unwrap().unwrap();
    assert_eq!(terminal.scrollback(), "added 1 package");
}

#[tokio::test(start_paused = true)]
async fn steps_that_cannot_be_opened_are_errors() {
    let world = preparing().await;
    let setup = world.client.setup();
    let error = within(SECOND, setup.open(5)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let opening = tokio::spawn(setup.open(0));
    settle().await;
    let skipped = vec![step(None, Some(StepOutcome::Skipped))];
    world.agent.notify(&progress(SetupState::Finished, skipped));
    let error = within(SECOND, opening).await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::Ended, Some("install"))
    );
}

#[tokio::test(start_paused = true)]
async fn steps_are_run_and_skipped() {
    let world = preparing().await;
    let running = || progress(SetupState::InProgress, vec![step(None, None)]);
    let run = world.agent.answer::<Init>(move |_| Ok(running()));
    let skipped = world.agent.answer::<Skip>(move |_| Ok(running()));
    let setup = world.client.setup();
    assert_eq!(setup.run().await.unwrap(), running());
    setup.skip(3).await.unwrap();
    assert_eq!((run.count(), skipped.all()[0].step_index), (1, 3));
    // The agent knows no more than these.
    assert_eq!(
        setup.stop().await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
}
