//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

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
    #[arg(
        long,
        value_name = "PATH",
        default_value = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
    )]
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
    /// `bench/ours/` and `bench/sdk/`.
    #[arg(long, value_name = "ROUNDS")]
    pub(crate) bench: Option<usize>,

    /// Print the scenarios' names.
    #[arg(long)]
    pub(crate) list: bool,

    /// Run the scenarios whose names contain this.
    pub(crate) filter: Option<String>,
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
