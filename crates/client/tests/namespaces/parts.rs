//! Large files, in parts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_client::protocol::fs::{WriteFile, WritePart};
use yew_sandbox_client::protocol::{ErrorCode, Request, WireError, encode_answer};
use yew_sandbox_client::{ErrorKind, WriteOptions};

use crate::support::{Accept, Handler, World, eventually, settle, within};
use crate::{LONG, SECOND};

const MIB: usize = 1024 * 1024;
/// What a part holds.
const PART: usize = MIB / 2;

/// A world whose agent takes parts.
async fn world() -> World {
    let world = World::new(1);
    world.agent.state().takes_parts = true;
    within(LONG, world.client.connect()).await.unwrap();
    world
}

/// Bytes that are another at each place, nearly.
fn content(length: usize) -> Bytes {
    (0..length).map(|place| (place / 7 % 251) as u8).collect()
}

fn joined(parts: &[WritePart]) -> Vec<u8> {
    parts.iter().fold(Vec::new(), |mut all, part| {
        assert_eq!(part.offset as usize, all.len());
        all.extend_from_slice(&part.content);
        all
    })
}

#[tokio::test(start_paused = true)]
async fn a_large_file_goes_in_parts_at_the_call() {
    let world = world().await;
    let log = world.agent.answer::<WritePart>(|_| Ok(()));
    let large = content(2 * PART + 1);
    let written = world.client.fs().write("a.bin", large.clone());
    eventually(LONG, || log.count() == 3).await;
    within(LONG, written).await.unwrap();
    let parts = log.all();
    assert_eq!(joined(&parts), large);
    let last: Vec<_> = parts.iter().map(|part| part.last).collect();
    assert_eq!(last, [false, false, true]);
    assert!(parts.iter().all(|part| part.path == "a.bin"));
    assert!(parts.iter().all(|part| part.write_id == parts[0].write_id));
    // A small one does not, and another write has another name.
    let fs = world.client.fs();
    within(LONG, fs.write("b.bin", content(PART)))
        .await
        .unwrap();
    assert_eq!(world.agent.seen(WriteFile::METHOD).len(), 1);
    let create = WriteOptions {
        overwrite: false,
        ..WriteOptions::default()
    };
    within(LONG, fs.write_with("a.bin", content(2 * MIB), create))
        .await
        .unwrap();
    let last = log.all().pop().unwrap();
    assert_eq!(last.overwrite, Some(false));
    assert_ne!(last.write_id, parts[0].write_id);
}

