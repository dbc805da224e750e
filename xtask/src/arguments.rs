//! What the command line asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::setup::Purpose;

/// The text of `cargo xtask help`.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask COMMAND

  setup [demo|test]   install what the demo, or the tests (default), need
  build               build the server and the pages: target/release, dist
  demo                set up, build, and serve the demo page until Ctrl-C
      --port PORT       listen there (default: 3000, or the next free port)
      --data-dir DIR    keep the sandboxes there (default: .data)
      --open            open the page in the desktop's browser
      -- ARGUMENTS      more arguments for the server
  dev                 serve the page with hot reload, and the server, until Ctrl-C
      --port PORT       listen there for the page (default: 8080)
      --data-dir DIR    keep the sandboxes there (default: .data)
      --open            open the page in the desktop's browser
      -- ARGUMENTS      more arguments for the server
  test [native|wasm|e2e]...
                      set up, build, and run all tests, or only the named kinds
      --browser NAME    only in this browser (chromium, firefox, webkit); may be repeated
  bench               set up, build, and measure our client beside the JavaScript SDK in one Chromium
      --rounds COUNT    how many rounds (default: 5)
";

/// One command with its options.
#[derive(Debug)]
pub(crate) enum Task {
    /// Print the usage.
    Help,
    /// Install what is missing.
    Setup(Purpose),
    /// Build everything that is served.
    Build,
    /// Serve the built demo.
    Demo(ServeOptions),
    /// Serve with hot reload.
    Dev(ServeOptions),
    /// Run tests.
    Test(TestOptions),
    /// Measure, so many rounds.
    Bench(usize),
}

/// Options of `demo` and `dev`.
#[derive(Debug, Default)]
pub(crate) struct ServeOptions {
    /// The port that was asked for; none: the command's own default.
    pub(crate) port: Option<u16>,
    /// Where sandboxes are kept; none: `.data` at the root.
    pub(crate) data_dir: Option<PathBuf>,
    /// Whether to open a browser.
    pub(crate) open: bool,
    /// Passed on to the server.
    pub(crate) server_arguments: Vec<OsString>,
}

/// Options of `test`.
#[derive(Debug)]
pub(crate) struct TestOptions {
    /// The kinds to run, never empty.
    pub(crate) kinds: Vec<TestKind>,
    /// The browsers to run in, never empty.
    pub(crate) browsers: Vec<Browser>,
}

/// Where a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestKind {
    /// On this machine, no browser.
    Native,
    /// Single components inside a browser.
    Wasm,
    /// The built page and the server, driven from outside.
    EndToEnd,
}

/// A browser that tests run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    /// Debian's `chromium`.
    Chromium,
    /// Debian's `firefox-esr`.
    Firefox,
    /// WebKitGTK's MiniBrowser.
    WebKit,
}

impl Browser {
    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }
}

/// Reads this process's arguments.
///
/// # Errors
/// An unknown command, option or value, with the usage's address.
pub(crate) fn parse() -> Result<Task> {
    parse_from(lexopt::Parser::from_env()).context("see `cargo xtask help`")
}

fn parse_from(mut parser: lexopt::Parser) -> Result<Task> {
    let command = match parser.next()? {
        None | Some(Long("help") | Short('h')) => return Ok(Task::Help),
        Some(Value(command)) => command.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "help" => Ok(Task::Help),
        "setup" => parse_setup(&mut parser).map(Task::Setup),
        "build" => match parser.next()? {
            None => Ok(Task::Build),
            Some(other) => Err(other.unexpected().into()),
        },
        "demo" => parse_serve(&mut parser).map(Task::Demo),
        "dev" => parse_serve(&mut parser).map(Task::Dev),
        "test" => parse_test(&mut parser).map(Task::Test),
        "bench" => parse_bench(&mut parser).map(Task::Bench),
        unknown => bail!("there is no command `{unknown}`"),
    }
}

