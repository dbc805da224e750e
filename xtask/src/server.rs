//! The server as a child, and the moment when it accepts.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::Running;

/// How long the server may take to accept.
const START: Duration = Duration::from_secs(30);

/// A server that accepts. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    /// Where it listens: `http://127.0.0.1:3000`.
    pub(crate) address: String,
    running: Running,
}

impl Server {
    /// Starts `program` on `port` of the loopback device and waits until it accepts.
    ///
    /// # Errors
    /// It ends or stays silent; its own words are on the terminal.
    pub(crate) fn start(
        program: &Path,
        port: u16,
        data_dir: &Path,
        arguments: &[OsString],
    ) -> Result<Self> {
        let mut running = Running::start(
            Command::new(program)
                .arg("--listen")
                .arg(format!("127.0.0.1:{port}"))
                .arg("--data-dir")
                .arg(data_dir)
                .args(arguments)
                .stdout(Stdio::piped()),
        )?;
        let output = running.child().stdout.take();
        let output = output.context("the server's output is not in reach")?;
        let (sender, address) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                match line.strip_prefix("listening on ") {
                    Some(address) => _ = sender.send(address.to_owned()),
                    None => println!("{line}"),
                }
            }
        });
        let address = address
            .recv_timeout(START)
            .context("the server did not start: its own words are above")?;
        Ok(Self { address, running })
    }

    /// Waits until the server ends.
    ///
    /// # Errors
    /// It ended with a failure, or was ended.
    pub(crate) fn wait(self) -> Result<()> {
        self.running.wait()
    }

    /// The status, if the server has ended.
    ///
    /// # Errors
    /// The status cannot be read.
    pub(crate) fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        self.running.try_wait()
    }
}
