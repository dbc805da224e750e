//! `git/*`: a repository whose state is told from the files.

use yew_sandbox_protocol::git::{
    CheckoutInitialBranch, Commit, CommitFinished, CommitStarted, CurrentLine, DiffItem,
    DiffStatus, Discard, DiscardAnswer, FileStatus, GetDiffStatus, GetRemoteContent, GetRemotes,
    GetStatus, GetTargetDiff, Item, MakeCommit, MakeCommitAnswer, Pull, PullFinished, PullStarted,
    Push, PushToRemote, RemoteContent, Remotes, RenameBranch, ResetLocalWithRemote, Status,
    TargetDiff, TransposeLines,
};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, Map, Request, WireError};

use super::git_names::{check_message, is_meant, paths};
use super::hunks::hunks;
use super::paths::{WORKSPACE, in_workspace, resolve};
use super::repository::FakeGit;
use super::sandbox::FakeSandbox;
use super::state::{Answer, State, answer, params};

impl FakeSandbox {
    /// Makes the workspace another repository, as it is now, and tells of it.
    pub fn set_git(&self, git: FakeGit) {
        self.with(|state| {
            state.begin_git(git);
            state.tell_git();
        });
    }

    /// The commits that were made and not pushed, newest first.
    pub fn commits(&self) -> Vec<Commit> {
        self.with(|state| {
            let git = state.git.as_ref();
            git.map(|git| git.unpushed.clone()).unwrap_or_default()
        })
    }
}

impl State {
    /// Takes a repository over: what it does not name is as committed.
    pub(super) fn begin_git(&mut self, mut git: FakeGit) {
        for (path, content) in self.tree.files(WORKSPACE) {
            if let Some(path) = in_workspace(path).filter(|path| is_tracked(path))
                && !git.untracked.contains(path)
                && !git.committed.contains_key(path)
            {
                git.committed.insert(path.to_owned(), content.clone());
            }
        }
        self.git = Some(git);
    }

