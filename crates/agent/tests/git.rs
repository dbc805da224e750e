//! The repository of the workspace over a real link, good and bad.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Client, Event, Harness, join};
use rustix::io::Errno;
use yew_sandbox_agent::{GitIdentity, Message, Permission, Visitor};
use yew_sandbox_protocol::git::{
    CheckoutInitialBranch, CommitFinished, CommitStarted, CommittedLine, Discard, FileStatus,
    GetDiffStatus, GetRemoteContent, GetRemotes, GetStatus, GetTargetDiff, LineRange, MakeCommit,
    Pull, PullFinished, PullStarted, Push, PushToRemote, RenameBranch, ResetLocalWithRemote,
    Status, TransposeLines,
};
use yew_sandbox_protocol::{ErrorCode, Notification, ServerFrame};

/// Runs git outside of the agent, and gives what it says.
#[track_caller]
fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org"])
        .args(["-c", "init.defaultBranch=main", "-c", "safe.directory=*"])
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A workspace with one commit of `a.txt` and `b.txt`, pushed to a remote beside the sandbox.
async fn cloned(harness: &Harness) -> std::path::PathBuf {
    let remote = harness.folder.parent().unwrap().join("remote.git");
    let workspace = harness.workspace("");
    git(
        &harness.folder,
        &["init", "--quiet", "--bare", remote.to_str().unwrap()],
    );
    git(&workspace, &["init", "--quiet"]);
    std::fs::write(workspace.join("a.txt"), "one\ntwo\nthree\n").unwrap();
    std::fs::write(workspace.join("b.txt"), "b\n").unwrap();
    git(&workspace, &["add", "--all"]);
    git(&workspace, &["commit", "--quiet", "--message=first"]);
    git(
        &workspace,
        &["remote", "add", "origin", remote.to_str().unwrap()],
    );
    git(
        &workspace,
        &["push", "--quiet", "--set-upstream", "origin", "main"],
    );
    remote
}

/// Pushes a commit to the remote from elsewhere.
fn push_from_elsewhere(remote: &Path, file: &str, content: &str) {
    let other = remote.with_file_name(format!("other-{file}"));
    git(
        remote,
        &[
            "clone",
            "--quiet",
            remote.to_str().unwrap(),
            other.to_str().unwrap(),
        ],
    );
    std::fs::write(other.join(file), content).unwrap();
    git(&other, &["add", "--all"]);
    git(&other, &["commit", "--quiet", "--message=from elsewhere"]);
    git(&other, &["push", "--quiet"]);
}

async fn status(client: &mut Client) -> Status {
    client.request(&GetStatus).await.unwrap()
}

fn commit(message: &str, paths: Option<&[&str]>) -> MakeCommit {
    MakeCommit {
        paths: paths.map(|all| all.iter().map(|&path| path.to_owned()).collect()),
        message: message.into(),
        push: None,
    }
}

