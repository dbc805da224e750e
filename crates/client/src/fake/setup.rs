//! `setup/*`: the steps that prepare the sandbox.

use yew_sandbox_protocol::setup::{
    Disable, Enable, Get, Init, Progress, SetStep, SetupState, Skip, SkipAll, Step, StepOutcome,
};
use yew_sandbox_protocol::shell::ShellStatus;
use yew_sandbox_protocol::task::TaskDefinition;
use yew_sandbox_protocol::{ClientFrame, ErrorCode, Request, WireError};

use super::command::with_returns;
use super::sandbox::FakeSandbox;
use super::state::{Answer, State, answer, params};

/// A step of the set-up. It does not run by itself: it is what the test says.
#[derive(Clone, Debug, PartialEq)]
pub struct FakeStep {
    name: String,
    command: String,
    output: String,
    is_running: bool,
    outcome: Option<StepOutcome>,
    /// The shell that runs it or ran it.
    shell: Option<String>,
}

impl FakeStep {
    /// A step that has not begun.
    pub fn waiting(name: &str, command: &str) -> Self {
        Self {
            name: name.to_owned(),
            command: command.to_owned(),
            output: String::new(),
            is_running: false,
            outcome: None,
            shell: None,
        }
    }

    /// A step that runs.
    pub fn running(name: &str, command: &str) -> Self {
        Self {
            is_running: true,
            ..Self::waiting(name, command)
        }
    }

    /// A step that ended with success.
    pub fn finished(name: &str, command: &str) -> Self {
        Self {
            outcome: Some(StepOutcome::Succeeded),
            ..Self::waiting(name, command)
        }
    }

    /// A step that ended with an error.
    pub fn failed(name: &str, command: &str) -> Self {
        Self {
            outcome: Some(StepOutcome::Failed),
            ..Self::waiting(name, command)
        }
    }

    /// A step that was passed over.
    pub fn skipped(name: &str, command: &str) -> Self {
        Self {
            outcome: Some(StepOutcome::Skipped),
            ..Self::waiting(name, command)
        }
    }

    /// The step as the file of the tasks states it.
    pub(super) fn definition(&self) -> TaskDefinition {
        TaskDefinition {
            name: self.name.clone(),
            command: self.command.clone(),
            run_at_start: None,
            preview: None,
        }
    }

    /// The same with output, which its shell shows. Lines end with `\n`.
    #[must_use]
    pub fn output(mut self, text: &str) -> Self {
        self.output.push_str(text);
        self
    }
}

impl FakeSandbox {
    /// Replaces the steps, and tells of them. The sandbox is ready once no step runs or waits.
    pub fn set_setup(&self, steps: impl IntoIterator<Item = FakeStep>) {
        let steps = steps.into_iter().collect();
        self.with(|state| {
            state.is_setup_stopped = false;
            state.set_steps(steps);
        });
    }

    /// Ends all steps that run or wait with success, and tells of it.
    pub fn finish_setup(&self) {
        self.with(|state| state.settle_steps(|_| true, StepOutcome::Succeeded));
    }
}

impl State {
    pub(super) fn setup(&mut self, frame: &ClientFrame) -> Answer {
        if frame.method == Get::METHOD {
            return answer(&self.progress());
        }
        match frame.method.as_str() {
            Init::METHOD
            | SkipAll::METHOD
            | Disable::METHOD
            | Enable::METHOD
            | Skip::METHOD
            | SetStep::METHOD => self.may_change(frame)?,
            _ => return self.unknown(frame),
        }
        match frame.method.as_str() {
            Init::METHOD => self.begin_at(0),
            SkipAll::METHOD => self.settle_steps(|_| true, StepOutcome::Skipped),
            Disable::METHOD => self.stop_setup(true),
            Enable::METHOD => self.stop_setup(false),
            Skip::METHOD => {
                let request: Skip = params(frame)?;
                let index = self.step(request.step_index)?;
                self.settle_steps(|place| place == index, StepOutcome::Skipped);
            }
            _ => {
                let request: SetStep = params(frame)?;
                let index = self.step(request.step_index)?;
                self.begin_at(index);
            }
        }
        answer(&self.progress())
    }

