//! Changes of files, told soon, together and without a hole.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::HashSet;
use std::fs;

use common::{Event, Harness};
use rustix::io::Errno;
use yew_sandbox_agent::Permission;
use yew_sandbox_protocol::ServerFrame;
use yew_sandbox_protocol::fs::{ChangeKind, Unwatch, Watch};

use ChangeKind::{Add, Change, Remove};

impl Harness {
    fn seen(&self, path: &str) -> String {
        format!("{}/{path}", self.workspace_path)
    }
}

#[tokio::test]
async fn changes_are_told_by_their_kind() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.write("old", b"1").await.unwrap();
    let watch = client.watch(".", true, &[]).await;
    client.write("new", b"1").await.unwrap();
    client.changes(&watch, &[(Add, harness.seen("new"))]).await;
    // A write replaces the file by another one, and is still a change.
    client.write("old", b"2").await.unwrap();
    let told = client
        .changes(&watch, &[(Change, harness.seen("old"))])
        .await;
    assert_eq!(told.len(), 1, "{told:?}");
    fs::write(harness.workspace("old"), "3").unwrap();
    client
        .changes(&watch, &[(Change, harness.seen("old"))])
        .await;
    fs::remove_file(harness.workspace("old")).unwrap();
    client
        .changes(&watch, &[(Remove, harness.seen("old"))])
        .await;
    fs::rename(harness.workspace("new"), harness.workspace("moved")).unwrap();
    let (gone, come) = (harness.seen("new"), harness.seen("moved"));
    client.changes(&watch, &[(Remove, gone), (Add, come)]).await;
    harness.stop().await;
}

#[tokio::test]
async fn new_folders_are_followed_without_missing_what_was_made_in_between() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let watch = client.watch("", true, &[]).await;
    let mut wanted = Vec::new();
    for folder in 0..40 {
        let mut path = format!("f{folder}");
        for _ in 0..5 {
            fs::create_dir(harness.workspace(&path)).unwrap();
            wanted.push((Add, harness.seen(&path)));
            for file in 0..10 {
                let file = format!("{path}/{file}");
                fs::write(harness.workspace(&file), "x").unwrap();
                wanted.push((Add, harness.seen(&file)));
            }
            path.push_str("/below");
        }
    }
    assert!(wanted.len() > 2000);
    let told = client.changes(&watch, &wanted).await;
    let adds = told.iter().filter(|(kind, _)| *kind == Add);
    let distinct: HashSet<_> = adds.clone().map(|(_, path)| path).collect();
    assert_eq!(distinct.len(), adds.count(), "some were told twice");
    assert_eq!(distinct.len(), wanted.len());

    // They are followed from then on, and under their new name after a move.
    fs::rename(harness.workspace("f0"), harness.workspace("g0")).unwrap();
    client
        .changes(
            &watch,
            &[
                (Remove, harness.seen("f0")),
                (Add, harness.seen("g0/below/3")),
            ],
        )
        .await;
    fs::write(harness.workspace("g0/below/late"), "x").unwrap();
    let told = client
        .changes(&watch, &[(Add, harness.seen("g0/below/late"))])
        .await;
    assert!(
        told.iter().all(|(_, path)| !path.contains("/f0")),
        "{told:?}"
    );
    fs::remove_dir_all(harness.workspace("g0")).unwrap();
    client
        .changes(&watch, &[(Remove, harness.seen("g0"))])
        .await;
    harness.stop().await;
}

#[tokio::test]
async fn thousands_of_files_come_in_few_messages() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let watch = client.watch(".", true, &[]).await;
    let names: Vec<String> = (0..2000).map(|number| format!("file{number}")).collect();
    for name in &names {
        fs::write(harness.workspace(name), "x").unwrap();
    }
    let wanted: Vec<_> = names.iter().map(|name| (Add, harness.seen(name))).collect();
    client.changes(&watch, &wanted).await;
    harness.stop().await;
}

#[tokio::test]
async fn what_is_excluded_or_below_is_not_told() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let excludes = ["**/node_modules/**", "*.log"];
    let watch = client.watch(".", true, &excludes).await;
    let flat = client.watch(".", false, &[]).await;
    fs::create_dir_all(harness.workspace("node_modules/x")).unwrap();
    fs::write(harness.workspace("node_modules/x/y"), "").unwrap();
    fs::write(harness.workspace("error.log"), "").unwrap();
    fs::create_dir(harness.workspace("src")).unwrap();
    fs::write(harness.workspace("src/last"), "").unwrap();
    let told = client
        .changes(&watch, &[(Add, harness.seen("src/last"))])
        .await;
    assert_eq!(
        told,
        [(Add, harness.seen("src")), (Add, harness.seen("src/last"))]
    );

    let expected = ["node_modules", "error.log", "src"].map(|name| (Add, harness.seen(name)));
    let told = client.changes(&flat, &expected).await;
    let paths: HashSet<_> = told.into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    harness.stop().await;
}