/// A script that git runs in the workspace.
fn hook(harness: &Harness, name: &str, script: &str) {
    let hook = harness.workspace(&format!(".git/hooks/{name}"));
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

fn changed(status: &Status) -> Vec<(&str, &str, &str)> {
    let items = status.changed_files.0.iter();
    items
        .map(|(path, item)| {
            (
                path.as_str(),
                item.index.as_str(),
                item.working_tree.as_str(),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_missing_repository_is_an_error_of_its_own() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    // A repository around the sandbox is not that of its workspace.
    git(harness.folder.parent().unwrap(), &["init", "--quiet"]);
    let errors = [
        client.request(&GetStatus).await.unwrap_err(),
        client.request(&GetRemotes).await.unwrap_err(),
        client.request(&Push).await.unwrap_err(),
        client.request(&commit("x", None)).await.unwrap_err(),
        client.request(&Discard { paths: None }).await.unwrap_err(),
        client.request(&CheckoutInitialBranch).await.unwrap_err(),
        client
            .request(&GetTargetDiff {
                branch: "main".into(),
            })
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.errno, Some(Errno::NOENT.raw_os_error()), "{error}");
        assert!(error.message.contains("git init"), "{error}");
    }
    harness.stop().await;
}

#[tokio::test]
async fn status_tells_of_every_kind_of_change() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let workspace = harness.workspace("");
    git(&workspace, &["init", "--quiet", "--initial-branch=main"]);
    let new = status(&mut client).await;
    assert_eq!((new.head, new.branch.as_deref()), (None, Some("main")));
    std::fs::remove_dir_all(workspace.join(".git")).unwrap();

    cloned(&harness).await;
    let clean = status(&mut client).await;
    assert!(!clean.local_changes && !clean.conflicts && !clean.is_merging);
    let head = git(&workspace, &["rev-parse", "HEAD"]);
    assert_eq!(clean.head.as_ref(), Some(&head));
    assert_eq!(clean.remote.branch.as_deref(), Some("origin/main"));
    assert_eq!(clean.remote.head.as_ref(), Some(&head));
    assert_eq!((clean.remote.ahead, clean.remote.behind), (0, 0));
    assert!(clean.commits.is_empty());

    client.write("a.txt", b"one\nTWO\nthree\n").await.unwrap();
    client.write("new \"file\".txt", b"").await.unwrap();
    client.write("staged.txt", b"staged\n").await.unwrap();
    git(&workspace, &["add", "staged.txt"]);
    std::fs::remove_file(workspace.join("b.txt")).unwrap();
    let dirty = status(&mut client).await;
    assert_eq!(
        changed(&dirty),
        [
            ("a.txt", "", "M"),
            ("staged.txt", "A", ""),
            ("new \"file\".txt", "?", "?"),
        ]
    );
    assert_eq!(dirty.deleted_files.len(), 1);
    assert_eq!(dirty.deleted_files[0].path, "b.txt");
    assert!(dirty.local_changes);

    git(
        &workspace,
        &[
            "commit",
            "--quiet",
            "--all",
            "--message=second\n\nwith a body",
        ],
    );
    let ahead = status(&mut client).await;
    assert_eq!((ahead.remote.ahead, ahead.target.ahead), (1, 1));
    assert_eq!(ahead.commits.len(), 1);
    assert_eq!(ahead.commits[0].message, "second\n\nwith a body");
    assert_eq!(ahead.commits[0].author, "Test");
    harness.stop().await;
}

#[tokio::test]
async fn commits_take_all_files_or_some() {
    let mut harness = Harness::start().await;
    let mut client = harness.open(Permission::Write).await;
    let mut visitor = Visitor::new(Permission::Write, "ada", "u");
    // Whoever runs the tests may have a name of their own.
    for name in ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"] {
        visitor.env.insert(name.into(), "/dev/null".into());
    }
    harness
        .send(Message::Open {
            client: client.number,
            visitor,
        })
        .await;
    client.join(false).await.unwrap();
    let remote = cloned(&harness).await;
    let workspace = harness.workspace("");
    client.write("a.txt", b"changed\n").await.unwrap();
    client.write("-f", b"new\n").await.unwrap();
    client.write("*", b"new\n").await.unwrap();
    std::fs::remove_file(workspace.join("b.txt")).unwrap();

    let answer = client
        .request(&commit("some", Some(&["-f", "b.txt"])))
        .await;
    assert_eq!(answer.unwrap().shell_id, "");
    let started: CommitStarted = client.notification().await;
    assert_eq!(
        (started.message.as_str(), started.paths.unwrap().len()),
        ("some", 2)
    );
    assert_eq!(client.notification::<CommitFinished>().await.exit_code, 0);
    let left = status(&mut client).await;
    assert_eq!(changed(&left), [("a.txt", "", "M"), ("*", "?", "?")]);
    assert_eq!(left.commits[0].author, "ada");

    let pushed = MakeCommit {
        push: Some(true),
        ..commit("the rest", None)
    };
    // A file that is being written is in no commit.
    let half = harness.workspace(".yew-sandbox-write-0-1");
    std::fs::write(&half, "half").unwrap();
    client.request(&pushed).await.unwrap();
    assert!(!git(&remote, &["ls-tree", "-r", "--name-only", "main"]).contains("write-0"));
    std::fs::remove_file(&half).unwrap();
    let clean = status(&mut client).await;
    assert!(!clean.local_changes);
    assert_eq!(clean.remote.ahead, 0);
    assert_eq!(
        git(&remote, &["log", "-1", "--format=%s", "main"]),
        "the rest"
    );

    let error = client.request(&commit("nothing", None)).await.unwrap_err();
    assert!(error.message.contains("nothing to commit"), "{error}");
    let error = client.request(&commit(" ", None)).await.unwrap_err();
    assert!(error.message.contains("needs a message"), "{error}");
    let error = client
        .request(&commit("x", Some(&["../up"])))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::INVALID_PATH);
    harness.stop().await;
}

