//! Our bytes are those that `@msgpack/msgpack` writes; `golden/check.mjs` holds the JavaScript half.

#![allow(clippy::unwrap_used)] // A test fails by panicking.

use bytes::Bytes;
use std::collections::BTreeMap;
use yew_sandbox_protocol::{
    ClientFrame, ErrorCode, Request, ServerFrame, WireError, client, decode, encode_answer,
    encode_error, encode_notification, encode_request, fs, setup, system,
};

fn golden(name: &str) -> Bytes {
    let all: BTreeMap<String, String> =
        serde_json::from_str(include_str!("golden/golden.json")).unwrap();
    let hex = &all[name];
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect::<Vec<_>>()
        .into()
}

fn request<R: Request + PartialEq + std::fmt::Debug>(name: &str, id: u64, request: &R) {
    let golden = golden(name);
    assert_eq!(encode_request(id, request), golden, "{name}");
    let frame = ClientFrame::decode(&golden).unwrap();
    assert_eq!((frame.id, frame.method.as_str()), (id, R::METHOD));
    assert_eq!(&frame.params::<R>().unwrap(), request);
}

fn answer<R: Request>(name: &str, id: u64, answer: &R::Answer)
where
    R::Answer: PartialEq + std::fmt::Debug,
{
    let golden = golden(name);
    assert_eq!(encode_answer(id, R::METHOD, answer), golden, "{name}");
    match ServerFrame::decode(&golden).unwrap() {
        ServerFrame::Answer {
            id: read,
            outcome: Ok(result),
        } => {
            assert_eq!(read, id);
            assert_eq!(&decode::<R::Answer>(&result).unwrap(), answer);
        }
        other => panic!("{name} was read as {other:?}"),
    }
}

fn error(name: &str, id: u64, method: &str, error: &WireError) {
    let golden = golden(name);
    assert_eq!(encode_error(id, method, error), golden, "{name}");
    let expected = ServerFrame::Answer {
        id,
        outcome: Err(error.clone()),
    };
    assert_eq!(ServerFrame::decode(&golden).unwrap(), expected);
}

fn notification<N>(name: &str, notification: &N)
where
    N: yew_sandbox_protocol::Notification + PartialEq + std::fmt::Debug,
{
    let golden = golden(name);
    assert_eq!(encode_notification(notification), golden, "{name}");
    match ServerFrame::decode(&golden).unwrap() {
        ServerFrame::Notification { method, params } => {
            assert_eq!(method, N::METHOD);
            assert_eq!(&decode::<N>(&params).unwrap(), notification);
        }
        other => panic!("{name} was read as {other:?}"),
    }
}

#[test]
fn requests_are_the_bytes_of_javascript() {
    request(
        "read_file",
        1,
        &fs::ReadFile {
            path: "test.txt".into(),
        },
    );
    request(
        "write_file",
        127,
        &fs::WriteFile {
            path: "a/ü.txt".into(),
            content: Bytes::from_static(&[0, 255, 128]),
            create: Some(true),
            overwrite: Some(false),
        },
    );
    request(
        "write_file_long",
        65_536,
        &fs::WriteFile {
            path: "x".repeat(40),
            content: vec![7; 70_000].into(),
            create: None,
            overwrite: None,
        },
    );
    request(
        "join",
        0,
        &client::Join {
            client_info: client::AppInfo {
                protocol_version: "0.367.10".into(),
                app_id: "sdk".into(),
            },
            async_progress: Some(true),
            subscriptions: client::Subscriptions::all(),
        },
    );
}

#[test]
fn answers_are_the_bytes_of_javascript() {
    answer::<fs::ReadFile>(
        "read_file_answer",
        1,
        &fs::ReadFileAnswer {
            content: Bytes::from_static(b"Hello World"),
        },
    );
    answer::<fs::WriteFile>("write_file_answer", 128, &());
    answer::<fs::ReadDir>(
        "readdir_answer",
        3,
        &fs::ReadDirAnswer {
            entries: (0..20)
                .map(|index| fs::DirEntry {
                    name: format!("file {index}"),
                    file_type: if index % 2 == 0 {
                        fs::FileType::File
                    } else {
                        fs::FileType::Directory
                    },
                    is_symlink: index == 19,
                })
                .collect(),
        },
    );
    answer::<fs::Stat>(
        "stat_answer",
        4,
        &fs::StatAnswer {
            file_type: fs::FileType::File,
            is_symlink: false,
            size: 5_000_000_000,
            mtime: 1_700_000_000_123.0,
            ctime: 1_700_000_000_123.5,
            atime: 0.0,
        },
    );
}

#[test]
fn errors_are_the_bytes_of_javascript() {
    error(
        "raw_fs_error",
        256,
        "fs/stat",
        &WireError::file(Some(2), "no such file: a"),
    );
    error(
        "unknown_method",
        4_294_967_296,
        "x/y",
        &WireError::new(ErrorCode::FEATURE_UNAVAILABLE, "unknown method"),
    );
}

#[test]
fn notifications_are_the_bytes_of_javascript() {
    notification(
        "setup_progress",
        &setup::Progress {
            state: setup::SetupState::InProgress,
            steps: vec![setup::Step {
                name: "Install".into(),
                command: "npm ci".into(),
                shell_id: None,
                finish_status: Some(setup::StepOutcome::Succeeded),
            }],
            current_step_index: -1,
        },
    );
    notification(
        "init_status",
        &system::InitStatus {
            message: "Copying".into(),
            is_error: None,
            progress: 12.5,
            next_progress: 40.0,
            stdout: None,
        },
    );
    notification(
        "watch_event",
        &fs::WatchEvent {
            watch_id: "1".into(),
            events: vec![
                fs::Change {
                    paths: vec!["a".into(), "b".into()],
                    kind: fs::ChangeKind::Add,
                },
                fs::Change {
                    paths: vec!["c".into()],
                    kind: fs::ChangeKind::Remove,
                },
            ],
        },
    );
    notification("hibernating", &system::Hibernating);
}

#[test]
fn content_shares_the_buffer_of_its_frame() {
    let golden = golden("write_file_long");
    let frame = ClientFrame::decode(&golden).unwrap();
    let content = frame.params::<fs::WriteFile>().unwrap().content;
    let frame_range = golden.as_ptr_range();
    assert!(frame_range.contains(&content.as_ptr()));
}