fn parse_setup(parser: &mut lexopt::Parser) -> Result<Purpose> {
    let mut purpose = Purpose::Test;
    while let Some(argument) = parser.next()? {
        purpose = match argument {
            Value(value) if value == "demo" => Purpose::Demo,
            Value(value) if value == "test" => Purpose::Test,
            other => return Err(other.unexpected().into()),
        };
    }
    Ok(purpose)
}

fn parse_serve(parser: &mut lexopt::Parser) -> Result<ServeOptions> {
    let mut options = ServeOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.port = Some(parser.value()?.parse()?),
            Long("data-dir") => options.data_dir = Some(parser.value()?.into()),
            Long("open") => options.open = true,
            // Only what follows `--` can stand here without an option's name.
            Value(value) => {
                options.server_arguments.push(value);
                options.server_arguments.extend(parser.raw_args()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn parse_bench(parser: &mut lexopt::Parser) -> Result<usize> {
    let mut rounds = 5;
    while let Some(argument) = parser.next()? {
        rounds = match argument {
            Long("rounds") => parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        };
    }
    Ok(rounds)
}

fn parse_test(parser: &mut lexopt::Parser) -> Result<TestOptions> {
    let mut options = TestOptions {
        kinds: Vec::new(),
        browsers: Vec::new(),
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("browser") => {
                let browser = match parser.value()?.string()?.as_str() {
                    "chromium" => Browser::Chromium,
                    "firefox" => Browser::Firefox,
                    "webkit" => Browser::WebKit,
                    unknown => {
                        bail!("`{unknown}` is none of the browsers chromium, firefox, webkit")
                    }
                };
                options.browsers.push(browser);
            }
            Value(value) if value == "native" => options.kinds.push(TestKind::Native),
            Value(value) if value == "wasm" => options.kinds.push(TestKind::Wasm),
            Value(value) if value == "e2e" => options.kinds.push(TestKind::EndToEnd),
            other => return Err(other.unexpected().into()),
        }
    }
    if options.kinds.is_empty() {
        options.kinds = vec![TestKind::Native, TestKind::Wasm, TestKind::EndToEnd];
    }
    if options.browsers.is_empty() {
        options.browsers = vec![Browser::Chromium, Browser::Firefox, Browser::WebKit];
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Task> {
        parse_from(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn nothing_asks_for_the_usage() {
        assert!(matches!(parsed(&[]).unwrap(), Task::Help));
    }

    #[test]
    fn test_runs_all_kinds_in_all_browsers_by_default() {
        let Task::Test(options) = parsed(&["test"]).unwrap() else {
            panic!("not a test task");
        };
        assert_eq!(options.kinds.len(), 3);
        assert_eq!(options.browsers.len(), 3);
    }

    #[test]
    fn test_can_be_narrowed() {
        let Task::Test(options) = parsed(&["test", "e2e", "--browser", "webkit"]).unwrap() else {
            panic!("not a test task");
        };
        assert_eq!(options.kinds, [TestKind::EndToEnd]);
        assert_eq!(options.browsers, [Browser::WebKit]);
    }

    #[test]
    fn bench_takes_a_number_of_rounds() {
        assert!(matches!(parsed(&["bench"]).unwrap(), Task::Bench(5)));
        let task = parsed(&["bench", "--rounds", "20"]).unwrap();
        assert!(matches!(task, Task::Bench(20)));
        assert!(parsed(&["bench", "--rounds", "many"]).is_err());
    }

    #[test]
    fn demo_passes_the_rest_to_the_server() {
        let task = parsed(&["demo", "--port", "4000", "--", "--isolation", "none"]).unwrap();
        let Task::Demo(options) = task else {
            panic!("not a demo task");
        };
        assert_eq!(options.port, Some(4000));
        assert_eq!(options.server_arguments, ["--isolation", "none"]);
    }

    #[test]
    fn what_is_unknown_is_refused() {
        assert!(parsed(&["deploy"]).is_err());
        assert!(parsed(&["build", "--fast"]).is_err());
        assert!(parsed(&["test", "--browser", "lynx"]).is_err());
        assert!(parsed(&["demo", "--port", "99999"]).is_err());
    }
}
