//! What the command line asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::fuzz::{FuzzOptions, Target};
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
      --again           run what fails once more, and tell it as unsteady if it passes then
  bench [client|native|components|sizes|faults|load]...
                      set up, build, and measure: our client beside the JavaScript SDK in one Chromium; server and
                      native client beside the machine; the components in Chromium; what a page downloads for each
                      component (default: all of these); what faults do to both clients; 500 clients at work in 50 sandboxes
      --rounds COUNT    how many rounds (default: 20)
      --record          add the ratios to the history, e2e/bench/history.jsonl
      --minutes COUNT   how long the load lasts (default: 10)
  pictures            build what the README's pictures show, and take them anew into `pictures`
  package             pack the crates as they are published, and build an app with them that is no part of this workspace
  book                build the guide as a site, with mdBook, into target/book
  semver [REVISION]   compare what the published crates show with a revision of git (default: the last release's tag)
  fuzz [decoder|dispatcher|http]...
                      feed the protocol's decoder, an agent and the HTTP surface with hostile bytes (default: all)
      --inputs COUNT    how many (default: 10 million for the decoder, 1 million for the others)
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
    /// Measure.
    Bench(BenchOptions),
    /// Take the README's pictures.
    Pictures,
    /// Pack the crates, and build with them from outside.
    Package,
    /// Build the guide as a site.
    Book,
    /// Compare the published crates with those of a revision; none: the last release.
    Semver(Option<String>),
    /// Feed hostile bytes.
    Fuzz(FuzzOptions),
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
    /// Whether what fails is run once more, and told as unsteady where it then passes.
    pub(crate) again: bool,
}

/// Options of `bench`.
#[derive(Debug)]
pub(crate) struct BenchOptions {
    /// The parts to measure, never empty.
    pub(crate) parts: Vec<BenchPart>,
    /// How many rounds each.
    pub(crate) rounds: usize,
    /// Whether the ratios go to the history.
    pub(crate) record: bool,
    /// How many minutes the load lasts.
    pub(crate) minutes: u64,
}

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BenchPart {
    /// Our client beside the JavaScript SDK's.
    Client,
    /// The server and the native client.
    Native,
    /// The components in a browser.
    Components,
    /// What a page downloads for each component.
    Sizes,
    /// What faults do to both clients.
    Faults,
    /// Many clients at work for minutes.
    Load,
}

impl BenchPart {
    const ALL: [Self; 6] = [
        Self::Client,
        Self::Native,
        Self::Components,
        Self::Sizes,
        Self::Faults,
        Self::Load,
    ];

    /// Whether it is measured where no part is named. Faults and load take their time.
    fn is_usual(self) -> bool {
        !matches!(self, Self::Faults | Self::Load)
    }

    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Native => "native",
            Self::Components => "components",
            Self::Sizes => "sizes",
            Self::Faults => "faults",
            Self::Load => "load",
        }
    }
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
        "build" => without_options(&mut parser, Task::Build),
        "package" => without_options(&mut parser, Task::Package),
        "pictures" => without_options(&mut parser, Task::Pictures),
        "demo" => parse_serve(&mut parser).map(Task::Demo),
        "book" => without_options(&mut parser, Task::Book),
        "semver" => parse_semver(&mut parser).map(Task::Semver),
        "dev" => parse_serve(&mut parser).map(Task::Dev),
        "test" => parse_test(&mut parser).map(Task::Test),
        "bench" => parse_bench(&mut parser).map(Task::Bench),
        "fuzz" => parse_fuzz(&mut parser).map(Task::Fuzz),
        unknown => bail!("there is no command `{unknown}`"),
    }
}

