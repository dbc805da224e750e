//! One command at a time, with its output.

use std::rc::Rc;

use futures_util::future::{AbortHandle, FutureExt, abortable};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox_client::{Command, CommandOptions, Error, ShellEvent};

use super::use_sandbox;
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

/// The command that runs, and what follows it.
#[derive(Default)]
struct Running {
    command: Option<Command>,
    follower: Option<AbortHandle>,
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
            let (follower, abort) = abortable({
                let (sandbox, running, shown) = (sandbox.clone(), running.clone(), shown.clone());
                async move {
                    let tell = |now| shown.dispatch(Change::Show(now));
                    follow(&sandbox, &line, options, &tell, |command| {
                        running.borrow_mut().command = Some(command);
                    })
                    .await;
                }
            });
            running.borrow_mut().follower = Some(abort);
            spawn_local(async move {
                // An abort is a stop, and no one is left to tell.
                let _ = follower.await;
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

impl Running {
    /// Ends what runs, and says whether anything did.
    fn end(self) -> bool {
        if let Some(follower) = &self.follower {
            follower.abort();
        }
        if let Some(command) = &self.command {
            drop(command.kill());
        }
        self.follower.is_some()
    }
}

async fn follow(
    sandbox: &Sandbox,
    line: &str,
    options: CommandOptions,
    tell: &dyn Fn(Shown),
    started: impl FnOnce(Command),
) {
    let mut text = String::new();
    let show = |text: &str, exit_code: Option<i32>, error: Option<Error>| {
        tell(Shown {
            output: text.into(),
            running: exit_code.is_none() && error.is_none(),
            exit_code,
            error: error.map(Rc::new),
        });
    };
    show("", None, None);
    let commands = sandbox.client().commands();
    let command = match commands.run_background_with(line, options).await {
        Ok(command) => command,
        Err(error) => return show("", None, Some(error)),
    };
    started(command.clone());
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
                    return show(&text, Some(code), None);
                }
            }
            next = output.next().now_or_never().flatten();
        }
        show(&text, None, None);
        next_frame().await;
    }
    show(&text, None, output.error());
}

/// Appends, and drops the oldest of what is too much.
fn push(text: &mut String, piece: &str) {
    text.push_str(piece);
    if text.len() > MOST_TEXT {
        let from = text.ceil_char_boundary(text.len() - MOST_TEXT);
        text.drain(..from);
    }
}
