//! Many files at once, uploads and downloads over a real link.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::os::unix::fs::PermissionsExt;

use bytes::Bytes;
use common::{Harness, assert_errno};
use rustix::io::Errno;
use yew_sandbox_agent::{AgentOptions, Permission};
use yew_sandbox_protocol::ErrorCode;
use yew_sandbox_protocol::fs::WritePart;
use yew_sandbox_protocol::search::{BatchFile, BatchWrite, Download, Upload};

fn batch(files: &[(&str, &[u8])]) -> BatchWrite {
    let file = |(path, content): &(&str, &[u8])| BatchFile {
        path: (*path).into(),
        content: Bytes::copy_from_slice(content),
    };
    BatchWrite {
        files: files.iter().map(file).collect(),
    }
}

/// Parts of a write of `f`: where each begins, and its content. The last one ends it.
fn parts(id: &str, parts: &[(u64, &[u8])]) -> Vec<WritePart> {
    let part = |(place, (offset, content)): (usize, &(u64, &[u8]))| WritePart {
        path: "f".into(),
        write_id: id.into(),
        offset: *offset,
        content: Bytes::copy_from_slice(content),
        last: place + 1 == parts.len(),
        create: None,
        overwrite: None,
    };
    parts.iter().enumerate().map(part).collect()
}

fn upload(parent: &str, name: &str) -> Upload {
    Upload {
        parent_id: parent.into(),
        file_name: name.into(),
        content: Bytes::from_static(b"uploaded"),
    }
}

#[tokio::test]
async fn a_batch_writes_all_files_and_their_directories() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let files: Vec<_> = (0..1000)
        .map(|number| BatchFile {
            path: format!("a/{}/{number}.txt", number % 10),
            content: Bytes::from(format!("content {number}")),
        })
        .collect();
    client.request(&BatchWrite { files }).await.unwrap();
    for number in [0, 499, 999] {
        let path = format!("a/{}/{number}.txt", number % 10);
        let content = client.read(&path).await.unwrap();
        assert_eq!(content, format!("content {number}"));
    }
    let left = std::fs::read_dir(harness.workspace("a/0")).unwrap().count();
    assert_eq!(left, 100);
    client.request(&batch(&[])).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn parts_become_a_file_in_one_step() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.write("f", b"old").await.unwrap();
    let file = harness.workspace("f");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let large = vec![b'x'; 3 << 20];
    let all = parts(
        "a",
        &[(0, &large), (3 << 20, b"and more"), ((3 << 20) + 8, b".")],
    );
    let (last, first) = all.split_last().unwrap();
    for part in first {
        client.request(part).await.unwrap();
        assert_eq!(client.read("f").await.unwrap(), "old");
    }
    client.request(last).await.unwrap();
    let content = std::fs::read(&file).unwrap();
    assert_eq!(content.len(), (3 << 20) + 9);
    assert!(content.ends_with(b"xxand more."));
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    // It is over: there is nothing that a last part could end.
    let error = client.request(last).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::INVALID_ID);
    let left = std::fs::read_dir(harness.workspace(".")).unwrap().count();
    assert_eq!(left, 1);
    harness.stop().await;
}

#[tokio::test]
async fn parts_that_come_again_change_nothing_and_those_that_do_not_fit_are_refused() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let sent = [
        // After a broken link a client sends again what it has no answer to.
        parts(
            "a",
            &[
                (0, b"one"),
                (0, b"one"),
                (3, b"two"),
                (3, b"two"),
                (6, b"six"),
            ],
        ),
        // All in one.
        parts("b", &[(0, b"B")]),
    ];
    let written = ["onetwosix", "B"];
    for (parts, written) in sent.iter().zip(written) {
        for part in parts {
            client.request(part).await.unwrap();
        }
        assert_eq!(client.read("f").await.unwrap(), written);
    }
    let unknown = ErrorCode::INVALID_ID;
    for gap in [&[(4, b"x".as_slice())][..], &[(0, b"xyz"), (4, b"x")]] {
        let parts = parts("c", gap);
        let (last, first) = parts.split_last().unwrap();
        for part in first {
            client.request(part).await.unwrap();
        }
        assert_eq!(client.request(last).await.unwrap_err().code, unknown);
    }
    let mut parts = parts("d", &[(0, b"xyz"), (3, b"x")]);
    client.request(&parts[0]).await.unwrap();
    parts[1].path = "g".into();
    assert_eq!(client.request(&parts[1]).await.unwrap_err().code, unknown);
    assert_eq!(client.read("f").await.unwrap(), "B");
    harness.stop().await;
}

