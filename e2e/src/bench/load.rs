//! Five hundred clients in fifty sandboxes, with mixed work, for minutes: no error, and memory that stays.

mod work;

use std::collections::BTreeMap;
use std::fs;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hyper_util::client::legacy::Client as Http;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::native::{Fetch, connect, create};
use super::processes::{is_agent_of, resident};
use super::serve;
use crate::arguments::Arguments;
use crate::server::Server;
use work::{Kind, Tally, World};

const SANDBOXES: usize = 50;
const CLIENTS: usize = 10;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(15);
/// What is begun before memory counts: caches fill.
const WARM: Duration = Duration::from_secs(60);

/// Runs the load, prints what it took, and gives it.
///
/// # Errors
/// A program does not start, an operation failed, or memory grew by more than a tenth and 32 MiB.
pub(super) async fn run(arguments: &Arguments) -> Result<Value> {
    let (_home, mut server) = serve(arguments, "load").await?;
    let http: Fetch = Http::builder(TokioExecutor::new()).build_http();

    let begun = Instant::now();
    let mut worlds = Vec::new();
    let mut clients = Vec::new();
    for _ in 0..SANDBOXES {
        let session = create(&http, &server).await?;
        let mut inside = Vec::new();
        for _ in 0..CLIENTS {
            let client = connect(&session);
            client.connect().await?;
            inside.push(client);
        }
        let first = inside.first().context("no client")?;
        worlds.push(Rc::new(World::prepare(first, http.clone()).await?));
        clients.push(inside);
    }
    println!(
        "{} clients in {SANDBOXES} sandboxes after {:.0} s",
        SANDBOXES * CLIENTS,
        begun.elapsed().as_secs_f64()
    );

    let time = Duration::from_secs(60 * arguments.minutes);
    let end = Instant::now() + time;
    let tally = Rc::new(Tally::default());
    let mut memory = Vec::new();
    let mut workers = JoinSet::new();
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            for (world, inside) in worlds.iter().zip(&clients) {
                for (number, client) in inside.iter().enumerate() {
                    let kind = Kind::ALL[number % Kind::ALL.len()];
                    let (world, client) = (Rc::clone(world), client.clone());
                    let tally = Rc::clone(&tally);
                    workers.spawn_local(async move {
                        world.work(kind, number, client, end, &tally).await;
                    });
                }
            }
            while Instant::now() < end {
                sleep(LOOK.min(end - Instant::now())).await;
                memory.push(look(&server, end, time)?);
            }
            while let Some(ended) = workers.join_next().await {
                ended?;
            }
            anyhow::Ok(())
        })
        .await?;
    for client in clients.iter().flatten() {
        client.close();
    }
    server.stop().await;
    report(&tally, &memory)
}

/// Memory at a moment, in kB.
#[derive(Debug)]
struct Memory {
    at: Duration,
    server: u64,
    agents: u64,
    count: usize,
}

fn look(server: &Server, end: Instant, time: Duration) -> Result<Memory> {
    let id = server.id().context("the server has ended")?;
    // Bubblewrap has the same arguments as the agent in it, and is counted too: it is small, and there as often.
    let agents: Vec<u64> = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|id| is_agent_of(*id, server))
        .filter_map(|id| resident(id).ok())
        .collect();
    Ok(Memory {
        at: time.saturating_sub(end.saturating_duration_since(Instant::now())),
        server: resident(id)?,
        agents: agents.iter().sum(),
        count: agents.len(),
    })
}

fn report(tally: &Tally, memory: &[Memory]) -> Result<Value> {
    println!(
        "\n| work | operations | median | 99 of 100 | longest |\n| --- | --- | --- | --- | --- |"
    );
    let mut rows = BTreeMap::new();
    for kind in Kind::ALL {
        let mut times = tally.times(kind);
        times.sort_unstable();
        let at = |share: usize| times.get(times.len().saturating_sub(1) * share / 100);
        let millis = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
        let (half, most, all) = (millis(at(50)), millis(at(99)), millis(times.last()));
        println!(
            "| {} | {} | {half:.1} ms | {most:.1} ms | {all:.1} ms |",
            kind.name(),
            times.len()
        );
        let row = json!({ "count": times.len(), "median": half, "p99": most, "longest": all });
        rows.insert(kind.name(), row);
    }
    println!("\n| after | server | agents |\n| --- | --- | --- |");
    for moment in memory {
        println!(
            "| {} s | {:.1} MiB | {:.1} MiB in {} processes |",
            moment.at.as_secs(),
            moment.server as f64 / 1024.0,
            moment.agents as f64 / 1024.0,
            moment.count
        );
    }
    let errors = tally.errors();
    println!("\n{} errors", errors.len());
    for error in errors.iter().take(10) {
        println!("   {error}");
    }
    ensure!(errors.is_empty(), "{} operations failed", errors.len());
    let warm = memory.iter().find(|moment| moment.at >= WARM);
    if let (Some(first), Some(last)) = (warm, memory.last()) {
        for (what, before, after) in [
            ("the server", first.server, last.server),
            ("the agents", first.agents, last.agents),
        ] {
            let most = before + before / 10 + 32 * 1024;
            ensure!(after <= most, "{what} grew from {before} to {after} kB");
        }
    }
    let memory: Vec<_> = memory
        .iter()
        .map(|moment| json!([moment.at.as_secs(), moment.server, moment.agents]))
        .collect();
    Ok(json!({ "work": rows, "memory": memory }))
}
