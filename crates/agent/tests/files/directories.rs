//! Making, listing, removing, renaming, copying.

use std::os::unix::fs::{PermissionsExt, symlink};

use rustix::io::Errno;
use yew_sandbox_protocol::fs::FileType;

use crate::calls::{copy, list, make_directory, remove, rename, stat};
use crate::common::{Harness, assert_errno};

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
