//! `git/*`: the repository of the workspace.

use crate::msgpack::{DecodeError, Reader, Writer};
use crate::request::{notifications, requests};
use crate::wire::{Decode, Encode, Map, record, words};

words! {
    /// What became of a file, as in git's short status.
    pub enum FileStatus {
        /// Nothing.
        Unmodified = "",
        /// Its content changed.
        Modified = "M",
        /// It is new.
        Added = "A",
        /// It is gone.
        Deleted = "D",
        /// It has another name.
        Renamed = "R",
        /// It is a copy.
        Copied = "C",
        /// It was updated and not merged.
        Updated = "U",
        /// Git does not know it.
        Untracked = "?",
    }
}

record! {
    /// A file that differs from the last commit.
    #[derive(Eq)]
    pub struct Item {
        /// Its path in the repository.
        "path" => path: String,
        /// What differs between the last commit and the index.
        "index" => index: FileStatus,
        /// What differs between the index and the file.
        "workingTree" => working_tree: FileStatus,
        /// Whether the index differs.
        "isStaged" => is_staged: bool,
        /// Whether it waits for a merge by hand.
        "isConflicted" => is_conflicted: bool,
        /// Names the file; our agent gives its path.
        "fileId" => file_id: Option<String>,
    }
}

record! {
    /// A branch beside the current one.
    #[derive(Eq)]
    pub struct BranchProperties {
        /// Its commit.
        "head" => head: Option<String>,
        /// Its name.
        "branch" => branch: Option<String>,
        /// Commits of the current branch that it lacks.
        "ahead" => ahead: u32,
        /// Its commits that the current branch lacks.
        "behind" => behind: u32,
        /// Whether it can be merged without a conflict.
        "safe" => safe: bool,
    }
}

record! {
    /// A commit.
    #[derive(Eq)]
    pub struct Commit {
        /// Its full hash.
        "hash" => hash: String,
        /// When it was made, as in ISO 8601.
        "date" => date: String,
        /// Its message.
        "message" => message: String,
        /// Who made it.
        "author" => author: String,
    }
}

record! {
    /// The state of the repository: the answer to [`GetStatus`], and `git/status`.
    #[derive(Eq)]
    pub struct Status {
        /// The files that differ, by their id.
        "changedFiles" => changed_files: Map<Item>,
        /// The files that are gone.
        "deletedFiles" => deleted_files: Vec<Item>,
        /// Whether a file waits for a merge by hand.
        "conflicts" => conflicts: bool,
        /// Whether anything differs from the last commit.
        "localChanges" => local_changes: bool,
        /// The branch that this one is pushed to.
        "remote" => remote: BranchProperties,
        /// The branch that this one shall be merged into.
        "target" => target: BranchProperties,
        /// The last commit.
        "head" => head: Option<String>,
        /// The commits that were not pushed, newest first.
        "commits" => commits: Vec<Commit>,
        /// The current branch.
        "branch" => branch: Option<String>,
        /// Whether a merge is under way.
        "isMerging" => is_merging: bool,
    }
}

record! {
    /// `git/status`: the state of the repository.
    pub struct GetStatus;
}

record! {
    /// `git/remotes`: where it is pushed to.
    pub struct GetRemotes;
}

record! {
    /// Addresses of remotes: the answer to [`GetRemotes`], and `git/remotes`. Empty where there is none.
    #[derive(Eq)]
    pub struct Remotes {
        /// That of `origin`.
        "origin" => origin: String,
        /// That of `upstream`.
        "upstream" => upstream: String,
    }
}

record! {
    /// `git/targetDiff`: the current branch beside another.
    pub struct GetTargetDiff {
        /// The other branch.
        "branch" => branch: String,
    }
}

record! {
    /// The answer to [`GetTargetDiff`].
    #[derive(Eq)]
    pub struct TargetDiff {
        /// Commits that the other lacks.
        "ahead" => ahead: u32,
        /// Commits that only the other has.
        "behind" => behind: u32,
        /// The commits that the other lacks, newest first.
        "commits" => commits: Vec<Commit>,
    }
}

record! {
    /// `git/pull`: takes over what the remote has.
    pub struct Pull {
        /// The branch; absent: the one that this is pushed to.
        "branch" => branch: Option<String>,
        /// Whether local commits may be lost.
        "force" => force: Option<bool>,
    }
}

record! {
    /// `git/discard`: gives up local changes.
    pub struct Discard {
        /// The files; absent: all.
        "paths" => paths: Option<Vec<String>>,
    }
}

record! {
    /// The answer to [`Discard`].
    pub struct DiscardAnswer {
        /// The files whose changes were given up.
        "paths" => paths: Option<Vec<String>>,
    }
}

record! {
    /// `git/commit`: makes a commit.
    pub struct MakeCommit {
        /// The files; absent: all that differ.
        "paths" => paths: Option<Vec<String>>,
        /// The message.
        "message" => message: String,
        /// Whether it is pushed.
        "push" => push: Option<bool>,
    }
}

record! {
    /// The answer to [`MakeCommit`].
    pub struct MakeCommitAnswer {
        /// The shell that runs it; empty where none does.
        "shellId" => shell_id: String,
    }
}

record! {
    /// `git/push`: gives the remote what is new.
    pub struct Push;
}

record! {
    /// `git/pushToRemote`: gives any remote what is here.
    pub struct PushToRemote {
        /// The remote's address.
        "url" => url: String,
        /// The branch there.
        "branch" => branch: String,
        /// Whether it becomes one commit.
        "squashAllCommits" => squash_all_commits: Option<bool>,
    }
}

