//! The repository.

use yew_sandbox_client::{ErrorKind, FileStatus};

use crate::support::soon;
use crate::{eventually, in_each};

const BEGIN: &str = "git init -q -b main . && git config user.name A && git config user.email a@example.com \
    && git add . && git commit -q -m first && git init -q --bare ../remote.git \
    && git remote add origin \"$PWD/../remote.git\" && git push -q -u origin main";

#[tokio::test(flavor = "multi_thread")]
async fn a_change_goes_from_the_file_to_the_remote() {
    in_each(|world| async {
        let (client, git) = (&world.client, world.client.git());
        let error = git.status().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        client.fs().write("a.txt", "one\n").await.unwrap();
        soon("git", client.commands().run(BEGIN)).await.unwrap();
        let live = git.live();
        let branch = || live.get().and_then(|status| status.branch);
        eventually("a status", || branch().filter(|name| name == "main")).await;

        client.fs().write("a.txt", "two\n").await.unwrap();
        let changed = || live.get().filter(|status| status.local_changes);
        let status = eventually("a change", changed).await;
        let (_, item) = &status.changed_files.0[0];
        assert_eq!(
            (item.path.as_str(), item.working_tree),
            ("a.txt", FileStatus::Modified)
        );
        assert_eq!(git.discard(None).await.unwrap(), ["a.txt"]);
        assert_eq!(client.fs().read_text("a.txt").await.unwrap(), "one\n");

        client.fs().write("a.txt", "three\n").await.unwrap();
        soon("a commit", git.commit("it's \"three\"", None, true))
            .await
            .unwrap();
        eventually("a clean state", || {
            live.get().filter(|status| !status.local_changes)
        })
        .await;
        let log = client
            .commands()
            .run("git --no-pager log -1 --format=%s origin/main")
            .await
            .unwrap();
        assert_eq!(log.text().trim(), "it's \"three\"");
        assert_eq!(git.content("HEAD~1", "a.txt").await.unwrap(), "one\n");
        let error = git.content("HEAD", "b.txt").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.subject()),
            (ErrorKind::NotFound, Some("b.txt"))
        );
        let diff = git.diff("HEAD~1", "HEAD").await.unwrap();
        assert_eq!(diff.files[0].path, "a.txt");
        assert!(git.remotes().await.unwrap().origin.ends_with("remote.git"));

        git.rename_branch("main", "topic").await.unwrap();
        eventually("the name", || branch().filter(|name| name == "topic")).await;
        let error = git.target_diff("no-such-branch").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        git.rename_branch("topic", "main").await.unwrap();
        client.fs().write("a.txt", "four\n").await.unwrap();
        soon("a commit", git.commit("four", None, false))
            .await
            .unwrap();
        assert_eq!(git.status().await.unwrap().commits.len(), 1);
        soon("a reset", git.reset_to_remote()).await.unwrap();
        assert_eq!(client.fs().read_text("a.txt").await.unwrap(), "three\n");
        soon("a pull", git.pull(None, false)).await.unwrap();
        soon("a push", git.push()).await.unwrap();
        world
    })
    .await;
}
