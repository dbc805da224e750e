//! What git tells of the repository, without a change to it.

use std::collections::HashMap;

use yew_sandbox_protocol::git::{
    BranchProperties, Commit, CommittedLine, CurrentLine, DiffItem, FileStatus, Remotes, Status,
    TargetDiff,
};
use yew_sandbox_protocol::{ErrorCode, Map, WireError};

use super::diff;
use super::names;
use super::program::{Git, LOOK};
use super::status::WorkingTree;
use crate::quoted::quoted;

/// Most commits that are told.
const MOST_COMMITS: &str = "100";
/// Longest message of a commit that is told, in bytes.
const MOST_MESSAGE: usize = 4096;
/// Most lines that are followed in one request.
const MOST_LINES: usize = 1000;
/// Most commits from which lines are followed in one request.
const MOST_ORIGINS: usize = 50;
/// What the default branch may be called, best first. The first is a link to another.
const DEFAULT_BRANCHES: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

impl Git {
    /// The working tree beside the last commit.
    pub(super) async fn working_tree(&self) -> Result<WorkingTree, WireError> {
        let status = async |untracked| {
            let arguments = ["status", "--porcelain=v2", "--branch", "-z", untracked];
            self.try_run(&arguments, b"", LOOK).await
        };
        let mut output = status("--untracked-files=all").await?;
        if output.is_cut {
            // Folders that are new stand for what is in them.
            output = status("--untracked-files=normal").await?;
        }
        if !output.is_success() {
            return Err(output.into_error(ErrorCode::CRITICAL));
        }
        away(move || WorkingTree::parse(&output.text)).await
    }

    pub(super) async fn status(&self) -> Result<Status, WireError> {
        let tree = self.working_tree().await?;
        let (mut remote, mut target) = (nothing(), nothing());
        let mut commits = Vec::new();
        if tree.head.is_some() {
            if let Some(upstream) = &tree.upstream {
                remote = self.beside(upstream, tree.distance).await?;
            }
            if let Some(branch) = self.default_branch().await? {
                target = self.beside(&branch, None).await?;
            }
            commits = match remote.head {
                Some(_) => self.commits(&["HEAD", "--not", "@{upstream}"]).await?,
                None => self.commits(&["HEAD", "--not", "--remotes"]).await?,
            };
        }
        let merge = ["rev-parse", "--quiet", "--verify", "MERGE_HEAD"];
        let is_merging = self.look_up(&merge).await?.is_some();
        let conflicts = tree.files.iter().any(|file| file.item.is_conflicted);
        let local_changes = !tree.files.is_empty();
        let (mut changed, mut deleted) = (Vec::new(), Vec::new());
        for file in tree.files {
            if file.is_gone() {
                deleted.push(file.item);
            } else {
                let mut item = file.item;
                item.file_id = Some(item.path.clone());
                changed.push((item.path.clone(), item));
            }
        }
        Ok(Status {
            changed_files: Map(changed),
            deleted_files: deleted,
            conflicts,
            local_changes,
            remote,
            target,
            head: tree.head,
            commits,
            branch: tree.branch,
            is_merging,
        })
    }

    /// The branch that others are merged into, as a name for git.
    pub(super) async fn default_branch(&self) -> Result<Option<String>, WireError> {
        let mut arguments = vec!["for-each-ref", "--format=%(refname)%00%(symref)"];
        arguments.extend(DEFAULT_BRANCHES);
        let output = self.run(&arguments, ErrorCode::CRITICAL).await?;
        let text = String::from_utf8_lossy(&output);
        let found: Vec<(&str, &str)> = text
            .lines()
            .filter_map(|line| line.split_once('\0'))
            .collect();
        let best = DEFAULT_BRANCHES.iter().find_map(|name| {
            let (name, leads_to) = found.iter().find(|(found, _)| found == name)?;
            Some(if leads_to.is_empty() {
                *name
            } else {
                *leads_to
            })
        });
        Ok(best.map(|name| {
            let name = name.strip_prefix("refs/").unwrap_or(name);
            let short = name
                .strip_prefix("remotes/")
                .or(name.strip_prefix("heads/"));
            short.unwrap_or(name).to_owned()
        }))
    }