    /// Files changed; the repository may be another now.
    pub(super) fn git_changed<'a>(&mut self, changes: impl Iterator<Item = &'a str>) {
        let Some(git) = &mut self.git else { return };
        let mut is_touched = false;
        for path in changes {
            if let Some(path) = in_workspace(path).filter(|path| is_tracked(path)) {
                git.touched.insert(path.to_owned());
                is_touched = true;
            }
        }
        if is_touched {
            self.tell_git();
        }
    }

    pub(super) fn git(&mut self, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            GetStatus::METHOD => answer(&self.status()?),
            GetRemotes::METHOD => answer(&Remotes {
                origin: self.repository()?.origin.clone(),
                upstream: String::new(),
            }),
            GetTargetDiff::METHOD => {
                let git = self.repository()?;
                let properties = git.branch_properties();
                answer(&TargetDiff {
                    ahead: properties.ahead,
                    behind: properties.behind,
                    commits: git.unpushed.clone(),
                })
            }
            GetRemoteContent::METHOD => {
                let GetRemoteContent { reference, path } = params(frame)?;
                let content = self.repository()?.committed.get(&path).cloned();
                let content = content.ok_or_else(|| {
                    let message = format!("{reference:?} has no file {path:?}");
                    WireError::new(ErrorCode::GIT_REMOTE_FILE_NOT_FOUND, message)
                })?;
                answer(&RemoteContent {
                    content: String::from_utf8_lossy(&content).into_owned(),
                })
            }
            GetDiffStatus::METHOD => {
                let _: GetDiffStatus = params(frame)?;
                answer(&self.diff()?)
            }
            TransposeLines::METHOD => {
                let TransposeLines(lines) = params(frame)?;
                let lines = lines.into_iter().map(|line| {
                    let path = resolve(&line.path).ok()?;
                    self.tree.read(&path).ok()?;
                    let (path, line) = (line.path, line.line);
                    Some(CurrentLine { path, line })
                });
                answer(&lines.collect::<Vec<_>>())
            }
            Pull::METHOD
            | Discard::METHOD
            | MakeCommit::METHOD
            | Push::METHOD
            | PushToRemote::METHOD
            | RenameBranch::METHOD
            | ResetLocalWithRemote::METHOD
            | CheckoutInitialBranch::METHOD => {
                self.may_change(frame)?;
                let result = self.change_git(frame);
                self.tell_git();
                result
            }
            _ => self.unknown(frame),
        }
    }

    fn change_git(&mut self, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            Pull::METHOD => {
                self.repository()?.check_remote(ErrorCode::GIT_PULL_FAIL)?;
                self.tell(&PullStarted);
                self.take_remote()?;
                self.tell(&PullFinished { exit_code: None });
            }
            Discard::METHOD => {
                let Discard { paths } = params(frame)?;
                let paths = self.discard(paths)?;
                return answer(&DiscardAnswer { paths: Some(paths) });
            }
            MakeCommit::METHOD => {
                let request: MakeCommit = params(frame)?;
                let shell_id = String::new();
                self.tell(&CommitStarted {
                    shell_id: shell_id.clone(),
                    message: request.message.clone(),
                    paths: request.paths.clone(),
                });
                let outcome = self.commit(request);
                let exit_code = outcome.is_err().into();
                self.tell(&CommitFinished { exit_code });
                outcome?;
                return answer(&MakeCommitAnswer { shell_id });
            }
            Push::METHOD => self.push()?,
            PushToRemote::METHOD => {
                let _: PushToRemote = params(frame)?;
                self.repository()?;
            }
            RenameBranch::METHOD => {
                let renamed: RenameBranch = params(frame)?;
                let git = self.repository()?;
                if git.branch != renamed.old_branch {
                    let message = format!("there is no branch {:?}", renamed.old_branch);
                    return Err(WireError::file(Some(2), message));
                }
                git.branch.clone_from(&renamed.new_branch);
                self.tell(&renamed);
            }
            ResetLocalWithRemote::METHOD => {
                let code = ErrorCode::GIT_RESET_LOCAL_REMOTE_ERROR;
                self.repository()?.check_remote(code)?;
                self.discard(None)?;
                self.take_remote()?;
                self.repository()?.unpushed.clear();
            }
            _ => {
                let git = self.repository()?;
                git.branch.clone_from(&git.initial_branch);
            }
        }
        answer(&())
    }

    fn repository(&mut self) -> Result<&mut FakeGit, WireError> {
        self.git.as_mut().ok_or_else(|| {
            let message = "the workspace is no git repository; run `git init` or clone one into it";
            WireError::file(Some(2), message)
        })
    }

    fn tell_git(&mut self) {
        if let Ok(status) = self.status() {
            self.tell(&status);
        }
    }

    fn status(&mut self) -> Result<Status, WireError> {
        let items = self.items()?;
        let git = self.repository()?;
        let is_gone = |item: &Item| item.working_tree == FileStatus::Deleted;
        let local_changes = !items.is_empty();
        let (deleted_files, changed): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_gone);
        let changed = changed.into_iter().map(|mut item| {
            item.file_id = Some(item.path.clone());
            (item.path.clone(), item)
        });
        Ok(Status {
            changed_files: Map(changed.collect()),
            deleted_files,
            conflicts: !git.conflicted.is_empty(),
            local_changes,
            remote: git.branch_properties(),
            target: git.branch_properties(),
            head: git.unpushed.first().map(|commit| commit.hash.clone()),
            commits: git.unpushed.clone(),
            branch: Some(git.branch.clone()),
            is_merging: !git.conflicted.is_empty(),
        })
    }

    /// The files that differ from the last commit.
    fn items(&mut self) -> Result<Vec<Item>, WireError> {
        let Self { git, tree, .. } = self;
        let Some(git) = git else {
            return Ok(Vec::new());
        };
        let now = |path: &str| tree.read(&format!("{WORKSPACE}/{path}")).ok();
        // What is as it was is not looked at again.
        git.touched.retain(|path| {
            git.conflicted.contains(path) || git.committed.get(path) != now(path).as_ref()
        });
        let items = git.touched.iter().map(|path| {
            let is_conflicted = git.conflicted.contains(path);
            let (index, working_tree) = match (git.committed.contains_key(path), now(path)) {
                _ if is_conflicted => (FileStatus::Updated, FileStatus::Updated),
                (true, None) => (FileStatus::Unmodified, FileStatus::Deleted),
                (true, Some(_)) => (FileStatus::Unmodified, FileStatus::Modified),
                (false, _) => (FileStatus::Untracked, FileStatus::Untracked),
            };
            Item {
                path: path.clone(),
                index,
                working_tree,
                is_staged: false,
                is_conflicted,
                file_id: None,
            }
        });
        Ok(items.collect())
    }

    fn diff(&mut self) -> Result<DiffStatus, WireError> {
        let items = self.items()?;
        let mut files = Vec::new();
        for item in items {
            let old = self.repository()?.committed.get(&item.path).cloned();
            let new = self.tree.read(&format!("{WORKSPACE}/{}", item.path)).ok();
            files.push(DiffItem {
                status: match (&old, &new) {
                    (None, _) => FileStatus::Added,
                    (_, None) => FileStatus::Deleted,
                    _ => FileStatus::Modified,
                },
                path: item.path,
                old_path: None,
                hunks: hunks(&old.unwrap_or_default(), &new.unwrap_or_default()),
            });
        }
        Ok(DiffStatus { files })
    }

    /// The files that differ, of those that are named or in a folder that is.
    fn differing(&mut self, named: Option<&[String]>) -> Result<Vec<String>, WireError> {
        self.repository()?;
        let all = self.items()?.into_iter().map(|item| item.path);
        let is_named =
            |file: &String| named.is_none_or(|named| named.iter().any(|path| is_meant(file, path)));
        Ok(all.filter(is_named).collect())
    }

    fn discard(&mut self, named: Option<Vec<String>>) -> Result<Vec<String>, WireError> {
        let paths = self.differing(paths(named)?.as_deref())?;
        for path in &paths {
            let git = self.repository()?;
            git.conflicted.remove(path);
            let whole = format!("{WORKSPACE}/{path}");
            match git.committed.get(path).cloned() {
                Some(content) => self.tree.place(&whole, content),
                // What is not there need not go.
                None => drop(self.tree.remove(&whole, true)),
            }
        }
        Ok(paths)
    }

    fn commit(&mut self, request: MakeCommit) -> Result<(), WireError> {
        let named = paths(request.paths)?;
        check_message(&request.message)?;
        let differing = self.differing(named.as_deref())?;
        for path in named.iter().flatten() {
            self.check_is_known(path)?;
        }
        if differing.is_empty() {
            let message = "nothing differs from the last commit";
            return Err(WireError::new(ErrorCode::CRITICAL, message));
        }
        for path in differing {
            let content = self.tree.read(&format!("{WORKSPACE}/{path}"));
            let git = self.repository()?;
            git.conflicted.remove(&path);
            match content {
                Ok(content) => drop(git.committed.insert(path, content)),
                Err(_) => drop(git.committed.remove(&path)),
            }
        }
        let author = self.username.clone();
        self.repository()?.add_commit(&request.message, &author);
        if request.push == Some(true) {
            self.push().map_err(|error| {
                let message = format!("the commit was made, but not pushed: {error}");
                WireError::new(error.code, message)
            })?;
        }
        Ok(())
    }

    /// Fails, in git's words, where neither the workspace nor the last commit has anything of that name.
    fn check_is_known(&mut self, path: &str) -> Result<(), WireError> {
        let is_there = resolve(path).is_ok_and(|path| self.tree.status(&path).is_ok());
        let git = self.repository()?;
        if is_there || git.committed.keys().any(|file| is_meant(file, path)) {
            return Ok(());
        }
        let message = format!("pathspec '{path}' did not match any files");
        Err(WireError::new(ErrorCode::CRITICAL, message))
    }

    fn push(&mut self) -> Result<(), WireError> {
        let git = self.repository()?;
        git.check_remote(ErrorCode::GIT_PUSH_FAIL)?;
        git.unpushed.clear();
        Ok(())
    }

    /// Takes over what the remote has.
    fn take_remote(&mut self) -> Result<(), WireError> {
        for (path, content) in std::mem::take(&mut self.repository()?.remote) {
            let git = self.repository()?;
            git.committed.insert(path.clone(), content.clone());
            self.tree.place(&format!("{WORKSPACE}/{path}"), content);
        }
        Ok(())
    }
}

fn is_tracked(path: &str) -> bool {
    path.split('/')
        .all(|name| name != ".git" && name != "node_modules")
}
