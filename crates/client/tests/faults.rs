//! Seeded runs of a client under faults, on virtual time. A failure names its seed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod support;

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use support::{Accept, JoinScript, Next, World, within};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, yield_now};
use yew_sandbox_client::protocol::system::Hibernating;
use yew_sandbox_client::{Client, Error, ErrorKind, SessionErrorKind, WatchOptions};

const SEEDS: u64 = 1_500;
const SECOND: Duration = Duration::from_secs(1);

/// The deadline of a request, and some slack for what is settled in the same moment.
const DEADLINE: Duration = Duration::from_millis(30_001);

/// Whatever happens to the link: every future settles by its deadline, no request that must not run twice does,
/// and the client is connected within eleven seconds of the link's healing.
#[test]
fn seeded_faults() {
    for seed in 0..SEEDS {
        run(seed, || async move {
            let mut random = Rng::with_seed(seed);
            // To make a sandbox may take a minute, which would hide how soon a healed link is used.
            let world = World::with(seed, |options| options.timeouts.create = 10 * SECOND);
            drop(world.client.connect());
            let mut work = work(&world, &mut random);
            for _ in 0..random.usize(1..12) {
                hurt(&world, &mut random);
                pause(&mut random).await;
            }
            heal(&world);
            if random.u8(..4) == 0 {
                // An explicit disconnect at any moment holds until the reconnect.
                within(2 * SECOND, world.client.disconnect()).await.unwrap();
                within(11 * SECOND, world.client.reconnect()).await.unwrap();
            }
            if world.client.state().name() == "Hibernated" {
                world.focus.set(true);
            }
            world.until("Connected", 11 * SECOND).await;
            while let Some(done) = within(DEADLINE + 60 * SECOND, work.join_next()).await {
                done.unwrap();
            }
            assert_at_most_once(&world);
            let client = world.client.clone();
            let read = within(DEADLINE, client.fs().read("fresh"))
                .await
                .unwrap_err();
            assert_eq!(read.kind(), ErrorKind::NotFound);
        });
    }
}

/// Dropped at any moment, the client leaves no socket, no question, no listener, and nobody waiting.
#[test]
fn seeded_drops() {
    for seed in 0..SEEDS / 3 {
        run(seed, || async move {
            let mut random = Rng::with_seed(!seed);
            let world = World::new(seed);
            drop(world.client.connect());
            let mut work = work(&world, &mut random);
            for _ in 0..random.usize(0..6) {
                hurt(&world, &mut random);
                pause(&mut random).await;
            }
            let World {
                client,
                agent,
                sessions,
                focus,
                online,
            } = world;
            if random.bool() {
                client.close();
            }
            drop(client);
            work.abort_all();
            while work.join_next().await.is_some() {}
            support::eventually(SECOND, || {
                agent.open() == 0
                    && sessions.running() == 0
                    && !focus.is_held()
                    && !online.is_held()
            })
            .await;
            let before = agent.connections();
            tokio::time::sleep(120 * SECOND).await;
            assert_eq!(agent.connections(), before);
        });
    }
}

/// A cut after every frame of a trace of 200 operations, either way, with a close or in silence: nothing runs twice,
/// everything settles. A cut within a frame is the same as one before it: a socket hands out whole frames only.
#[test]
fn cut_after_every_frame() {
    for half_open in [false, true] {
        let mut frames = 0;
        while cut_after(frames, half_open) < 200 {
            frames += 1;
        }
        assert!(frames >= 400, "the trace has {frames} frames");
    }
}

/// How many operations the first connection saw.
fn cut_after(frames: usize, half_open: bool) -> usize {
    run(frames as u64, || async move {
        let world = World::new(7);
        {
            let mut state = world.agent.state();
            state.frames = Some(frames);
            state.half_open = half_open;
        }
        drop(world.client.connect());
        let fs = world.client.fs();
        let mut settled = JoinSet::new();
        for n in 0..100 {
            let write = fs.write(&format!("f{n}"), "x");
            let rename = fs.rename(&format!("f{n}"), &format!("g{n}"));
            settled.spawn(write);
            settled.spawn(rename);
        }
        support::eventually(60 * SECOND, || world.agent.connections() > 0).await;
        support::settle().await;
        world.agent.state().frames = None;
        while let Some(outcome) = within(2 * DEADLINE, settled.join_next()).await {
            if let Err(error) = outcome.unwrap() {
                let kind = error.kind();
                assert!(
                    matches!(kind, ErrorKind::Interrupted | ErrorKind::NotFound),
                    "{error:?}"
                );
            }
        }
        assert_at_most_once(&world);
        let state = world.agent.state();
        let operations = |seen: &&support::Seen| {
            seen.connection == 0 && ["fs/writeFile", "fs/rename"].contains(&seen.method.as_str())
        };
        state.seen.iter().filter(operations).count()
    })
}

