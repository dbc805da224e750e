//! What changes the repository.

use std::collections::HashSet;

use yew_sandbox_protocol::git::FileStatus;
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::names;
use super::program::{Git, WORK};
use super::status::{File, WorkingTree};
use crate::files::PREFIX;

/// The remote where none is set.
const USUAL_REMOTE: &str = "origin";
/// The address of an author whose own is not known.
const UNKNOWN_EMAIL: &str = "user.email=sandbox@localhost";
/// Git tells hooks whether paths may hold patterns, and those that look for `*.rs` would find nothing.
const FOR_HOOKS: &str = "--no-literal-pathspecs";
/// So many paths go into one command.
const PORTION: usize = 200;

/// The branch of a remote that a branch is pushed to.
#[derive(Debug)]
struct Upstream {
    remote: String,
    /// Its name there.
    branch: String,
    /// Whether it is set for the branch.
    is_set: bool,
}

impl Git {
    /// Takes over what the remote has. With `force` local commits and changes are given up.
    pub(super) async fn pull(&self, branch: Option<&str>, force: bool) -> Result<(), WireError> {
        let branch = branch.map(names::branch).transpose()?;
        let tree = self.working_tree().await?;
        let upstream = self.upstream(&tree, ErrorCode::GIT_PULL_FAIL).await;
        let (remote, branch) = match (branch, upstream) {
            (Some(branch), Ok(upstream)) => (upstream.remote, branch.to_owned()),
            (Some(branch), Err(_)) => (USUAL_REMOTE.to_owned(), branch.to_owned()),
            (None, upstream) => {
                let upstream = upstream?;
                (upstream.remote, upstream.branch)
            }
        };
        self.fetch(&remote, &branch, ErrorCode::GIT_FETCH_FAIL)
            .await?;
        if force || tree.head.is_none() {
            let reset = ["reset", "--hard", "FETCH_HEAD"];
            return self.run(&reset, ErrorCode::GIT_PULL_FAIL).await.map(drop);
        }
        let mut arguments = vec![FOR_HOOKS.to_owned()];
        arguments.extend(self.identity().await?);
        arguments.extend(["merge", "--no-edit", "FETCH_HEAD"].map(str::to_owned));
        let output = self.try_run(&arguments, b"", WORK).await?;
        if output.is_success() {
            return Ok(());
        }
        let is_conflict = [
            "CONFLICT",
            "would be overwritten",
            "unmerged files",
            "MERGE_HEAD exists",
        ]
        .iter()
        .any(|sign| output.mentions(sign));
        Err(output.into_error(if is_conflict {
            ErrorCode::GIT_PULL_CONFLICT
        } else {
            ErrorCode::GIT_PULL_FAIL
        }))
    }

    /// Makes the branch what the remote has.
    pub(super) async fn reset_to_remote(&self) -> Result<(), WireError> {
        let kind = ErrorCode::GIT_RESET_LOCAL_REMOTE_ERROR;
        let tree = self.working_tree().await?;
        let upstream = self.upstream(&tree, kind).await?;
        self.fetch(&upstream.remote, &upstream.branch, kind).await?;
        self.run(&["reset", "--hard", "FETCH_HEAD"], kind)
            .await
            .map(drop)
    }

    /// Goes to the default branch.
    pub(super) async fn checkout_default(&self) -> Result<(), WireError> {
        let kind = ErrorCode::GIT_RESET_CHECKOUT_INITIAL_BRANCH_FAIL;
        let Some(branch) = self.default_branch().await? else {
            return Err(WireError::new(
                kind,
                "the repository has no branch main or master",
            ));
        };
        // A branch of the remote gets one here.
        let branch = branch.strip_prefix("origin/").unwrap_or(&branch);
        self.run(&["checkout", branch, "--"], kind).await.map(drop)
    }

