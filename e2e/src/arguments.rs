//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Where Debian has it on most machines.
const MINI_BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/// Drives the built quick start page in a real browser, on a real server, over a link that breaks.
#[derive(Clone, Debug, Parser)]
pub(crate) struct Arguments {
    /// The browser to drive.
    #[arg(long, value_enum)]
    pub(crate) browser: Kind,

    /// The browser's WebDriver program.
    #[arg(long, value_name = "PATH")]
    pub(crate) driver: PathBuf,

    /// The browser that WebKitGTK's driver starts.
    #[arg(long, value_name = "PATH", default_value = MINI_BROWSER)]
    pub(crate) mini_browser: PathBuf,

    /// The server's program.
    #[arg(
        long,
        value_name = "PATH",
        default_value = "target/release/yew-sandbox-server"
    )]
    pub(crate) server: PathBuf,

    /// The folder with the built pages; the page is `examples/quick_start/` in it.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub(crate) dist: PathBuf,

    /// Where profiles, data and logs go. What a failed scenario leaves is in `failures/` there.
    #[arg(long, value_name = "DIR", default_value = "target/e2e")]
    pub(crate) scratch: PathBuf,

    /// Take pictures of the page in its states, into this folder, in place of the scenarios.
    #[arg(long, value_name = "DIR")]
    pub(crate) screenshots: Option<PathBuf>,

    /// Measure this many rounds of our client beside the JavaScript SDK's, in place of the scenarios. The pages are
    /// `bench/ours/`, `bench/sdk/` and `bench/components/`.
    #[arg(long, value_name = "ROUNDS")]
    pub(crate) bench: Option<usize>,

    /// What to measure; may be given several times. Default: everything but faults and load.
    #[arg(long, value_enum, value_name = "PART", requires = "bench")]
    pub(crate) part: Vec<BenchPart>,

    /// The ratios of earlier runs of the part `client`: a line of JSON for each.
    #[arg(long, value_name = "PATH", default_value = "e2e/bench/history.jsonl")]
    pub(crate) history: PathBuf,

    /// Add this run's ratios to the history.
    #[arg(long, requires = "bench")]
    pub(crate) record: bool,

    /// How many minutes the load lasts.
    #[arg(long, value_name = "MINUTES", default_value_t = 10)]
    pub(crate) minutes: u64,

    /// Play a scenario that failed once more, in a new browser. One that passes then is told as unsteady; more than
    /// three of them are a failure.
    #[arg(long)]
    pub(crate) again: bool,

    /// Print the scenarios' names.
    #[arg(long)]
    pub(crate) list: bool,

    /// Run the scenarios whose names contain this.
    pub(crate) filter: Option<String>,
}

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchPart {
    /// Our client beside the JavaScript SDK's, in one browser.
    Client,
    /// The components in a browser.
    Components,
    /// What faults do to our client and to the JavaScript SDK's; not part of everything.
    Faults,
    /// Many clients at work for minutes, without a browser; not part of everything.
    Load,
    /// The server and the native client, without a browser.
    Native,
}

/// The browsers that can be driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// With chromedriver.
    Chromium,
    /// With geckodriver.
    Firefox,
    /// WebKitGTK's, with WebKitWebDriver under Xvfb.
    #[value(name = "webkit")]
    WebKit,
}

impl Kind {
    /// The name in files and messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }
}
