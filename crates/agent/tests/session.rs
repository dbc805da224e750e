//! Clients: joining, permissions, bad frames, heartbeat, hibernation.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::HashSet;

use bytes::Bytes;
use common::{DEADLINE, Event, Harness, join, write_file};
use tokio::time::timeout;
use yew_sandbox_agent::{Message, Permission};
use yew_sandbox_protocol::client::{ClientInfo, Disconnected, Join, List};
use yew_sandbox_protocol::fs::{self, ReadFile, WriteFile};
use yew_sandbox_protocol::limits::MAX_FRAME;
use yew_sandbox_protocol::system::{Hibernate, Hibernating, Update};
use yew_sandbox_protocol::{PROTOCOL_VERSION, ServerFrame};

fn is_close(event: &Event) -> bool {
    matches!(event, Event::Close(..))
}

#[tokio::test]
async fn the_answer_to_a_join_says_who_and_where() {
    let mut harness = Harness::start().await;
    let mut writer = harness.open(Permission::Write).await;
    let answer = writer.join(true).await.unwrap();
    assert_eq!(answer.client.username, "user1");
    assert_eq!(answer.client.app_id, "test");
    assert_eq!(answer.workspace_path, harness.workspace_path);
    assert_eq!(answer.protocol_version, PROTOCOL_VERSION);
    assert!(answer.permissions.unwrap().fs.unwrap().operation);
    let token = answer.reconnect_token.unwrap();
    assert_eq!(token.len(), 32);

    let mut reader = harness.open(Permission::Read).await;
    let other = reader.join(true).await.unwrap();
    assert!(!other.permissions.unwrap().fs.unwrap().operation);
    assert_ne!(other.reconnect_token.unwrap(), token);
    assert_eq!(writer.join(true).await.unwrap_err().code.0, 0);
    harness.stop().await;
}

#[tokio::test]
async fn clients_hear_of_each_other() {
    let mut harness = Harness::start().await;
    let mut one = harness.writer().await;
    let mut other = harness.writer().await;
    let come: ClientInfo = one.notification().await;
    assert_eq!(come.username, "user2");
    let all = other.request(&List).await.unwrap();
    let ids: HashSet<_> = all.iter().map(|client| client.client_id.clone()).collect();
    assert_eq!((all.len(), ids.len()), (2, 2));
    harness.close(&other).await;
    let gone: Disconnected = one.notification().await;
    assert_eq!(gone.client_id, come.client_id);
    assert_eq!(one.request(&List).await.unwrap().len(), 1);
    harness.stop().await;
}

/// The answer to such a join went over the bound of the link and ended the agent.
#[tokio::test]
async fn an_app_whose_name_is_too_long_does_not_join() {
    let mut harness = Harness::start().await;
    let mut good = harness.writer().await;
    for length in [257, MAX_FRAME - 400] {
        let mut bad = harness.open(Permission::Write).await;
        let mut wanted = join(true);
        wanted.client_info.app_id = "x".repeat(length);
        let error = bad.request(&wanted).await.unwrap_err();
        assert!(error.message.contains("256 bytes"), "{error}");
        bad.join(true).await.unwrap();
    }
    good.write("file", b"x").await.unwrap();
    harness.stop().await;
}

/// Each one waited until there was a thread for the one before it, and with it all that the client sent.
#[tokio::test]
async fn what_needs_no_files_does_not_wait_for_them() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let folder = harness.workspace("folder");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..1000 {
        std::fs::write(folder.join(number.to_string()), "x").unwrap();
    }
    let copy = fs::Copy {
        from: "folder".into(),
        to: "copy".into(),
        recursive: Some(true),
        overwrite: None,
    };
    let copied = client.send(&copy).await;
    let written = client.send(&write_file("copy/0", b"y")).await;
    let read = client
        .send(&ReadFile {
            path: "copy/0".into(),
        })
        .await;
    let listed = client.send(&List).await;
    let mut order = Vec::new();
    while order.len() < 4 {
        let is_answer = |event: &Event| matches!(event, Event::Frame(ServerFrame::Answer { .. }));
        if let Event::Frame(ServerFrame::Answer { id, outcome }) = client.wait_for(is_answer).await
        {
            outcome.unwrap();
            order.push(id);
        }
    }
    assert_eq!(order, [listed, copied, written, read]);
    harness.stop().await;
}

