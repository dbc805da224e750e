//! Where paths may lead, and who may change what is there.

use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;
use yew_sandbox_agent::Permission;

use crate::calls::{copy, list, make_directory, remove, rename, stat};
use crate::common::{Harness, assert_errno};

#[tokio::test]
async fn paths_outside_are_refused_or_end_inside() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let outside = harness.folder.parent().unwrap().join("secret");
    std::fs::write(&outside, "secret").unwrap();

    for path in [
        "../../../etc/passwd",
        "/..",
        "/../secret",
        "a/../../../..",
        "nul\0byte",
    ] {
        let error = client.read(path).await.unwrap_err();
        assert_eq!(error.code.0, 101, "{path}: {error}");
        let error = client.write(path, b"x").await.unwrap_err();
        assert_eq!(error.code.0, 101, "{path}: {error}");
    }
    let climbing = format!("{}/../secret", harness.folder.display());
    assert_eq!(client.read(&climbing).await.unwrap_err().code.0, 101);
    // The host's folders are not there, whatever they hold.
    assert_errno(client.read("/etc/passwd").await, Errno::NOENT);
    assert_errno(client.read(outside.to_str().unwrap()).await, Errno::NOENT);
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "secret");
    harness.stop().await;
}

#[tokio::test]
async fn links_end_beneath_the_root() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let outside = harness.folder.parent().unwrap().join("secret");
    std::fs::write(&outside, "secret").unwrap();
    symlink(&outside, harness.workspace("absolute")).unwrap();
    symlink("../../../secret", harness.workspace("relative")).unwrap();
    symlink("/proc/self/root/etc/passwd", harness.workspace("magic")).unwrap();
    symlink("../../..", harness.workspace("up")).unwrap();
    symlink("loop", harness.workspace("loop")).unwrap();

    for path in ["absolute", "relative", "magic", "up/secret"] {
        assert_errno(client.read(path).await, Errno::NOENT);
    }
    assert_errno(client.read("loop").await, Errno::LOOP);
    assert_errno(client.write("loop", b"x").await, Errno::LOOP);
    // Written through a link, the file appears inside, where the link leads from the sandbox's own `/`.
    client.write("relative", b"inside").await.unwrap();
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "secret");
    assert_eq!(
        std::fs::read_to_string(harness.folder.join("secret")).unwrap(),
        "inside"
    );
    assert!(harness.workspace("relative").is_symlink());
    assert_errno(client.write("absolute", b"x").await, Errno::NOENT);

    // Removing and renaming are about the link itself.
    client.request(&rename("up", "moved", None)).await.unwrap();
    client.request(&remove("moved", true)).await.unwrap();
    assert!(harness.folder.join("project").is_dir());
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "secret");
    harness.stop().await;
}

#[tokio::test]
async fn a_folder_that_becomes_a_link_meanwhile_lets_nothing_out() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let outside = harness.folder.parent().unwrap().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("file"), "secret").unwrap();
    std::fs::create_dir(harness.workspace("real")).unwrap();
    std::fs::write(harness.workspace("real/file"), "mine").unwrap();
    symlink(&outside, harness.workspace("link")).unwrap();

    let is_over = Arc::new(AtomicBool::new(false));
    let (one, other) = (harness.workspace("real"), harness.workspace("link"));
    let racer = std::thread::spawn({
        let is_over = is_over.clone();
        move || {
            let exchange = rustix::fs::RenameFlags::EXCHANGE;
            let here = rustix::fs::CWD;
            while !is_over.load(Ordering::Relaxed) {
                rustix::fs::renameat_with(here, &one, here, &other, exchange).unwrap();
            }
        }
    });
    let mut found = 0;
    for round in 0..500 {
        if let Ok(content) = client.read("real/file").await {
            assert_eq!(content, "mine");
            found += 1;
        }
        let _ = client.write(&format!("real/new{round}"), b"x").await;
        let _ = client
            .request(&remove(&format!("real/new{round}"), false))
            .await;
        let _ = client
            .request(&make_directory("real/folder/below", true))
            .await;
    }
    is_over.store(true, Ordering::Relaxed);
    racer.join().unwrap();
    assert!(found > 0);
    let names: Vec<_> = std::fs::read_dir(&outside)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["file"]);
    assert_eq!(
        std::fs::read_to_string(outside.join("file")).unwrap(),
        "secret"
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_session_that_may_only_read_changes_nothing() {
    let mut harness = Harness::start().await;
    let mut writer = harness.writer().await;
    writer.write("file", b"x").await.unwrap();
    let mut reader = harness.join(Permission::Read).await;
    assert_eq!(reader.read("file").await.unwrap(), "x");
    reader.request(&list(".")).await.unwrap();
    reader.request(&stat("file")).await.unwrap();
    let refusals = [
        reader.write("file", b"y").await,
        reader.request(&make_directory("d", true)).await,
        reader.request(&remove("file", true)).await,
        reader.request(&rename("file", "g", None)).await,
        reader.request(&copy("file", "g", true, true)).await,
        reader
            .request(&yew_sandbox_protocol::system::Hibernate)
            .await,
        reader
            .request(&yew_sandbox_protocol::setup::Init)
            .await
            .map(|_| ()),
    ];
    for refusal in refusals {
        assert_eq!(refusal.unwrap_err().code.0, 2);
    }
    assert_eq!(writer.read("file").await.unwrap(), "x");
    harness.stop().await;
}
