//! The same faults under our client and under the JavaScript SDK's. A report: the promises of ours have tests.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::time::sleep;
use yew_sandbox_fault_proxy::{Link, Proxy};

use super::client::{SIDES, measure};
use super::{open, serve};
use crate::arguments::Arguments;
use crate::browser::{Browser, Theme};

/// How many renames the pages have under way.
const CHAIN: f64 = 8.0;
/// How long a broken link may go unseen.
const UNSEEN: Duration = Duration::from_secs(60);
/// How long renames have to be settled after the client is of use again.
const SETTLING: Duration = Duration::from_secs(35);

/// What is done to the link.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// It is like this, for so many seconds or until the client sees it.
    Lasting(Link, Option<u64>),
    /// It is reset after so many bytes.
    Reset(usize),
}

fn faults() -> [(&'static str, Fault); 10] {
    let silent = |up, down| Fault::Lasting(Link::Silent { up, down }, None);
    let late = Link::Late(Duration::from_millis(300));
    [
        ("cut for 3 s", Fault::Lasting(Link::Cut, Some(3))),
        ("cut for 15 s", Fault::Lasting(Link::Cut, Some(15))),
        ("silent both ways until it is seen", silent(true, true)),
        ("silent upwards until it is seen", silent(true, false)),
        ("silent downwards until it is seen", silent(false, true)),
        ("300 ms late for 5 s", Fault::Lasting(late, Some(5))),
        ("reset after 0 bytes", Fault::Reset(0)),
        ("reset after 100 bytes", Fault::Reset(100)),
        ("reset after 300 bytes", Fault::Reset(300)),
        ("reset after 500 bytes", Fault::Reset(500)),
    ]
}

/// What came of a fault.
#[derive(Debug)]
struct Outcome {
    /// After how many seconds the client said that its link is gone; none: it did not.
    seen: Option<f64>,
    /// After how many milliseconds with a whole link it was of use again, by itself.
    alive: Option<f64>,
    /// Renames that were told to be done, that were told to have failed, that were told nothing of.
    told: [f64; 3],
    /// Renames that were done; -1: the chain is broken; -2: nobody can tell, because the client is of no use even when
    /// it was asked to reconnect.
    done: f64,
}

/// Does each fault to each client, prints what came of it, and gives it.
///
/// # Errors
/// A program does not start, or a page is of no use before a fault.
pub(super) async fn run(arguments: &Arguments) -> Result<Value> {
    let (_home, mut server) = serve(arguments, "faults").await?;
    let browser = Browser::start(arguments, Theme::Light).await?;
    println!(
        "{CHAIN} renames under way, each of what the one before made. Done: -1, the chain is broken; -2, the client is of"
    );
    println!("no use even after it was asked to reconnect.\n");
    println!("| fault | client | seen after | of use after | told done, failed, nothing | done |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut rows = Vec::new();
    for (name, fault) in faults() {
        for side in SIDES {
            let proxy = Proxy::start(server.address()).await?;
            let address = format!("http://{}/bench/{side}/", proxy.address());
            open(&browser, &address).await?;
            let outcome = play(&browser, &proxy, fault)
                .await
                .with_context(|| format!("{name}, {side}"))?;
            let or_never = |value: Option<f64>, unit: &str| {
                value.map_or("never".to_owned(), |value| format!("{value:.1} {unit}"))
            };
            let [ok, failed, nothing] = outcome.told;
            println!(
                "| {name} | {side} | {} | {} | {ok}, {failed}, {nothing} | {} |",
                or_never(outcome.seen, "s"),
                or_never(outcome.alive, "ms"),
                outcome.done,
            );
            rows.push(json!({
                "fault": name, "client": side, "seen": outcome.seen, "alive": outcome.alive,
                "told": outcome.told, "done": outcome.done,
            }));
            browser.session.open("about:blank").await?;
        }
    }
    browser.end().await;
    server.stop().await;
    Ok(json!(rows))
}

async fn play(browser: &Browser, proxy: &Proxy, fault: Fault) -> Result<Outcome> {
    measure(browser, "connect").await?;
    measure(browser, "fault_prepare").await?;
    let begun = Instant::now();
    match fault {
        Fault::Lasting(link, _) => proxy.set(link),
        Fault::Reset(bytes) => proxy.reset_after(bytes),
    }
    measure(browser, "fault_chain").await?;
    let longest = match fault {
        Fault::Lasting(_, lasting) => lasting.map_or(UNSEEN, Duration::from_secs),
        Fault::Reset(_) => Duration::from_secs(2),
    };
    let seen = until_seen(browser, begun, longest).await?;
    if let Fault::Lasting(_, lasting) = fault {
        if lasting.is_some() {
            sleep(longest.saturating_sub(begun.elapsed())).await;
        }
        proxy.set(Link::Whole);
    }
    let alive = measure(browser, "fault_alive").await?;
    let whole = Instant::now();
    let told = loop {
        let done = measure(browser, "fault_done").await?;
        let failed = measure(browser, "fault_failed").await?;
        if done + failed >= CHAIN || alive < 0.0 || whole.elapsed() > SETTLING {
            break [done, failed, CHAIN - done - failed];
        }
        sleep(Duration::from_millis(50)).await;
    };
    let done = measure(browser, "fault_place").await?;
    Ok(Outcome {
        seen,
        alive: (alive >= 0.0).then_some(alive),
        told,
        done,
    })
}

async fn until_seen(browser: &Browser, begun: Instant, longest: Duration) -> Result<Option<f64>> {
    while begun.elapsed() < longest {
        if measure(browser, "fault_connected").await? == 0.0 {
            return Ok(Some(begun.elapsed().as_secs_f64()));
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(None)
}
