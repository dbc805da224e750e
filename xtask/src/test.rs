//! `cargo xtask test`: every test, in the order in which a failure shows soonest.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::arguments::{Browser, TestKind, TestOptions};
use crate::build;
use crate::debian;
use crate::interrupt;
use crate::package;
use crate::paths;
use crate::process::{Running, run};
use crate::progress::{duration, title};
use crate::setup::{self, Purpose};
use crate::sizes;
use crate::tools;

/// The crates whose tests run inside a browser.
const BROWSER_CRATES: &[&str] = &["yew-sandbox", "yew-sandbox-components"];
/// How the end-to-end program ends where all scenarios passed, and some only when they were played again.
const UNSTEADY: i32 = 75;
/// Tells the server which program runs in its sandboxes.
const AGENT: &str = "YEW_SANDBOX_AGENT";

/// Runs what `options` selects. A failed step does not keep the others from running. With `--again`, tests that fail are
/// run once more: a second failure is one; what passes then is told as unsteady, which is a fault to be found.
///
/// # Errors
/// A step failed; the summary on the terminal says which.
pub(crate) fn test(options: &TestOptions) -> Result<()> {
    let mut steps = Steps::default();
    let again = options.again;
    setup::setup(Purpose::Test)?;
    if options.kinds.contains(&TestKind::Native) {
        steps.run_tests("native tests", again, native)?;
        steps.run("golden bytes, read by JavaScript", golden)?;
    }
    if options.kinds.contains(&TestKind::Wasm) {
        for browser in &options.browsers {
            // WebKitGTK's driver is unknown to the test runner; the end-to-end tests cover it.
            if *browser != Browser::WebKit {
                let name = format!("component tests in {}", browser.name());
                steps.run_tests(&name, again, || components(*browser))?;
            }
        }
    }
    if options.kinds.contains(&TestKind::EndToEnd)
        && steps.run("build of the server and the pages", || {
            build::build_for_tests()?;
            build::programs()
        })?
    {
        steps.run("sizes of the pages", sizes::check)?;
        steps.run("the packages, used from outside", package::check)?;
        let interop = "interoperability with the JavaScript SDK";
        steps.run_tests(interop, again, interoperability)?;
        for browser in &options.browsers {
            let name = format!("end-to-end tests in {}", browser.name());
            steps.run(&name, || end_to_end(*browser, again))?;
        }
    }
    steps.summary()
}

/// What was run, in order, and how it went.
#[derive(Default)]
struct Steps {
    done: Vec<(String, Verdict, Duration)>,
}

/// How a step went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    /// Failed at first, and passed when it was run again.
    Unsteady,
    Failed,
}

impl Steps {
    /// Runs a step and says whether it passed; only an interruption is an error.
    fn run(&mut self, name: &str, step: impl Fn() -> Result<()>) -> Result<bool> {
        self.run_tests(name, false, step)
    }

    /// As `run`; a step that fails is run once more, if `again`.
    fn run_tests(
        &mut self,
        name: &str,
        again: bool,
        step: impl Fn() -> Result<()>,
    ) -> Result<bool> {
        title(&format!("Running: {name}"));
        let begun = Instant::now();
        let mut verdict = attempt(&step)?;
        if again && verdict == Verdict::Failed {
            title(&format!("Running again: {name}"));
            if attempt(&step)? != Verdict::Failed {
                verdict = Verdict::Unsteady;
            }
        }
        self.done.push((name.to_owned(), verdict, begun.elapsed()));
        Ok(verdict != Verdict::Failed)
    }

    fn summary(&self) -> Result<()> {
        title("Summary");
        for (name, verdict, elapsed) in &self.done {
            let verdict = match verdict {
                Verdict::Passed => "passed",
                Verdict::Unsteady => "UNSTEADY, passed in part only when run again:",
                Verdict::Failed => "FAILED",
            };
            println!("   {verdict}  {name} ({})", duration(*elapsed));
        }
        let all = self.done.len();
        let count = |verdict| self.done.iter().filter(|step| step.1 == verdict).count();
        let failed = count(Verdict::Failed);
        if failed > 0 {
            bail!("{failed} of {all} steps failed");
        }
        match count(Verdict::Unsteady) {
            0 => println!("   All {all} steps passed."),
            unsteady => println!("   All {all} steps passed, {unsteady} of them UNSTEADY."),
        }
        Ok(())
    }
}

/// What a step's error is where it passed, and a part of it only when that was run again.
#[derive(Debug)]
struct PassedAgain;

impl fmt::Display for PassedAgain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("what failed at first passed when it was run again")
    }
}

impl Error for PassedAgain {}

/// How a step went; only an interruption is an error.
fn attempt(step: impl Fn() -> Result<()>) -> Result<Verdict> {
    let outcome = step();
    if interrupt::was_interrupted() {
        bail!("interrupted");
    }
    Ok(match outcome {
        Ok(()) => Verdict::Passed,
        Err(error) if error.is::<PassedAgain>() => Verdict::Unsteady,
        Err(error) => {
            eprintln!("   failed: {error:#}");
            Verdict::Failed
        }
    })
}

