//! Our client beside the JavaScript SDK's: the same browser, the same server, in turn.

use std::fs;

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use serde_json::{Value, json};

use super::processes::{is_agent_of, resident};
use super::{open, serve};
use crate::arguments::Arguments;
use crate::browser::{Browser, Theme};
use crate::server::Server;

/// The rows as the pages know them, and for people.
const ROWS: [(&str, &str); 11] = [
    ("connect", "session to connected and ready"),
    ("write", "1,000 writes of 1 KiB in sequence"),
    ("read", "1,000 reads of 1 KiB in sequence"),
    ("read_at_once", "1,000 reads of 1 KiB at once"),
    ("write_large", "write of 16 MiB"),
    ("read_large", "read of 16 MiB"),
    ("batch", "batch write of 1,000 files of 1 KiB"),
    ("commands", "200 short commands in sequence"),
    ("terminal", "50 MB of output from a terminal"),
    ("port", "from listening to the port's event"),
    ("reconnect", "reconnect after a cut"),
];

/// The pages, below the folder of pages.
pub(super) const SIDES: [&str; 2] = ["ours", "sdk"];

/// Remembers a page's sockets from its start, so that one can be cut.
const SOCKETS: &str = "const Real = WebSocket; window.sockets = [];
    window.WebSocket = class extends Real { constructor(...a) { super(...a); sockets.push(this); } };";

/// Measures `rounds` rounds, prints the table and gives it.
///
/// # Errors
/// A program does not start, or a row fails.
pub(super) async fn run(arguments: &Arguments, rounds: usize) -> Result<Value> {
    let (_home, mut server) = serve(arguments, "client").await?;
    let browser = Browser::start(arguments, Theme::Light).await?;
    let script = json!({ "source": SOCKETS });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", &script)
        .await?;
    let memory = memory(&browser, &server).await?;
    let mut times: Vec<[Vec<f64>; 2]> = vec![Default::default(); ROWS.len()];
    // The first round warms up browser and server, and is not counted.
    for round in 0..=rounds {
        for turn in 0..SIDES.len() {
            // Who begins changes from round to round.
            let side = (round + turn) % SIDES.len();
            let address = format!("http://{}/bench/{}/", server.address(), SIDES[side]);
            open(&browser, &address).await?;
            for (row, times) in ROWS.iter().zip(&mut times) {
                let time = measure(&browser, row.0)
                    .await
                    .with_context(|| format!("{} of {} in round {round}", row.0, SIDES[side]))?;
                if round > 0 {
                    times[side].push(time);
                }
            }
            browser.session.open("about:blank").await?;
        }
    }
    browser.end().await;
    server.stop().await;
    report(&mut times, rounds, &memory)
}

/// Runs a row in the page that is open.
pub(super) async fn measure(browser: &Browser, row: &str) -> Result<f64> {
    let script = "if (arguments[0] === 'reconnect') sockets.at(-1).close();
        return bench(arguments[0])";
    let time = browser.session.run(script, &[json!(row)]).await?;
    time.as_f64()
        .ok_or_else(|| anyhow!("the page answered {time}"))
}

/// Resident memory in kB.
#[derive(Serialize)]
struct Memory {
    /// The agent of a sandbox that nobody has asked for anything yet.
    idle_agent: u64,
    /// What the server takes more for each of 50 idle clients.
    server_per_idle_client: f64,
}

/// Measured before the rounds, on a server that has done nothing yet.
async fn memory(browser: &Browser, server: &Server) -> Result<Memory> {
    const CLIENTS: f64 = 50.0;
    let id = server.id().context("the server has ended")?;
    open(browser, &format!("http://{}/bench/ours/", server.address())).await?;
    measure(browser, "connect").await?;
    let agents = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|id| is_agent_of(*id, server));
    let idle_agent = agents.filter_map(|id| resident(id).ok()).max();
    let before = resident(id)?;
    // In two sandboxes, because one takes 32 connections.
    measure(browser, "idle").await?;
    measure(browser, "idle").await?;
    let after = resident(id)?;
    browser.session.open("about:blank").await?;
    Ok(Memory {
        idle_agent: idle_agent.context("no agent runs")?,
        server_per_idle_client: (after.saturating_sub(before)) as f64 / CLIENTS,
    })
}

fn report(times: &mut [[Vec<f64>; 2]], rounds: usize, memory: &Memory) -> Result<Value> {
    println!("{rounds} rounds, in milliseconds: median (least to most)\n");
    println!("| row | ours | JavaScript SDK | ratio |");
    println!("| --- | --- | --- | --- |");
    let mut rows = Vec::new();
    for ((name, title), sides) in ROWS.iter().zip(times) {
        let [ours, theirs] = sides.each_mut().map(|times| {
            times.sort_by(f64::total_cmp);
            (times[times.len() / 2], times[0], times[times.len() - 1])
        });
        let shown = |(median, least, most): (f64, f64, f64)| {
            format!("{median:.1} ({least:.1} to {most:.1})")
        };
        println!(
            "| {title} | {} | {} | {:.2} |",
            shown(ours),
            shown(theirs),
            ours.0 / theirs.0
        );
        rows.push(json!({ "row": name, "ours": ours, "sdk": theirs, "ratio": ours.0 / theirs.0 }));
    }
    println!(
        "\nresident memory of an idle sandbox's agent: {} kB",
        memory.idle_agent
    );
    println!(
        "resident memory of the server for each of 50 idle clients: {:.1} kB",
        memory.server_per_idle_client
    );
    Ok(json!({ "rounds": rounds, "rows": rows, "memory": memory }))
}
