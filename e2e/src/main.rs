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

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Arguments;
use crate::run::Outcome;

/// What a shell reports of a command that Ctrl-C ended.
const INTERRUPTED: u8 = 130;
/// All scenarios passed, and some only when they were played again. `xtask` knows it.
const UNSTEADY: u8 = 75;

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
    let _lock = take(&arguments.scratch)?;

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let work = async {
        match (&arguments.screenshots, arguments.bench) {
            (Some(folder), _) => pictures::take(&arguments, folder).await.map(Outcome::of),
            (None, Some(rounds)) => bench::run(&arguments, rounds.max(1)).await.map(Outcome::of),
            (None, None) => run::all(&arguments).await,
        }
    };
    // What is dropped here ends its processes.
    let outcome = tokio::select! {
        outcome = work => outcome?,
        _ = interrupt.recv() => return Ok(INTERRUPTED.into()),
        _ = terminate.recv() => return Ok(INTERRUPTED.into()),
    };
    Ok(match outcome {
        Outcome::Passed => ExitCode::SUCCESS,
        Outcome::Unsteady => UNSTEADY.into(),
        Outcome::Failed => ExitCode::FAILURE,
    })
}

/// Takes the scratch folder for this run alone, and removes what runs left there that were killed.
fn take(scratch: &Path) -> Result<File> {
    let lock = File::create(scratch.join("lock")).context("the scratch folder's lock")?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => bail!(
            "another run uses {}: wait for its end, or name another folder with --scratch",
            scratch.display()
        ),
        Err(TryLockError::Error(error)) => return Err(error).context("the scratch folder's lock"),
    }
    for entry in fs::read_dir(scratch)? {
        let entry = entry?;
        let is_left = entry.file_type()?.is_dir() && entry.file_name() != "failures";
        if is_left {
            fs::remove_dir_all(entry.path())
                .with_context(|| format!("{} cannot be removed", entry.path().display()))?;
        }
    }
    Ok(lock)
}
