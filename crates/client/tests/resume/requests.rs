//! No request runs twice; every future settles; order is kept.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use fastrand::Rng;
use futures_util::future::join_all;
use yew_sandbox_client::{Client, CopyOptions, Error, ErrorKind, WriteOptions};

use crate::rig::{Agent, Rig, WHOLE};
use crate::within;

type Operation = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// So many operations are under way at a time, and so often.
const AT_A_TIME: usize = 5;
const TIMES: usize = 40;

/// Begins five operations. Each needs the one before, and none can run twice and succeed both times.
fn operations(client: &Client, folder: &str, number: usize) -> Vec<Operation> {
    let fs = client.fs();
    let path = |name: &str| format!("{folder}/{name}{number}");
    let once = WriteOptions {
        create: true,
        overwrite: false,
    };
    let no_options = CopyOptions::default();
    vec![
        Box::pin(fs.write_with(&path("a"), "x", once)),
        Box::pin(fs.rename(&path("a"), &path("b"))),
        Box::pin(fs.copy(&path("b"), &path("c"), no_options)),
        Box::pin(fs.remove(&path("b"))),
        Box::pin(fs.create_dir(&path("d"))),
    ]
}

/// Waits for operations: each has run, and none twice.
async fn all_ran_once(rig: &Rig, operations: Vec<Operation>) {
    for outcome in within(join_all(operations)).await {
        outcome.unwrap();
    }
    assert!(rig.most_answers() <= 1, "an answer came twice");
}

fn assert_result(agent: &Agent, folder: &str, times: usize) {
    let names = std::fs::read_dir(agent.workspace(folder)).unwrap();
    let names: BTreeSet<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    let wanted = (0..times).flat_map(|n| [format!("c{n}").into(), format!("d{n}").into()]);
    assert_eq!(names, wanted.collect());
    std::fs::remove_dir_all(agent.workspace(folder)).unwrap();
}

/// No request runs twice; every future settles by its deadline: a cut at every byte offset of a trace of 200 operations, of
/// which five are under way at a time.
///
/// One run cuts each five of them at the same offset, and at one of two cuts only the client knows of it. All runs together go
/// through all offsets, here through every second one.
async fn cut_at_every_second_offset(first: usize) {
    let agent = Agent::start().await;
    for offset in (first..).step_by(2) {
        let rig = agent.client([]);
        rig.client.fs().create_dir("f").await.unwrap();
        for number in 0..TIMES {
            let connections = rig.connections();
            rig.tell_of_cuts((offset / 2 + number).is_multiple_of(2));
            rig.cut_after(offset);
            all_ran_once(&rig, operations(&rig.client, "f", number)).await;
            if rig.connections() == connections {
                // The five took fewer bytes.
                rig.cut_after(WHOLE);
            }
        }
        assert_result(&agent, "f", TIMES);
        if rig.connections() == 1 {
            assert!(offset > 100 * AT_A_TIME, "{offset} bytes are all");
            break;
        }
    }
}

#[tokio::test]
async fn no_request_runs_twice_wherever_the_link_is_cut() {
    cut_at_every_second_offset(0).await;
}

#[tokio::test]
async fn no_request_runs_twice_at_the_other_half_of_the_offsets() {
    cut_at_every_second_offset(1).await;
}

/// The same for a link on which the client comes back: its join, the answers of before, and what is sent again.
#[tokio::test]
async fn coming_back_can_be_cut_at_every_byte_too() {
    let agent = Agent::start().await;
    for offset in 0.. {
        let rig = agent.client([WHOLE, offset]);
        rig.client.fs().create_dir("f").await.unwrap();
        rig.cut_after(offset % 700);
        all_ran_once(&rig, operations(&rig.client, "f", 0)).await;
        assert_result(&agent, "f", 1);
        if rig.connections() == 2 {
            assert!(offset > 700, "{offset} bytes are all");
            break;
        }
    }
}

