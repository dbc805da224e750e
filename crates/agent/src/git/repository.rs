//! Who may do what to the repository, and when.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, Semaphore};
use yew_sandbox_protocol::git::{
    CheckoutInitialBranch, DiffStatus, Discard, DiscardAnswer, GetDiffStatus, GetRemoteContent,
    GetRemotes, GetStatus, GetTargetDiff, MakeCommit, MakeCommitAnswer, Pull, Push, PushToRemote,
    RemoteContent, RenameBranch, ResetLocalWithRemote, TransposeLines,
};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, Request, WireError, encode_answer};

use super::names;
use super::program::Git;
use crate::files::Root;
use crate::link::Visitor;
use crate::shells::Environment;

/// How many clients look at the repository at a time.
const LOOKS: usize = 4;

/// The repository: one change at a time, several looks.
#[derive(Debug)]
pub(crate) struct Repository {
    changing: Arc<Mutex<()>>,
    looks: Semaphore,
    /// Someone came or went, who may want to hear of the state.
    pub(super) audience: Notify,
}

/// The right to change the repository, until it is dropped.
#[derive(Debug)]
pub(crate) struct Change {
    _guard: OwnedMutexGuard<()>,
}

impl Default for Repository {
    fn default() -> Self {
        Self {
            changing: Arc::default(),
            looks: Semaphore::new(LOOKS),
            audience: Notify::new(),
        }
    }
}

impl Repository {
    /// Begins a change.
    ///
    /// # Errors
    /// While another one is under way.
    pub(crate) fn begin(&self) -> Result<Change, WireError> {
        match self.changing.clone().try_lock_owned() {
            Ok(guard) => Ok(Change { _guard: guard }),
            Err(_) => {
                let message = "another git operation is under way; wait for its end";
                Err(WireError::new(
                    ErrorCode::GIT_OPERATION_IN_PROGRESS,
                    message,
                ))
            }
        }
    }

    /// The answer to a request that only looks; `None` where it is no such request.
    pub(crate) async fn look(
        &self,
        root: &Root,
        visitor: &Visitor,
        frame: &ClientFrame,
    ) -> Result<Bytes, WireError> {
        // It is never closed.
        let _look = self.looks.acquire().await;
        let git = git(root, visitor)?;
        let workspace = root.visible(root.workspace());
        Ok(match frame.method.as_str() {
            GetStatus::METHOD => answer(frame, &git.status().await?),
            GetRemotes::METHOD => answer(frame, &git.remotes().await?),
            GetTargetDiff::METHOD => {
                let GetTargetDiff { branch } = params(frame)?;
                answer(frame, &git.target_diff(&branch).await?)
            }
            GetRemoteContent::METHOD => {
                let GetRemoteContent { reference, path } = params(frame)?;
                let path = names::path(&path, &workspace)?;
                let content = git.content(&reference, path).await?;
                answer(frame, &RemoteContent { content })
            }
            GetDiffStatus::METHOD => {
                let GetDiffStatus { base, head } = params(frame)?;
                let files = git.diff_status(&base, &head).await?;
                answer(frame, &DiffStatus { files })
            }
            _ => {
                let TransposeLines(lines) = params(frame)?;
                answer(frame, &git.transposed(&lines, &workspace).await?)
            }
        })
    }

    /// The answer to a request that changes the repository.
    pub(crate) async fn change(
        &self,
        root: &Root,
        visitor: &Visitor,
        frame: &ClientFrame,
    ) -> Result<Bytes, WireError> {
        let git = git(root, visitor)?;
        let workspace = root.visible(root.workspace());
        match frame.method.as_str() {
            Pull::METHOD => {
                let Pull { branch, force } = params(frame)?;
                git.pull(branch.as_deref(), force == Some(true)).await?;
            }
            Discard::METHOD => {
                let Discard { paths } = params(frame)?;
                let paths = paths
                    .as_deref()
                    .map(|paths| names::paths(paths, &workspace));
                let discarded = git.discard(paths.transpose()?.as_deref()).await?;
                let paths = Some(discarded);
                return Ok(answer(frame, &DiscardAnswer { paths }));
            }
            MakeCommit::METHOD => {
                let MakeCommit {
                    paths,
                    message,
                    push,
                } = params(frame)?;
                let paths = paths
                    .as_deref()
                    .map(|paths| names::paths(paths, &workspace));
                git.commit(paths.transpose()?.as_deref(), &message).await?;
                if push == Some(true) {
                    git.push().await.map_err(|error| {
                        let message = format!("the commit was made, but not pushed: {error}");
                        WireError::new(error.code, message)
                    })?;
                }
                let shell_id = String::new();
                return Ok(answer(frame, &MakeCommitAnswer { shell_id }));
            }
            Push::METHOD => git.push().await?,
            PushToRemote::METHOD => {
                let request: PushToRemote = params(frame)?;
                let squash = request.squash_all_commits == Some(true);
                git.push_to(&request.url, &request.branch, squash).await?;
            }
            RenameBranch::METHOD => {
                let RenameBranch {
                    old_branch,
                    new_branch,
                } = params(frame)?;
                git.rename_branch(&old_branch, &new_branch).await?;
            }
            ResetLocalWithRemote::METHOD => git.reset_to_remote().await?,
            _ => git.checkout_default().await?,
        }
        Ok(answer(frame, &()))
    }
}

/// Whether a method only looks, or changes something; `None` for other methods.
pub(crate) fn changes(method: &str) -> Option<bool> {
    match method {
        GetStatus::METHOD
        | GetRemotes::METHOD
        | GetTargetDiff::METHOD
        | GetRemoteContent::METHOD
        | GetDiffStatus::METHOD
        | TransposeLines::METHOD => Some(false),
        Pull::METHOD
        | Discard::METHOD
        | MakeCommit::METHOD
        | Push::METHOD
        | PushToRemote::METHOD
        | RenameBranch::METHOD
        | ResetLocalWithRemote::METHOD
        | CheckoutInitialBranch::METHOD => Some(true),
        _ => None,
    }
}

fn git(root: &Root, visitor: &Visitor) -> Result<Git, WireError> {
    Git::new(root, Environment::of(visitor), &visitor.username)
}

fn params<R: Request>(frame: &ClientFrame) -> Result<R, WireError> {
    frame.params().map_err(|error| {
        let message = format!("the parameters of {} are wrong: {error}", frame.method);
        WireError::new(ErrorCode::CRITICAL, message)
    })
}

fn answer<T: yew_sandbox_protocol::Encode>(frame: &ClientFrame, result: &T) -> Bytes {
    encode_answer(frame.id, &frame.method, result)
}