#[tokio::test]
async fn parts_follow_the_rules_of_a_write() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut part = parts("a", &[(0, b"x"), (1, b"y")]).remove(0);
    part.create = Some(false);
    assert_errno(client.request(&part).await, Errno::NOENT);
    part.create = None;
    part.overwrite = Some(false);
    client.request(&part).await.unwrap();
    // Somebody else makes the file before the last part comes.
    client.write("f", b"first").await.unwrap();
    (part.offset, part.last) = (1, true);
    assert_errno(client.request(&part).await, Errno::EXIST);
    assert_eq!(client.read("f").await.unwrap(), "first");
    (part.offset, part.write_id) = (0, "a".repeat(257));
    let error = client.request(&part).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::INVALID_ID);
    (part.write_id, part.path) = ("a".into(), "../../../up".into());
    let error = client.request(&part).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::INVALID_PATH);
    let mut reader = harness.join(Permission::Read).await;
    let error = reader.request(&parts("b", &[(0, b"x")])[0]).await;
    assert_eq!(error.unwrap_err().code, ErrorCode::NO_ACCESS);
    let left = std::fs::read_dir(harness.workspace(".")).unwrap().count();
    assert_eq!(left, 1);
    harness.stop().await;
}

#[tokio::test]
async fn a_batch_keeps_its_order_and_that_of_its_client() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    for round in 0..10 {
        let first = format!("first {round}");
        client
            .send(&common::write_file("f", b"before the batch"))
            .await;
        client
            .send(&batch(&[("f", b"overwritten"), ("./f", first.as_bytes())]))
            .await;
        assert_eq!(client.read("f").await.unwrap(), first);
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_batch_that_fails_says_which_file_and_why() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.write("file", b"x").await.unwrap();
    let outcome = client
        .request(&batch(&[("a", b"1"), ("file/below", b"2")]))
        .await;
    assert!(outcome.clone().unwrap_err().message.contains("file/below"));
    assert_errno(outcome, Errno::NOTDIR);
    std::fs::create_dir(harness.workspace("folder")).unwrap();
    let outcome = client
        .request(&batch(&[("folder", b"2"), ("b", b"1")]))
        .await;
    assert!(outcome.clone().unwrap_err().message.contains("\"folder\""));
    assert_errno(outcome, Errno::ISDIR);
    let error = client.request(&batch(&[("../../../up", b"")])).await;
    assert_eq!(error.unwrap_err().code, ErrorCode::INVALID_PATH);
    let mut reader = harness.join(Permission::Read).await;
    let error = reader.request(&batch(&[("c", b"1")])).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NO_ACCESS);
    assert!(!harness.workspace("c").exists());
    harness.stop().await;
}

#[tokio::test]
async fn an_upload_is_a_file_in_its_directory() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    std::fs::create_dir(harness.workspace("folder")).unwrap();
    for (parent, path) in [
        ("folder", "folder/f.bin"),
        (
            "/project/workspace/folder/",
            "/project/workspace/folder/f.bin",
        ),
        ("", "f.bin"),
    ] {
        let answer = client.request(&upload(parent, "f.bin")).await.unwrap();
        assert_eq!(answer.file_id, path);
        assert_eq!(client.read(&answer.file_id).await.unwrap(), "uploaded");
    }
    for name in ["", ".", "..", "a/b", "../up", "a\0b"] {
        let error = client.request(&upload("folder", name)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::INVALID_PATH, "{name:?}");
    }
    assert_errno(client.request(&upload("missing", "f")).await, Errno::NOENT);
    assert_errno(client.request(&upload("f.bin", "f")).await, Errno::NOTDIR);
    let mut reader = harness.join(Permission::Read).await;
    let error = reader.request(&upload("", "f")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NO_ACCESS);
    harness.stop().await;
}

#[tokio::test]
async fn a_download_is_an_address_of_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let options = AgentOptions {
        sandbox_id: "s1".into(),
        public_url: Some("https://example.org/".into()),
        ..AgentOptions::new(folder.path())
    };
    let mut harness = Harness::start_with(options).await;
    let mut client = harness.join(Permission::Read).await;
    let download = |path: &str| Download {
        path: path.into(),
        excludes: None,
    };
    let answer = client.request(&download("")).await.unwrap();
    let token = answer
        .download_url
        .strip_prefix("https://example.org/downloads/s1/");
    assert_eq!(token.unwrap().len(), 64);
    let again = client.request(&download("")).await.unwrap();
    assert_ne!(again.download_url, answer.download_url);
    assert_errno(client.request(&download("missing")).await, Errno::NOENT);
    harness.stop().await;

    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let error = client.request(&download("")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::FEATURE_UNAVAILABLE);
    assert!(error.message.contains("public address"), "{error}");
    harness.stop().await;
}
