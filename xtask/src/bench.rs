//! `cargo xtask bench`: what can be measured, in parts.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::arguments::{BenchOptions, BenchPart, Browser};
use crate::build;
use crate::paths;
use crate::process::run;
use crate::progress::title;
use crate::setup::{self, Purpose};
use crate::sizes;
use crate::test::end_to_end_command;

/// Sets up, builds what is needed, measures.
///
/// # Errors
/// Any of these fails.
pub(crate) fn bench(options: &BenchOptions) -> Result<()> {
    setup::setup(Purpose::Bench)?;
    let wanted = |part| options.parts.contains(&part);
    let measured: Vec<_> = options
        .parts
        .iter()
        .filter(|part| **part != BenchPart::Sizes)
        .collect();
    if !measured.is_empty() {
        build::programs_of_release()?;
        // It serves the benchmark's own pages only.
        fs::create_dir_all(paths::dist())?;
    }
    if wanted(BenchPart::Client) || wanted(BenchPart::Faults) {
        client_pages()?;
    }
    if wanted(BenchPart::Components) {
        title("Building the components' page");
        let page = paths::root().join("e2e/bench/components");
        build::page(&page, &paths::dist().join("bench/components"))?;
    }
    if !measured.is_empty() {
        title("Measuring");
        let mut command = end_to_end_command(Browser::Chromium)?;
        command.arg("--bench").arg(options.rounds.to_string());
        command.arg("--minutes").arg(options.minutes.to_string());
        let history = paths::root().join("e2e/bench/history.jsonl");
        command.arg("--history").arg(history);
        if options.record {
            command.arg("--record");
        }
        for part in measured {
            command.args(["--part", part.name()]);
        }
        run(&mut command)?;
    }
    if wanted(BenchPart::Sizes) {
        sizes::measure()?;
    }
    Ok(())
}

/// Our page and the JavaScript SDK's.
fn client_pages() -> Result<()> {
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
    build::report_size("the JavaScript SDK", &sdk)
}
