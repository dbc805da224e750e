//! `cargo xtask bench`: our client beside the JavaScript SDK's, in one Chromium, on one server.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::arguments::Browser;
use crate::build;
use crate::paths;
use crate::process::run;
use crate::progress::title;
use crate::setup::{self, Purpose};
use crate::test::end_to_end_command;

/// Sets up, builds both pages, measures.
///
/// # Errors
/// Any of these fails.
pub(crate) fn bench(rounds: usize) -> Result<()> {
    setup::setup(Purpose::Bench)?;
    build::build()?;

    title("Building the benchmark's pages");
    let pages = paths::dist().join("bench");
    let ours = pages.join("ours");
    build::page(&paths::root().join("e2e/bench/page"), &ours)?;
    let source = paths::root().join("e2e/sdk");
    let sdk = pages.join("sdk");
    fs::create_dir_all(&sdk)?;
    fs::copy(source.join("bench.html"), sdk.join("index.html"))
        .context("the JavaScript SDK's page cannot be copied")?;
    run(Command::new("npm")
        .args(["run", "--silent", "build", "--"])
        .arg(format!("--outfile={}", sdk.join("page.js").display()))
        .current_dir(source))?;
    build::report_size("ours, without Yew's views", &ours)?;
    build::report_size("the JavaScript SDK", &sdk)?;

    title("Measuring");
    run(end_to_end_command(Browser::Chromium)?
        .arg("--bench")
        .arg(rounds.to_string()))
}
