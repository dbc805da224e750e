//! What happens before a sandbox is ready: the folder, the template, the steps.

mod log;
mod output;
mod prepare;
mod process;
mod state;
mod steps;
mod tasks;
mod template;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedMutexGuard, watch};
use yew_sandbox_protocol::setup::{Progress, SetupState, Step};
use yew_sandbox_protocol::system::InitStatus;

use crate::files::Root;
use crate::members::Members;
use crate::outgoing::Outgoing;
use log::Log;
use prepare::Plan;
use process::Group;
pub(crate) use state::unmark;

/// The start-up of one sandbox and how far it is.
#[derive(Debug)]
pub(crate) struct Startup {
    root: Arc<Root>,
    template: Option<PathBuf>,
    outgoing: Outgoing,
    members: Arc<Members>,
    inner: Mutex<Inner>,
    stage: watch::Sender<Stage>,
    /// Counts the events of the log.
    events: watch::Sender<u64>,
    /// Held by the one run of the steps.
    running: Arc<tokio::sync::Mutex<()>>,
}

/// Steps that are about to run again.
#[derive(Debug)]
pub(crate) struct Again {
    plan: Plan,
    _running: OwnedMutexGuard<()>,
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
    /// What ended steps left running.
    left_behind: Vec<Group>,
}

impl Startup {
    pub(crate) fn new(
        root: Arc<Root>,
        template: Option<PathBuf>,
        outgoing: Outgoing,
        members: Arc<Members>,
    ) -> Self {
        Self {
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
                left_behind: Vec::new(),
            }),
            stage: watch::Sender::new(Stage::Preparing),
            events: watch::Sender::new(0),
            running: Arc::default(),
        }
    }

    /// Does all that is to be done before the sandbox is ready.
    pub(crate) async fn run(&self) {
        let _running = self.running.lock().await;
        let plan = prepare::prepare(self).await;
        self.carry_out(plan).await;
    }

    /// Gets ready to run the steps from the start, as the tasks file has them now; `None` while steps run.
    pub(crate) async fn prepare_again(&self) -> Option<Again> {
        let running = self.running.clone().try_lock_owned().ok()?;
        let plan = prepare::read_again(self).await;
        if let Plan::Steps(state) = &plan {
            steps::announce(self, state).await;
        }
        Some(Again {
            plan,
            _running: running,
        })
    }

    /// Runs the steps.
    pub(crate) async fn run_again(&self, again: Again) {
        self.carry_out(again.plan).await;
    }

    /// Ends the processes that steps left in the background.
    pub(crate) fn end_processes(&self) {
        self.lock().left_behind.clear();
    }

    /// Waits until the workspace is made and filled. Steps may still run in it.
    pub(crate) async fn filled(&self) {
        self.wait_for(Stage::Known).await;
    }

    /// The steps, as soon as it is known which there are.
    pub(crate) async fn progress(&self) -> Progress {
        self.wait_for(Stage::Known).await;
        self.lock().progress.clone()
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

    async fn carry_out(&self, plan: Plan) {
        match plan {
            Plan::Steps(state) => steps::run(self, state).await,
            Plan::Broken(message) => {
                self.set_progress(SetupState::Finished, Vec::new(), 0).await;
                self.finish(message, true);
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
    async fn set_progress(&self, state: SetupState, steps: Vec<Step>, current: usize) {
        let progress = Progress {
            state,
            steps,
            current_step_index: i64::try_from(current).unwrap_or(i64::MAX),
        };
        self.lock().progress = progress.clone();
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