    /// Gives up changes, of all files or of some. Gives the files that were concerned.
    pub(super) async fn discard(&self, paths: Option<&[&str]>) -> Result<Vec<String>, WireError> {
        let tree = self.working_tree().await?;
        let kind = ErrorCode::CRITICAL;
        let chosen = paths.map(Chosen::new);
        let is_meant = |file: &&File| {
            let chosen = chosen.as_ref();
            chosen.is_none_or(|chosen| chosen.contains(&file.item.path))
        };
        let files: Vec<&File> = tree.files.iter().filter(is_meant).collect();
        let told = files.iter().map(|file| file.item.path.clone()).collect();
        if paths.is_none() && tree.head.is_some() {
            self.run(&["reset", "--quiet", "--hard", "HEAD"], kind)
                .await?;
            self.run(&["clean", "--quiet", "--force", "-d"], kind)
                .await?;
            return Ok(told);
        }
        // A file that was renamed comes back under its old name.
        let both = files.iter().flat_map(|file| {
            std::iter::once(file.item.path.as_str()).chain(file.old_path.as_deref())
        });
        let all: Vec<&str> = both.collect();
        let is_tracked = |file: &&&File| file.item.index != FileStatus::Untracked;
        if files.iter().any(|file| is_tracked(&file)) {
            self.unstage(&all, tree.head.is_some()).await?;
        }
        for some in all.chunks(PORTION) {
            let mut arguments = vec!["ls-files", "-z", "--"];
            arguments.extend(some);
            let known = self.run(&arguments, kind).await?;
            if !known.is_empty() {
                let arguments = [
                    "checkout",
                    "--quiet",
                    "--pathspec-from-file=-",
                    "--pathspec-file-nul",
                ];
                self.run_with(&arguments, &known, WORK, kind).await?;
            }
            let mut arguments = vec!["clean", "--quiet", "--force", "-d", "--"];
            arguments.extend(some);
            self.run(&arguments, kind).await?;
        }
        Ok(told)
    }

    /// Takes files out of the index as it differs from the last commit.
    async fn unstage(&self, paths: &[&str], has_head: bool) -> Result<(), WireError> {
        let from_input = ["--pathspec-from-file=-", "--pathspec-file-nul"];
        let arguments: &[&str] = if has_head {
            &["reset", "--quiet", from_input[0], from_input[1]]
        } else {
            &[
                "rm",
                "--quiet",
                "--cached",
                "-r",
                "--ignore-unmatch",
                from_input[0],
                from_input[1],
            ]
        };
        let output = self.try_run(arguments, &joined(paths), WORK).await?;
        if output.is_success() {
            return Ok(());
        }
        Err(output.into_error(ErrorCode::CRITICAL))
    }

