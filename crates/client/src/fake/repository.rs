//! What the fake knows of a repository.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use yew_sandbox_protocol::git::{BranchProperties, Commit};
use yew_sandbox_protocol::{ErrorCode, WireError};

/// A repository. Its last commit has all files of the sandbox as they are, but for those that are named here; what changes afterwards
/// differs from it. It has no index, and every reference means the last commit.
///
/// ```
/// use yew_sandbox_client::fake::{FakeGit, FakeSandbox};
///
/// let fake = FakeSandbox::builder()
///     .file("changed.txt", "new\n")
///     .file("fresh.txt", "")
///     .git(
///         FakeGit::new("main")
///             .committed("changed.txt", "old\n")
///             .committed("gone.txt", "it was here\n")
///             .untracked("fresh.txt"),
///     )
///     .build();
/// ```
#[derive(Clone, Debug)]
pub struct FakeGit {
    pub(super) branch: String,
    pub(super) initial_branch: String,
    /// What the last commit has, by the path below the workspace.
    pub(super) committed: BTreeMap<String, Bytes>,
    /// What may differ from it.
    pub(super) touched: BTreeSet<String>,
    pub(super) untracked: BTreeSet<String>,
    pub(super) conflicted: BTreeSet<String>,
    /// Those that were not pushed, newest first.
    pub(super) unpushed: Vec<Commit>,
    made: u64,
    pub(super) origin: String,
    /// What the remote has and the branch has not.
    pub(super) remote: Vec<(String, Bytes)>,
}

impl FakeGit {
    /// A repository on a branch, without a remote.
    pub fn new(branch: &str) -> Self {
        Self {
            branch: branch.to_owned(),
            initial_branch: branch.to_owned(),
            committed: BTreeMap::new(),
            touched: BTreeSet::new(),
            untracked: BTreeSet::new(),
            conflicted: BTreeSet::new(),
            unpushed: Vec::new(),
            made: 0,
            origin: String::new(),
            remote: Vec::new(),
        }
    }

    /// What the last commit has of a file that is different now, or gone.
    #[must_use]
    pub fn committed(mut self, path: &str, content: impl Into<Bytes>) -> Self {
        self.touched.insert(path.to_owned());
        self.committed.insert(path.to_owned(), content.into());
        self
    }

    /// A file that the last commit has not.
    #[must_use]
    pub fn untracked(mut self, path: &str) -> Self {
        self.touched.insert(path.to_owned());
        self.untracked.insert(path.to_owned());
        self
    }

    /// A file that waits for a merge by hand, until it is committed.
    #[must_use]
    pub fn conflicted(mut self, path: &str) -> Self {
        self.touched.insert(path.to_owned());
        self.conflicted.insert(path.to_owned());
        self
    }

    /// One more commit that was not pushed, newer than those before.
    #[must_use]
    pub fn unpushed(mut self, message: &str) -> Self {
        self.add_commit(message, "you");
        self
    }

    /// Where it is pushed to and pulled from.
    #[must_use]
    pub fn remote(mut self, origin: &str) -> Self {
        self.origin = origin.to_owned();
        self
    }

    /// A file that the next pull brings: the remote is one commit further.
    #[must_use]
    pub fn remote_change(mut self, path: &str, content: impl Into<Bytes>) -> Self {
        self.remote.push((path.to_owned(), content.into()));
        self
    }

    pub(super) fn add_commit(&mut self, message: &str, author: &str) {
        self.made += 1;
        let commit = Commit {
            hash: format!("{:040x}", u128::from(self.made) * 0x9e37_79b9_7f4a_7c15),
            date: format!(
                "2024-01-01T00:{:02}:{:02}Z",
                self.made / 60 % 60,
                self.made % 60
            ),
            message: message.to_owned(),
            author: author.to_owned(),
        };
        self.unpushed.insert(0, commit);
    }

    pub(super) fn branch_properties(&self) -> BranchProperties {
        let has_remote = !self.origin.is_empty();
        BranchProperties {
            head: None,
            branch: has_remote.then(|| format!("origin/{}", self.branch)),
            ahead: u32::try_from(self.unpushed.len()).unwrap_or(u32::MAX),
            behind: u32::try_from(self.remote.len()).unwrap_or(u32::MAX),
            safe: self.conflicted.is_empty(),
        }
    }

    /// Fails where there is nothing to push to and pull from.
    pub(super) fn check_remote(&self, code: ErrorCode) -> Result<(), WireError> {
        if self.origin.is_empty() {
            let message = "the branch is not connected to a remote; push it once with git";
            return Err(WireError::new(code, message));
        }
        Ok(())
    }
}
