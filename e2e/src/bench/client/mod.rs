//! Our client beside the JavaScript SDK's: the same browser, the same server, in turn.

mod bare;
mod cost;
mod report;

use std::fs;

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use serde_json::{Value, json};

use self::bare::Bare;
use self::report::Figures;

use super::processes::{is_agent_of, resident};
use super::{open, serve_with};
use crate::arguments::Arguments;
use crate::browser::{Browser, Theme};
use crate::server::{Server, ServerSettings};

/// The rows as the pages know them, and for people.
const ROWS: [(&str, &str); 13] = [
    ("connect", "session to connected and ready"),
    ("write", "1,000 writes of 1 KiB in sequence"),
    ("read", "1,000 reads of 1 KiB in sequence"),
    ("read_at_once", "1,000 reads of 1 KiB at once"),
    ("write_large", "write of 16 MiB"),
    ("read_large", "read of 16 MiB"),
    ("batch", "batch write of 1,000 files of 1 KiB"),
    ("read_dir", "entries of a folder with 10,000"),
    ("watch", "10,000 changes told by a watch"),
    ("commands", "200 short commands in sequence"),
    ("terminal", "50 MB of output from a terminal"),
    ("port", "from listening to the port's event"),
    ("reconnect", "reconnect after a cut"),
];

/// The rows for which a page makes something ready that is no part of them.
const PREPARED: [&str; 2] = ["connect", "write_large"];

/// The pages, below the folder of pages.
pub(super) const SIDES: [&str; 2] = ["ours", "sdk"];

/// One browser is one user, and each of its pages makes a sandbox. Those that are left go to sleep.
const SETTINGS: ServerSettings = ServerSettings {
    hibernate_after: 60,
    arguments: &["--max-sandboxes-per-user", "1000"],
    ..ServerSettings::DEFAULT
};

/// Remembers a page's sockets from its start, so that one can be cut.
const SOCKETS: &str = "const Real = WebSocket; window.sockets = [];
    window.WebSocket = class extends Real { constructor(...a) { super(...a); sockets.push(this); } };";

/// Measures `rounds` rounds, prints the table and gives it.
///
/// # Errors
/// A program does not start, or a row fails.
pub(super) async fn run(arguments: &Arguments, rounds: usize) -> Result<Value> {
    let (home, mut server) = serve_with(arguments, "client", SETTINGS).await?;
    let browser = Browser::start(arguments, Theme::Light).await?;
    let script = json!({ "source": SOCKETS });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", &script)
        .await?;
    let memory = memory(&browser, &server).await?;
    cost::begin(&browser).await?;
    let bare = Bare::start(home.path()).await?;
    let mut figures = Figures::default();
    // The first round warms up browser and server, and is not counted.
    for round in 0..=rounds {
        let mut unwatched = f64::NAN;
        for turn in 0..SIDES.len() {
            // Who begins changes from round to round.
            let side = (round + turn) % SIDES.len();
            let address = format!("http://{}/bench/{}/", server.address(), SIDES[side]);
            open(&browser, &address).await?;
            for (row, figures) in ROWS.iter().zip(&mut figures.rows) {
                if PREPARED.contains(&row.0) {
                    measure(&browser, &format!("{}_prepare", row.0)).await?;
                }
                let before = cost::main_thread(&browser).await?;
                let time = measure(&browser, row.0)
                    .await
                    .with_context(|| format!("{} of {} in round {round}", row.0, SIDES[side]))?;
                let blocked = cost::main_thread(&browser).await? - before;
                let held = cost::memory(&browser).await?;
                if round > 0 {
                    figures.times[side].push(time);
                    figures.main_thread[side].push(blocked);
                    figures.memory[side].push(held);
                }
            }
            if side == 0 {
                unwatched = measure(&browser, "unwatched").await?;
            }
            browser.session.open("about:blank").await?;
        }
        let times = bare.measure(&browser).await?.into_iter();
        if round > 0 {
            for (figures, time) in figures.beside.iter_mut().zip(times.chain([unwatched])) {
                figures.push(time);
            }
        }
    }
    browser.end().await;
    server.stop().await;
    report::report(arguments, figures, rounds, &memory)
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
