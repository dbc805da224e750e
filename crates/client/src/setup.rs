//! The steps that prepare a sandbox.

use std::future::Future;

use bytes::Bytes;
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::setup::{
    Disable, Enable, Get, Init, Progress, SetStep, SetupState, Skip, SkipAll, StepOutcome,
};
use yew_sandbox_protocol::shell::Size;
use yew_sandbox_protocol::{Notification, decode};

use crate::client::Client;
use crate::core::Outbox;
use crate::error::{Error, ErrorKind};
use crate::live::{Applied, Live, Topic};
use crate::send::MaybeSend;
use crate::shell::{SCROLLBACK, ShellHandle, Terminal};

/// The steps that prepare a sandbox, from `setupTasks` of `.codesandbox/tasks.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    client: Client,
}

impl Setup {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The steps and how far they are.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn progress(&self) -> impl Future<Output = Result<Progress, Error>> + MaybeSend + use<> {
        self.client.request(&Get)
    }

    /// The steps and how far they are, kept up to date.
    pub fn live(&self) -> Live<Progress> {
        Live::new(&self.client, SetupTopic)
    }

    /// Runs the steps from the start. While they run, they are left alone.
    ///
    /// # Errors
    /// `ReadOnly`, `Interrupted` where the link broke and they may run.
    pub fn run(&self) -> impl Future<Output = Result<Progress, Error>> + MaybeSend + use<> {
        self.client.request(&Init)
    }

    /// Waits until all steps are done, over broken links too.
    ///
    /// # Errors
    /// `CommandFailed` with the name of the step that failed; `Ended` where somebody stopped the set-up.
    pub fn wait(&self) -> impl Future<Output = Result<Progress, Error>> + MaybeSend + use<> {
        let live = self.live();
        async move { live.wait_for(finished).await? }
    }

    /// Passes over one step, counted from 0.
    ///
    /// # Errors
    /// `ReadOnly`, and whatever the sandbox has against it.
    pub fn skip(
        &self,
        step: u32,
    ) -> impl Future<Output = Result<Progress, Error>> + MaybeSend + use<> {
        self.client.request(&Skip { step_index: step })
    }

    /// Passes over all steps that are left.
    ///
    /// # Errors
    /// As [`skip`](Self::skip).
    pub fn skip_all(&self) -> impl Future<Output = Result<Progress, Error>> + MaybeSend + use<> {
        self.client.request(&SkipAll)
    }

    /// Goes on from one step, counted from 0.
    ///
    /// # Errors
    /// As [`skip`](Self::skip).
    pub fn run_from(
        &self,
        step: u32,
    ) -> impl Future<Output = Result<Progress, Error>> + MaybeSend + use<> {
        self.client.request(&SetStep { step_index: step })
    }

    /// Stops after the step that runs.
    ///
    /// # Errors
    /// As [`skip`](Self::skip).
    pub fn stop(&self) -> impl Future<Output = Result<Progress, Error>> + MaybeSend + use<> {
        self.client.request(&Disable)
    }

    /// Goes on where it was stopped.
    ///
    /// # Errors
    /// As [`skip`](Self::skip).
    pub fn resume(&self) -> impl Future<Output = Result<Progress, Error>> + MaybeSend + use<> {
        self.client.request(&Enable)
    }

    /// The terminal of a step, counted from 0, as soon as the step has one. It may run still.
    ///
    /// # Errors
    /// `NotFound` where there is no such step, `Ended` where it will not run.
    pub fn open(
        &self,
        step: usize,
    ) -> impl Future<Output = Result<Terminal, Error>> + MaybeSend + use<> {
        let live = self.live();
        let client = self.client.clone();
        async move {
            let shell = live.wait_for(|progress| shell_of(progress, step)).await??;
            let opened = ShellHandle::open(&client, &shell, Size::default(), SCROLLBACK);
            Ok(Terminal::new(opened.await?))
        }
    }
}

/// Whether the set-up is over, and how.
fn finished(progress: &Progress) -> Option<Result<Progress, Error>> {
    match progress.state {
        SetupState::Finished => Some(Ok(progress.clone())),
        SetupState::Stopped => {
            let failed = |step: &&_| failed(step);
            Some(Err(match progress.steps.iter().find(failed) {
                Some(step) => {
                    let message = "a step of the set-up failed";
                    Error::new(ErrorKind::CommandFailed, message).about(&step.name)
                }
                None => Error::new(ErrorKind::Ended, "the set-up was stopped"),
            }))
        }
        SetupState::Idle if progress.steps.is_empty() => Some(Ok(progress.clone())),
        SetupState::Idle | SetupState::InProgress => None,
    }
}

fn failed(step: &yew_sandbox_protocol::setup::Step) -> bool {
    step.finish_status == Some(StepOutcome::Failed)
}

fn shell_of(progress: &Progress, place: usize) -> Option<Result<String, Error>> {
    let Some(step) = progress.steps.get(place) else {
        let message = "the set-up has no such step";
        return Some(Err(Error::new(ErrorKind::NotFound, message)));
    };
    match (&step.shell_id, step.finish_status) {
        (Some(shell), _) => Some(Ok(shell.clone())),
        (None, Some(_)) => {
            let message = "the step has no terminal any more";
            Some(Err(Error::new(ErrorKind::Ended, message).about(&step.name)))
        }
        (None, None) if matches!(progress.state, SetupState::Finished | SetupState::Stopped) => {
            let message = "the step has not run";
            Some(Err(Error::new(ErrorKind::Ended, message).about(&step.name)))
        }
        (None, None) => None,
    }
}

struct SetupTopic;

impl Topic for SetupTopic {
    type Value = Progress;

    fn methods(&self) -> &'static [&'static str] {
        &[Progress::METHOD]
    }

    fn ask(&self, out: &mut Outbox) {
        out.ask(&Get);
    }

    fn read(&self, answer: &Bytes) -> Result<Progress, DecodeError> {
        decode(answer)
    }

    fn apply(&self, _progress: &Progress, _method: &str, params: &Bytes) -> Applied<Progress> {
        match decode(params) {
            Ok(progress) => Applied::New(progress),
            Err(_) => Applied::Ask,
        }
    }
}