    fn step(&self, index: u32) -> Result<usize, WireError> {
        let place = usize::try_from(index).ok();
        place
            .filter(|place| *place < self.steps.len())
            .ok_or_else(|| {
                let message = format!("there is no step {index} of the set-up");
                WireError::new(ErrorCode::INVALID_ID, message)
            })
    }

    /// Lets the steps from `first` on wait, and the first of them run.
    fn begin_at(&mut self, first: usize) {
        let mut steps = self.steps.clone();
        for (place, step) in steps.iter_mut().enumerate().skip(first) {
            step.outcome = None;
            step.shell = None;
            step.is_running = place == first;
        }
        self.is_setup_stopped = false;
        self.set_steps(steps);
    }

    fn stop_setup(&mut self, is_stopped: bool) {
        self.is_setup_stopped = is_stopped;
        self.tell(&self.progress());
    }

    /// Ends unfinished steps; the next one that waits runs then.
    fn settle_steps(&mut self, which: impl Fn(usize) -> bool, outcome: StepOutcome) {
        let mut steps = self.steps.clone();
        for (place, step) in steps.iter_mut().enumerate() {
            if which(place) && step.outcome.is_none() {
                step.outcome = Some(outcome);
                step.is_running = false;
            }
        }
        let is_running = steps.iter().any(|step| step.is_running);
        if let Some(next) = steps.iter_mut().find(|step| step.outcome.is_none())
            && !is_running
        {
            next.is_running = true;
        }
        self.set_steps(steps);
    }

    /// Takes steps over, with a shell for each that began.
    pub(super) fn set_steps(&mut self, mut steps: Vec<FakeStep>) {
        for step in &mut steps {
            let exit_code = match step.outcome {
                None if step.is_running => None,
                None | Some(StepOutcome::Skipped) => continue,
                Some(StepOutcome::Succeeded) => Some(0),
                Some(StepOutcome::Failed) => Some(1),
            };
            let is_new = step.shell.is_none();
            let shell = match step.shell.clone() {
                Some(shell) => shell,
                None => self.step_shell(&step.command, &step.name),
            };
            if is_new {
                self.put_out(&shell, &with_returns(&step.output));
            }
            if let Some(code) = exit_code
                && self
                    .find_shell(&shell)
                    .is_some_and(|shell| shell.is_running())
            {
                let status = match code {
                    0 => ShellStatus::Finished,
                    _ => ShellStatus::Error,
                };
                self.end_shell(&shell, status, code);
            }
            step.shell = Some(shell);
        }
        self.steps = steps;
        self.tell(&self.progress());
    }

    /// The steps as the agent tells of them.
    fn progress(&self) -> Progress {
        let is_open = |step: &FakeStep| step.outcome.is_none();
        let has_failed = |step: &FakeStep| step.outcome == Some(StepOutcome::Failed);
        let current = self.steps.iter().position(is_open);
        let last = self.steps.len().saturating_sub(1);
        let state = match current {
            None if self.steps.iter().any(has_failed) => SetupState::Stopped,
            None => SetupState::Finished,
            Some(_) if self.is_setup_stopped => SetupState::Stopped,
            // What waits behind a step that failed does not run.
            Some(place) if self.steps[..place].iter().any(has_failed) => SetupState::Stopped,
            Some(_) => SetupState::InProgress,
        };
        let steps = self.steps.iter().map(|step| Step {
            name: step.name.clone(),
            command: step.command.clone(),
            shell_id: step.shell.clone(),
            finish_status: step.outcome,
        });
        Progress {
            state,
            steps: steps.collect(),
            current_step_index: current.unwrap_or(last) as i64,
        }
    }
}