record! {
    /// `git/renameBranch`, as a request and as a notification: another name for a branch.
    pub struct RenameBranch {
        /// The name so far.
        "oldBranch" => old_branch: String,
        /// The new name.
        "newBranch" => new_branch: String,
    }
}

record! {
    /// `git/remoteContent`: a file as a commit has it.
    pub struct GetRemoteContent {
        /// A branch or a commit.
        "reference" => reference: String,
        /// The file.
        "path" => path: String,
    }
}

record! {
    /// The answer to [`GetRemoteContent`].
    pub struct RemoteContent {
        /// The text.
        "content" => content: String,
    }
}

record! {
    /// `git/diffStatus`: what differs between two commits.
    pub struct GetDiffStatus {
        /// The older one: anything that git understands.
        "base" => base: String,
        /// The newer one: anything that git understands.
        "head" => head: String,
    }
}

record! {
    /// Lines of a file.
    #[derive(Copy, Eq)]
    pub struct LineRange {
        /// The first line, from 1.
        "start" => start: u32,
        /// The line behind the last.
        "end" => end: u32,
    }
}

record! {
    /// Lines that differ.
    #[derive(Copy, Eq)]
    pub struct Hunk {
        /// The lines in the older one.
        "original" => original: LineRange,
        /// The lines in the newer one.
        "modified" => modified: LineRange,
    }
}

record! {
    /// A file that differs.
    #[derive(Eq)]
    pub struct DiffItem {
        /// What became of it.
        "status" => status: FileStatus,
        /// Its path.
        "path" => path: String,
        /// Its path before it was renamed.
        "oldPath" => old_path: Option<String>,
        /// The lines that differ.
        "hunks" => hunks: Vec<Hunk>,
    }
}

record! {
    /// The answer to [`GetDiffStatus`].
    #[derive(Eq)]
    pub struct DiffStatus {
        /// The files that differ.
        "files" => files: Vec<DiffItem>,
    }
}

record! {
    /// `git/resetLocalWithRemote`: makes the branch what the remote has.
    pub struct ResetLocalWithRemote;
}

record! {
    /// `git/checkoutInitialBranch`: goes back to the first branch.
    pub struct CheckoutInitialBranch;
}

record! {
    /// A line of a file in a commit.
    #[derive(Eq)]
    pub struct CommittedLine {
        /// The commit.
        "sha" => sha: String,
        /// The file.
        "path" => path: String,
        /// The line, from 1.
        "line" => line: u32,
    }
}

record! {
    /// A line of a file as it is now.
    #[derive(Eq)]
    pub struct CurrentLine {
        /// The file.
        "path" => path: String,
        /// The line, from 1.
        "line" => line: u32,
    }
}

/// `git/transposeLines`: where lines of commits are now. The answer has a place for each; `None` for lines that are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransposeLines(pub Vec<CommittedLine>);

impl Encode for TransposeLines {
    fn encode(&self, writer: &mut Writer) {
        self.0.encode(writer);
    }

    fn size_hint(&self) -> usize {
        self.0.size_hint()
    }
}

impl Decode for TransposeLines {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Decode::decode(reader).map(Self)
    }
}

record! {
    /// `git/pullStarted`: a pull began.
    pub struct PullStarted;
}

record! {
    /// `git/pullFinished`: a pull ended.
    pub struct PullFinished {
        /// 1 where it failed.
        "exitCode" => exit_code: Option<u8>,
    }
}

record! {
    /// `git/commitStarted`: a commit is being made.
    pub struct CommitStarted {
        /// The shell that runs it; empty where none does.
        "shellId" => shell_id: String,
        /// The message.
        "message" => message: String,
        /// The files; absent: all that differ.
        "paths" => paths: Option<Vec<String>>,
    }
}

record! {
    /// `git/commitFinished`: the commit was made or failed.
    pub struct CommitFinished {
        /// 0 for success.
        "exitCode" => exit_code: u8,
    }
}

requests! {
    GetStatus: "git/status" -> Status, Repeatable;
    GetRemotes: "git/remotes" -> Remotes, Repeatable;
    GetTargetDiff: "git/targetDiff" -> TargetDiff, Repeatable;
    Pull: "git/pull" -> (), Once;
    Discard: "git/discard" -> DiscardAnswer, Once;
    MakeCommit: "git/commit" -> MakeCommitAnswer, Once;
    Push: "git/push" -> (), Once;
    PushToRemote: "git/pushToRemote" -> (), Once;
    RenameBranch: "git/renameBranch" -> (), Once;
    GetRemoteContent: "git/remoteContent" -> RemoteContent, Repeatable;
    GetDiffStatus: "git/diffStatus" -> DiffStatus, Repeatable;
    ResetLocalWithRemote: "git/resetLocalWithRemote" -> (), Once;
    CheckoutInitialBranch: "git/checkoutInitialBranch" -> (), Once;
    TransposeLines: "git/transposeLines" -> Vec<Option<CurrentLine>>, Repeatable;
}

notifications! {
    Status: "git/status";
    Remotes: "git/remotes";
    RenameBranch: "git/renameBranch";
    PullStarted: "git/pullStarted";
    PullFinished: "git/pullFinished";
    CommitStarted: "git/commitStarted";
    CommitFinished: "git/commitFinished";
}
