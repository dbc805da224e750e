//! Every file operation over a real link, good and bad.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{DEADLINE, Harness, assert_errno, write_file};
use rustix::io::Errno;
use yew_sandbox_agent::Permission;
use yew_sandbox_protocol::fs::{
    Copy, FileType, MakeDir, ReadDir, ReadFile, Remove, Rename, Stat, WriteFile, WritePart,
};
use yew_sandbox_protocol::limits::MAX_CONTENT;

fn rename(from: &str, to: &str, overwrite: Option<bool>) -> Rename {
    Rename {
        from: from.into(),
        to: to.into(),
        overwrite,
    }
}

fn copy(from: &str, to: &str, recursive: bool, overwrite: bool) -> Copy {
    Copy {
        from: from.into(),
        to: to.into(),
        recursive: Some(recursive),
        overwrite: Some(overwrite),
    }
}

fn make_directory(path: &str, recursive: bool) -> MakeDir {
    MakeDir {
        path: path.into(),
        recursive: Some(recursive),
    }
}

fn remove(path: &str, recursive: bool) -> Remove {
    Remove {
        path: path.into(),
        recursive: Some(recursive),
    }
}

fn stat(path: &str) -> Stat {
    Stat { path: path.into() }
}

fn list(path: &str) -> ReadDir {
    ReadDir { path: path.into() }
}

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
async fn directories_are_made_listed_and_told_apart() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    assert_errno(
        client.request(&make_directory("a/b/c", false)).await,
        Errno::NOENT,
    );
    client
        .request(&make_directory("a/b/c", true))
        .await
        .unwrap();
    client
        .request(&make_directory("a/b/c", true))
        .await
        .unwrap();
    assert_errno(
        client.request(&make_directory("a", false)).await,
        Errno::EXIST,
    );
    client.write("a/file", b"12345").await.unwrap();
    assert_errno(
        client.request(&make_directory("a/file", true)).await,
        Errno::EXIST,
    );
    symlink("b", harness.workspace("a/to_folder")).unwrap();
    symlink("file", harness.workspace("a/to_file")).unwrap();
    symlink("nothing", harness.workspace("a/to_nothing")).unwrap();
    std::fs::write(harness.workspace("a/.yew-sandbox-write-0-1"), "half").unwrap();

    let mut entries = client.request(&list("a")).await.unwrap().entries;
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry.file_type, entry.is_symlink))
        .collect();
    assert_eq!(
        told,
        [
            ("b", FileType::Directory, false),
            ("file", FileType::File, false),
            ("to_file", FileType::File, true),
            ("to_folder", FileType::Directory, true),
            ("to_nothing", FileType::File, true),
        ]
    );
    let file = client.request(&stat("a/to_file")).await.unwrap();
    assert!(file.is_symlink && file.size == 5 && file.file_type == FileType::File);
    let folder = client.request(&stat("a/to_folder")).await.unwrap();
    assert!(folder.is_symlink && folder.file_type == FileType::Directory);
    let nothing = client.request(&stat("a/to_nothing")).await.unwrap();
    assert!(nothing.is_symlink && nothing.file_type == FileType::File);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let age = now.as_secs_f64() * 1e3 - client.request(&stat("a/file")).await.unwrap().mtime;
    assert!((0.0..60_000.0).contains(&age), "{age} ms");
    harness.stop().await;
}

#[tokio::test]
async fn removing_takes_a_tree_only_when_asked_to() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.request(&make_directory("a/b", true)).await.unwrap();
    for number in 0..300 {
        std::fs::write(harness.workspace(&format!("a/b/{number}")), "").unwrap();
    }
    std::fs::write(harness.workspace("kept"), "").unwrap();
    symlink("../kept", harness.workspace("a/link")).unwrap();
    assert_errno(client.request(&remove("a", false)).await, Errno::NOTEMPTY);
    client.request(&remove("a", true)).await.unwrap();
    assert!(!harness.workspace("a").exists());
    assert!(harness.workspace("kept").exists());
    assert_errno(client.request(&remove("a", true)).await, Errno::NOENT);
    client
        .request(&make_directory("empty", false))
        .await
        .unwrap();
    client.request(&remove("empty", false)).await.unwrap();
    assert_errno(client.request(&remove("/", true)).await, Errno::BUSY);
    assert_errno(client.request(&remove("..", true)).await, Errno::INVAL);
    // Deeper than anybody needs, and no end of the agent.
    let mut deep = harness.workspace("deep");
    for _ in 0..600 {
        std::fs::create_dir(&deep).unwrap();
        deep.push("d");
    }
    assert_errno(client.request(&remove("deep", true)).await, Errno::LOOP);
    harness.stop().await;
}

#[tokio::test]
async fn renaming_replaces_only_when_asked_to() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.write("one", b"1").await.unwrap();
    client.write("two", b"2").await.unwrap();
    assert_errno(
        client.request(&rename("one", "two", None)).await,
        Errno::EXIST,
    );
    assert_eq!(client.read("two").await.unwrap(), "2");
    client
        .request(&rename("one", "two", Some(true)))
        .await
        .unwrap();
    assert_eq!(client.read("two").await.unwrap(), "1");
    assert_errno(
        client.request(&rename("one", "three", None)).await,
        Errno::NOENT,
    );
    client
        .request(&make_directory("folder/below", true))
        .await
        .unwrap();
    client
        .request(&rename("two", "folder/below/two", None))
        .await
        .unwrap();
    client
        .request(&rename("folder", "moved", None))
        .await
        .unwrap();
    assert_eq!(client.read("moved/below/two").await.unwrap(), "1");
    assert_errno(
        client
            .request(&rename("moved", "moved/below/x", None))
            .await,
        Errno::INVAL,
    );
    let error = client
        .request(&rename("../../../x", "y", None))
        .await
        .unwrap_err();
    assert_eq!(error.code.0, 101);
    harness.stop().await;
}

#[tokio::test]
async fn copies_are_whole_and_replace_only_when_asked_to() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.request(&make_directory("a/b", true)).await.unwrap();
    client.write("a/file", b"1").await.unwrap();
    client.write("a/b/script", b"2").await.unwrap();
    let script = harness.workspace("a/b/script");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    symlink("file", harness.workspace("a/link")).unwrap();

    assert_errno(
        client.request(&copy("a", "c", false, false)).await,
        Errno::ISDIR,
    );
    client.request(&copy("a", "c", true, false)).await.unwrap();
    assert_eq!(client.read("c/b/script").await.unwrap(), "2");
    assert_eq!(client.read("c/link").await.unwrap(), "1");
    assert!(harness.workspace("c/link").is_symlink());
    let mode = std::fs::metadata(harness.workspace("c/b/script"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o755);

    client.write("a/file", b"changed").await.unwrap();
    assert_errno(
        client.request(&copy("a", "c", true, false)).await,
        Errno::EXIST,
    );
    assert_errno(
        client
            .request(&copy("a/file", "c/file", false, false))
            .await,
        Errno::EXIST,
    );
    client.request(&copy("a", "c", true, true)).await.unwrap();
    assert_eq!(client.read("c/file").await.unwrap(), "changed");
    assert_errno(
        client.request(&copy("a", "a/b/inside", true, false)).await,
        Errno::INVAL,
    );
    assert_errno(
        client.request(&copy("missing", "x", true, false)).await,
        Errno::NOENT,
    );
    assert_errno(
        client.request(&copy("a/file", "a/b", false, true)).await,
        Errno::ISDIR,
    );
    // Into the folder's own parent is not into itself.
    client
        .request(&copy("a/b", "b", true, false))
        .await
        .unwrap();
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
