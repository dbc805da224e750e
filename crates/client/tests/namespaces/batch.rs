//! Many files at once.

use bytes::Bytes;
use yew_sandbox_client::ErrorKind;
use yew_sandbox_client::protocol::fs::{MakeDir, Rename, WriteFile};
use yew_sandbox_client::protocol::search::BatchWrite;
use yew_sandbox_client::protocol::{ErrorCode, Request, WireError};

use crate::LONG;
use crate::support::{World, eventually, settle, within};

fn files(count: usize, bytes: usize) -> Vec<(String, Bytes)> {
    let content = Bytes::from(vec![b'x'; bytes]);
    (0..count)
        .map(|number| (format!("src/{}/{number}.txt", number % 7), content.clone()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn many_files_go_in_few_requests() {
    let world = World::connected(1).await;
    let log = world.agent.answer::<BatchWrite>(|_| Ok(()));
    let written = world.client.fs().write_all(files(1_000, 64));
    // It begins when it is called.
    eventually(LONG, || log.count() == 1).await;
    within(LONG, written).await.unwrap();
    let requests = log.all();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].files.len(), 1_000);
    assert_eq!(requests[0].files[8].path, "src/1/8.txt");
}

#[tokio::test(start_paused = true)]
async fn large_batches_are_split_in_order() {
    let world = World::connected(1).await;
    let log = world.agent.answer::<BatchWrite>(|_| Ok(()));
    let all = files(20, 50_000);
    within(LONG, world.client.fs().write_all(all.clone()))
        .await
        .unwrap();
    let requests = log.all();
    assert!((4..=10).contains(&requests.len()), "{}", requests.len());
    let sent: Vec<_> = requests.into_iter().flat_map(|one| one.files).collect();
    let paths: Vec<_> = sent.iter().map(|file| &file.path).collect();
    assert_eq!(paths, all.iter().map(|(path, _)| path).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn the_next_request_travels_while_one_is_worked_on() {
    let world = World::connected(1).await;
    world.agent.state().held.insert(BatchWrite::METHOD);
    let _written = world.client.fs().write_all(files(20, 50_000));
    eventually(LONG, || world.agent.seen(BatchWrite::METHOD).len() == 2).await;
    settle().await;
    assert_eq!(world.agent.seen(BatchWrite::METHOD).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_agent_without_the_extension_gets_all_files_of_all_requests_once() {
    let world = World::connected(1).await;
    world.agent.answer::<MakeDir>(|_| Ok(()));
    let writes = world.agent.answer::<WriteFile>(|_| Ok(()));
    let all = files(20, 50_000);
    within(LONG, world.client.fs().write_all(all.clone()))
        .await
        .unwrap();
    let written: Vec<_> = writes.all().into_iter().map(|one| one.path).collect();
    assert_eq!(
        written,
        all.into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
}

#[tokio::test(start_paused = true)]
async fn an_agent_without_the_extension_is_asked_once_and_gets_single_writes() {
    let world = World::connected(1).await;
    let directories = world.agent.answer::<MakeDir>(|_| Ok(()));
    let fs = world.client.fs();
    within(LONG, fs.write_all(files(300, 8))).await.unwrap();
    assert_eq!(world.agent.seen(BatchWrite::METHOD).len(), 1);
    assert_eq!(directories.count(), 7);
    assert!(
        directories
            .all()
            .iter()
            .all(|one| one.recursive == Some(true))
    );
    assert_eq!(world.agent.state().files.len(), 300);
    within(LONG, fs.write_all([("a.txt", "a")])).await.unwrap();
    assert_eq!(world.agent.seen(BatchWrite::METHOD).len(), 1);
    assert_eq!(world.agent.state().files["a.txt"], "a");
}

#[tokio::test(start_paused = true)]
async fn single_writes_are_bounded_in_number() {
    let world = World::connected(1).await;
    world.agent.answer::<MakeDir>(|_| Ok(()));
    world.agent.state().held.insert(WriteFile::METHOD);
    let fs = world.client.fs();
    let writing = tokio::spawn(async move { fs.write_all(files(300, 8)).await });
    let seen = || world.agent.seen(WriteFile::METHOD).len();
    eventually(LONG, || seen() == 64).await;
    tokio::time::sleep(crate::SECOND).await;
    assert_eq!(seen(), 64);
    writing.abort();
}

#[tokio::test(start_paused = true)]
async fn a_file_that_fails_is_named() {
    let world = World::connected(1).await;
    world.agent.answer::<BatchWrite>(|batch| {
        let message = format!("cannot write {:?}", batch.files[0].path);
        Err(WireError::file(Some(28), message))
    });
    let write = world.client.fs().write_all([("big.bin", "x")]);
    let error = within(LONG, write).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoSpace);
    assert_eq!(error.subject(), Some("big.bin"));
    let too_large = vec![("a.bin".to_owned(), Bytes::from(vec![0; 17 << 20]))];
    let write = world.client.fs().write_all(too_large);
    let error = within(LONG, write).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.subject(), Some("a.bin"));
}

/// A37: two batches at one time shared a temporary name, and a cut link left one waiting for ever.
#[tokio::test(start_paused = true)]
async fn batches_at_one_time_outlive_a_cut_link() {
    let world = World::connected(1).await;
    let log = world.agent.answer::<BatchWrite>(|_| Ok(()));
    world.agent.state().held.insert(BatchWrite::METHOD);
    let fs = world.client.fs();
    let (first, second) = (fs.write_all([("a", "1")]), fs.write_all([("b", "2")]));
    eventually(LONG, || log.count() == 2).await;
    world.agent.state().held.clear();
    world.agent.cut();
    within(LONG, first).await.unwrap();
    within(LONG, second).await.unwrap();
    // The same files once more: that is no other state than before.
    let paths: Vec<_> = log
        .all()
        .iter()
        .map(|one| one.files[0].path.clone())
        .collect();
    assert_eq!(paths, ["a", "b", "a", "b"]);
}

/// A38: the answer to whether something may be replaced was left out.
#[tokio::test(start_paused = true)]
async fn a_rename_says_whether_it_may_replace() {
    let world = World::connected(1).await;
    let log = world.agent.answer::<Rename>(|_| Ok(()));
    let fs = world.client.fs();
    fs.rename_over("a", "b").await.unwrap();
    fs.rename("a", "b").await.unwrap();
    let said: Vec<_> = log.all().iter().map(|rename| rename.overwrite).collect();
    assert_eq!(said, [Some(true), None]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_may_only_read_writes_nothing() {
    let world = World::connected(1).await;
    world
        .agent
        .answer::<BatchWrite>(|_| Err(WireError::new(ErrorCode::NO_ACCESS, "read only")));
    let write = world.client.fs().write_all([("a", "1"), ("b", "2")]);
    let error = within(LONG, write).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
}
