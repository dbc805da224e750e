//! The real server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{Running, line};

/// How long the server may take to listen.
const START: Duration = Duration::from_secs(20);

/// How a scenario wants its server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerSettings {
    /// After how many seconds without a request a sandbox goes to sleep.
    pub(crate) hibernate_after: u32,
    /// The `.codesandbox/tasks.json` of new sandboxes; none, the built-in template.
    pub(crate) tasks: Option<&'static str>,
    /// What new sandboxes begin with: a folder below `e2e/templates`. It has tasks of its own.
    pub(crate) template: Option<&'static str>,
    /// More arguments.
    pub(crate) arguments: &'static [&'static str],
}

impl ServerSettings {
    /// No sleep within a scenario, and nothing to set up.
    pub(crate) const DEFAULT: Self = Self {
        hibernate_after: 600,
        tasks: None,
        template: None,
        arguments: &[],
    };
}

/// A server with a data folder of its own. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    program: PathBuf,
    pages: PathBuf,
    folder: PathBuf,
    settings: ServerSettings,
    address: SocketAddr,
    process: Option<Running>,
    starts: usize,
}

impl Server {
    /// Starts a server that keeps its data and logs in `folder`.
    ///
    /// # Errors
    /// It does not start; its last words are in the error.
    pub(crate) async fn start(
        program: PathBuf,
        pages: PathBuf,
        folder: PathBuf,
        settings: ServerSettings,
    ) -> Result<Self> {
        std::fs::create_dir_all(&folder)?;
        if let Some(tasks) = settings.tasks {
            let hidden = folder.join("template/.codesandbox");
            std::fs::create_dir_all(&hidden)?;
            std::fs::write(hidden.join("tasks.json"), tasks)?;
        }
        let mut server = Self {
            program,
            pages,
            folder,
            settings,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            process: None,
            starts: 0,
        };
        server.start_again().await?;
        Ok(server)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// The folder with the built pages.
    pub(crate) fn pages(&self) -> &Path {
        &self.pages
    }

    /// Its process id, while it runs.
    pub(crate) fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Running::id)
    }

    /// Ends it in order.
    pub(crate) async fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.end().await;
        }
    }

    /// Starts it where it listened before, with the data that it had.
    ///
    /// # Errors
    /// It does not start; its last words are in the error.
    pub(crate) async fn start_again(&mut self) -> Result<()> {
        self.stop().await;
        self.starts += 1;
        let log = self.log();
        let mut command = Command::new(&self.program);
        command
            .arg("--listen")
            .arg(self.address.to_string())
            .arg("--data-dir")
            .arg(self.folder.join("data"))
            .arg("--static-dir")
            .arg(&self.pages)
            .arg("--hibernate-after")
            .arg(self.settings.hibernate_after.to_string())
            .args(self.settings.arguments);
        let template = match self.settings.template {
            Some(name) => Some(templates().join(name)),
            None => self.settings.tasks.map(|_| self.folder.join("template")),
        };
        if let Some(template) = template {
            command.arg("--template-dir").arg(template);
        }
        let mut process = Running::start(&mut command, &log)?;
        let address = line(&mut process, &log, START, |line| {
            line.strip_prefix("listening on http://")?.parse().ok()
        })
        .await
        .context("the server did not start")?;
        self.address = address;
        self.process = Some(process);
        Ok(())
    }

    /// What it wrote since it last started.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join(format!("server-{}.log", self.starts))
    }
}

/// Where the templates of scenarios are.
fn templates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("templates")
}
