//! From an empty root to a filled workspace and a list of steps.

use std::path::Path;
use std::sync::Arc;

use yew_sandbox_protocol::system::InitStatus;
use yew_sandbox_protocol::task::TaskDefinition;

use super::state::{self, State, StepState, TemplateState};
use super::{Startup, status, template};
use crate::files::{Fault, Outcome, Root, SandboxPath, sweep};
use crate::tasks;

/// What is left to do.
#[derive(Debug)]
pub(super) enum Plan {
    /// These steps, of which some may be done.
    Steps(State),
    /// Nothing, because something is wrong: a sentence for people.
    Broken(String),
}

/// Progress once the folder is there, in percent.
const FOLDER_MADE: f64 = 10.0;
/// Progress once the workspace is filled, in percent.
pub(super) const FILLED: f64 = 30.0;

/// Makes and fills the workspace where that has not been done, and finds out about the steps.
pub(super) async fn prepare(startup: &Startup) -> Plan {
    let root = startup.root.clone();
    let (mut state, is_new) = match blocking(root.clone(), make_workspace).await {
        Ok(made) => made,
        Err(message) => return Plan::Broken(message),
    };
    startup.tell(status(
        if is_new {
            "The workspace folder is made."
        } else {
            "The workspace folder is there."
        },
        FOLDER_MADE,
        FILLED,
    ));
    if state.template != Some(TemplateState::Done) {
        let folder = startup.template.clone();
        let filled = blocking(root.clone(), move |root| {
            fill(root, &mut state, folder.as_deref()).map(|told| (state, told))
        });
        match filled.await {
            Ok((filled, told)) => {
                state = filled;
                if let Some(told) = told {
                    startup.tell(told);
                }
            }
            Err(message) => return Plan::Broken(message),
        }
    }
    find_steps(startup, state).await
}

/// Reads the steps again, all of them still to be done.
pub(super) async fn read_again(startup: &Startup) -> Plan {
    let state = State {
        template: Some(TemplateState::Done),
        ..State::default()
    };
    find_steps(startup, state).await
}

async fn find_steps(startup: &Startup, mut state: State) -> Plan {
    if state.steps.is_some() {
        return Plan::Steps(state);
    }
    let read = blocking(startup.root.clone(), move |root| {
        let steps = tasks::read(root).and_then(|config| config.steps);
        let steps = steps.map_err(|reason| {
            let place = tasks::place(root);
            format!(
                "The set-up did not run, as {place} is broken: {reason}. Correct it and run the set-up again. The \
                 files work as they are."
            )
        })?;
        let step = |step: TaskDefinition| StepState {
            name: step.name,
            command: step.command,
            ..StepState::default()
        };
        state.steps = Some(steps.into_iter().map(step).collect());
        save(root, &state)?;
        Ok(state)
    });
    match read.await {
        Ok(state) => Plan::Steps(state),
        Err(message) => Plan::Broken(message),
    }
}

fn make_workspace(root: &Root) -> Result<(State, bool), String> {
    let failed = |fault: Fault| {
        format!(
            "The workspace folder {} cannot be made: {}. Make the sandbox's folder writable and start it again.",
            root.visible(root.workspace()),
            fault.reason()
        )
    };
    clean_up(root).map_err(failed)?;
    let is_new = root.status(root.workspace()).is_err();
    root.make_directory(root.workspace(), true)
        .map_err(failed)?;
    let remembered = State::load(root).map_err(failed)?;
    Ok((remembered.unwrap_or_default(), is_new))
}

/// Removes what a predecessor left behind that had no time to.
fn clean_up(root: &Root) -> Outcome<()> {
    if state::mark(root)? {
        sweep(root, &SandboxPath::top())?;
    }
    Ok(())
}

/// Copies the template into a workspace that is empty, or was being filled when its agent ended.
fn fill(
    root: &Root,
    state: &mut State,
    template: Option<&Path>,
) -> Result<Option<InitStatus>, String> {
    let failed = |fault: Fault| {
        format!(
            "The template cannot be copied: {}. The files that were copied work as they are.",
            fault.reason()
        )
    };
    let entries = root.list(root.workspace()).map_err(failed)?;
    let mut told = None;
    if entries.is_empty() || state.template == Some(TemplateState::Copying) {
        state.template = Some(TemplateState::Copying);
        save(root, state)?;
        let count = template::copy(root, template).map_err(failed)?;
        let files = if count == 1 { "file" } else { "files" };
        told = Some(status(
            format!("The template is copied: {count} {files}."),
            FILLED,
            FILLED,
        ));
    }
    state.template = Some(TemplateState::Done);
    save(root, state)?;
    Ok(told)
}

/// Remembers the state.
pub(super) fn save(root: &Root, state: &State) -> Result<(), String> {
    state.save(root).map_err(|fault| {
        format!(
            "The progress of the set-up cannot be kept in /.sandbox/state.json: {}. Make room or make the folder \
             writable, and run the set-up again.",
            fault.reason()
        )
    })
}

/// Works on files away from the runtime's thread.
pub(super) async fn blocking<T: Send + 'static>(
    root: Arc<Root>,
    work: impl FnOnce(&Root) -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(move || work(&root))
        .await
        .unwrap_or_else(|error| Err(format!("The start-up failed: {error}.")))
}