#[tokio::test]
async fn the_session_names_the_author() {
    let mut harness = Harness::start().await;
    let mut client = harness.open(Permission::Write).await;
    let mut visitor = Visitor::new(Permission::Write, "ada", "u");
    visitor.git = Some(Box::new(GitIdentity {
        name: "Ada Lovelace".into(),
        email: "ada@example.org".into(),
        provider: None,
        username: None,
        access_token: None,
    }));
    harness
        .send(Message::Open {
            client: client.number,
            visitor,
        })
        .await;
    client.join(false).await.unwrap();
    git(&harness.workspace(""), &["init", "--quiet"]);
    client.write("a", b"x").await.unwrap();
    client.request(&commit("first", None)).await.unwrap();
    let author = git(&harness.workspace(""), &["log", "-1", "--format=%an <%ae>"]);
    assert_eq!(author, "Ada Lovelace <ada@example.org>");
    harness.stop().await;
}

#[tokio::test]
async fn discarding_gives_up_all_changes_or_some() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    cloned(&harness).await;
    let workspace = harness.workspace("");
    let spoil = || {
        std::fs::write(workspace.join("a.txt"), "changed\n").unwrap();
        std::fs::create_dir_all(workspace.join("folder")).unwrap();
        std::fs::write(workspace.join("folder/new.txt"), "new\n").unwrap();
        std::fs::write(workspace.join("added.txt"), "added\n").unwrap();
        git(&workspace, &["add", "added.txt"]);
        git(&workspace, &["mv", "b.txt", "renamed.txt"]);
    };
    spoil();
    for (path, gone) in [
        ("folder", "folder/new.txt"),
        ("added.txt", "added.txt"),
        ("renamed.txt", "renamed.txt"),
    ] {
        let request = Discard {
            paths: Some(vec![path.into()]),
        };
        let answer = client.request(&request).await.unwrap();
        assert_eq!(answer.paths.unwrap(), [gone]);
        assert!(!workspace.join(gone).exists(), "{gone}");
    }
    assert_eq!(client.read("b.txt").await.unwrap(), "b\n");
    assert_eq!(client.read("a.txt").await.unwrap(), "changed\n");
    assert_eq!(changed(&status(&mut client).await), [("a.txt", "", "M")]);

    spoil();
    let answer = client.request(&Discard { paths: None }).await.unwrap();
    assert_eq!(answer.paths.unwrap().len(), 4);
    assert!(!status(&mut client).await.local_changes);
    assert_eq!(client.read("a.txt").await.unwrap(), "one\ntwo\nthree\n");
    for broken in ["../up", "/etc/passwd", ".git/config"] {
        let request = Discard {
            paths: Some(vec![broken.into()]),
        };
        let error = client.request(&request).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::INVALID_PATH, "{broken}");
    }
    harness.stop().await;
}

