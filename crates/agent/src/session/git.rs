//! `git/*`.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use yew_sandbox_protocol::git::{
    CommitFinished, CommitStarted, MakeCommit, Pull, PullFinished, PullStarted, RenameBranch,
};
use yew_sandbox_protocol::{
    ClientFrame, Notification, Request, WireError, encode_error, encode_notification,
};

use super::{Effect, Session};
use crate::git::changes;
use crate::sandbox::Sandbox;

impl Session {
    /// Runs git beside the client's other requests, after its earlier changes to files.
    pub(super) async fn git(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let Some(is_change) = changes(&frame.method) else {
            return self.unknown(&frame).await;
        };
        if is_change && !(self.may_change(&frame).await && self.has_room(&frame).await) {
            return;
        }
        let turn = self.turn(Effect::Look).await;
        let (sandbox, number) = (self.sandbox.clone(), self.number);
        let visitor = self.visitor.clone();
        tokio::spawn(async move {
            drop(turn.await);
            let repository = &sandbox.repository;
            let change = if is_change {
                // The agent's end waits for it, as for other changes.
                let Ok(job) = sandbox.jobs.clone().acquire_owned().await else {
                    return;
                };
                match repository.begin() {
                    Ok(change) => Some((change, job)),
                    Err(error) => {
                        let answer = encode_error(frame.id, &frame.method, &error);
                        return sandbox.outgoing.frame(number, answer).await;
                    }
                }
            } else {
                None
            };
            let outcome = if is_change {
                tell_start(&sandbox, &frame).await;
                repository.change(&sandbox.root, &visitor, &frame).await
            } else {
                repository.look(&sandbox.root, &visitor, &frame).await
            };
            // The next one may begin once the client hears of the end.
            drop(change);
            let error = outcome.as_ref().err().cloned();
            let answer = match outcome {
                Ok(answer) => answer,
                Err(error) => encode_error(frame.id, &frame.method, &error),
            };
            sandbox.outgoing.frame(number, answer).await;
            if is_change {
                tell_end(&sandbox, &frame, error.as_ref()).await;
            }
            drop(permit);
        });
    }
}

async fn tell_start(sandbox: &Arc<Sandbox>, frame: &ClientFrame) {
    match frame.method.as_str() {
        Pull::METHOD => tell(sandbox, &PullStarted).await,
        MakeCommit::METHOD => {
            if let Ok(MakeCommit { paths, message, .. }) = frame.params() {
                let started = CommitStarted {
                    shell_id: String::new(),
                    message,
                    paths,
                };
                tell(sandbox, &started).await;
            }
        }
        _ => {}
    }
}

async fn tell_end(sandbox: &Arc<Sandbox>, frame: &ClientFrame, error: Option<&WireError>) {
    match frame.method.as_str() {
        Pull::METHOD => {
            let exit_code = error.map(|_| 1);
            tell(sandbox, &PullFinished { exit_code }).await;
        }
        MakeCommit::METHOD => {
            let exit_code = error.is_some().into();
            tell(sandbox, &CommitFinished { exit_code }).await;
        }
        <RenameBranch as Request>::METHOD if error.is_none() => {
            if let Ok(renamed) = frame.params::<RenameBranch>() {
                tell(sandbox, &renamed).await;
            }
        }
        _ => {}
    }
}

async fn tell<N: Notification>(sandbox: &Sandbox, notification: &N) {
    let frame = encode_notification(notification);
    for client in sandbox.members.who_want_git_operations() {
        sandbox.outgoing.frame(client, frame.clone()).await;
    }
}