    /// Another branch beside the current one.
    async fn beside(
        &self,
        branch: &str,
        distance: Option<(u32, u32)>,
    ) -> Result<BranchProperties, WireError> {
        let Some(head) = self.commit_of(branch).await? else {
            return Ok(BranchProperties {
                branch: Some(branch.to_owned()),
                ..nothing()
            });
        };
        let (ahead, behind) = match distance {
            Some(distance) => distance,
            None => self.distance(&head).await?,
        };
        let safe = ahead == 0 || behind == 0 || self.merges(&head).await?;
        Ok(BranchProperties {
            head: Some(head),
            branch: Some(branch.to_owned()),
            ahead,
            behind,
            safe,
        })
    }

    /// The full hash of a commit; `None` where there is none of that name.
    pub(super) async fn commit_of(&self, name: &str) -> Result<Option<String>, WireError> {
        let name = format!("{name}^{{commit}}");
        self.look_up(&[
            "rev-parse",
            "--quiet",
            "--verify",
            "--end-of-options",
            &name,
        ])
        .await
    }

    /// Commits that another one lacks, and its commits that are not here.
    async fn distance(&self, other: &str) -> Result<(u32, u32), WireError> {
        let range = format!("HEAD...{other}");
        let arguments = ["rev-list", "--left-right", "--count", &range, "--"];
        let output = self.run(&arguments, ErrorCode::CRITICAL).await?;
        let text = String::from_utf8_lossy(&output);
        let mut counts = text
            .split_whitespace()
            .map(|count| count.parse().unwrap_or(0));
        Ok((counts.next().unwrap_or(0), counts.next().unwrap_or(0)))
    }

    /// Whether another commit can be merged without a conflict.
    async fn merges(&self, other: &str) -> Result<bool, WireError> {
        let arguments = ["merge-tree", "--write-tree", "--name-only", "HEAD", other];
        Ok(self.try_run(&arguments, b"", LOOK).await?.is_success())
    }

    async fn commits(&self, range: &[&str]) -> Result<Vec<Commit>, WireError> {
        let format = "--format=%H%x1f%cI%x1f%an%x1f%B";
        let mut arguments = vec!["log", "-z", "--max-count", MOST_COMMITS, format];
        arguments.extend(range);
        arguments.push("--");
        let output = self.run(&arguments, ErrorCode::CRITICAL).await?;
        let text = String::from_utf8_lossy(&output);
        Ok(text.split('\0').filter_map(commit).collect())
    }

    pub(super) async fn remotes(&self) -> Result<Remotes, WireError> {
        // A repository without remotes has no answer, which is none of the failures.
        self.working_directory().await?;
        let address = async |name: &str| {
            let name = format!("remote.{name}.url");
            let address = self.look_up(&["config", "--get", &name]).await?;
            Ok::<_, WireError>(address.unwrap_or_default())
        };
        Ok(Remotes {
            origin: address("origin").await?,
            upstream: address("upstream").await?,
        })
    }

    /// Fails where there is no repository.
    async fn working_directory(&self) -> Result<(), WireError> {
        let arguments = ["rev-parse", "--git-dir"];
        self.run(&arguments, ErrorCode::CRITICAL).await.map(drop)
    }

    pub(super) async fn target_diff(&self, branch: &str) -> Result<TargetDiff, WireError> {
        let branch = names::revision(branch)?;
        let other = self.known(branch).await?;
        let (ahead, behind) = self.distance(&other).await?;
        let commits = self.commits(&["HEAD", "--not", &other]).await?;
        Ok(TargetDiff {
            ahead,
            behind,
            commits,
        })
    }

    /// The commit of a name, which may be a branch of the remote only.
    async fn known(&self, name: &str) -> Result<String, WireError> {
        self.working_directory().await?;
        for candidate in [name.to_owned(), format!("origin/{name}")] {
            if let Some(commit) = self.commit_of(&candidate).await? {
                return Ok(commit);
            }
        }
        let message = format!("there is no commit or branch {}", quoted(name));
        Err(WireError::new(ErrorCode::INVALID_ID, message))
    }

    pub(super) async fn content(&self, reference: &str, path: &str) -> Result<String, WireError> {
        let commit = self.known(names::revision(reference)?).await?;
        let object = format!("{commit}:{path}");
        let output = self
            .run_with(
                &["cat-file", "blob", &object],
                b"",
                LOOK,
                ErrorCode::GIT_REMOTE_FILE_NOT_FOUND,
            )
            .await?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }

    pub(super) async fn diff_status(
        &self,
        base: &str,
        head: &str,
    ) -> Result<Vec<DiffItem>, WireError> {
        let base = self.known(names::revision(base)?).await?;
        let head = self.known(names::revision(head)?).await?;
        self.diff(&[&base, &head]).await
    }

