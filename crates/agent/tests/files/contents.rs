//! Reading and writing.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;
use yew_sandbox_protocol::fs::{FileType, ReadFile, WriteFile, WritePart};
use yew_sandbox_protocol::limits::MAX_CONTENT;

use crate::calls::{copy, list, make_directory, remove, stat};
use crate::common::{DEADLINE, Harness, assert_errno, write_file};

#[tokio::test]
async fn what_is_written_is_read_back_by_every_name_of_the_file() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.write("test.txt", b"Hello World").await.unwrap();
    assert_eq!(
        std::fs::read(harness.workspace("test.txt")).unwrap(),
        b"Hello World"
    );
    let host_path = format!("{}/test.txt", harness.workspace_path);
    for path in [
        "test.txt",
        "./test.txt",
        "/project/workspace/test.txt",
        "/project//x/../workspace/./test.txt",
        "../../project/workspace/test.txt",
        &host_path,
    ] {
        // `x` is not there, so only the kernel's word counts for that one.
        if path.contains("/x/") {
            assert_errno(client.read(path).await, Errno::NOENT);
        } else {
            assert_eq!(client.read(path).await.unwrap(), "Hello World", "{path}");
        }
    }
    client.write("empty", b"").await.unwrap();
    assert_eq!(client.read("empty").await.unwrap(), "");
    harness.stop().await;
}

#[tokio::test]
async fn reads_fail_with_the_errno_of_the_reason() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client
        .request(&make_directory("folder", false))
        .await
        .unwrap();
    client.write("file", b"x").await.unwrap();
    assert_errno(client.read("missing").await, Errno::NOENT);
    assert_errno(client.read("folder").await, Errno::ISDIR);
    assert_errno(client.read("file/below").await, Errno::NOTDIR);
    assert_errno(client.request(&list("file")).await, Errno::NOTDIR);
    assert_errno(client.request(&list("missing")).await, Errno::NOENT);
    assert_errno(client.request(&stat("missing")).await, Errno::NOENT);
    assert_errno(client.read(&"n".repeat(300)).await, Errno::NAMETOOLONG);
    assert_errno(client.read(&"n/".repeat(3000)).await, Errno::NAMETOOLONG);
    let error = client.read("missing").await.unwrap_err();
    assert_eq!(
        error.message,
        "cannot read \"missing\": No such file or directory"
    );
    harness.stop().await;
}

#[tokio::test]
async fn pipes_and_devices_never_block() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let status = std::process::Command::new("mkfifo")
        .arg(harness.workspace("pipe"))
        .status();
    assert!(status.unwrap().success());
    assert_errno(client.read("pipe").await, Errno::INVAL);
    assert_errno(client.write("pipe", b"x").await, Errno::INVAL);
    assert_errno(
        client.request(&copy("pipe", "copy", true, true)).await,
        Errno::INVAL,
    );
    assert!(
        std::fs::symlink_metadata(harness.workspace("pipe"))
            .unwrap()
            .file_type()
            .is_fifo()
    );
    assert_eq!(
        client.request(&stat("pipe")).await.unwrap().file_type,
        FileType::File
    );
    client.request(&remove("pipe", false)).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_write_obeys_create_and_overwrite_and_keeps_the_mode() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let with = |create, overwrite| WriteFile {
        create,
        overwrite,
        ..write_file("file", b"new")
    };
    assert_errno(client.request(&with(Some(false), None)).await, Errno::NOENT);
    client
        .request(&with(Some(true), Some(false)))
        .await
        .unwrap();
    assert_errno(client.request(&with(None, Some(false))).await, Errno::EXIST);
    client
        .request(&with(Some(false), Some(true)))
        .await
        .unwrap();

    let path = harness.workspace("file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o751)).unwrap();
    client.write("file", b"again").await.unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o751
    );

    client
        .request(&make_directory("folder", false))
        .await
        .unwrap();
    assert_errno(client.write("folder", b"x").await, Errno::ISDIR);
    assert_errno(client.write("new/", b"x").await, Errno::ISDIR);
    assert_errno(client.write(".", b"x").await, Errno::ISDIR);
    assert_errno(client.write("/", b"x").await, Errno::ISDIR);
    assert_errno(client.write("missing/file", b"x").await, Errno::NOENT);
    assert_errno(client.write("file/below", b"x").await, Errno::NOTDIR);
    assert_eq!(client.read("file").await.unwrap(), "again");
    harness.stop().await;
}

