//! Steps of the set-up. The agent has no stream of them: while they are not over, the bridge looks every second.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use yew_sandbox_protocol::ErrorCode;
use yew_sandbox_protocol::setup::{Get, Progress, SetupState, Step, StepOutcome};

use super::api::{SetupTask, SetupTasks};
use super::bridge::{Bridge, Link};
use super::failure::Failure;

/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Setup {
    is_followed: AtomicBool,
}

pub(super) async fn get(bridge: Link, _request: Get) -> Result<Progress, Failure> {
    let progress = bridge.progress().await?;
    if !is_over(&progress) && !bridge.setup.is_followed.swap(true, Ordering::Relaxed) {
        bridge.spawn(follow(bridge.clone(), progress.clone()));
    }
    Ok(progress)
}

async fn follow(bridge: Link, mut told: Progress) {
    while !is_over(&told) {
        bridge.sleep(PAUSE).await;
        match bridge.progress().await {
            Ok(progress) if progress == told => {}
            Ok(progress) => {
                bridge.notify(&progress);
                told = progress;
            }
            Err(Failure::Lost(reason)) => return bridge.lost(reason),
            Err(Failure::Refused(_)) => {}
        }
    }
    bridge.setup.is_followed.store(false, Ordering::Relaxed);
}

fn is_over(progress: &Progress) -> bool {
    matches!(progress.state, SetupState::Finished | SetupState::Stopped)
}

impl Bridge {
    async fn progress(&self) -> Result<Progress, Failure> {
        let steps: Result<SetupTasks, _> = self.rest.get("setup-tasks").await;
        let steps = steps.map_err(|error| error.into_failure(ErrorCode::FEATURE_UNAVAILABLE))?;
        Ok(progress(steps.setup_tasks.unwrap_or_default()))
    }
}

fn progress(steps: Vec<SetupTask>) -> Progress {
    let at = |wanted: &[&str]| {
        let is_wanted = |step: &SetupTask| wanted.contains(&step.status.as_str());
        steps.iter().position(is_wanted)
    };
    let last = steps.len().saturating_sub(1);
    let running = at(&["RUNNING", "RESTARTING"]);
    let failed = at(&["ERROR", "KILLED"]);
    let idle = at(&["IDLE", ""]);
    let (state, current) = match (running, failed, idle) {
        (Some(place), _, _) => (SetupState::InProgress, place),
        (None, Some(place), _) => (SetupState::Stopped, place),
        // The agent runs the steps when it starts: those that have not begun will.
        (None, None, Some(place)) => (SetupState::InProgress, place),
        // No steps are steps that are done.
        (None, None, None) => (SetupState::Finished, last),
    };
    let steps = steps.into_iter().map(|step| Step {
        finish_status: match step.status.as_str() {
            "FINISHED" => Some(StepOutcome::Succeeded),
            "ERROR" | "KILLED" => Some(StepOutcome::Failed),
            _ => None,
        },
        name: step.name,
        command: step.command,
        shell_id: (!step.exec_id.is_empty()).then_some(step.exec_id),
    });
    Progress {
        state,
        steps: steps.collect(),
        current_step_index: i64::try_from(current).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(statuses: &[&str]) -> (SetupState, i64) {
        let steps = statuses.iter().map(|status| SetupTask {
            name: "n".into(),
            command: "c".into(),
            status: (*status).to_owned(),
            exec_id: String::new(),
        });
        let progress = progress(steps.collect());
        (progress.state, progress.current_step_index)
    }

    #[test]
    fn the_state_is_that_of_the_steps() {
        assert_eq!(state(&[]), (SetupState::Finished, 0));
        assert_eq!(state(&["IDLE", "IDLE"]), (SetupState::InProgress, 0));
        assert_eq!(state(&["FINISHED", "IDLE"]), (SetupState::InProgress, 1));
        assert_eq!(state(&["FINISHED", "RUNNING"]), (SetupState::InProgress, 1));
        assert_eq!(
            state(&["FINISHED", "ERROR", "IDLE"]),
            (SetupState::Stopped, 1)
        );
        assert_eq!(state(&["FINISHED", "FINISHED"]), (SetupState::Finished, 1));
    }
}
