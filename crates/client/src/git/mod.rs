//! The repository of the workspace.

mod commit;

use std::future::Future;

use bytes::Bytes;
use yew_sandbox_protocol::git::{
    CheckoutInitialBranch, CommittedLine, CurrentLine, DiffStatus, Discard, DiscardAnswer,
    GetDiffStatus, GetRemoteContent, GetRemotes, GetStatus, GetTargetDiff, MakeCommit, Pull, Push,
    PushToRemote, RemoteContent, Remotes, RenameBranch, ResetLocalWithRemote, Status, TargetDiff,
    TransposeLines,
};
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::{Notification, decode};

use crate::client::Client;
use crate::core::Outbox;
use crate::error::Error;
use crate::live::{Applied, Live, Topic};
use crate::long::{LONGEST, long_request};
use crate::send::{MaybeSend, Shared};

use self::commit::CommitFeed;

/// The git repository of the workspace. Errors of git itself are of the kind `Git` and carry its words.
///
/// For what talks to a remote, a commit and [`checkout_initial_branch`](Git::checkout_initial_branch) it waits 5 minutes, for other operations as long
/// as for every request. The agent of `yew-sandbox-server` ends a run of the git program after 120 s, and after 30 s where it only looks: that is an error
/// then. A local sandbox of that server has no network, and reaches no remote but a path inside of it.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// let git = client.git();
/// for (_, item) in &git.status().await?.changed_files.0 {
///     println!("{} {}", item.working_tree.as_str(), item.path);
/// }
/// git.commit("A better title", None, false).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Git {
    client: Client,
}

impl Git {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The branch, and the files that differ from its last commit.
    ///
    /// # Errors
    /// `NotFound` where the workspace is no repository.
    pub fn status(&self) -> impl Future<Output = Result<Status, Error>> + MaybeSend + use<> {
        self.client.request(&GetStatus)
    }

    /// The same, kept up to date.
    pub fn live(&self) -> Live<Status> {
        Live::new(&self.client, StatusTopic)
    }

    /// Where it is pushed to.
    ///
    /// # Errors
    /// As [`status`](Self::status).
    pub fn remotes(&self) -> impl Future<Output = Result<Remotes, Error>> + MaybeSend + use<> {
        self.client.request(&GetRemotes)
    }

    /// The current branch beside another.
    ///
    /// # Errors
    /// `NotFound` where there is no such branch.
    pub fn target_diff(
        &self,
        branch: &str,
    ) -> impl Future<Output = Result<TargetDiff, Error>> + MaybeSend + use<> {
        let target = GetTargetDiff {
            branch: branch.to_owned(),
        };
        self.client.request_about(branch, &target)
    }

    /// What differs between two commits: branches, tags, hashes, whatever git understands.
    ///
    /// # Errors
    /// `NotFound` where there is no such commit.
    pub fn diff(
        &self,
        base: &str,
        head: &str,
    ) -> impl Future<Output = Result<DiffStatus, Error>> + MaybeSend + use<> {
        self.client.request(&GetDiffStatus {
            base: base.to_owned(),
            head: head.to_owned(),
        })
    }

    /// A text file as a commit has it.
    ///
    /// # Errors
    /// `NotFound` where the commit has no such file.
    pub fn content(
        &self,
        reference: &str,
        path: &str,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        let request = GetRemoteContent {
            reference: reference.to_owned(),
            path: path.to_owned(),
        };
        let content = self.client.request_about(path, &request);
        content.reading(|result| Ok(decode::<RemoteContent>(result)?.content))
    }

    /// Gives up local changes, of some files or of all, and gives the files that it concerned. New files are removed.
    ///
    /// # Errors
    /// `ReadOnly`, `Git`, `Interrupted` where the link broke and it may have run.
    pub fn discard(
        &self,
        paths: Option<Vec<String>>,
    ) -> impl Future<Output = Result<Vec<String>, Error>> + MaybeSend + use<> {
        let discarded = self.client.ask_agent(&Discard { paths });
        discarded.reading(|result| Ok(decode::<DiscardAnswer>(result)?.paths.unwrap_or_default()))
    }

    /// Makes a commit of some files or of all that differ, and waits until it is made.
    ///
    /// # Errors
    /// `ReadOnly`, `Busy` where another operation runs, `Git` where it failed, `Interrupted` where the link broke and
    /// it may have been made.
    pub fn commit(
        &self,
        message: &str,
        paths: Option<Vec<String>>,
        push: bool,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let feed = Shared::new(CommitFeed::new(MakeCommit {
            paths,
            message: message.to_owned(),
            push: Some(push),
        }));
        let (guard, made) = self.client.follow_within(feed, Some(LONGEST));
        async move {
            let outcome = made.await;
            drop(guard);
            outcome
        }
    }

    /// Gives the remote what is new.
    ///
    /// # Errors
    /// `Git` where the remote refuses; otherwise as [`commit`](Self::commit).
    pub fn push(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        long_request(&self.client, Push)
    }

    /// Gives any remote what is here, as one commit if asked to.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn push_to(
        &self,
        url: &str,
        branch: &str,
        squash: bool,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let push = PushToRemote {
            url: url.to_owned(),
            branch: branch.to_owned(),
            squash_all_commits: Some(squash),
        };
        long_request(&self.client, push)
    }

    /// Takes over what the remote has. With `force` local commits may be lost.
    ///
    /// # Errors
    /// `Git` for a conflict; otherwise as [`commit`](Self::commit).
    pub fn pull(
        &self,
        branch: Option<&str>,
        force: bool,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let pull = Pull {
            branch: branch.map(str::to_owned),
            force: Some(force),
        };
        long_request(&self.client, pull)
    }

    /// Gives a branch another name.
    ///
    /// # Errors
    /// `NotFound` where there is no such branch; otherwise as [`commit`](Self::commit).
    pub fn rename_branch(
        &self,
        from: &str,
        to: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.client.request(&RenameBranch {
            old_branch: from.to_owned(),
            new_branch: to.to_owned(),
        })
    }

    /// Makes the branch what the remote has. Local changes and commits are lost.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn reset_to_remote(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        long_request(&self.client, ResetLocalWithRemote)
    }

    /// Goes back to the branch that the sandbox began with.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn checkout_initial_branch(
        &self,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        long_request(&self.client, CheckoutInitialBranch)
    }

    /// Where lines of commits are now; `None` for those that are gone.
    ///
    /// # Errors
    /// `NotFound` where there is no such commit.
    pub fn transpose_lines(
        &self,
        lines: Vec<CommittedLine>,
    ) -> impl Future<Output = Result<Vec<Option<CurrentLine>>, Error>> + MaybeSend + use<> {
        self.client.request(&TransposeLines(lines))
    }
}

struct StatusTopic;

impl Topic for StatusTopic {
    type Value = Status;

    fn methods(&self) -> &'static [&'static str] {
        &[Status::METHOD]
    }

    fn ask(&self, out: &mut Outbox) {
        out.ask(&GetStatus);
    }

    fn read(&self, answer: &Bytes) -> Result<Status, DecodeError> {
        decode(answer)
    }

    fn apply(&self, _status: &Status, _method: &str, params: &Bytes) -> Applied<Status> {
        match decode(params) {
            Ok(status) => Applied::New(status),
            Err(_) => Applied::Ask,
        }
    }
}
