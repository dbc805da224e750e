//! The repository.

use yew_sandbox_client::protocol::git::BranchProperties;
use yew_sandbox_client::protocol::git::{
    CheckoutInitialBranch, CommitFinished, CommitStarted, Discard, DiscardAnswer, GetDiffStatus,
    GetRemoteContent, GetRemotes, GetStatus, GetTargetDiff, MakeCommit, MakeCommitAnswer, Pull,
    Push, PushToRemote, RemoteContent, RenameBranch, ResetLocalWithRemote, TransposeLines,
};
use yew_sandbox_client::protocol::{ErrorCode, Map, Request, WireError};
use yew_sandbox_client::{
    CommittedLine, CurrentLine, DiffStatus, ErrorKind, GitRemotes, GitStatus, TargetDiff,
};

use crate::support::{Log, World, eventually, settle, within};
use crate::{LONG, SECOND};

fn status(branch: &str) -> GitStatus {
    let properties = BranchProperties {
        head: None,
        branch: None,
        ahead: 0,
        behind: 0,
        safe: true,
    };
    GitStatus {
        changed_files: Map::default(),
        deleted_files: Vec::new(),
        conflicts: false,
        local_changes: false,
        remote: properties.clone(),
        target: properties,
        head: None,
        commits: Vec::new(),
        branch: Some(branch.into()),
        is_merging: false,
    }
}

/// An agent that runs commits in a shell of this name, or at once where it has none.
fn commits_in(world: &World, shell: &'static str) -> Log<MakeCommit> {
    world.agent.answer::<MakeCommit>(move |_| {
        let shell_id = shell.to_owned();
        Ok(MakeCommitAnswer { shell_id })
    })
}

fn started(shell: &str) -> CommitStarted {
    CommitStarted {
        shell_id: shell.into(),
        message: "m".into(),
        paths: None,
    }
}

/// A19: what was followed was not asked for again.
#[tokio::test(start_paused = true)]
async fn the_status_is_followed_over_a_cut_link() {
    let world = World::connected(1).await;
    world.agent.answer::<GetStatus>(|_| Ok(status("main")));
    let git = world.client.git();
    assert_eq!(git.status().await.unwrap().branch.as_deref(), Some("main"));
    let live = git.live();
    let branch = || live.get().and_then(|status| status.branch);
    eventually(SECOND, || branch().as_deref() == Some("main")).await;
    world.agent.notify(&status("topic"));
    eventually(SECOND, || branch().as_deref() == Some("topic")).await;
    world.agent.answer::<GetStatus>(|_| Ok(status("later")));
    world.agent.cut();
    eventually(LONG, || branch().as_deref() == Some("later")).await;
}