#[tokio::test(start_paused = true)]
async fn an_agent_without_the_extension_gets_the_file_at_once() {
    let world = World::connected(1).await;
    let log = world.agent.answer::<WriteFile>(|_| Ok(()));
    let fs = world.client.fs();
    within(LONG, fs.write("a.bin", content(3 * MIB)))
        .await
        .unwrap();
    assert_eq!(log.all()[0].content, content(3 * MIB));
    let error = within(LONG, fs.write("a.bin", content(17 * MIB)))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.subject(), Some("a.bin"));
    assert!(world.agent.seen(WritePart::METHOD).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_file_of_any_size_has_32_parts_under_way_at_most() {
    let world = world().await;
    world.agent.state().held.insert(WritePart::METHOD);
    let large = content(40 * MIB);
    let writing = tokio::spawn(world.client.fs().write("a.bin", large.clone()));
    let seen = || world.agent.seen(WritePart::METHOD).len();
    eventually(LONG, || seen() == 32).await;
    settle().await;
    assert_eq!(seen(), 32);
    writing.abort();
    world.agent.state().held.clear();
    let log = world.agent.answer::<WritePart>(|_| Ok(()));
    within(LONG, world.client.fs().write("a.bin", large.clone()))
        .await
        .unwrap();
    assert_eq!(joined(&log.all()), large);
}

#[tokio::test(start_paused = true)]
async fn writes_keep_the_order_of_the_calls() {
    let world = world().await;
    world.agent.answer::<WritePart>(|_| Ok(()));
    let fs = world.client.fs();
    let large = fs.write("a.bin", content(16 * MIB));
    let small = fs.write("a.bin", "small");
    within(LONG, small).await.unwrap();
    assert_eq!(world.agent.seen(WritePart::METHOD).len(), 32);
    within(LONG, large).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_parts_are_gone_is_begun_anew() {
    let world = world().await;
    let failures = Arc::new(AtomicUsize::new(1));
    let left = failures.clone();
    let log = world.agent.answer::<WritePart>(move |part| {
        let is_lost = part.offset as usize == PART
            && left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    left.checked_sub(1)
                })
                .is_ok();
        if is_lost {
            return Err(WireError::new(
                ErrorCode::INVALID_ID,
                "its earlier parts are not here",
            ));
        }
        Ok(())
    });
    let fs = world.client.fs();
    within(LONG, fs.write("a.bin", content(3 * PART)))
        .await
        .unwrap();
    let all = log.all();
    assert_eq!(all.len(), 6);
    assert_ne!(all[0].write_id, all[3].write_id);
    assert_eq!(joined(&all[3..]), content(3 * PART));
    // Not for ever.
    failures.store(usize::MAX, Ordering::Relaxed);
    let error = within(LONG, fs.write("a.bin", content(3 * PART)))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(log.count(), 6 + 9);
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_ends_it_with_its_path() {
    let world = world().await;
    let log = world.agent.answer::<WritePart>(|part| {
        if part.offset == 0 {
            return Ok(());
        }
        Err(WireError::file(Some(28), "cannot write"))
    });
    let write = world.client.fs().write("a.bin", content(40 * MIB));
    let error = within(LONG, write).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoSpace);
    assert_eq!(error.subject(), Some("a.bin"));
    // The answer to the first one may have let one more go.
    assert!(log.count() <= 33, "{}", log.count());
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_lost_the_extension_gets_the_file_at_once() {
    let world = world().await;
    let log = world.agent.answer::<WriteFile>(|_| Ok(()));
    let fs = world.client.fs();
    within(LONG, fs.write("a.bin", content(2 * MIB)))
        .await
        .unwrap();
    assert_eq!(log.all()[0].content, content(2 * MIB));
}

#[tokio::test(start_paused = true)]
async fn a_cut_link_sends_the_parts_without_an_answer_again() {
    let world = world().await;
    let log = world.agent.answer::<WritePart>(|_| Ok(()));
    world.agent.state().held.insert(WritePart::METHOD);
    let write = world.client.fs().write("a.bin", content(3 * PART));
    eventually(LONG, || log.count() == 3).await;
    world.agent.state().held.clear();
    world.agent.cut();
    within(LONG, write).await.unwrap();
    let all = log.all();
    assert_eq!(all.len(), 6);
    assert_eq!(all[..3], all[3..]);
}

/// Parts that wait for a connection would not fit into the queue, where one request may be as large as it is.
#[tokio::test(start_paused = true)]
async fn without_a_connection_a_file_waits_for_it() {
    let world = world().await;
    let whole = world.agent.answer::<WriteFile>(|_| Ok(()));
    let parts = world.agent.answer::<WritePart>(|_| Ok(()));
    world.agent.state().accept = Accept::Refuse;
    world.agent.cut();
    world.until("Reconnecting", SECOND).await;
    let fs = world.client.fs();
    let (large, huge) = (content(16 * MIB), content(40 * MIB));
    let (one, other) = (
        fs.write("a.bin", large.clone()),
        fs.write("b.bin", huge.clone()),
    );
    world.agent.state().accept = Accept::Open;
    within(LONG, one).await.unwrap();
    within(LONG, other).await.unwrap();
    assert_eq!(whole.all()[0].content, large);
    assert_eq!(joined(&parts.all()), huge);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_cut_again_and_again_ends_no_write() {
    let world = world().await;
    let huge = content(60 * MIB);
    let log = world.agent.answer::<WritePart>(|_| Ok(()));
    let writing = tokio::spawn(world.client.fs().write("a.bin", huge.clone()));
    for parts in [20, 50, 80] {
        eventually(LONG, || log.count() >= parts).await;
        world.agent.cut();
    }
    within(LONG, writing).await.unwrap().unwrap();
    // Each part came, some of them twice.
    let all = log.all();
    let last = all.iter().rposition(|part| part.offset == 0).unwrap();
    let mut written = Vec::new();
    for part in &all[last..] {
        written.truncate(part.offset as usize);
        assert_eq!(written.len() as u64, part.offset);
        written.extend_from_slice(&part.content);
    }
    assert!(all.last().unwrap().last && written == huge);
}

/// Of 16 MiB that are asked for at once 4 are under way: the last part was out of time before it went.
#[tokio::test(start_paused = true)]
async fn a_slow_way_out_takes_no_time_from_what_waits_for_it() {
    for is_answered in [true, false] {
        let world = World::new(1);
        (world.agent.state().takes_parts, world.agent.state().resumes) = (true, true);
        within(LONG, world.client.connect()).await.unwrap();
        let came = Arc::new(Mutex::new(Vec::new()));
        let ids = came.clone();
        let handler: Handler = Box::new(move |frame| {
            let is_part = frame.method == WritePart::METHOD;
            is_part.then(|| ids.lock().unwrap().push(frame.id));
            is_part.then(Vec::new)
        });
        world.agent.state().handlers.insert(0, handler);
        let written = tokio::spawn(world.client.fs().write("a.bin", content(32 * MIB)));
        let mut answered = 0;
        while answered < 64 {
            tokio::time::sleep(Duration::from_secs(3)).await;
            let next = came.lock().unwrap().get(answered).copied();
            let Some(id) = next.filter(|_| is_answered || answered < 4) else {
                break;
            };
            world.agent.send(encode_answer(id, WritePart::METHOD, &()));
            answered += 1;
        }
        let outcome = within(31 * SECOND, written).await.unwrap();
        if is_answered {
            outcome.unwrap();
            assert_eq!(answered, 64);
        } else {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Timeout);
        }
    }
}
