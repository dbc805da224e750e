//! The benchmark, in parts.

mod client;
mod components;
mod faults;
mod load;
mod native;
mod processes;

use std::fs;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::arguments::{Arguments, BenchPart};
use crate::browser::Browser;
use crate::server::{Server, ServerSettings};
use crate::wait::until;

/// How long a page may take to load.
const LOAD: Duration = Duration::from_secs(20);

/// True once the page can run a row.
const READY: &str = "window.bench ??= window.wasmBindings?.bench; return !!window.bench";

/// Measures `rounds` rounds of what was asked for and prints the tables. The same figures go to `bench.json` in the scratch
/// folder.
///
/// # Errors
/// A program does not start, or a row fails.
pub(crate) async fn run(arguments: &Arguments, rounds: usize) -> Result<bool> {
    let wanted = |part| arguments.part.is_empty() || arguments.part.contains(&part);
    let mut tables = Map::new();
    if wanted(BenchPart::Client) {
        tables.insert("client".to_owned(), client::run(arguments, rounds).await?);
    }
    if wanted(BenchPart::Native) {
        tables.insert("native".to_owned(), native::run(arguments, rounds).await?);
    }
    if wanted(BenchPart::Components) {
        tables.insert(
            "components".to_owned(),
            components::run(arguments, rounds).await?,
        );
    }
    // These take their time, so that they run only where they are named.
    if arguments.part.contains(&BenchPart::Load) {
        tables.insert("load".to_owned(), load::run(arguments).await?);
    }
    if arguments.part.contains(&BenchPart::Faults) {
        tables.insert("faults".to_owned(), faults::run(arguments).await?);
    }
    let text = serde_json::to_vec_pretty(&Value::Object(tables))?;
    fs::write(arguments.scratch.join("bench.json"), text)?;
    Ok(true)
}

/// A folder of a part's own, and a server with its data in it.
async fn serve(arguments: &Arguments, part: &str) -> Result<(TempDir, Server)> {
    serve_with(arguments, part, ServerSettings::DEFAULT).await
}

async fn serve_with(
    arguments: &Arguments,
    part: &str,
    settings: ServerSettings,
) -> Result<(TempDir, Server)> {
    let home = tempfile::Builder::new()
        .prefix(part)
        .tempdir_in(&arguments.scratch)?;
    let (program, pages) = (arguments.server.clone(), arguments.dist.clone());
    let folder = home.path().join("server");
    let server = Server::start(program, pages, folder, settings).await?;
    Ok((home, server))
}

/// Opens a page of the benchmark and waits until it can measure.
async fn open(browser: &Browser, address: &str) -> Result<()> {
    browser.session.open(address).await?;
    until("the page is there", LOAD, async || {
        Ok((browser.session.run(READY, &[]).await? == true).then_some(()))
    })
    .await
}