    async fn diff(&self, commits: &[&str]) -> Result<Vec<DiffItem>, WireError> {
        let diff = async |form: &[&str]| {
            let mut arguments = vec!["diff", "--no-color", "--no-ext-diff", "--no-textconv"];
            arguments.extend(["--find-renames", "--ignore-submodules=none"]);
            arguments.extend(form);
            arguments.extend(commits);
            arguments.push("--");
            self.run_with(&arguments, b"", LOOK, ErrorCode::CRITICAL)
                .await
        };
        let raw = diff(&["--raw", "-z"]).await?;
        let patch = diff(&["--patch", "--unified=0"]).await?;
        away(move || diff::with_hunks(diff::files(&raw), &patch)).await
    }

    /// Where lines of commits are in the files as they are now.
    pub(super) async fn transposed(
        &self,
        lines: &[CommittedLine],
        workspace: &str,
    ) -> Result<Vec<Option<CurrentLine>>, WireError> {
        let failed = |message: String| WireError::new(ErrorCode::GIT_TRANSPOSE_LINES_FAIL, message);
        if lines.len() > MOST_LINES {
            return Err(failed(format!(
                "at most {MOST_LINES} lines are followed at a time"
            )));
        }
        let mut origins: Vec<&str> = Vec::new();
        for line in lines {
            let origin = names::hash(&line.sha)?;
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        if origins.len() > MOST_ORIGINS {
            return Err(failed(format!(
                "lines of at most {MOST_ORIGINS} commits are followed at a time"
            )));
        }
        let mut all = vec![None; lines.len()];
        for origin in origins {
            let Some(commit) = self.commit_of(origin).await? else {
                self.working_directory().await?;
                return Err(failed(format!("there is no commit {origin:?}")));
            };
            let mut wanted = Vec::new();
            for (place, line) in lines.iter().enumerate() {
                if line.sha == origin {
                    let path = names::path(&line.path, workspace)?.to_owned();
                    wanted.push((place, path, line.line));
                }
            }
            let items = self.diff(&[&commit]).await?;
            let found = away(move || {
                let moves = Moves::new(&items);
                let found =
                    |(place, path, line): (usize, String, u32)| (place, moves.current(&path, line));
                wanted.into_iter().map(found).collect::<Vec<_>>()
            });
            for (place, current) in found.await? {
                all[place] = current;
            }
        }
        Ok(all)
    }
}

/// What became of files, by their old paths.
struct Moves<'a> {
    renamed: HashMap<&'a str, &'a DiffItem>,
    others: HashMap<&'a str, &'a DiffItem>,
}

impl<'a> Moves<'a> {
    fn new(items: &'a [DiffItem]) -> Self {
        let (mut renamed, mut others) = (HashMap::new(), HashMap::new());
        // Of several the first one counts.
        for item in items.iter().rev() {
            match (item.status, item.old_path.as_deref()) {
                (FileStatus::Renamed, Some(path)) => drop(renamed.insert(path, item)),
                (FileStatus::Renamed | FileStatus::Copied, _) => {}
                _ => drop(others.insert(item.path.as_str(), item)),
            }
        }
        Self { renamed, others }
    }

    /// Where a line of a file is after the differences.
    fn current(&self, path: &str, line: u32) -> Option<CurrentLine> {
        let Some(item) = self.renamed.get(path).or_else(|| self.others.get(path)) else {
            return Some(CurrentLine {
                path: path.to_owned(),
                line,
            });
        };
        if item.status == FileStatus::Deleted {
            return None;
        }
        Some(CurrentLine {
            path: item.path.clone(),
            line: diff::moved(line, &item.hunks)?,
        })
    }
}

/// Does on another thread what may take long: git has up to 16 MiB to say.
async fn away<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, WireError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| WireError::new(ErrorCode::CRITICAL, error.to_string()))
}

fn commit(text: &str) -> Option<Commit> {
    let mut fields = text.splitn(4, '\x1f');
    let (hash, date, author) = (fields.next()?, fields.next()?, fields.next()?);
    let message = fields.next()?.trim();
    let end = (0..=message.len().min(MOST_MESSAGE)).rev();
    let end = end.into_iter().find(|end| message.is_char_boundary(*end))?;
    Some(Commit {
        hash: hash.to_owned(),
        date: date.to_owned(),
        message: message[..end].to_owned(),
        author: author.to_owned(),
    })
}

fn nothing() -> BranchProperties {
    BranchProperties {
        head: None,
        branch: None,
        ahead: 0,
        behind: 0,
        safe: true,
    }
}