/// Runs one seed on a runtime of its own with paused time.
fn run<F: Future>(seed: u64, test: impl FnOnce() -> F) -> F::Output {
    struct Name(u64);
    impl Drop for Name {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("the failing seed is {}", self.0);
            }
        }
    }
    let _name = Name(seed);
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(test())
}

/// Operations of every kind, at any time; each fails the test if it does not settle by its deadline.
fn work(world: &World, random: &mut Rng) -> JoinSet<()> {
    let mut work = JoinSet::new();
    for n in 0..random.usize(1..30) {
        let client = world.client.clone();
        let kind = random.u8(..5);
        let after = Duration::from_millis(random.u64(..20_000));
        work.spawn(async move {
            tokio::time::sleep(after).await;
            within(DEADLINE, operation(client, kind, n)).await;
        });
    }
    work
}

async fn operation(client: Client, kind: u8, n: usize) {
    let outcome = match kind {
        0 => {
            client
                .fs()
                .write(&format!("f{n}"), Bytes::from(vec![b'x'; n * 100]))
                .await
        }
        1 => client.fs().rename(&format!("f{n}"), &format!("g{n}")).await,
        2 => client.fs().read(&format!("f{n}")).await.map(drop),
        3 => client
            .fs()
            .watch(&format!("f{n}"), WatchOptions::default())
            .await
            .map(drop),
        _ => {
            drop(client.fs().write("forgotten", "x"));
            Ok(())
        }
    };
    if let Err(error) = outcome {
        assert!(is_expected(&error), "{error:?}");
    }
}

fn is_expected(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::Interrupted
            | ErrorKind::Timeout
            | ErrorKind::Disconnected
            | ErrorKind::Closed
    )
}

/// One fault, or the end of one.
fn hurt(world: &World, random: &mut Rng) {
    let agent = &world.agent;
    match random.u8(..14) {
        0 => agent.cut(),
        1 => agent.state().mute = true,
        2 => agent.state().mute = false,
        3 => agent.state().accept = Accept::Refuse,
        4 => agent.state().accept = Accept::Hang,
        5 => agent.state().accept = Accept::Open,
        6 => {
            let mut state = agent.state();
            state.budget = Some(random.usize(..3_000));
            state.half_open = random.bool();
        }
        7 => world
            .sessions
            .script([Next::Fail(SessionErrorKind::Unavailable)]),
        8 => world.sessions.script([Next::Hang]),
        9 => world
            .sessions
            .script([Next::After(SECOND * random.u32(..20))]),
        10 => agent.notify(&Hibernating {}),
        11 => {
            agent.state().join = match random.u8(..4) {
                0 => JoinScript::Silence,
                1 => JoinScript::Garbage,
                2 => JoinScript::Refuse(yew_sandbox_client::protocol::ErrorCode::CRITICAL),
                _ => JoinScript::Answer,
            };
        }
        12 => {
            let peers: Vec<_> = agent.state().peers.iter().flatten().cloned().collect();
            for peer in peers {
                peer.send(Bytes::from_static(&[0x93, 1, 2]));
            }
        }
        _ => {
            world.online.set(random.bool());
            world.focus.set(random.bool());
        }
    }
}

fn heal(world: &World) {
    {
        let mut state = world.agent.state();
        state.mute = false;
        state.accept = Accept::Open;
        state.join = JoinScript::Answer;
        state.budget = None;
    }
    world.sessions.clear();
    // A link that was half-open stays so; the client has to find out.
    world.online.set(true);
}

async fn pause(random: &mut Rng) {
    if random.bool() {
        tokio::time::sleep(Duration::from_millis(random.u64(..15_000))).await;
    } else {
        for _ in 0..random.usize(..20) {
            yield_now().await;
        }
    }
}

/// The agent saw each request that must not run twice at most once.
fn assert_at_most_once(world: &World) {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for seen in world.agent.seen("fs/rename") {
        *counts.entry(seen.id).or_default() += 1;
    }
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
}