    /// Makes a commit of all files that differ, or of some.
    pub(super) async fn commit(
        &self,
        paths: Option<&[&str]>,
        message: &str,
    ) -> Result<(), WireError> {
        let kind = ErrorCode::CRITICAL;
        let message = format!("--message={}", names::message(message)?);
        let mut arguments = vec![FOR_HOOKS.to_owned()];
        arguments.extend(self.identity().await?);
        arguments.extend(["commit", "--quiet", "--cleanup=whitespace"].map(str::to_owned));
        arguments.push(message);
        let Some(paths) = paths else {
            // What is being written at this moment is nobody's file.
            let being_written = format!(":(top,exclude,glob)**/{PREFIX}*");
            let everything = [FOR_HOOKS, "add", "--all", "--", ":/", &being_written];
            self.run(&everything, kind).await?;
            return self.run(&arguments, kind).await.map(drop);
        };
        let tree = self.working_tree().await?;
        // What was taken away and staged is known to the last commit only, and cannot be added.
        let items = tree.files.iter().map(|file| &file.item);
        let staged_away = items.filter(|item| {
            item.index == FileStatus::Deleted && item.working_tree == FileStatus::Unmodified
        });
        let staged_away: HashSet<&str> = staged_away.map(|item| item.path.as_str()).collect();
        let added = paths.iter().filter(|path| !staged_away.contains(**path));
        let added: Vec<&str> = added.copied().collect();
        let from_input = ["--pathspec-from-file=-", "--pathspec-file-nul"];
        if !added.is_empty() {
            let arguments = ["add", "--all", from_input[0], from_input[1]];
            self.run_with(&arguments, &joined(&added), WORK, kind)
                .await?;
        }
        let merge = ["rev-parse", "--quiet", "--verify", "MERGE_HEAD"];
        if self.look_up(&merge).await?.is_some() {
            // A merge is committed as a whole.
            return self.run(&arguments, kind).await.map(drop);
        }
        // A renamed file takes its old name along.
        let chosen = Chosen::new(paths);
        let old_names = tree.files.iter().filter_map(|file| {
            let old_name = file.old_path.as_deref()?;
            chosen.contains(&file.item.path).then_some(old_name)
        });
        let all = paths.iter().copied().chain(old_names);
        let all: Vec<String> = all.map(|path| format!(":(literal){path}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        arguments.push("--only".to_owned());
        arguments.extend(from_input.map(str::to_owned));
        self.run_with(&arguments, &joined(&all), WORK, kind)
            .await
            .map(drop)
    }

    /// Gives the remote what is new on the current branch.
    pub(super) async fn push(&self) -> Result<(), WireError> {
        let kind = ErrorCode::GIT_PUSH_FAIL;
        let tree = self.working_tree().await?;
        let upstream = self.upstream(&tree, kind).await?;
        let target = format!("HEAD:refs/heads/{}", upstream.branch);
        let mut arguments = vec![FOR_HOOKS, "push", "--quiet"];
        if !upstream.is_set {
            arguments.push("--set-upstream");
        }
        arguments.extend(["--", &upstream.remote, &target]);
        self.run(&arguments, kind).await.map(drop)
    }

    /// Gives a remote what is here, perhaps as one commit.
    pub(super) async fn push_to(
        &self,
        url: &str,
        branch: &str,
        squash: bool,
    ) -> Result<(), WireError> {
        let kind = ErrorCode::GIT_PUSH_FAIL;
        let (url, branch) = (names::address(url)?, names::branch(branch)?);
        let source = if squash {
            self.squashed().await?
        } else {
            "HEAD".to_owned()
        };
        let target = format!("{source}:refs/heads/{branch}");
        self.run(&[FOR_HOOKS, "push", "--quiet", "--", url, &target], kind)
            .await
            .map(drop)
    }

    /// A commit without a past that has all of the last one.
    async fn squashed(&self) -> Result<String, WireError> {
        let kind = ErrorCode::GIT_PUSH_FAIL;
        let mut arguments = self.identity().await?;
        arguments.extend(["commit-tree", "-m", "Initial commit", "HEAD^{tree}"].map(str::to_owned));
        let output = self.run(&arguments, kind).await?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }

    pub(super) async fn rename_branch(&self, old: &str, new: &str) -> Result<(), WireError> {
        let (old, new) = (names::branch(old)?, names::branch(new)?);
        let arguments = ["branch", "--move", "--", old, new];
        self.run(&arguments, ErrorCode::CRITICAL).await.map(drop)
    }

    async fn fetch(&self, remote: &str, branch: &str, kind: ErrorCode) -> Result<(), WireError> {
        // The name of the remote's branch, and its copy here as a fetch would keep it.
        let arguments = [
            "fetch",
            "--quiet",
            "--no-recurse-submodules",
            "--",
            remote,
            branch,
        ];
        self.run(&arguments, kind).await.map(drop)
    }

    /// Where the current branch is pushed to: as it is set, else to the same name at the usual remote.
    async fn upstream(&self, tree: &WorkingTree, kind: ErrorCode) -> Result<Upstream, WireError> {
        let Some(branch) = &tree.branch else {
            return Err(WireError::new(
                kind,
                "no branch is checked out; check one out first",
            ));
        };
        let setting = async |name: &str| {
            let name = format!("branch.{branch}.{name}");
            self.look_up(&["config", "--get", &name]).await
        };
        let remote = setting("remote")
            .await?
            .filter(|remote| !remote.starts_with('-'));
        let merge = setting("merge").await?;
        let merge = merge
            .as_deref()
            .and_then(|merge| merge.strip_prefix("refs/heads/"));
        match (remote, merge.and_then(|merge| names::branch(merge).ok())) {
            (Some(remote), Some(merge)) => Ok(Upstream {
                remote,
                branch: merge.to_owned(),
                is_set: true,
            }),
            _ => Ok(Upstream {
                remote: USUAL_REMOTE.to_owned(),
                branch: names::branch(branch)?.to_owned(),
                is_set: false,
            }),
        }
    }

    /// Options that name an author where neither the session nor git's settings do.
    async fn identity(&self) -> Result<Vec<String>, WireError> {
        if self.names_author()
            || self
                .look_up(&["config", "--get", "user.email"])
                .await?
                .is_some()
        {
            return Ok(Vec::new());
        }
        let name = format!("user.name={}", self.username());
        Ok(["-c", &name, "-c", UNKNOWN_EMAIL].map(str::to_owned).into())
    }
}

/// Paths that were chosen: folders stand for what is in them.
struct Chosen<'a>(HashSet<&'a str>);

impl<'a> Chosen<'a> {
    fn new(paths: &[&'a str]) -> Self {
        let paths = paths.iter().map(|path| path.trim_end_matches('/'));
        Self(paths.collect())
    }

    /// Whether a path is one of them, or in one.
    fn contains(&self, path: &str) -> bool {
        let above = path.match_indices('/').map(|(end, _)| &path[..end]);
        let mut all = above.chain([path, "."]);
        all.any(|path| self.0.contains(path))
    }
}

/// Paths as git reads them from its input.
fn joined(paths: &[&str]) -> Vec<u8> {
    let mut input = Vec::new();
    for path in paths {
        input.extend_from_slice(path.as_bytes());
        input.push(0);
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stand_for_what_is_in_them() {
        let is_beneath = |path, other| Chosen::new(&["x", other]).contains(path);
        assert!(is_beneath("a/b", "a"));
        assert!(is_beneath("a/b/c", "a/b/"));
        assert!(is_beneath("a", "a"));
        assert!(is_beneath("a", "."));
        assert!(!is_beneath("ab", "a"));
        assert!(!is_beneath("a", "a/b"));
        assert!(!is_beneath("b/a", "a"));
    }
}
