//! Runs scenarios, one after the other, and tells how it went.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::time::timeout;

use crate::arguments::Arguments;
use crate::browser::{Browser, Theme};
use crate::scenarios::{self, Scenario};
use crate::stage::Stage;

/// How long one scenario may take.
const SCENARIO: Duration = Duration::from_secs(120);
/// How long all of them may take.
const TOTAL: Duration = Duration::from_secs(20 * 60);
/// How many scenarios may fail at first and pass when they are played again.
const UNSTEADY: usize = 3;

/// How a run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// What failed at first passed when it was played again.
    Unsteady,
    Failed,
}

impl Outcome {
    /// That of a run in which nothing is played again.
    pub(crate) fn of(passed: bool) -> Self {
        if passed { Self::Passed } else { Self::Failed }
    }
}

/// Runs the scenarios that the filter lets through, and says how that went.
///
/// # Errors
/// No scenario has such a name, there is no page, or they take too long.
pub(crate) async fn all(arguments: &Arguments) -> Result<Outcome> {
    let filter = arguments.filter.as_deref().unwrap_or_default();
    let chosen: Vec<_> = scenarios::all(arguments.browser)
        .filter(|scenario| scenario.name.contains(filter))
        .collect();
    ensure!(!chosen.is_empty(), "no scenario's name contains `{filter}`");
    ensure!(
        arguments
            .dist
            .join("examples/quick_start/index.html")
            .is_file(),
        "there is no built page in {}: run `cargo xtask build`",
        arguments.dist.display()
    );
    let begun = Instant::now();
    let failures = arguments
        .scratch
        .join("failures")
        .join(arguments.browser.name());
    if failures.exists() {
        std::fs::remove_dir_all(&failures)?;
    }
    let (mut failed, mut unsteady) = (Vec::new(), Vec::new());
    let mut browser = None;
    for scenario in &chosen {
        ensure!(
            begun.elapsed() < TOTAL,
            "the scenarios take longer than {} minutes",
            TOTAL.as_secs() / 60
        );
        let failure = failures.join(scenario.name);
        if play(arguments, &mut browser, scenario, &failure).await? {
            continue;
        }
        if arguments.again
            && unsteady.len() < UNSTEADY
            && play(arguments, &mut browser, scenario, &failure.join("again")).await?
        {
            unsteady.push(scenario.name);
        } else {
            failed.push(scenario.name);
        }
    }
    if let Some(browser) = browser {
        browser.end().await;
    }
    let name = arguments.browser.name();
    let (passed, seconds) = (chosen.len() - failed.len(), begun.elapsed().as_secs());
    println!(
        "{name}: {passed} of {} scenarios passed ({seconds} s)",
        chosen.len()
    );
    for name in &unsteady {
        println!("  UNSTEADY, passed when played again: {name}");
    }
    for name in &failed {
        println!("  failed: {name}");
    }
    Ok(match (failed.is_empty(), unsteady.is_empty()) {
        (true, true) => Outcome::Passed,
        (true, false) => Outcome::Unsteady,
        (false, _) => Outcome::Failed,
    })
}

/// Plays one scenario and tells how it went. A browser in which it failed is ended: the next one shall not suffer from what this
/// one left.
async fn play(
    arguments: &Arguments,
    browser: &mut Option<Browser>,
    scenario: &Scenario,
    failure: &Path,
) -> Result<bool> {
    let begun = Instant::now();
    print!("{} … ", scenario.name);
    std::io::stdout().flush()?;
    let started = match browser.take() {
        Some(browser) => Ok(browser),
        None => Browser::start(arguments, Theme::Light).await,
    };
    let used = match started {
        Ok(browser) => browser,
        Err(error) => {
            println!("FAILED: there is no browser\n  {error:#}");
            return Ok(false);
        }
    };
    let outcome = one(arguments, &used, scenario, failure).await;
    let seconds = begun.elapsed().as_secs_f32();
    match outcome {
        Ok(()) => {
            println!("ok ({seconds:.1} s)");
            *browser = Some(used);
            Ok(true)
        }
        Err(error) => {
            println!("FAILED ({seconds:.1} s)\n  {error:#}");
            used.end().await;
            Ok(false)
        }
    }
}

async fn one(
    arguments: &Arguments,
    browser: &Browser,
    scenario: &Scenario,
    failure: &Path,
) -> Result<()> {
    let home = tempfile::Builder::new()
        .prefix("scenario")
        .tempdir_in(&arguments.scratch)?;
    let folder = home.path().join("server");
    let mut stage = Stage::set(arguments, browser, scenario.settings, folder).await?;
    browser.console.forget().await?;
    let played = timeout(SCENARIO, (scenario.play)(&mut stage)).await;
    let outcome = match played {
        Ok(Ok(())) => browser.has_no_errors().await,
        Ok(Err(error)) => Err(error),
        Err(_) => Err(anyhow::anyhow!(
            "it took longer than {} s",
            SCENARIO.as_secs()
        )),
    };
    if let Err(error) = outcome {
        if let Err(why) = stage.save_evidence(failure).await {
            bail!("{error:#}\n  the evidence could not be saved: {why:#}");
        }
        bail!("{error:#}\n  see {}", failure.display());
    }
    stage.clear().await.context("after the scenario")
}