#[tokio::test]
async fn the_limit_is_that_of_a_message() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let largest = vec![7; MAX_CONTENT];
    client.write("largest", &largest).await.unwrap();
    assert_eq!(client.read("largest").await.unwrap(), largest);
    assert_errno(
        client.write("over", &vec![7; MAX_CONTENT + 1]).await,
        Errno::FBIG,
    );
    std::fs::write(harness.workspace("over"), vec![7; MAX_CONTENT + 1]).unwrap();
    assert_errno(client.read("over").await, Errno::FBIG);
    let file = std::fs::File::create(harness.workspace("sparse")).unwrap();
    file.set_len(1 << 40).unwrap();
    assert_errno(client.read("sparse").await, Errno::FBIG);
    assert_eq!(client.request(&stat("sparse")).await.unwrap().size, 1 << 40);
    harness.stop().await;
}

#[tokio::test]
async fn a_full_disk_leaves_the_old_content_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(root.path())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: a small file system cannot be mounted here (it takes root)");
        return;
    }
    let mut harness = Harness::start_with(yew_sandbox_agent::AgentOptions::new(root.path())).await;
    let mut client = harness.writer().await;
    client.write("file", b"old").await.unwrap();
    let outcome = client.write("file", &vec![1; 4 << 20]).await;
    let part = |offset: u64, last| WritePart {
        path: "file".into(),
        write_id: "parts".into(),
        offset,
        content: vec![1; 400 << 10].into(),
        last,
        create: None,
        overwrite: None,
    };
    let mut parts = Vec::new();
    for number in 0..4 {
        parts.push(
            client
                .request(&part(number * (400 << 10), number == 3))
                .await,
        );
    }
    let copied = client.request(&copy("file", "copy", false, false)).await;
    let old = client.read("file").await;
    let left = std::fs::read_dir(harness.workspace("")).unwrap().count();
    harness.stop().await;
    let unmounted = std::process::Command::new("umount")
        .arg(root.path())
        .status();
    assert!(unmounted.unwrap().success());
    assert_errno(outcome, Errno::NOSPC);
    // The first that does not fit ends the write, and gives its room back.
    let failed = parts.iter().position(Result::is_err).unwrap();
    assert_errno(parts.remove(failed), Errno::NOSPC);
    assert!(parts[failed..].iter().all(Result::is_err), "{parts:?}");
    copied.unwrap();
    assert_eq!(old.unwrap(), "old");
    // The built-in template's three, the file and its copy.
    assert_eq!(left, 5);
}

#[tokio::test]
async fn a_reader_sees_the_old_or_the_new_content_and_never_a_half() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let content = |round: u32| vec![u8::try_from(round % 251).unwrap(); 20_000];
    client.write("file", &content(0)).await.unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let reader = tokio::task::spawn_blocking({
        let (is_over, path) = (is_over.clone(), harness.workspace("file"));
        move || {
            let mut seen = std::collections::HashSet::new();
            while !is_over.load(Ordering::Relaxed) {
                let content = std::fs::read(&path).unwrap();
                assert_eq!(content.len(), 20_000);
                assert!(content.iter().all(|byte| *byte == content[0]));
                seen.insert(content[0]);
            }
            seen.len()
        }
    });
    let mut ids = Vec::new();
    for round in 1..=1000 {
        ids.push(client.send(&write_file("file", &content(round))).await);
    }
    for id in ids {
        client.answer::<WriteFile>(id).await.unwrap();
    }
    // The changes of one client happen in the order in which it asked.
    assert_eq!(client.read("file").await.unwrap(), content(1000));
    is_over.store(true, Ordering::Relaxed);
    assert!(reader.await.unwrap() > 1);
    harness.stop().await;
}

#[tokio::test]
async fn a_thousand_reads_at_once_are_all_answered() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.write("file", &[9; 1000]).await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..1000 {
        ids.push(
            client
                .send(&ReadFile {
                    path: "file".into(),
                })
                .await,
        );
    }
    for id in ids {
        assert_eq!(
            client.answer::<ReadFile>(id).await.unwrap().content.len(),
            1000
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn what_a_killed_agent_was_writing_is_swept_away() {
    let folder = tempfile::tempdir().unwrap();
    let leftover = ".yew-sandbox-write-0123456789abcdef-7";
    std::fs::create_dir_all(folder.path().join("project/workspace/sub")).unwrap();
    std::fs::create_dir(folder.path().join(".sandbox")).unwrap();
    std::fs::write(folder.path().join(".sandbox/running"), "").unwrap();
    let path = folder.path().join("project/workspace/sub").join(leftover);
    std::fs::write(&path, "half").unwrap();
    let mut harness =
        Harness::start_with(yew_sandbox_agent::AgentOptions::new(folder.path())).await;
    let _client = harness.writer().await;
    assert!(!path.exists());
    let mark = folder.path().join(".sandbox/running");
    assert!(mark.exists());
    tokio::time::timeout(DEADLINE, harness.stop())
        .await
        .unwrap();
    assert!(!mark.exists());
}
