//! The steps of the set-up, one after the other, each in a shell of its own.

use std::sync::Arc;

use tokio::sync::mpsc;
use yew_sandbox_protocol::setup::{Progress, SetupState, Step, StepOutcome};
use yew_sandbox_protocol::shell::{ShellType, Size};
use yew_sandbox_protocol::system::InitStatus;
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::command::{Change, Command};
use super::prepare::{FILLED, Plan, blocking, read_again, save};
use super::state::{State, StepState};
use super::told::Told;
use super::{Stage, Startup, status};
use crate::shells::{Environment, Order, Shell, Wanted};

/// Progress once all steps are done, in percent.
const STEPS_DONE: f64 = 95.0;

/// The steps, and what becomes of them.
pub(super) struct Steps<'a> {
    startup: &'a Startup,
    state: State,
    /// Why there are no steps, where something is wrong: a sentence for people.
    broken: Option<String>,
    commands: mpsc::UnboundedReceiver<Command>,
}

/// A step that runs.
struct Running {
    place: usize,
    shell: Arc<Shell>,
    /// Whether it was ended so that the set-up goes on without its outcome.
    is_interrupted: bool,
}

impl<'a> Steps<'a> {
    pub(super) fn new(startup: &'a Startup, commands: mpsc::UnboundedReceiver<Command>) -> Self {
        Self {
            startup,
            state: State::default(),
            broken: None,
            commands,
        }
    }

    /// Runs the steps that are to be run, and then does what clients ask for, as long as the agent lives.
    pub(super) async fn serve(mut self, plan: Plan) {
        self.load(plan);
        self.run().await;
        while let Some(Command { change, reply }) = self.commands.recv().await {
            let before = self.progress().state;
            let outcome = match change {
                Change::Init => {
                    let plan = read_again(self.startup).await;
                    self.load(plan);
                    Ok(())
                }
                change => self.apply(change).await,
            };
            let is_changed = outcome.is_ok();
            self.tell_progress().await;
            // The client may be gone.
            let _ = reply.send(outcome.map(|()| self.progress()));
            let state = self.progress().state;
            if is_changed && (change == Change::Init || state != before) {
                self.run().await;
            }
        }
    }

    fn load(&mut self, plan: Plan) {
        (self.state, self.broken) = match plan {
            Plan::Steps(state) => (state, None),
            Plan::Broken(message) => (State::default(), Some(message)),
        };
    }

    /// Runs what is to be run, and tells how that ended.
    async fn run(&mut self) {
        while let Some(place) = self.next_place() {
            self.run_one(place).await;
            self.keep().await;
        }
        self.tell_progress().await;
        let steps = self.steps();
        let (message, is_error) = match (&self.broken, self.current()) {
            (Some(message), _) => (message.clone(), true),
            (None, None) => ("The sandbox is ready.".to_owned(), false),
            (None, Some(place)) => {
                let name = format!(
                    "step {} of {}, {:?}",
                    place + 1,
                    steps.len(),
                    steps[place].name
                );
                if steps[place].succeeded == Some(false) {
                    let message = format!(
                        "The set-up stopped at {name}. Correct the command or what it needs, and run the set-up \
                         again. The files work as they are."
                    );
                    (message, true)
                } else {
                    let message = format!(
                        "The set-up was stopped before {name}. Enable it to go on. The files work as they are."
                    );
                    (message, false)
                }
            }
        };
        self.startup.finish(message, is_error);
    }

    /// Runs one step in a shell, tells its output, and notes whether it succeeded.
    async fn run_one(&mut self, place: usize) {
        let count = self.steps().len();
        let name = &self.steps()[place].name;
        let title = format!("Step {} of {count}: {name}", place + 1);
        let (before, after) = (reached(place, count), reached(place + 1, count));
        let startup = self.startup;
        startup.tell(status(title.clone(), before, after));
        let told = |stdout| {
            startup.tell(InitStatus {
                stdout: Some(stdout),
                ..status(title.clone(), before, after)
            });
        };
        let (outcome, mut left) = self.watch_one(place, told).await;
        while let Ok(output) = left.try_recv() {
            told(output);
        }
        let step = &mut self.state.steps.get_or_insert_default()[place];
        let (message, is_error) = match outcome {
            None => (format!("{title}: it was ended."), false),
            Some(outcome) => {
                step.succeeded = Some(outcome.is_ok());
                match outcome {
                    Ok(()) => (format!("{title}: done."), false),
                    Err(reason) => (format!("{title}: {reason}."), true),
                }
            }
        };
        startup.tell(InitStatus {
            is_error: is_error.then_some(true),
            ..status(message, after, after)
        });
    }

    /// The outcome of a step, `None` where the set-up goes on without one, and output that nobody has told.
    async fn watch_one(
        &mut self,
        place: usize,
        told: impl Fn(String),
    ) -> (Option<Result<(), String>>, mpsc::UnboundedReceiver<String>) {
        // What comes here is bounded by `Told`.
        let (sender, mut output) = mpsc::unbounded_channel();
        let shell = match self.start(place, sender) {
            Ok(shell) => shell,
            Err(error) => return (Some(Err(error.message)), output),
        };
        self.state.steps.get_or_insert_default()[place].shell = Some(shell.id().to_owned());
        self.tell_progress().await;
        self.startup.reach(Stage::Known);
        let mut running = Running {
            place,
            shell: shell.clone(),
            is_interrupted: false,
        };
        let exit_code = loop {
            tokio::select! {
                Some(text) = output.recv() => told(text),
                exit_code = shell.ended() => break exit_code,
                Some(command) = self.commands.recv() => self.obey(command, &mut running).await,
            }
        };
        let outcome = match exit_code {
            _ if running.is_interrupted => None,
            Some(0) => Some(Ok(())),
            Some(code) => Some(Err(format!("it failed with exit code {code}"))),
            None => Some(Err("its shell was terminated".to_owned())),
        };
        (outcome, output)
    }

