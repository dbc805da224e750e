//! The repository.

use yew_sandbox_client::fake::{FakeGit, FakeSandbox};
use yew_sandbox_client::{ErrorKind, FileStatus, GitStatus};

use super::{connected, within};

fn letters(status: &GitStatus) -> Vec<(&str, &str)> {
    let changed = status.changed_files.0.iter().map(|(_, item)| item);
    let all = changed.chain(&status.deleted_files);
    all.map(|item| (item.path.as_str(), item.working_tree.as_str()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_status_follows_the_files() {
    let fake = FakeSandbox::builder()
        .file("same.txt", "same\n")
        .file("changed.txt", "new\n")
        .file("fresh.txt", "")
        .git(
            FakeGit::new("main")
                .committed("changed.txt", "old\n")
                .committed("gone.txt", "it was here\n")
                .untracked("fresh.txt"),
        )
        .build();
    let client = connected(&fake).await;
    let git = client.git();
    let status = git.status().await.unwrap();
    let before = [("changed.txt", "M"), ("fresh.txt", "?"), ("gone.txt", "D")];
    assert_eq!(letters(&status), before);
    assert_eq!(git.content("HEAD", "changed.txt").await.unwrap(), "old\n");
    assert_eq!(
        git.content("HEAD", "none").await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let diff = git.diff("HEAD", "").await.unwrap();
    assert_eq!(diff.files[0].hunks[0].modified.end, 2);
    assert_eq!(diff.files[2].status, FileStatus::Deleted);

    let live = git.live();
    let mut statuses = live.watch();
    client.fs().write("same.txt", "other\n").await.unwrap();
    within(async {
        while statuses
            .get()
            .is_none_or(|status| letters(&status).len() < 4)
        {
            statuses.changed().await.unwrap();
        }
    })
    .await;
    git.commit(
        "Better",
        Some(vec!["same.txt".to_owned(), "gone.txt".to_owned()]),
        false,
    )
    .await
    .unwrap();
    let status = git.status().await.unwrap();
    assert_eq!(letters(&status), [("changed.txt", "M"), ("fresh.txt", "?")]);
    assert_eq!(status.commits[0].message, "Better");
    let mut discarded = git.discard(None).await.unwrap();
    discarded.sort();
    assert_eq!(discarded, ["changed.txt", "fresh.txt"]);
    assert_eq!(fake.paths(), ["changed.txt", "same.txt"]);
    assert_eq!(fake.text("changed.txt").as_deref(), Some("old\n"));
    assert!(!git.status().await.unwrap().local_changes);
    assert!(git.commit("Nothing", None, false).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn remotes_give_and_take() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let client = connected(&fake).await;
    let git = client.git();
    assert_eq!(git.status().await.unwrap_err().kind(), ErrorKind::NotFound);
    fake.set_git(FakeGit::new("main"));
    assert_eq!(git.push().await.unwrap_err().kind(), ErrorKind::Git);
    fake.set_git(
        FakeGit::new("main")
            .remote("https://example.com/a.git")
            .unpushed("Mine")
            .remote_change("b.txt", "theirs"),
    );
    let status = git.status().await.unwrap();
    assert_eq!((status.remote.ahead, status.remote.behind), (1, 1));
    git.pull(None, false).await.unwrap();
    assert_eq!(fake.text("b.txt").as_deref(), Some("theirs"));
    assert_eq!(fake.commits().len(), 1);
    git.push().await.unwrap();
    git.rename_branch("main", "trunk").await.unwrap();
    let status = git.status().await.unwrap();
    assert_eq!((status.remote.ahead, status.remote.behind), (0, 0));
    assert_eq!(status.branch.as_deref(), Some("trunk"));
    fake.set_git(FakeGit::new("main").conflicted("a.txt"));
    let status = git.status().await.unwrap();
    assert!(status.conflicts && status.is_merging);
    git.commit("Merged", None, false).await.unwrap();
    assert!(!git.status().await.unwrap().conflicts);
}
