//! One command at a time, with its output.

use std::rc::Rc;

use futures_util::future::{AbortHandle, Abortable, FutureExt};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox_client::{Command, CommandOptions, Error, ShellEvent};

use super::{see_through, use_sandbox};
use crate::context::Sandbox;
use crate::platform::next_frame;

/// Most bytes of output that a component is given; of more, the newest.
const MOST_TEXT: usize = 64 * 1024;

/// What [`use_command`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct UseCommandHandle {
    /// The output of the newest command, as it comes: at most the last 64 KiB.
    pub output: Rc<str>,
    /// Whether it runs.
    pub running: bool,
    /// How it ended: 0 for success.
    pub exit_code: Option<i32>,
    /// Why it could not be started or followed.
    pub error: Option<Rc<Error>>,
    run: Callback<(String, CommandOptions)>,
    stop: Callback<()>,
}

impl UseCommandHandle {
    /// Runs a command. One that runs already is stopped.
    pub fn run(&self, command: impl Into<String>) {
        self.run_with(command, CommandOptions::default());
    }

    /// Runs a command in a directory and an environment of your choice. One that runs already is stopped.
    pub fn run_with(&self, command: impl Into<String>, options: CommandOptions) {
        self.run.emit((command.into(), options));
    }

    /// Stops the command that runs.
    pub fn stop(&self) {
        self.stop.emit(());
    }
}

#[derive(Clone, Default, PartialEq)]
struct Shown {
    output: Rc<str>,
    running: bool,
    exit_code: Option<i32>,
    error: Option<Rc<Error>>,
}

enum Change {
    Show(Shown),
    Stopped,
}

impl Reducible for Shown {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        match change {
            Change::Show(shown) => Rc::new(shown),
            Change::Stopped => Rc::new(Self {
                running: false,
                ..Self::clone(&self)
            }),
        }
    }
}

/// The command that runs, and whether it is still wanted.
#[derive(Default)]
struct Running {
    command: Option<Command>,
    wanted: Option<AbortHandle>,
}

/// Runs commands in the sandbox, one at a time, and gives their output as it comes.
///
/// The component renders again for new output, at most once in a frame, and for the end. What runs when the component
/// is unmounted is stopped.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_command() -> UseCommandHandle {
    let sandbox = use_sandbox();
    let shown = use_reducer_eq(Shown::default);
    let running = use_mut_ref(Running::default);

    let stop = Callback::from({
        let running = running.clone();
        let shown = shown.dispatcher();
        move |()| {
            if running.take().end() {
                shown.dispatch(Change::Stopped);
            }
        }
    });
    let run = Callback::from({
        let running = running.clone();
        let shown = shown.dispatcher();
        move |(line, options): (String, CommandOptions)| {
            running.take().end();
            let (wanted, registration) = AbortHandle::new_pair();
            running.borrow_mut().wanted = Some(wanted.clone());
            let (sandbox, running, shown) = (sandbox.clone(), running.clone(), shown.clone());
            spawn_local(async move {
                let tell = |text: &str, exit_code, error| {
                    shown.dispatch(Change::Show(Shown::new(text, exit_code, error)));
                };
                tell("", None, None);
                match start(&sandbox, &line, options, &wanted).await {
                    Ok(Some(command)) => {
                        running.borrow_mut().command = Some(command.clone());
                        // An abort is a stop, and no one is left to tell.
                        let _ = Abortable::new(follow(&command, &tell), registration).await;
                    }
                    Err(error) if !wanted.is_aborted() => tell("", None, Some(error)),
                    Ok(None) | Err(_) => {}
                }
            });
        }
    });
    use_effect_with((), move |()| {
        move || {
            running.take().end();
        }
    });

    UseCommandHandle {
        output: shown.output.clone(),
        running: shown.running,
        exit_code: shown.exit_code,
        error: shown.error.clone(),
        run,
        stop,
    }
}

impl Shown {
    fn new(output: &str, exit_code: Option<i32>, error: Option<Error>) -> Self {
        Self {
            output: output.into(),
            running: exit_code.is_none() && error.is_none(),
            exit_code,
            error: error.map(Rc::new),
        }
    }
}

impl Running {
    /// Ends what runs, and says whether anything did.
    fn end(self) -> bool {
        if let Some(wanted) = &self.wanted {
            wanted.abort();
        }
        if let Some(command) = &self.command {
            see_through(command.kill());
        }
        self.wanted.is_some()
    }
}

/// Starts a command. `None` where it is not wanted any more; then it does not run.
async fn start(
    sandbox: &Sandbox,
    line: &str,
    options: CommandOptions,
    wanted: &AbortHandle,
) -> Result<Option<Command>, Error> {
    // What waits for a link was not asked for, and needs no end.
    sandbox.client().connect().await?;
    if wanted.is_aborted() {
        return Ok(None);
    }
    // Not to be dropped: the command may run, and only the answer says which one to end.
    let command = sandbox
        .commands()
        .run_background_with(line, options)
        .await?;
    if wanted.is_aborted() {
        see_through(command.kill());
        return Ok(None);
    }
    Ok(Some(command))
}

async fn follow(command: &Command, tell: impl Fn(&str, Option<i32>, Option<Error>)) {
    let mut text = String::new();
    let mut output = command.output();
    while let Some(event) = output.next().await {
        let mut next = Some(event);
        // One render shows all that has gathered.
        while let Some(event) = next {
            match event {
                ShellEvent::Output(piece) => push(&mut text, piece.as_str()),
                ShellEvent::Gap | ShellEvent::Restarted => text.clear(),
                ShellEvent::Exited(code) => {
                    command.discard();
                    return tell(&text, Some(code), None);
                }
            }
            next = output.next().now_or_never().flatten();
        }
        tell(&text, None, None);
        next_frame().await;
    }
    tell(&text, None, output.error());
}

/// Appends, and drops the oldest of what is too much.
fn push(text: &mut String, piece: &str) {
    text.push_str(piece);
    if text.len() > MOST_TEXT {
        let from = text.ceil_char_boundary(text.len() - MOST_TEXT);
        // At the end of a line, if there is one: what is cut in two may be an escape sequence.
        let line = text[from..].find('\n').map(|end| from + end + 1);
        let from = line.filter(|line| *line < text.len()).unwrap_or(from);
        text.drain(..from);
    }
}
