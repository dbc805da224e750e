//! The steps of the set-up, one after the other.

use yew_sandbox_protocol::setup::{SetupState, Step, StepOutcome};
use yew_sandbox_protocol::system::InitStatus;

use super::prepare::{FILLED, blocking, save};
use super::process::execute;
use super::state::{State, StepState};
use super::{Stage, Startup, status};

/// Progress once all steps are done, in percent.
const STEPS_DONE: f64 = 95.0;

/// Runs the steps that have not been run, until one fails.
pub(super) async fn run(startup: &Startup, mut state: State) {
    // A step that failed is not tried again by itself.
    while let Some((place, None)) = current(&state) {
        announce(startup, &state).await;
        startup.reach(Stage::Known);
        let succeeded = run_one(startup, &state, place).await;
        if let Some(step) = state.steps.as_mut().and_then(|steps| steps.get_mut(place)) {
            step.succeeded = Some(succeeded);
        }
        keep(startup, &state, place).await;
    }
    let steps = wire_steps(&state);
    let (message, is_error) = match current(&state) {
        None => {
            let last = steps.len().saturating_sub(1);
            startup
                .set_progress(SetupState::Finished, steps, last)
                .await;
            ("The sandbox is ready.".to_owned(), false)
        }
        Some((place, _)) => {
            let message = format!(
                "The set-up stopped at step {} of {}, {:?}. Correct the command or what it needs, and run the set-up \
                 again. The files work as they are.",
                place + 1,
                steps.len(),
                steps[place].name
            );
            startup
                .set_progress(SetupState::Stopped, steps, place)
                .await;
            (message, true)
        }
    };
    startup.finish(message, is_error);
}

/// Tells that a step begins, where there is one to run.
pub(super) async fn announce(startup: &Startup, state: &State) {
    if let Some((place, None)) = current(state) {
        let steps = wire_steps(state);
        startup
            .set_progress(SetupState::InProgress, steps, place)
            .await;
    }
}

/// Runs one step, tells its output, and says whether it succeeded.
async fn run_one(startup: &Startup, state: &State, place: usize) -> bool {
    let steps = state.steps.as_deref().unwrap_or_default();
    let task = &steps[place].task;
    let (before, after) = (reached(place, steps.len()), reached(place + 1, steps.len()));
    let title = format!("Step {} of {}: {}", place + 1, steps.len(), task.name);
    startup.tell(status(title.clone(), before, after));
    let told = |stdout| {
        startup.tell(InitStatus {
            stdout: Some(stdout),
            ..status(title.clone(), before, after)
        });
    };
    let directory = startup.root.visible(startup.root.workspace());
    let failure = match execute(&task.command, &directory, told).await {
        Ok((status, left)) => {
            startup.lock().left_behind.extend(left);
            (!status.success()).then(|| format!("{title}: it failed with {status}."))
        }
        Err(error) => Some(format!("{title}: bash cannot be run: {error}.")),
    };
    let succeeded = failure.is_none();
    startup.tell(InitStatus {
        is_error: failure.is_some().then_some(true),
        ..status(failure.unwrap_or(format!("{title}: done.")), after, after)
    });
    succeeded
}

/// Remembers how the step ended, and says so where that fails.
async fn keep(startup: &Startup, state: &State, place: usize) {
    let count = state.steps.as_ref().map_or(0, Vec::len);
    let kept = state.clone();
    let saved = blocking(startup.root.clone(), move |root| save(root, &kept)).await;
    if let Err(message) = saved {
        let progress = reached(place + 1, count);
        startup.tell(InitStatus {
            is_error: Some(true),
            ..status(message, progress, progress)
        });
    }
}

/// The first step that has not succeeded, and how it ended if it did.
fn current(state: &State) -> Option<(usize, Option<bool>)> {
    let mut steps = state.steps.iter().flatten().enumerate();
    steps
        .find(|(_, step)| step.succeeded != Some(true))
        .map(|(place, step)| (place, step.succeeded))
}

/// Progress after that many steps, in percent.
fn reached(done: usize, count: usize) -> f64 {
    FILLED + (STEPS_DONE - FILLED) * done as f64 / count.max(1) as f64
}

fn wire_steps(state: &State) -> Vec<Step> {
    let wire_step = |step: &StepState| Step {
        name: step.task.name.clone(),
        command: step.task.command.clone(),
        shell_id: None,
        finish_status: step.succeeded.map(|succeeded| {
            if succeeded {
                StepOutcome::Succeeded
            } else {
                StepOutcome::Failed
            }
        }),
    };
    state.steps.iter().flatten().map(wire_step).collect()
}