#[tokio::test]
async fn pulling_takes_over_or_says_what_contradicts() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let pull = |force| Pull {
        branch: None,
        force: Some(force),
    };
    let remote = cloned(&harness).await;
    push_from_elsewhere(&remote, "c.txt", "c\n");
    client.request(&pull(false)).await.unwrap();
    let _: PullStarted = client.notification().await;
    assert_eq!(client.notification::<PullFinished>().await.exit_code, None);
    assert_eq!(client.read("c.txt").await.unwrap(), "c\n");

    push_from_elsewhere(&remote, "a.txt", "theirs\n");
    client.write("a.txt", b"ours\n").await.unwrap();
    client.request(&commit("ours", None)).await.unwrap();
    let error = client.request(&pull(false)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::GIT_PULL_CONFLICT, "{error}");
    assert_eq!(
        client.notification::<PullFinished>().await.exit_code,
        Some(1)
    );
    let merging = status(&mut client).await;
    assert!(merging.is_merging && merging.conflicts);
    assert!(!merging.remote.safe, "{:?}", merging.remote);
    let (_, item) = &merging.changed_files.0[0];
    assert!(item.is_conflicted);
    assert_eq!(item.index, FileStatus::Updated);

    client.request(&pull(true)).await.unwrap();
    assert_eq!(client.read("a.txt").await.unwrap(), "theirs\n");
    let clean = status(&mut client).await;
    assert!(!clean.is_merging && !clean.local_changes);

    client.write("a.txt", b"lost\n").await.unwrap();
    client.request(&ResetLocalWithRemote).await.unwrap();
    assert_eq!(client.read("a.txt").await.unwrap(), "theirs\n");

    std::fs::remove_dir_all(&remote).unwrap();
    let error = client.request(&pull(false)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::GIT_FETCH_FAIL, "{error}");
    let error = client.request(&ResetLocalWithRemote).await.unwrap_err();
    assert_eq!(
        error.code,
        ErrorCode::GIT_RESET_LOCAL_REMOTE_ERROR,
        "{error}"
    );
    let error = client.request(&Push).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::GIT_PUSH_FAIL, "{error}");
    harness.stop().await;
}

#[tokio::test]
async fn branches_are_pushed_renamed_and_compared() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let remote = cloned(&harness).await;
    let workspace = harness.workspace("");
    git(&workspace, &["checkout", "--quiet", "-b", "topic"]);
    client.write("c.txt", b"c\n").await.unwrap();
    client.request(&commit("topic", None)).await.unwrap();
    client.request(&Push).await.unwrap();
    assert_eq!(
        git(&remote, &["log", "-1", "--format=%s", "topic"]),
        "topic"
    );

    let diff = client
        .request(&GetTargetDiff {
            branch: "main".into(),
        })
        .await
        .unwrap();
    assert_eq!((diff.ahead, diff.behind, diff.commits.len()), (1, 0, 1));
    let error = client
        .request(&GetTargetDiff {
            branch: "missing".into(),
        })
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::INVALID_ID);

    let rename = |old: &str, new: &str| RenameBranch {
        old_branch: old.into(),
        new_branch: new.into(),
    };
    client.request(&rename("topic", "better")).await.unwrap();
    let told: RenameBranch = client.notification().await;
    assert_eq!(told.new_branch, "better");
    assert_eq!(status(&mut client).await.branch.as_deref(), Some("better"));
    for (old, new) in [("-f", "x"), ("better", "--force"), ("better", "a..b")] {
        let error = client.request(&rename(old, new)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::INVALID_ID, "{old} {new}");
    }
    let error = client.request(&rename("missing", "x")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::CRITICAL, "{error}");

    client.request(&CheckoutInitialBranch).await.unwrap();
    assert_eq!(status(&mut client).await.branch.as_deref(), Some("main"));

    let other = remote.with_file_name("second.git");
    git(
        &remote,
        &["init", "--quiet", "--bare", other.to_str().unwrap()],
    );
    let push = |url: &str, squash| PushToRemote {
        url: url.into(),
        branch: "target".into(),
        squash_all_commits: Some(squash),
    };
    client
        .request(&push(other.to_str().unwrap(), true))
        .await
        .unwrap();
    assert_eq!(git(&other, &["rev-list", "--count", "target"]), "1");
    let error = client
        .request(&push("ext::sh -c id", false))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::INVALID_ID);
    let error = client.request(&push("/missing", false)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::GIT_PUSH_FAIL);

    let remotes = client.request(&GetRemotes).await.unwrap();
    assert_eq!(remotes.origin, remote.to_str().unwrap());
    assert_eq!(remotes.upstream, "");
    harness.stop().await;
}