/// A value that was refused once, as where there is no repository, was never followed again.
#[tokio::test(start_paused = true)]
async fn a_repository_that_is_made_later_is_followed() {
    let world = World::connected(1).await;
    world
        .agent
        .answer::<GetStatus>(|_| Err(WireError::file(Some(2), "there is no repository")));
    let live = world.client.git().live();
    eventually(SECOND, || live.error().is_some()).await;
    assert_eq!(live.error().unwrap().kind(), ErrorKind::NotFound);
    world.agent.answer::<GetStatus>(|_| Ok(status("main")));
    world.agent.notify(&status("main"));
    eventually(SECOND, || live.get().is_some()).await;
    assert!(live.error().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_runs_in_no_shell_is_made_when_it_is_answered() {
    let world = World::connected(1).await;
    let log = commits_in(&world, "");
    let paths = Some(vec!["a.txt".to_owned()]);
    let commit = world
        .client
        .git()
        .commit("it's \"one\"", paths.clone(), true);
    within(SECOND, commit).await.unwrap();
    let said = log.all().remove(0);
    // A36: git's fields went through a shell unescaped.
    assert_eq!(said.message, "it's \"one\"");
    assert_eq!((said.paths, said.push), (paths, Some(true)));
}

#[tokio::test(start_paused = true)]
async fn a_commit_in_a_shell_is_made_when_its_end_is_told() {
    let world = World::connected(1).await;
    let log = commits_in(&world, "s1");
    let mut commit = Box::pin(world.client.git().commit("m", None, false));
    eventually(SECOND, || log.count() == 1).await;
    // Another client's commit ends first.
    world.agent.notify(&started("s0"));
    world.agent.notify(&CommitFinished { exit_code: 1 });
    world.agent.notify(&started("s1"));
    settle().await;
    assert!(
        tokio::time::timeout(45 * SECOND, &mut commit)
            .await
            .is_err()
    );
    world.agent.notify(&CommitFinished { exit_code: 0 });
    within(SECOND, commit).await.unwrap();

    let failing = world.client.git().commit("m", None, false);
    eventually(SECOND, || log.count() == 2).await;
    world.agent.notify(&CommitFinished { exit_code: 128 });
    let error = within(SECOND, failing).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Git);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_commit_may_be_told_before_its_answer() {
    let world = World::connected(1).await;
    let agent = world.agent.clone();
    world.agent.state().held.insert(MakeCommit::METHOD);
    let log = commits_in(&world, "s1");
    let commit = world.client.git().commit("m", None, false);
    eventually(SECOND, || log.count() == 1).await;
    agent.notify(&started("s1"));
    agent.notify(&CommitFinished { exit_code: 0 });
    let id = agent.seen(MakeCommit::METHOD)[0].id;
    let shell_id = "s1".to_owned();
    agent.send(yew_sandbox_client::protocol::encode_answer(
        id,
        MakeCommit::METHOD,
        &MakeCommitAnswer { shell_id },
    ));
    within(SECOND, commit).await.unwrap();
}

/// A2: what must not run twice was sent again after a cut link, and its first caller waited for ever.
#[tokio::test(start_paused = true)]
async fn a_cut_link_interrupts_a_commit_and_a_push() {
    let world = World::connected(1).await;
    let commits = commits_in(&world, "s1");
    let pushes = world.agent.answer::<Push>(|_| Ok(()));
    world.agent.state().held.insert(Push::METHOD);
    let git = world.client.git();
    let (commit, push) = (git.commit("m", None, false), git.push());
    eventually(SECOND, || commits.count() == 1 && pushes.count() == 1).await;
    world.agent.cut();
    let error = within(LONG, commit).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    let error = within(LONG, push).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.subject(), Some("git/push"));
    world.until("Connected", LONG).await;
    settle().await;
    assert_eq!((commits.count(), pushes.count()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_a_remote_does_may_take_minutes_but_not_for_ever() {
    let world = World::connected(1).await;
    let log = world.agent.answer::<Pull>(|_| Ok(()));
    world.agent.state().held.insert(Pull::METHOD);
    let mut pull = Box::pin(world.client.git().pull(Some("main"), true));
    assert!(tokio::time::timeout(LONG, &mut pull).await.is_err());
    let error = within(3 * LONG, pull).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(log.all()[0].branch.as_deref(), Some("main"));
}

#[tokio::test(start_paused = true)]
async fn errors_of_git_have_kinds() {
    let world = World::connected(1).await;
    let refuse = |code| move |_: &Push| Err(WireError::new(code, "no"));
    let git = world.client.git();
    for (code, kind) in [
        (ErrorCode::GIT_OPERATION_IN_PROGRESS, ErrorKind::Busy),
        (ErrorCode::GIT_PUSH_FAIL, ErrorKind::Git),
        (ErrorCode::NO_ACCESS, ErrorKind::ReadOnly),
    ] {
        world.agent.answer::<Push>(refuse(code));
        assert_eq!(git.push().await.unwrap_err().kind(), kind);
    }
    world
        .agent
        .answer::<GetRemoteContent>(|content| match content.reference.as_str() {
            "HEAD" => Ok(RemoteContent {
                content: "text".into(),
            }),
            _ => Err(WireError::new(
                ErrorCode::GIT_REMOTE_FILE_NOT_FOUND,
                "no such file",
            )),
        });
    assert_eq!(git.content("HEAD", "a.txt").await.unwrap(), "text");
    let error = git.content("v1", "a.txt").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::NotFound, Some("a.txt"))
    );
    world.client.disconnect().await.unwrap();
    assert_eq!(
        git.push().await.unwrap_err().kind(),
        ErrorKind::Disconnected
    );
}

#[tokio::test(start_paused = true)]
async fn every_other_operation_says_what_it_was_given() {
    let world = World::connected(1).await;
    let agent = &world.agent;
    agent.answer::<GetRemotes>(|_| {
        Ok(GitRemotes {
            origin: "o".into(),
            upstream: String::new(),
        })
    });
    agent.answer::<GetTargetDiff>(|target| {
        assert_eq!(target.branch, "main");
        Ok(TargetDiff {
            ahead: 2,
            behind: 0,
            commits: Vec::new(),
        })
    });
    agent.answer::<GetDiffStatus>(|diff| {
        assert_eq!((diff.base.as_str(), diff.head.as_str()), ("a", "b"));
        Ok(DiffStatus { files: Vec::new() })
    });
    agent.answer::<Discard>(|discard| {
        let paths = discard.paths.clone();
        Ok(DiscardAnswer { paths })
    });
    agent.answer::<TransposeLines>(|lines| Ok(vec![None; lines.0.len()]));
    let pushed = agent.answer::<PushToRemote>(|_| Ok(()));
    let renamed = agent.answer::<RenameBranch>(|_| Ok(()));
    let reset = agent.answer::<ResetLocalWithRemote>(|_| Ok(()));
    let back = agent.answer::<CheckoutInitialBranch>(|_| Ok(()));
    let git = world.client.git();
    assert_eq!(git.remotes().await.unwrap().origin, "o");
    assert_eq!(git.target_diff("main").await.unwrap().ahead, 2);
    assert!(git.diff("a", "b").await.unwrap().files.is_empty());
    let paths = vec!["a.txt".to_owned()];
    assert_eq!(git.discard(Some(paths.clone())).await.unwrap(), paths);
    assert!(git.discard(None).await.unwrap().is_empty());
    let line = CommittedLine {
        sha: "abc".into(),
        path: "a.txt".into(),
        line: 1,
    };
    let lines: Vec<Option<CurrentLine>> = git.transpose_lines(vec![line]).await.unwrap();
    assert_eq!(lines, [None]);
    git.push_to("https://x", "main", true).await.unwrap();
    assert_eq!(pushed.all()[0].squash_all_commits, Some(true));
    git.rename_branch("a", "b").await.unwrap();
    assert_eq!(renamed.all()[0].new_branch, "b");
    git.reset_to_remote().await.unwrap();
    git.checkout_initial_branch().await.unwrap();
    assert_eq!((reset.count(), back.count()), (1, 1));
}
