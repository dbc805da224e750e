//! A browser under its driver.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::arguments::{Arguments, Kind};
use crate::console::{Console, FIREFOX_PREFERENCE};
use crate::process::{Running, line, tail};
use crate::wait::until;
use crate::webdriver::Session;

/// How long a driver may take to start.
const START: Duration = Duration::from_secs(20);
/// How long a browser may take to close.
const CLOSE: Duration = Duration::from_secs(10);

/// Which colours the browser says that its user likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// The name in files and in style sheets.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A running browser. Dropping it ends its driver, and the browser with that.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) kind: Kind,
    pub(crate) session: Session,
    pub(crate) console: Console,
    // In this order they end: the driver, its display, its profile.
    driver: Running,
    display: Option<Running>,
    _home: TempDir,
}

impl Browser {
    /// Starts driver and browser with a new profile.
    ///
    /// # Errors
    /// A program is missing or does not start; its last words are in the error.
    pub(crate) async fn start(arguments: &Arguments, theme: Theme) -> Result<Self> {
        let kind = arguments.browser;
        let home = tempfile::Builder::new()
            .prefix(kind.name())
            .tempdir_in(&arguments.scratch)?;
        let log = |name: &str| {
            arguments
                .scratch
                .join(format!("{}-{name}.log", kind.name()))
        };
        let display = match kind {
            Kind::WebKit => Some(display(&log("display")).await?),
            Kind::Chromium | Kind::Firefox => None,
        };
        let address = free_port()?;
        let driver_log = log("driver");
        let mut command = driver_command(arguments, address, home.path());
        if let Some((_, number)) = &display {
            command.env("DISPLAY", format!(":{number}"));
        }
        if kind == Kind::WebKit && theme == Theme::Dark {
            command.env("GTK_THEME", "Adwaita:dark");
        }
        let mut driver = Running::start(&mut command, &driver_log)?;
        until("the driver", START, async || {
            let ended = driver.has_ended();
            let ready = Session::driver_is_ready(address).await;
            Ok((ended || ready?).then_some(()))
        })
        .await
        .with_context(|| tail(&driver_log))?;
        let capabilities = capabilities(arguments, home.path(), theme);
        let session = Session::start(address, &capabilities)
            .await
            .with_context(|| tail(&driver_log))?;
        let browser = Self {
            kind,
            console: Console::new(kind, session.clone(), driver_log),
            session,
            driver,
            display: display.map(|(process, _)| process),
            _home: home,
        };
        if kind == Kind::Chromium && theme == Theme::Dark {
            let feature = json!({ "name": "prefers-color-scheme", "value": "dark" });
            browser
                .devtools(
                    "Emulation.setEmulatedMedia",
                    &json!({ "features": [feature] }),
                )
                .await?;
        }
        Ok(browser)
    }

    /// A command of Chromium's own protocol.
    ///
    /// # Errors
    /// It is another browser, or the command fails.
    pub(crate) async fn devtools(&self, command: &str, parameters: &Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.session.post("goog/cdp/execute", &body).await
    }

    /// Whether no page wrote an error to the console.
    ///
    /// # Errors
    /// One did; or the console cannot be read.
    pub(crate) async fn has_no_errors(&self) -> Result<()> {
        let errors = self.console.errors().await?;
        ensure!(
            errors.is_empty(),
            "the console holds errors:\n    {}",
            errors.join("\n    ")
        );
        Ok(())
    }

    /// Closes the browser and ends its driver.
    pub(crate) async fn end(self) {
        // A browser that does not close is killed with its driver.
        let _ = timeout(CLOSE, self.session.end()).await;
        self.driver.end().await;
        if let Some(display) = self.display {
            display.end().await;
        }
    }
}

/// A screen in memory, and its number.
async fn display(log: &PathBuf) -> Result<(Running, u32)> {
    let mut command = Command::new("Xvfb");
    // It chooses a free number and writes it to its standard output.
    command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24"]);
    command.args(["-nolisten", "tcp"]);
    let mut process = Running::start(&mut command, log)?;
    let number = line(&mut process, log, START, |line| line.trim().parse().ok()).await?;
    Ok((process, number))
}

fn free_port() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

fn driver_command(arguments: &Arguments, address: SocketAddr, home: &Path) -> Command {
    let mut command = Command::new(&arguments.driver);
    let port = address.port();
    match arguments.browser {
        Kind::Chromium => command.arg(format!("--port={port}")),
        Kind::Firefox => command
            .arg(format!("--port={port}"))
            .arg("--profile-root")
            .arg(home),
        Kind::WebKit => command.arg(format!("--port={port}")),
    };
    // Nothing is left in, or taken from, the folders of whoever runs this.
    command
        .env("HOME", home)
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("TMPDIR", home)
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env("NO_AT_BRIDGE", "1");
    if arguments.browser == Kind::WebKit && rustix::process::geteuid().is_root() {
        // Its own isolation does not work for root; it loads nothing but the page under test.
        command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
    }
    command
}

fn capabilities(arguments: &Arguments, home: &Path, theme: Theme) -> Value {
    // The browser's own numbers for the two.
    let firefox_theme = match theme {
        Theme::Dark => 0,
        Theme::Light => 1,
    };
    match arguments.browser {
        Kind::Chromium => json!({
            "goog:chromeOptions": {
                "args": [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    // Software draws terminals slowly, and what is drawn there cannot be read.
                    "--disable-3d-apis",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-quic",
                    "--no-first-run",
                    format!("--user-data-dir={}", home.join("profile").display()),
                ],
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        }),
        Kind::Firefox => json!({
            "moz:firefoxOptions": {
                "args": ["-headless"],
                "prefs": {
                    "layout.css.prefers-color-scheme.content-override": firefox_theme,
                    FIREFOX_PREFERENCE: true,
                    "webgl.disabled": true,
                    // It asks nobody for settings or experiments.
                    "messaging-system.rsexperimentloader.enabled": false,
                    "services.settings.server": "data:,",
                },
            },
        }),
        Kind::WebKit => json!({
            "webkitgtk:browserOptions": {
                "binary": arguments.mini_browser,
                "args": ["--automation", "--enable-webgl=false"],
            },
        }),
    }
}