#[tokio::test]
async fn a_single_file_is_watched_through_its_replacements() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.write("file", b"1").await.unwrap();
    client.write("other", b"1").await.unwrap();
    let watch = client.watch("file", false, &[]).await;
    client.write("other", b"2").await.unwrap();
    for _ in 0..3 {
        client.write("file", b"2").await.unwrap();
        let told = client
            .changes(&watch, &[(Change, harness.seen("file"))])
            .await;
        assert_eq!(told.len(), 1);
    }
    fs::remove_file(harness.workspace("file")).unwrap();
    client
        .changes(&watch, &[(Remove, harness.seen("file"))])
        .await;
    client.write("file", b"3").await.unwrap();
    client.changes(&watch, &[(Add, harness.seen("file"))]).await;
    harness.stop().await;
}

#[tokio::test]
async fn a_watch_ends_when_asked_to_and_belongs_to_its_client() {
    let mut harness = Harness::start().await;
    let mut one = harness.writer().await;
    let mut other = harness.writer().await;
    let first = one.watch(".", true, &[]).await;
    let second = other.watch(".", true, &[]).await;
    let unwatch = |watch_id: &String| Unwatch {
        watch_id: watch_id.clone(),
    };
    assert_eq!(
        other.request(&unwatch(&first)).await.unwrap_err().code.0,
        100
    );
    let nonsense = Unwatch {
        watch_id: "no number".into(),
    };
    assert_eq!(other.request(&nonsense).await.unwrap_err().code.0, 100);
    one.request(&unwatch(&first)).await.unwrap();
    assert_eq!(one.request(&unwatch(&first)).await.unwrap_err().code.0, 100);

    one.write("file", b"x").await.unwrap();
    other.changes(&second, &[(Add, harness.seen("file"))]).await;
    let is_told = |event: &Event| matches!(event, Event::Frame(ServerFrame::Notification { method, .. }) if method == "fs/watchEvent");
    assert!(!one.drain().iter().any(is_told));

    // The same folder again, by a client that leaves without a word: the others go on.
    let third = one.watch(".", true, &[]).await;
    one.write("more", b"x").await.unwrap();
    one.changes(&third, &[(Add, harness.seen("more"))]).await;
    harness.close(&one).await;
    other.write("last", b"x").await.unwrap();
    other.changes(&second, &[(Add, harness.seen("last"))]).await;
    harness.stop().await;
}

#[tokio::test]
async fn two_watches_of_one_folder_miss_nothing_of_each_other() {
    let mut harness = Harness::start().await;
    let mut one = harness.writer().await;
    let mut other = harness.writer().await;
    let first = one.watch(".", true, &[]).await;
    fs::create_dir(harness.workspace("sub")).unwrap();
    one.changes(&first, &[(Add, harness.seen("sub"))]).await;
    let second = other.watch("sub", true, &[]).await;
    let mut wanted = Vec::new();
    for number in 0..200 {
        let path = format!("sub/{number}");
        fs::create_dir(harness.workspace(&path)).unwrap();
        wanted.push((Add, harness.seen(&path)));
        let path = format!("sub/{number}/file");
        fs::write(harness.workspace(&path), "").unwrap();
        wanted.push((Add, harness.seen(&path)));
    }
    one.changes(&first, &wanted).await;
    other.changes(&second, &wanted).await;
    harness.stop().await;
}

#[tokio::test]
async fn what_cannot_be_watched_is_an_error() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let watch = |path: &str| Watch {
        path: path.into(),
        recursive: None,
        excludes: None,
    };
    common::assert_errno(
        client.request(&watch("missing")).await,
        rustix::io::Errno::NOENT,
    );
    assert_eq!(
        client.request(&watch("/../..")).await.unwrap_err().code.0,
        101
    );
    for _ in 0..256 {
        client.request(&watch(".")).await.unwrap();
    }
    common::assert_errno(client.request(&watch(".")).await, rustix::io::Errno::NOSPC);
    harness.stop().await;
}

#[tokio::test]
async fn a_flood_that_the_kernel_drops_is_told_as_a_change_of_the_whole() {
    let limit: usize = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events")
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let watch = client.watch(".", true, &[]).await;
    // Nothing reads the queue meanwhile: this thread is the runtime's only one.
    for number in 0..limit {
        let path = harness.workspace(&format!("flood{number}"));
        fs::write(&path, "x").unwrap();
        fs::remove_file(&path).unwrap();
    }
    fs::create_dir(harness.workspace("after")).unwrap();
    let lost = format!("{}/", harness.workspace_path);
    client.changes(&watch, &[(Change, lost)]).await;
    // It goes on as before, also in folders that came with the flood.
    fs::write(harness.workspace("after/file"), "").unwrap();
    client
        .changes(&watch, &[(Add, harness.seen("after/file"))])
        .await;
    harness.stop().await;
}

