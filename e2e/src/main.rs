//! Drives the built quick start page in a real browser, on a real server, over a link that breaks.

mod arguments;
mod bench;
mod browser;
mod console;
mod example;
mod page;
mod pictures;
mod playground;
mod process;
mod run;
mod scenarios;
mod server;
mod stage;
mod wait;
mod webdriver;

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Arguments;

/// What a shell reports of a command that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match try_main().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn try_main() -> Result<ExitCode> {
    let mut arguments = Arguments::parse();
    if arguments.list {
        for scenario in scenarios::all(arguments.browser) {
            println!("{}", scenario.name);
        }
        return Ok(ExitCode::SUCCESS);
    }
    ensure!(
        arguments.server.is_file(),
        "there is no server at {}: run `cargo xtask build`",
        arguments.server.display()
    );
    std::fs::create_dir_all(&arguments.scratch)
        .with_context(|| format!("cannot write to {}", arguments.scratch.display()))?;
    arguments.scratch = arguments.scratch.canonicalize()?;

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let work = async {
        match (&arguments.screenshots, arguments.bench) {
            (Some(folder), _) => pictures::take(&arguments, folder).await,
            (None, Some(rounds)) => bench::run(&arguments, rounds.max(1)).await,
            (None, None) => run::all(&arguments).await,
        }
    };
    // What is dropped here ends its processes.
    let passed = tokio::select! {
        passed = work => passed?,
        _ = interrupt.recv() => return Ok(INTERRUPTED.into()),
        _ = terminate.recv() => return Ok(INTERRUPTED.into()),
    };
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
