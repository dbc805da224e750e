//! The steps of the set-up, one after the other.

use std::io;
use std::process::{ExitStatus, Stdio};

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;
use yew_sandbox_protocol::setup::{SetupState, Step, StepOutcome};
use yew_sandbox_protocol::system::InitStatus;

use super::output::Output;
use super::prepare::{FILLED, blocking, save};
use super::state::{State, StepState};
use super::{Stage, Startup, status};

/// Progress once all steps are done, in percent.
const STEPS_DONE: f64 = 95.0;
/// How much output is read at a time.
const CHUNK: usize = 16 * 1024;
/// So many reads empty a pipe.
const PIPE_READS: usize = 8;

/// Runs the steps that have not been run, until one fails.
pub(super) async fn run(startup: &Startup, mut state: State) {
    let count = state.steps.as_ref().map_or(0, Vec::len);
    let ended =
        |steps: &[StepState]| match steps.iter().position(|step| step.succeeded != Some(true)) {
            None => (SetupState::Finished, steps.len().saturating_sub(1)),
            Some(place) => (SetupState::Stopped, place),
        };
    let mut place = 0;
    while let Some(step) = state
        .steps
        .as_deref()
        .unwrap_or_default()
        .get(place)
        .cloned()
    {
        match step.succeeded {
            Some(true) => {}
            // A step that failed is not tried again by itself.
            Some(false) => break,
            None => {
                let shown = wire_steps(&state);
                startup
                    .set_progress(SetupState::InProgress, shown, place)
                    .await;
                startup.stage.send_if_modified(|stage| {
                    let is_new = *stage < Stage::Known;
                    *stage = Stage::Known.max(*stage);
                    is_new
                });
                let succeeded = run_one(startup, &step, place, count).await;
                if let Some(step) = state.steps.as_mut().and_then(|steps| steps.get_mut(place)) {
                    step.succeeded = Some(succeeded);
                }
                let kept = state.clone();
                let saved = blocking(startup.root.clone(), move |root| save(root, &kept)).await;
                if let Err(message) = saved {
                    startup.tell(InitStatus {
                        is_error: Some(true),
                        ..status(
                            message,
                            reached(place + 1, count),
                            reached(place + 1, count),
                        )
                    });
                }
                if !succeeded {
                    break;
                }
            }
        }
        place += 1;
    }
    let steps = state.steps.as_deref().unwrap_or_default();
    let (setup, current) = ended(steps);
    startup
        .set_progress(setup, wire_steps(&state), current)
        .await;
    startup.stage.send_if_modified(|stage| {
        *stage = Stage::Known.max(*stage);
        true
    });
    match steps.get(current).filter(|_| setup == SetupState::Stopped) {
        None => startup.finish("The sandbox is ready.".to_owned(), false),
        Some(step) => startup.finish(
            format!(
                "The set-up stopped at step {} of {count}, {:?}. Correct the command or what it needs, and run the \
                 set-up again. The files work as they are.",
                current + 1,
                step.task.name
            ),
            true,
        ),
    }
}

/// Runs one step, tells its output, and says whether it succeeded.
async fn run_one(startup: &Startup, step: &StepState, place: usize, count: usize) -> bool {
    let (before, after) = (reached(place, count), reached(place + 1, count));
    let title = format!("Step {} of {count}: {}", place + 1, step.task.name);
    startup.tell(status(title.clone(), before, after));
    let told = |stdout| {
        startup.tell(InitStatus {
            stdout: Some(stdout),
            ..status(title.clone(), before, after)
        });
    };
    let directory = startup.root.visible(startup.root.workspace());
    let failure = match execute(&step.task.command, &directory, told).await {
        Ok(status) if status.success() => None,
        Ok(status) => Some(format!("{title}: it failed with {status}.")),
        Err(error) => Some(format!("{title}: bash cannot be started: {error}.")),
    };
    let succeeded = failure.is_none();
    startup.tell(InitStatus {
        is_error: failure.is_some().then_some(true),
        ..status(failure.unwrap_or(format!("{title}: done.")), after, after)
    });
    succeeded
}

/// Runs a command to its end. Its group dies with the future.
async fn execute(command: &str, directory: &str, told: impl Fn(String)) -> io::Result<ExitStatus> {
    // One pipe for both, so that the output stays in order.
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
    let mut child = Command::new("bash")
        .args(["-c", command])
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let group = child.id().map(Group::new);
    let reader = Receiver::from_owned_fd(reader)?;
    let mut output = Output::default();
    let mut buffer = vec![0; CHUNK];
    let mut is_open = true;
    let status = loop {
        tokio::select! {
            ready = reader.readable(), if is_open => {
                ready?;
                match read(&reader, &mut buffer, &mut output, &told) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    outcome => is_open = outcome?,
                }
            }
            status = child.wait() => break status?,
        }
    };
    // What it wrote last is in the pipe. Processes that it left behind may hold the pipe open and write on: nobody
    // waits for those.
    for _ in 0..PIPE_READS {
        match read(&reader, &mut buffer, &mut output, &told) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    if let Some(group) = group {
        group.let_live();
    }
    Ok(status)
}

/// Reads one piece, and says whether there may be more.
fn read(
    reader: &Receiver,
    buffer: &mut [u8],
    output: &mut Output,
    told: impl Fn(String),
) -> io::Result<bool> {
    let length = reader.try_read(buffer)?;
    if let Some(text) = output.text(&buffer[..length]) {
        told(text);
    }
    Ok(length > 0)
}

/// The processes of a step, which are killed with it.
struct Group(Option<Pid>);

impl Group {
    fn new(leader: u32) -> Self {
        Self(i32::try_from(leader).ok().and_then(Pid::from_raw))
    }

    /// The step is over; what it started in the background may go on.
    fn let_live(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // It may be gone already.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// Progress after that many steps, in percent.
fn reached(done: usize, count: usize) -> f64 {
    FILLED + (STEPS_DONE - FILLED) * done as f64 / count.max(1) as f64
}

fn wire_steps(state: &State) -> Vec<Step> {
    let steps = state.steps.as_deref().unwrap_or_default().iter();
    steps
        .map(|step| Step {
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
        })
        .collect()
}
