//! What happens before a sandbox is ready: the folder, the template, the steps.

mod command;
mod log;
mod prepare;
mod state;
mod steps;
mod template;
mod told;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot, watch};
use yew_sandbox_protocol::setup::{Progress, SetupState};
use yew_sandbox_protocol::system::InitStatus;
use yew_sandbox_protocol::{ErrorCode, WireError};

use crate::files::Root;
use crate::members::Members;
use crate::outgoing::Outgoing;
use crate::shells::Shells;
pub(crate) use command::Change;
use command::Command;
use log::Log;
pub(crate) use state::unmark;
use steps::Steps;

/// The start-up of one sandbox and how far it is.
#[derive(Debug)]
pub(crate) struct Startup {
    root: Arc<Root>,
    template: Option<PathBuf>,
    outgoing: Outgoing,
    members: Arc<Members>,
    shells: Shells,
    inner: Mutex<Inner>,
    stage: watch::Sender<Stage>,
    is_finished: watch::Sender<bool>,
    /// Counts the events of the log.
    events: watch::Sender<u64>,
    commands: mpsc::UnboundedSender<Command>,
    /// Taken by the one run.
    received: Mutex<Option<mpsc::UnboundedReceiver<Command>>>,
}

/// How far the start-up is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// The folder is being made and filled.
    Preparing,
    /// It is known which steps there are.
    Known,
    /// There is nothing more to do.
    Done,
}

#[derive(Debug)]
struct Inner {
    log: Log,
    progress: Progress,
    /// Whether a client has seen the start-up to its end.
    is_told: bool,
}

impl Startup {
    pub(crate) fn new(
        root: Arc<Root>,
        template: Option<PathBuf>,
        outgoing: Outgoing,
        members: Arc<Members>,
        shells: Shells,
    ) -> Self {
        let (commands, received) = mpsc::unbounded_channel();
        Self {
            shells,
            commands,
            received: Mutex::new(Some(received)),
            root,
            template,
            outgoing,
            members,
            inner: Mutex::new(Inner {
                log: Log::default(),
                progress: Progress {
                    state: SetupState::Idle,
                    steps: Vec::new(),
                    current_step_index: 0,
                },
                is_told: false,
            }),
            stage: watch::Sender::new(Stage::Preparing),
            is_finished: watch::Sender::new(false),
            events: watch::Sender::new(0),
        }
    }

    /// Does all that is to be done before the sandbox is ready, and then what clients ask for.
    pub(crate) async fn run(&self) {
        let received = self.received.lock();
        let received = received.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(commands) = received {
            let plan = prepare::prepare(self).await;
            Steps::new(self, commands).serve(plan).await;
        }
    }

    /// Changes the set-up, and gives what it is then.
    ///
    /// # Errors
    /// Where a step is meant that is not there.
    pub(crate) async fn change(&self, change: Change) -> Result<Progress, WireError> {
        let (reply, outcome) = oneshot::channel();
        // The agent ends where nobody takes it.
        let _ = self.commands.send(Command { change, reply });
        outcome.await.unwrap_or_else(|_| {
            let message = "the sandbox falls asleep; come back when it is awake";
            Err(WireError::new(ErrorCode::CRITICAL, message))
        })
    }

    /// Waits until the workspace is made and filled. Steps may still run in it.
    pub(crate) async fn filled(&self) {
        self.wait_for(Stage::Known).await;
    }

    /// The steps, as soon as it is known which there are.
    pub(crate) async fn progress(&self) -> Progress {
        self.wait_for(Stage::Known).await;
        let mut progress = self.lock().progress.clone();
        for step in &mut progress.steps {
            // A shell that was removed cannot be opened.
            step.shell_id = step
                .shell_id
                .take()
                .filter(|id| self.shells.get(id).is_some());
        }
        progress
    }

    /// Waits until all steps have succeeded or were passed over.
    pub(crate) async fn finished(&self) {
        // The sender lives as long as `self`.
        let _ = self.is_finished.subscribe().wait_for(|is| *is).await;
    }

    /// Waits for the end of the start-up.
    pub(crate) async fn done(&self) {
        self.wait_for(Stage::Done).await;
    }

    /// Tells a client of the start-up, now and later.
    ///
    /// The first one to come hears it from the beginning even where it is over by then; those after it hear how it
    /// ended.
    pub(crate) async fn follow(&self, client: u32) {
        let mut events = self.events.subscribe();
        let mut next = {
            let inner = self.lock();
            if inner.is_told { inner.log.last() } else { 0 }
        };
        loop {
            events.borrow_and_update();
            while let Some((status, following)) = self.event(next) {
                self.outgoing.notify(client, &status).await;
                next = following;
            }
            if *self.stage.borrow() == Stage::Done {
                self.lock().is_told = true;
            }
            if events.changed().await.is_err() {
                return;
            }
        }
    }

    /// Tells the last event.
    fn finish(&self, message: String, is_error: bool) {
        // The stage first: who sees the last event may rely on the end.
        self.reach(Stage::Done);
        self.tell(InitStatus {
            message,
            is_error: is_error.then_some(true),
            progress: 100.0,
            next_progress: 100.0,
            stdout: None,
        });
    }

    /// Goes on to a stage; never back.
    fn reach(&self, stage: Stage) {
        self.stage.send_if_modified(|own| {
            let is_new = *own < stage;
            *own = stage.max(*own);
            is_new
        });
    }

    fn tell(&self, status: InitStatus) {
        let count = {
            let mut inner = self.lock();
            inner.log.push(status);
            inner.log.end()
        };
        self.events.send_replace(count);
    }

    /// Sets the state of the steps, and tells everyone who wants to know.
    async fn set_progress(&self, progress: Progress) {
        self.lock().progress = progress.clone();
        self.is_finished
            .send_replace(progress.state == SetupState::Finished);
        for client in self.members.who_want_setup() {
            self.outgoing.notify(client, &progress).await;
        }
    }

    fn event(&self, place: u64) -> Option<(InitStatus, u64)> {
        self.lock().log.get(place)
    }

    async fn wait_for(&self, stage: Stage) {
        // The sender lives as long as `self`.
        let _ = self.stage.subscribe().wait_for(|own| *own >= stage).await;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A status event without output.
fn status(message: impl Into<String>, progress: f64, next_progress: f64) -> InitStatus {
    InitStatus {
        message: message.into(),
        is_error: None,
        progress,
        next_progress,
        stdout: None,
    }
}