#[tokio::test]
async fn contents_and_differences_of_commits_are_told() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    cloned(&harness).await;
    let workspace = harness.workspace("");
    let first = git(&workspace, &["rev-parse", "HEAD"]);
    git(&workspace, &["mv", "b.txt", "moved.txt"]);
    std::fs::write(workspace.join("a.txt"), "zero\none\nTWO\nthree\n").unwrap();
    git(
        &workspace,
        &["commit", "--quiet", "--all", "--message=second"],
    );

    let content = |reference: &str, path: &str| GetRemoteContent {
        reference: reference.into(),
        path: path.into(),
    };
    let absolute = format!("{}/a.txt", harness.workspace_path);
    for (reference, path) in [
        ("main~1", "a.txt"),
        (first.as_str(), "./a.txt"),
        ("origin/main", &absolute),
    ] {
        let answer = client.request(&content(reference, path)).await.unwrap();
        assert_eq!(answer.content, "one\ntwo\nthree\n");
    }
    let error = client
        .request(&content("main", "missing"))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::GIT_REMOTE_FILE_NOT_FOUND);
    for (reference, path, code) in [
        ("missing", "a.txt", ErrorCode::INVALID_ID),
        ("--output=x", "a.txt", ErrorCode::INVALID_ID),
        ("main", "../a", ErrorCode::INVALID_PATH),
    ] {
        let error = client.request(&content(reference, path)).await.unwrap_err();
        assert_eq!(error.code, code, "{reference} {path}");
    }

    let diff = |base: &str, head: &str| GetDiffStatus {
        base: base.into(),
        head: head.into(),
    };
    let files = client.request(&diff(&first, "HEAD")).await.unwrap().files;
    assert_eq!(files.len(), 2);
    assert_eq!(
        (files[0].path.as_str(), files[0].status),
        ("a.txt", FileStatus::Modified)
    );
    assert_eq!(files[0].hunks.len(), 2);
    assert_eq!(files[0].hunks[0].modified, LineRange { start: 1, end: 2 });
    assert_eq!(files[1].old_path.as_deref(), Some("b.txt"));
    assert_eq!(
        (files[1].path.as_str(), files[1].status),
        ("moved.txt", FileStatus::Renamed)
    );
    let error = client.request(&diff("missing", "HEAD")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::INVALID_ID);

    let line = |path: &str, line| CommittedLine {
        sha: first.clone(),
        path: path.into(),
        line,
    };
    let lines = TransposeLines(vec![
        line("a.txt", 1),
        line("a.txt", 2),
        line("a.txt", 3),
        line("b.txt", 1),
    ]);
    let now = client.request(&lines).await.unwrap();
    let now: Vec<_> = now
        .iter()
        .map(|place| {
            place
                .as_ref()
                .map(|place| (place.path.as_str(), place.line))
        })
        .collect();
    assert_eq!(
        now,
        [
            Some(("a.txt", 2)),
            None,
            Some(("a.txt", 4)),
            Some(("moved.txt", 1))
        ]
    );
    let unknown = TransposeLines(vec![CommittedLine {
        sha: "0123456789".into(),
        ..line("a.txt", 1)
    }]);
    let error = client.request(&unknown).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::GIT_TRANSPOSE_LINES_FAIL);
    harness.stop().await;
}