/// A build removes its folder and makes it anew: the watch was of the folder that was no more.
#[tokio::test]
async fn a_folder_that_is_made_again_is_watched_as_before() {
    for is_recursive in [false, true] {
        let mut harness = Harness::start().await;
        let mut client = harness.writer().await;
        let dist = harness.workspace("dist");
        fs::create_dir(&dist).unwrap();
        let watch = client.watch("dist", is_recursive, &[]).await;
        // An empty folder has nothing that could tell of its end.
        fs::remove_dir(&dist).unwrap();
        client
            .changes(&watch, &[(Remove, harness.seen("dist"))])
            .await;
        fs::create_dir(&dist).unwrap();
        fs::write(dist.join("a"), "").unwrap();
        client
            .changes(&watch, &[(Change, harness.seen("dist/"))])
            .await;
        fs::write(dist.join("b"), "").unwrap();
        client
            .changes(&watch, &[(Add, harness.seen("dist/b"))])
            .await;
        // In one go, with content, and while a process stands in it.
        let script = "cd dist && rm -rf ../dist && mkdir -p ../dist/in && cd ../dist && touch c";
        let status = std::process::Command::new("sh")
            .args(["-c", script])
            .current_dir(harness.workspace(""))
            .status();
        assert!(status.unwrap().success());
        client
            .changes(&watch, &[(Change, harness.seen("dist/"))])
            .await;
        fs::write(dist.join("d"), "").unwrap();
        client
            .changes(&watch, &[(Add, harness.seen("dist/d"))])
            .await;
        harness.stop().await;
    }
}

/// What happened in the folder under its new name was told under the old one.
#[tokio::test]
async fn a_folder_that_is_renamed_is_watched_no_more() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    fs::create_dir_all(harness.workspace("a/src")).unwrap();
    let watch = client.watch("a/src", true, &[]).await;
    // The folder above it, too: the path is what is watched.
    fs::rename(harness.workspace("a"), harness.workspace("old")).unwrap();
    client
        .changes(&watch, &[(Remove, harness.seen("a/src"))])
        .await;
    fs::write(harness.workspace("old/src/elsewhere"), "").unwrap();
    fs::create_dir_all(harness.workspace("a/src")).unwrap();
    client
        .changes(&watch, &[(Change, harness.seen("a/src/"))])
        .await;
    fs::write(harness.workspace("old/src/again"), "").unwrap();
    fs::write(harness.workspace("a/src/here"), "").unwrap();
    let told = client
        .changes(&watch, &[(Add, harness.seen("a/src/here"))])
        .await;
    assert_eq!(told.len(), 1, "{told:?}");
    // And back again, over another one.
    fs::rename(harness.workspace("a"), harness.workspace("older")).unwrap();
    fs::rename(harness.workspace("old"), harness.workspace("a")).unwrap();
    client
        .changes(&watch, &[(Change, harness.seen("a/src/"))])
        .await;
    fs::write(harness.workspace("a/src/last"), "").unwrap();
    client
        .changes(&watch, &[(Add, harness.seen("a/src/last"))])
        .await;
    harness.stop().await;
}

#[tokio::test]
async fn a_file_is_watched_in_a_folder_that_is_made_again() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    fs::create_dir(harness.workspace("dist")).unwrap();
    fs::write(harness.workspace("dist/file"), "1").unwrap();
    let watch = client.watch("dist/file", false, &[]).await;
    let other = client.watch("dist", false, &[]).await;
    fs::remove_dir_all(harness.workspace("dist")).unwrap();
    client
        .changes(&watch, &[(Remove, harness.seen("dist/file"))])
        .await;
    fs::create_dir(harness.workspace("dist")).unwrap();
    client
        .changes(&watch, &[(Change, harness.seen("dist/file/"))])
        .await;
    fs::write(harness.workspace("dist/file"), "2").unwrap();
    client
        .changes(&watch, &[(Add, harness.seen("dist/file"))])
        .await;
    // One that ended leaves the other one its folders.
    let request = Unwatch { watch_id: watch };
    client.request(&request).await.unwrap();
    fs::remove_dir_all(harness.workspace("dist")).unwrap();
    fs::create_dir(harness.workspace("dist")).unwrap();
    client
        .changes(&other, &[(Change, harness.seen("dist/"))])
        .await;
    harness.stop().await;
}

/// A client may have 256; without a bound for all, clients that came and went took the sandbox's last open file.
#[tokio::test]
async fn watches_of_all_clients_are_bounded() {
    let mut harness = Harness::start().await;
    for _ in 0..4 {
        let mut client = harness.join(Permission::Read).await;
        for _ in 0..256 {
            client.watch(".", false, &[]).await;
        }
        // Its watches wait for it.
        harness.close(&client).await;
    }
    let mut client = harness.writer().await;
    let request = Watch {
        path: ".".into(),
        recursive: None,
        excludes: None,
    };
    common::assert_errno(client.request(&request).await, Errno::NOSPC);
    client.write("file", b"x").await.unwrap();
    harness.stop().await;
}