fn without_options(parser: &mut lexopt::Parser, task: Task) -> Result<Task> {
    match parser.next()? {
        None => Ok(task),
        Some(other) => Err(other.unexpected().into()),
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

fn parse_bench(parser: &mut lexopt::Parser) -> Result<BenchOptions> {
    let mut options = BenchOptions {
        parts: Vec::new(),
        rounds: 20,
        record: false,
        minutes: 10,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("record") => options.record = true,
            Long("rounds") => options.rounds = parser.value()?.parse()?,
            Long("minutes") => options.minutes = parser.value()?.parse()?,
            Value(value) => {
                let name = value.string()?;
                let part = BenchPart::ALL.into_iter().find(|part| part.name() == name);
                let part = part.with_context(|| {
                    format!("`{name}` is none of the parts client, native, components, sizes, faults, load")
                })?;
                options.parts.push(part);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if options.parts.is_empty() {
        let all = BenchPart::ALL.into_iter();
        options.parts = all.filter(|part| part.is_usual()).collect();
    }
    Ok(options)
}

fn parse_semver(parser: &mut lexopt::Parser) -> Result<Option<String>> {
    let mut revision = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Value(value) if revision.is_none() => revision = Some(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(revision)
}

fn parse_fuzz(parser: &mut lexopt::Parser) -> Result<FuzzOptions> {
    let mut options = FuzzOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("inputs") => options.inputs = Some(parser.value()?.parse()?),
            Value(value) => {
                let name = value.string()?;
                let target = Target::ALL.into_iter().find(|target| target.name() == name);
                let target = target.with_context(|| {
                    format!("`{name}` is none of the targets decoder, dispatcher, http")
                })?;
                options.targets.push(target);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if options.targets.is_empty() {
        options.targets = Target::ALL.to_vec();
    }
    Ok(options)
}

fn parse_test(parser: &mut lexopt::Parser) -> Result<TestOptions> {
    let mut options = TestOptions {
        kinds: Vec::new(),
        browsers: Vec::new(),
        again: false,
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
            Long("again") => options.again = true,
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
        assert!(!options.again);
    }

    #[test]
    fn bench_takes_parts_and_a_number_of_rounds() {
        let Task::Bench(options) = parsed(&["bench"]).unwrap() else {
            panic!("not a bench task");
        };
        assert_eq!((options.parts.len(), options.rounds), (4, 20));
        let Task::Bench(options) =
            parsed(&["bench", "sizes", "--rounds", "7", "--record"]).unwrap()
        else {
            panic!("not a bench task");
        };
        assert_eq!(options.parts, [BenchPart::Sizes]);
        assert_eq!(options.rounds, 7);
        assert!(options.record);
        let Task::Bench(options) = parsed(&["bench", "load", "--minutes", "1"]).unwrap() else {
            panic!("not a bench task");
        };
        assert_eq!(options.parts, [BenchPart::Load]);
        assert_eq!(options.minutes, 1);
        assert!(parsed(&["bench", "--rounds", "many"]).is_err());
        assert!(parsed(&["bench", "speed"]).is_err());
    }

    #[test]
    fn fuzz_takes_targets_and_a_number_of_inputs() {
        let Task::Fuzz(options) = parsed(&["fuzz"]).unwrap() else {
            panic!("not a fuzz task");
        };
        assert_eq!((options.targets.len(), options.inputs), (3, None));
        let Task::Fuzz(options) = parsed(&["fuzz", "http", "--inputs", "100"]).unwrap() else {
            panic!("not a fuzz task");
        };
        assert_eq!(options.targets, [Target::Http]);
        assert_eq!(options.inputs, Some(100));
        assert!(parsed(&["fuzz", "browser"]).is_err());
    }

    #[test]
    fn semver_takes_one_revision() {
        for (arguments, expected) in [
            (&["semver"][..], None),
            (&["semver", "v0.1.0"], Some("v0.1.0")),
        ] {
            let Task::Semver(revision) = parsed(arguments).unwrap() else {
                panic!("not a semver task");
            };
            assert_eq!(revision.as_deref(), expected);
        }
        assert!(parsed(&["semver", "v0.1.0", "v0.2.0"]).is_err());
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
        assert!(parsed(&["pictures", "light"]).is_err());
        assert!(parsed(&["book", "fast"]).is_err());
        assert!(parsed(&["test", "--browser", "lynx"]).is_err());
        assert!(parsed(&["demo", "--port", "99999"]).is_err());
    }
}