    fn start(
        &self,
        place: usize,
        output: mpsc::UnboundedSender<String>,
    ) -> Result<Arc<Shell>, WireError> {
        let step = &self.steps()[place];
        let told = Told::default();
        let wanted = Wanted {
            command: Some(step.command.clone()),
            directory: self.startup.root.workspace().clone(),
            size: Size::default(),
            kind: ShellType::Command,
            is_system: true,
            name: Some(step.name.clone()),
            owner: None,
            environment: Environment::default(),
            leaves_jobs: true,
            tap: Some(Box::new(move |piece| {
                if let Some(text) = told.text(piece) {
                    // After the step's end nobody listens any more.
                    let _ = output.send(text);
                }
            })),
        };
        self.startup.shells.create(wanted, &mut None)
    }

    /// Does what a client asks for while a step runs.
    async fn obey(&mut self, command: Command, running: &mut Running) {
        let Command { change, reply } = command;
        let outcome = match change {
            // It runs already.
            Change::Init => Ok(()),
            change => self.apply(change).await,
        };
        if outcome.is_ok() {
            let goes_back = matches!(change, Change::SetStep(_));
            if goes_back || self.steps()[running.place].is_skipped {
                running.is_interrupted = true;
                // A shell that is being removed ends anyway.
                let _ = running.shell.order(Order::Stop);
            }
            self.tell_progress().await;
        }
        // The client may be gone.
        let _ = reply.send(outcome.map(|()| self.progress()));
    }

    /// Changes which steps are to be run.
    async fn apply(&mut self, change: Change) -> Result<(), WireError> {
        let count = self.steps().len();
        let place = |wanted: u32| {
            let place = usize::try_from(wanted).ok().filter(|place| *place < count);
            place.ok_or_else(|| {
                let message =
                    format!("there is no step {wanted}: there are {count}, counted from 0");
                WireError::new(ErrorCode::INVALID_ID, message)
            })
        };
        let current = self.current();
        let steps = self.state.steps.get_or_insert_default();
        match change {
            Change::Init => {}
            Change::Skip(wanted) => steps[place(wanted)?].skip(),
            Change::SkipAll => steps.iter_mut().for_each(StepState::skip),
            Change::SetStep(wanted) => {
                let place = place(wanted)?;
                steps[..place].iter_mut().for_each(StepState::skip);
                steps[place..].iter_mut().for_each(StepState::reset);
                self.state.is_disabled = false;
            }
            Change::Disable => self.state.is_disabled = true,
            Change::Enable => {
                self.state.is_disabled = false;
                let failed = current.filter(|&place| steps[place].succeeded == Some(false));
                if let Some(failed) = failed {
                    steps[failed].reset();
                }
            }
        }
        self.keep().await;
        Ok(())
    }

    /// Remembers the state, and says so where that fails.
    async fn keep(&self) {
        let kept = self.state.clone();
        let saved = blocking(self.startup.root.clone(), move |root| save(root, &kept)).await;
        if let Err(message) = saved {
            let done = self.current().unwrap_or(self.steps().len());
            let progress = reached(done, self.steps().len());
            self.startup.tell(InitStatus {
                is_error: Some(true),
                ..status(message, progress, progress)
            });
        }
    }

    async fn tell_progress(&self) {
        self.startup.set_progress(self.progress()).await;
    }

    fn progress(&self) -> Progress {
        let steps = self.steps();
        let current = self.current();
        let state = match (self.next_place(), current) {
            (Some(_), _) => SetupState::InProgress,
            (None, None) => SetupState::Finished,
            (None, Some(_)) => SetupState::Stopped,
        };
        let index = current.unwrap_or(steps.len().saturating_sub(1));
        Progress {
            state,
            steps: steps.iter().map(wire_step).collect(),
            current_step_index: i64::try_from(index).unwrap_or(i64::MAX),
        }
    }

    fn steps(&self) -> &[StepState] {
        self.state.steps.as_deref().unwrap_or_default()
    }

    /// The first step that is not done with.
    fn current(&self) -> Option<usize> {
        self.steps().iter().position(|step| !step.is_done())
    }

    /// The step to be run. One that failed is not tried again by itself.
    fn next_place(&self) -> Option<usize> {
        let is_new = |place: &usize| self.steps()[*place].succeeded.is_none();
        self.current()
            .filter(is_new)
            .filter(|_| !self.state.is_disabled)
    }
}

/// Progress after that many steps, in percent.
fn reached(done: usize, count: usize) -> f64 {
    FILLED + (STEPS_DONE - FILLED) * done as f64 / count.max(1) as f64
}

fn wire_step(step: &StepState) -> Step {
    Step {
        name: step.name.clone(),
        command: step.command.clone(),
        shell_id: step.shell.clone(),
        finish_status: match step.succeeded {
            _ if step.is_skipped => Some(StepOutcome::Skipped),
            Some(true) => Some(StepOutcome::Succeeded),
            Some(false) => Some(StepOutcome::Failed),
            None => None,
        },
    }
}
