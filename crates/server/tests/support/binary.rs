//! The server's binary as a process of its own.

use std::ffi::OsStr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use super::soon;

/// The path of the binary.
pub fn program() -> &'static str {
    env!("CARGO_BIN_EXE_yew-sandbox-server")
}

/// A server that accepts. Dropping it kills it.
#[derive(Debug)]
pub struct Binary {
    /// `127.0.0.1:PORT`.
    pub address: String,
    pub child: Child,
    log: Arc<Mutex<String>>,
    reading: JoinHandle<()>,
}

impl Binary {
    /// Starts it on a free port.
    pub async fn start(arguments: &[&OsStr]) -> Self {
        Self::start_with(arguments, &[]).await
    }

    /// Starts it on a free port, with more in its environment.
    pub async fn start_with(arguments: &[&OsStr], environment: &[(String, String)]) -> Self {
        let mut command = Command::new(program());
        command
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)));
        Self::start_as(command).await
    }

    /// Starts it by a command that becomes it.
    pub async fn start_as(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut errors = child.stderr.take().unwrap();
        let kept = log.clone();
        let reading = tokio::spawn(async move {
            let mut chunk = vec![0; 4096];
            while let Ok(length @ 1..) = errors.read(&mut chunk).await {
                let text = String::from_utf8_lossy(&chunk[..length]).into_owned();
                kept.lock().unwrap().push_str(&text);
            }
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = soon("the first line", lines.next_line()).await.unwrap();
        let line = line.unwrap_or_else(|| panic!("no line: {}", log.lock().unwrap()));
        let address = line
            .strip_prefix("listening on http://")
            .unwrap()
            .to_owned();
        Self {
            address,
            child,
            log,
            reading,
        }
    }

    /// What stands behind these words in the log, up to the end of the line.
    pub async fn logged(&self, words: &str) -> String {
        soon(words, async {
            loop {
                let found = self
                    .log
                    .lock()
                    .unwrap()
                    .split_once(words)
                    .and_then(|(_, rest)| {
                        let (line, _) = rest.split_once('\n')?;
                        Some(line.to_owned())
                    });
                match found {
                    Some(found) => return found,
                    None => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
                }
            }
        })
        .await
    }

    /// What a server that does not start says on standard error.
    pub async fn fails(arguments: &[&OsStr], environment: &[(&str, &str)]) -> String {
        let output = Command::new(program())
            .args(arguments)
            .envs(environment.iter().copied())
            .kill_on_drop(true)
            .output();
        let output = soon("the end", output).await.unwrap();
        assert!(!output.status.success());
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        String::from_utf8(output.stderr).unwrap()
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = i32::try_from(self.child.id().unwrap()).unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Everything that was logged until the end.
    pub async fn ended(mut self) -> (std::process::ExitStatus, String) {
        let status = soon("the end", self.child.wait()).await.unwrap();
        soon("the log's end", &mut self.reading).await.unwrap();
        let log = self.log.lock().unwrap().clone();
        (status, log)
    }
}