#[tokio::test]
async fn status_is_told_to_those_who_want_it() {
    let mut harness = Harness::start().await;
    let mut silent = harness.open(Permission::Write).await;
    let mut request = join(false);
    request.subscriptions.git = None;
    silent.request(&request).await.unwrap();
    let mut client = harness.join(Permission::Read).await;
    let workspace = harness.workspace("");
    // A repository that comes later is seen too.
    git(&workspace, &["init", "--quiet", "--initial-branch=main"]);
    loop {
        let told: Status = client.notification().await;
        if told.branch.as_deref() == Some("main") {
            break;
        }
    }
    silent.write("folder.txt", b"x").await.unwrap();
    loop {
        let told: Status = client.notification().await;
        if changed(&told).contains(&("folder.txt", "?", "?")) {
            break;
        }
    }
    git(&workspace, &["add", "folder.txt"]);
    loop {
        let told: Status = client.notification().await;
        if changed(&told).contains(&("folder.txt", "A", "")) {
            break;
        }
    }
    let heard = silent.drain();
    let is_git = |event: &Event| matches!(event, Event::Frame(ServerFrame::Notification { method, .. }) if method == Status::METHOD);
    assert!(!heard.iter().any(is_git), "{heard:?}");
    harness.stop().await;
}

#[tokio::test]
async fn one_change_at_a_time_and_none_by_readers() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    cloned(&harness).await;
    // A hook holds the first commit until the second one was refused.
    let (started, go_on) = (harness.folder.join("started"), harness.folder.join("go-on"));
    let script = format!(
        "#!/bin/sh\ntouch {}\nwhile ! test -e {}; do sleep 0.01; done\n",
        started.display(),
        go_on.display()
    );
    hook(&harness, "pre-commit", &script);
    client.write("c.txt", b"c").await.unwrap();
    let id = client.send(&commit("first", None)).await;
    while !started.exists() {
        tokio::task::yield_now().await;
    }
    let error = other.request(&Push).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::GIT_OPERATION_IN_PROGRESS);
    // Looking is allowed meanwhile, and so are other requests of the same client.
    status(&mut other).await;
    assert_eq!(client.read("c.txt").await.unwrap(), "c");
    std::fs::write(&go_on, "").unwrap();
    client.answer::<MakeCommit>(id).await.unwrap();
    other.request(&Push).await.unwrap();

    let mut reader = harness.join(Permission::Read).await;
    status(&mut reader).await;
    let errors = [
        reader.request(&commit("x", None)).await.unwrap_err(),
        reader.request(&Discard { paths: None }).await.unwrap_err(),
        reader.request(&Push).await.unwrap_err(),
        reader.request(&CheckoutInitialBranch).await.unwrap_err(),
    ];
    assert!(
        errors
            .iter()
            .all(|error| error.code == ErrorCode::NO_ACCESS)
    );
    harness.stop().await;
}

/// It was killed with git after two minutes, and the commit told as a failure.
#[tokio::test]
async fn a_commit_does_not_wait_for_what_its_hook_leaves_behind() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    cloned(&harness).await;
    let left = harness.folder.join("left");
    let script = format!(
        "#!/bin/sh\n(echo $$ > {0}; while test -e {0}; do sleep 0.05; done) &\n",
        left.display()
    );
    hook(&harness, "post-commit", &script);
    client.write("c.txt", b"c").await.unwrap();
    // The deadline of the answer is far below git's.
    client.request(&commit("first", None)).await.unwrap();
    while !left.exists() {
        tokio::task::yield_now().await;
    }
    client.request(&Push).await.unwrap();
    std::fs::remove_file(&left).unwrap();
    harness.stop().await;
}

/// Git told hooks to take patterns for names.
#[tokio::test]
async fn hooks_find_files_by_patterns_and_commits_take_names() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    cloned(&harness).await;
    let seen = harness.folder.join("seen");
    let script = format!(
        "#!/bin/sh\ngit diff --cached --name-only -- '*.rs' >> {}\n",
        seen.display()
    );
    hook(&harness, "pre-commit", &script);
    for name in ["a.rs", "[ab].rs", "b.rs", ":c.rs"] {
        client.write(name, b"x").await.unwrap();
    }
    let some = commit("some", Some(&["[ab].rs", ":c.rs"]));
    client.request(&some).await.unwrap();
    client.request(&commit("all", None)).await.unwrap();
    let seen = std::fs::read_to_string(&seen).unwrap();
    let seen: Vec<&str> = seen.lines().collect();
    assert_eq!(seen, [":c.rs", "[ab].rs", "a.rs", "b.rs"]);
    harness.stop().await;
}