/// Two hundred operations at once, and a cut every few thousand bytes.
#[tokio::test]
async fn many_requests_at_once_run_once_over_many_cuts() {
    let agent = Agent::start().await;
    for seed in 0..20 {
        let mut random = Rng::with_seed(seed);
        let rig = agent.client((0..60).map(|_| random.usize(..20_000)));
        rig.tell_of_cuts(random.bool());
        rig.client.fs().create_dir("f").await.unwrap();
        let all = (0..TIMES).flat_map(|number| operations(&rig.client, "f", number));
        all_ran_once(&rig, all.collect()).await;
        assert!(rig.connections() > 2, "there were no cuts");
        assert_result(&agent, "f", TIMES);
    }
}

/// What is not resumed may have run: another user with the token of the first is a new client.
#[tokio::test]
async fn another_user_does_not_resume() {
    let agent = Agent::start().await;
    let rig = agent.client([]);
    rig.client.fs().write("a", "x").await.unwrap();
    rig.set_user("u2");
    rig.cut_after(0);
    let rename = rig.client.fs().rename("a", "b");
    let error = within(rename).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

/// Of more than may be under way at a time, the rest waits for its turn: in order, and over cuts.
#[tokio::test]
async fn large_files_arrive_over_cuts() {
    const LENGTH: usize = 6 << 20;
    let agent = Agent::start().await;
    for seed in 0..4 {
        let mut random = Rng::with_seed(seed);
        let rig = agent.client((0..8).map(|_| random.usize(..LENGTH)));
        rig.tell_of_cuts(random.bool());
        rig.client.fs().create_dir("f").await.unwrap();
        let fs = rig.client.fs();
        let content = |number: usize| Bytes::from(vec![b'0' + number as u8; LENGTH]);
        let mut all: Vec<Operation> = Vec::new();
        for number in 0..3 {
            all.push(Box::pin(fs.write("f/large", content(number))));
            let copy = format!("f/{number}");
            all.push(Box::pin(fs.copy("f/large", &copy, CopyOptions::default())));
        }
        all_ran_once(&rig, all).await;
        assert!(rig.connections() > 2, "there were no cuts");
        for number in 0..3 {
            let copy = std::fs::read(agent.workspace(&format!("f/{number}"))).unwrap();
            assert!(copy == content(number), "{number} of {seed}");
        }
        std::fs::remove_dir_all(agent.workspace("f")).unwrap();
    }
}

/// What nobody waits for is sent all the same, also by a client that ends.
#[tokio::test]
async fn a_large_file_is_written_by_a_client_that_leaves() {
    let agent = Agent::start().await;
    for ends in [false, true] {
        let rig = agent.client([]);
        within(rig.client.connect()).await.unwrap();
        let content = vec![b'x'; 12 << 20];
        let write = rig.client.fs().write("large", content.clone());
        drop(write);
        if ends {
            rig.client.close();
        } else {
            within(rig.client.disconnect()).await.unwrap();
        }
        let path = agent.workspace("large");
        within(async {
            while !std::fs::read(&path).is_ok_and(|read| read == content) {
                tokio::task::yield_now().await;
            }
        })
        .await;
        std::fs::remove_file(path).unwrap();
    }
}

/// What was looked at before may be another by the time that the link is back.
#[tokio::test]
async fn what_is_for_one_link_is_not_sent_over_the_next() {
    let agent = Agent::start().await;
    for (length, arrives) in [(1, false), (1, true), (3 << 20, false)] {
        let rig = agent.client([]);
        let here = rig.client.on_this_link();
        let error = within(here.fs().read("a")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "there is no link");
        within(rig.client.fs().write("a", "theirs")).await.unwrap();
        rig.cut_after(if arrives { WHOLE } else { 40 });
        let write = here.fs().write("a", vec![b'x'; length]);
        if arrives {
            within(write).await.unwrap();
            continue;
        }
        let error = within(write).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert_eq!(error.subject(), Some("a"));
        assert_eq!(within(rig.client.fs().read("a")).await.unwrap(), "theirs");
        assert_eq!(rig.connections(), 2);
        // Over the new link it works.
        within(here.fs().write("a", "mine")).await.unwrap();
    }
}
