//! Wrong parameters for every method: an error each, and the connection goes on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use bytes::Bytes;
use common::{Client, Event, Harness};
use yew_sandbox_protocol::msgpack::Writer;
use yew_sandbox_protocol::{ErrorCode, ServerFrame, WireError};

const METHODS: [&str; 21] = [
    "channel/message",
    "channel/subscribe",
    "channel/unsubscribe",
    "fs/batchWrite",
    "fs/cancelStreamingSearch",
    "fs/download",
    "fs/pathSearch",
    "fs/search",
    "fs/streamingSearch",
    "fs/upload",
    "git/commit",
    "git/diffStatus",
    "git/discard",
    "git/pull",
    "git/pushToRemote",
    "git/remoteContent",
    "git/renameBranch",
    "git/targetDiff",
    "git/transposeLines",
    "notification/notifyResponse",
    "fs/readFile",
];

/// A request whose parameters are written by `params`.
fn request(id: u64, method: &str, params: impl FnOnce(&mut Writer)) -> Bytes {
    let mut writer = Writer::with_capacity(256);
    writer.map(3);
    writer.text("id");
    writer.unsigned(id);
    writer.text("method");
    writer.text(method);
    writer.text("params");
    params(&mut writer);
    writer.finish()
}

/// Names that the methods know, with values of no type that any of them takes.
fn wrong_fields(writer: &mut Writer) {
    let names = [
        "name",
        "path",
        "text",
        "searchId",
        "message",
        "paths",
        "files",
        "branch",
        "base",
        "url",
        "reference",
        "oldBranch",
        "notificationId",
        "filename",
        "force",
    ];
    writer.map(names.len());
    for name in names {
        writer.text(name);
        writer.float(0.5);
    }
}

async fn error_of(client: &mut Client, id: u64) -> WireError {
    let is_answer = |event: &Event| matches!(event, Event::Frame(ServerFrame::Answer { id: own, .. }) if *own == id);
    match client.wait_for(is_answer).await {
        Event::Frame(ServerFrame::Answer { outcome, .. }) => outcome.unwrap_err(),
        other => panic!("no answer: {other:?}"),
    }
}

#[tokio::test]
async fn wrong_parameters_are_an_error_and_no_more() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let status = std::process::Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(harness.workspace(""))
        .status();
    assert!(status.unwrap().success());
    let mut id = 1000;
    for method in METHODS {
        let kinds: [fn(&mut Writer); 4] = [
            |writer| writer.text("wrong"),
            |writer| writer.unsigned(7),
            |writer| {
                writer.array(1);
                writer.boolean(true);
            },
            wrong_fields,
        ];
        for kind in kinds {
            id += 1;
            client.send_bytes(request(id, method, kind)).await;
            let error = error_of(&mut client, id).await;
            assert_eq!(error.code, ErrorCode::CRITICAL, "{method}: {error}");
            assert!(error.message.contains(method), "{method}: {error}");
        }
    }
    for method in [
        "git/unknown",
        "channel/unknown",
        "notification/",
        "fs/searched",
        "git",
    ] {
        id += 1;
        client.send_bytes(request(id, method, Writer::nil)).await;
        let error = error_of(&mut client, id).await;
        assert_eq!(error.code, ErrorCode::FEATURE_UNAVAILABLE, "{method}");
    }
    client.write("still.txt", b"here").await.unwrap();
    harness.stop().await;
}