/// Runs a command that starts browsers, with a folder of its own for what they leave behind.
fn run_with_browsers(command: &mut Command) -> Result<()> {
    let folder = paths::scratch().join("temporary");
    let remove = || match folder.exists() {
        true => fs::remove_dir_all(&folder)
            .with_context(|| format!("{} cannot be removed", folder.display())),
        false => Ok(()),
    };
    remove()?;
    fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be created", folder.display()))?;
    run(command.env("TMPDIR", &folder))?;
    remove()
}

fn native() -> Result<()> {
    // All failures at once: a run is long.
    run(cargo().args(["test", "--workspace", "--locked", "--no-fail-fast"]))
}

fn golden() -> Result<()> {
    let folder = paths::root().join("crates/protocol/tests/golden");
    run(Command::new("npm").arg("test").current_dir(folder))
}

/// The unmodified npm package as a client of the built server: in Node, in Chromium, and beside our pages.
fn interoperability() -> Result<()> {
    run_with_browsers(
        Command::new("npm")
            .arg("test")
            .env("SANDBOX_SERVER", paths::server())
            .env(AGENT, paths::agent()?)
            .env("SANDBOX_PAGES", paths::dist())
            .env("CHROMEDRIVER", driver(Browser::Chromium)?)
            .current_dir(paths::root().join("e2e/sdk")),
    )
}

fn components(browser: Browser) -> Result<()> {
    let mut command = cargo();
    command
        .args(["test", "--locked", "--no-fail-fast", "--lib", "--tests"])
        .args(["--target", "wasm32-unknown-unknown"])
        .args(BROWSER_CRATES.iter().flat_map(|name| ["--package", name]))
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("PATH", tools::path()?)
        // For a whole file of tests. A thousand times on and off the page takes its time.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "240")
        // The runner takes the browser of the one driver that it is told of.
        .env_remove("CHROMEDRIVER")
        .env_remove("GECKODRIVER")
        .env(
            match browser {
                Browser::Chromium => "CHROMEDRIVER",
                Browser::Firefox => "GECKODRIVER",
                Browser::WebKit => bail!("the test runner cannot drive WebKit"),
            },
            driver(browser)?,
        );
    run_with_browsers(&mut command)
}

fn end_to_end(browser: Browser, again: bool) -> Result<()> {
    let mut command = end_to_end_command(browser)?;
    if again {
        command.arg("--again");
    }
    let status = Running::start(&mut command)?.wait_for_status()?;
    match status.code() {
        Some(0) => Ok(()),
        Some(UNSTEADY) => Err(PassedAgain.into()),
        _ => bail!("the end-to-end program failed ({status})"),
    }
}

/// The end-to-end program for one browser, on what `build` left.
///
/// # Errors
/// The browser's driver is missing.
pub(crate) fn end_to_end_command(browser: Browser) -> Result<Command> {
    let mut command = cargo();
    command
        .args([
            "run",
            "--quiet",
            "--locked",
            "--package",
            "yew-sandbox-e2e",
            "--",
        ])
        .args(["--browser", browser.name()])
        .arg("--driver")
        .arg(driver(browser)?)
        .arg("--mini-browser")
        .arg(debian::mini_browser())
        .arg("--server")
        .arg(paths::server())
        .arg("--dist")
        .arg(paths::dist())
        .arg("--scratch")
        .arg(paths::target().join("e2e"))
        .env(AGENT, paths::agent()?);
    Ok(command)
}

fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(paths::root());
    command
}

/// The program that drives `browser`.
fn driver(browser: Browser) -> Result<PathBuf> {
    let program = match browser {
        Browser::Chromium => "chromedriver",
        Browser::Firefox => "geckodriver",
        Browser::WebKit => "WebKitWebDriver",
    };
    let path = tools::path()?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file: &PathBuf| Path::is_file(file))
        .with_context(|| format!("{program} is not in PATH: run `cargo xtask setup`"))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A step that fails so many times before it passes.
    fn failing(times: u32) -> impl Fn() -> Result<()> {
        let left = Cell::new(times);
        move || {
            let now = left.get();
            left.set(now.saturating_sub(1));
            if now > 0 {
                bail!("not yet");
            }
            Ok(())
        }
    }

    #[test]
    fn what_passes_only_when_run_again_is_unsteady() {
        let mut steps = Steps::default();
        assert!(steps.run_tests("steady", true, failing(0)).unwrap());
        assert!(steps.run_tests("unsteady", true, failing(1)).unwrap());
        let verdicts: Vec<_> = steps.done.iter().map(|step| step.1).collect();
        assert!(verdicts == [Verdict::Passed, Verdict::Unsteady]);
        assert!(steps.summary().is_ok());
    }

    #[test]
    fn what_a_step_itself_ran_again_is_unsteady_and_not_run_once_more() {
        let runs = Cell::new(0);
        let mut steps = Steps::default();
        let step = || {
            runs.set(runs.get() + 1);
            Err(PassedAgain.into())
        };
        assert!(steps.run_tests("unsteady", true, step).unwrap());
        assert!(steps.done[0].1 == Verdict::Unsteady && runs.get() == 1);
    }

    #[test]
    fn a_second_failure_is_one_and_so_is_a_first_where_nothing_is_run_again() {
        for (again, times) in [(true, 2), (false, 1)] {
            let mut steps = Steps::default();
            assert!(!steps.run_tests("failing", again, failing(times)).unwrap());
            assert!(steps.done[0].1 == Verdict::Failed);
            assert!(steps.summary().is_err());
        }
    }
}