#[tokio::test]
async fn nothing_is_served_before_the_join() {
    let mut harness = Harness::start().await;
    let mut client = harness.open(Permission::Write).await;
    assert_eq!(client.write("file", b"x").await.unwrap_err().code.0, 2);
    assert_eq!(client.request(&List).await.unwrap_err().code.0, 2);
    client.join(true).await.unwrap();
    client.write("file", b"x").await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn what_comes_behind_a_join_waits_for_its_answer() {
    let mut harness = Harness::start().await;
    let mut client = harness.open(Permission::Write).await;
    let first = client.send(&join(false)).await;
    let second = client.send(&write_file("file", b"x")).await;
    client.answer::<WriteFile>(second).await.unwrap();
    client.answer::<Join>(first).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn unknown_methods_and_wrong_parameters_are_answered() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    // {"id": 90, "method": "shell/divide", "params": {}}
    let mut frame = b"\x83\xa2id\x5a\xa6method\xacshell/divide\xa6params\x80".to_vec();
    client.send_bytes(frame.clone().into()).await;
    let error = client.answer::<Update>(90).await.unwrap_err();
    assert_eq!(error.code.0, 1);
    assert!(error.message.contains("shell/divide"));

    // {"id": 91, "method": "fs/readFile", "params": {"path": 7}}
    frame = b"\x83\xa2id\x5b\xa6method\xabfs/readFile\xa6params\x81\xa4path\x07".to_vec();
    client.send_bytes(frame.into()).await;
    let error = client.answer::<Update>(91).await.unwrap_err();
    assert_eq!(error.code.0, 0);
    assert!(error.message.contains("fs/readFile") && error.message.contains("path"));
    client.request(&Update).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_malformed_frame_closes_its_client_and_nobody_else() {
    let mut harness = Harness::start().await;
    let mut good = harness.writer().await;
    let broken: [&[u8]; 6] = [
        b"",
        b"not a frame",
        b"\xdd\xff\xff\xff\xff",
        b"\x83\xa2id\xa1x\xa6method\xa1m\xa6params\x80",
        b"\x81\xa2id\x01",
        &[0x91; 100_000],
    ];
    for bytes in broken {
        let mut bad = harness.writer().await;
        let watch = bad.watch(".", true, &[]).await;
        assert!(!watch.is_empty());
        let bytes = Bytes::from_static(bytes);
        bad.send_bytes(bytes).await;
        let Event::Close(code, reason) = bad.wait_for(is_close).await else {
            panic!("not closed");
        };
        assert_eq!(code, 1002, "{reason}");
        let _: Disconnected = good.notification().await;
        bad.send_bytes(yew_sandbox_protocol::encode_request(9, &Update))
            .await;
        bad.ping().await;
        good.write("file", b"x").await.unwrap();
        assert_eq!(good.request(&List).await.unwrap().len(), 1);
    }
    harness.stop().await;
}

#[tokio::test]
async fn damaged_frames_never_harm_the_agent() {
    let mut harness = Harness::start().await;
    let mut good = harness.writer().await;
    let path = || String::from("folder/file");
    let seeds = [
        yew_sandbox_protocol::encode_request(1, &write_file("folder/file", b"x")),
        yew_sandbox_protocol::encode_request(1, &ReadFile { path: path() }),
        yew_sandbox_protocol::encode_request(1, &fs::Stat { path: path() }),
        yew_sandbox_protocol::encode_request(1, &fs::ReadDir { path: path() }),
        yew_sandbox_protocol::encode_request(
            1,
            &fs::Rename {
                from: path(),
                to: "new".into(),
                overwrite: Some(true),
            },
        ),
        yew_sandbox_protocol::encode_request(
            1,
            &fs::Watch {
                path: path(),
                recursive: Some(true),
                excludes: Some(vec!["**/[a-z]{1,2}".into()]),
            },
        ),
        yew_sandbox_protocol::encode_request(1, &join(true)),
    ];
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut bad = harness.writer().await;
    for round in 0..20_000 {
        let mut frame = seeds[random.below(seeds.len())].to_vec();
        for _ in 0..=random.below(4) {
            let place = random.below(frame.len());
            match random.below(3) {
                0 => frame[place] = u8::try_from(random.below(256)).unwrap(),
                1 => frame.truncate(place + 1),
                _ => frame.insert(place, u8::try_from(random.below(256)).unwrap()),
            }
        }
        bad.send_bytes(frame.into()).await;
        if round % 100 == 99 {
            bad.ping().await;
            bad.wait_for(|event| matches!(event, Event::Ping | Event::Close(..)))
                .await;
        }
        for event in bad.drain() {
            match event {
                Event::Close(code, _) => {
                    assert_eq!(code, 1002);
                    bad = harness.writer().await;
                }
                // A handler that panicked would answer so.
                Event::Frame(ServerFrame::Answer { outcome, .. }) => {
                    let error = outcome.err().map(|error| error.message);
                    assert!(!error.unwrap_or_default().contains("panic"));
                }
                _ => {}
            }
        }
    }
    good.write("last", b"x").await.unwrap();
    assert_eq!(good.read("last").await.unwrap(), "x");
    harness.stop().await;
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

#[tokio::test]
async fn frames_of_clients_that_nobody_opened_are_ignored() {
    let mut harness = Harness::start().await;
    let payload = yew_sandbox_protocol::encode_request(1, &join(true));
    harness
        .send(Message::Frame {
            client: 77,
            payload,
        })
        .await;
    harness.send(Message::Ping { client: 77 }).await;
    harness
        .send(Message::Close {
            client: 77,
            code: 1000,
            reason: String::new(),
        })
        .await;
    let mut client = harness.writer().await;
    assert_eq!(client.request(&List).await.unwrap().len(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn a_ping_is_answered_even_before_the_join() {
    let mut harness = Harness::start().await;
    let mut client = harness.open(Permission::Read).await;
    client.ping().await;
    client.wait_for(|event| matches!(event, Event::Ping)).await;
    harness.stop().await;
}

#[tokio::test]
async fn more_than_can_wait_is_refused_and_not_kept() {
    let mut harness = Harness::start().await;
    let mut client = harness.open(Permission::Write).await;
    client.join(true).await.unwrap();
    let content = vec![1; 15 << 20];
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(
            client
                .send(&write_file(&format!("f{number}"), &content))
                .await,
        );
    }
    let mut refused = 0;
    for id in ids {
        match client.answer::<WriteFile>(id).await {
            Ok(()) => {}
            Err(error) => {
                assert_eq!(error.code.0, 3, "{error}");
                refused += 1;
            }
        }
    }
    // A request that was refused was not done, whatever else was.
    let there = std::fs::read_dir(harness.workspace("")).unwrap().count();
    assert_eq!(there + refused, 20);
    client.request(&Update).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn answers_that_nobody_reads_stop_the_reading_of_files() {
    let root = tempfile::tempdir().unwrap();
    let (server, agent) = tokio::net::UnixStream::pair().unwrap();
    let options = yew_sandbox_agent::AgentOptions::new(root.path());
    let agent = tokio::spawn(yew_sandbox_agent::run(options, agent));
    let (reader, writer) = server.into_split();
    let mut link = yew_sandbox_agent::LinkWriter::new(writer);
    let mut reader = yew_sandbox_agent::LinkReader::new(reader);
    let visitor = yew_sandbox_agent::Visitor::new(Permission::Write, "u", "u");
    link.write(&Message::Open { client: 1, visitor })
        .await
        .unwrap();
    let mut requests = vec![yew_sandbox_protocol::encode_request(1, &join(false))];
    let large = write_file("large", &vec![1; 8 << 20]);
    requests.push(yew_sandbox_protocol::encode_request(2, &large));
    let read = ReadFile {
        path: "large".into(),
    };
    requests.extend((3..300).map(|id| yew_sandbox_protocol::encode_request(id, &read)));
    for payload in requests {
        link.write(&Message::Frame { client: 1, payload })
            .await
            .unwrap();
    }
    link.flush().await.unwrap();
    // While 2.4 GB of answers wait for a reader, the agent still takes what comes: the link does not jam.
    for _ in 0..1000 {
        link.write(&Message::Ping { client: 1 }).await.unwrap();
    }
    timeout(DEADLINE, link.flush()).await.unwrap().unwrap();
    let resident = resident_bytes();
    assert!(resident < 400 << 20, "{resident} bytes");
    // Then it reads, and all of them come.
    let mut answers = 0;
    let mut parts = yew_sandbox_agent::Parts::default();
    while answers < 299 {
        let message = timeout(DEADLINE, reader.read()).await.unwrap().unwrap();
        if let Some(Message::Frame { payload, .. }) = parts.take(message.unwrap()) {
            let frame = ServerFrame::decode(&payload).unwrap();
            answers += usize::from(matches!(frame, ServerFrame::Answer { .. }));
        }
    }
    drop((link, reader));
    timeout(DEADLINE, agent).await.unwrap().unwrap().unwrap();
}

fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = status.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[tokio::test]
async fn hibernation_tells_everyone_and_finishes_what_runs() {
    let mut harness = Harness::start().await;
    let mut one = harness.writer().await;
    let mut other = harness.open(Permission::Read).await;
    let content = vec![3; 8 << 20];
    let id = one.send(&write_file("large", &content)).await;
    // Once this is answered, the write has been taken up.
    one.request(&Update).await.unwrap();
    harness.send(Message::Hibernate).await;
    let _: Hibernating = one.notification().await;
    let _: Hibernating = other.notification().await;
    one.answer::<WriteFile>(id).await.unwrap();
    timeout(DEADLINE, &mut harness.agent)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(std::fs::read(harness.workspace("large")).unwrap(), content);
}

#[tokio::test]
async fn a_client_may_ask_for_hibernation() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.request(&Hibernate).await.unwrap();
    let asked = timeout(DEADLINE, harness.control.recv()).await.unwrap();
    assert_eq!(asked, Some(Message::Hibernate));
    client.request(&Update).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn the_end_of_the_link_is_the_end_of_the_agent() {
    let root = tempfile::tempdir().unwrap();
    let (server, agent) = tokio::net::UnixStream::pair().unwrap();
    let options = yew_sandbox_agent::AgentOptions::new(root.path());
    let agent = tokio::spawn(yew_sandbox_agent::run(options, agent));
    drop(server);
    timeout(DEADLINE, agent).await.unwrap().unwrap().unwrap();
}
