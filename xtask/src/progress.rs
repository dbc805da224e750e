//! What a person sees while something takes its time.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write, stdout};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use crate::paths;
use crate::process::Running;

/// How many lines of a failed command's output are shown.
const TAIL: usize = 30;

/// Where no terminal shows a moving line, a sign of life comes this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// Prints the title of what begins now.
pub(crate) fn title(text: &str) {
    if stdout().is_terminal() {
        println!("\n\x1b[1m== {text}\x1b[0m");
    } else {
        println!("\n== {text}");
    }
}

/// Prints one fact below a title.
pub(crate) fn note(text: &str) {
    println!("   {text}");
}

/// An elapsed time, for people: `8.2 s`, `3 min 05 s`.
pub(crate) fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Runs `command` with its output kept in a log; shows `text`, the elapsed time and the latest line meanwhile.
///
/// # Errors
/// The command fails: the error holds the output's last lines and the log's path.
pub(crate) fn run_quietly(text: &str, command: &mut Command) -> Result<()> {
    let begun = Instant::now();
    let log_path = paths::scratch().join(format!("{}.log", file_name(text)));
    fs::create_dir_all(paths::scratch())
        .and_then(|()| File::create(&log_path))
        .with_context(|| format!("{} cannot be written", log_path.display()))
        .and_then(|mut log| {
            let mut running =
                Running::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
            let (sender, lines) = mpsc::channel();
            if let Some(stdout) = running.child().stdout.take() {
                forward_lines(stdout, sender.clone());
            }
            if let Some(stderr) = running.child().stderr.take() {
                forward_lines(stderr, sender);
            }
            let mut display = Display::new(text, begun);
            let mut tail = VecDeque::new();
            loop {
                match lines.recv_timeout(Duration::from_millis(250)) {
                    Ok(line) => {
                        writeln!(log, "{line}").context("the log cannot be written")?;
                        display.latest = line.trim().to_owned();
                        tail.push_back(line);
                        if tail.len() > TAIL {
                            tail.pop_front();
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                display.refresh();
            }
            display.clear();
            running.wait().map_err(|error| {
                let tail = Vec::from(tail).join("\n");
                anyhow!(
                    "{error:#}\n{tail}\nThe whole output is in {}",
                    log_path.display()
                )
            })
        })?;
    note(&format!("{text}: done in {}", duration(begun.elapsed())));
    Ok(())
}

/// One line that is drawn over itself, or a sparse log where there is no terminal.
struct Display<'a> {
    text: &'a str,
    begun: Instant,
    latest: String,
    drawn: Option<Instant>,
    terminal: bool,
}

impl<'a> Display<'a> {
    fn new(text: &'a str, begun: Instant) -> Self {
        Self {
            text,
            begun,
            latest: String::new(),
            drawn: None,
            terminal: stdout().is_terminal(),
        }
    }

    fn refresh(&mut self) {
        let pause = match (self.terminal, self.drawn) {
            (_, None) => Duration::ZERO,
            (true, Some(_)) => Duration::from_millis(200),
            (false, Some(_)) => SIGN_OF_LIFE,
        };
        if self.drawn.unwrap_or(self.begun).elapsed() < pause {
            return;
        }
        self.drawn = Some(Instant::now());
        let line = format!("{} ({})", self.text, duration(self.begun.elapsed()));
        if self.terminal {
            let latest: String = self.latest.chars().take(40).collect();
            print!("\r\x1b[2K   {line} {latest}");
            let _ = stdout().flush();
        } else {
            note(&format!("{line} {}", self.latest));
        }
    }

    fn clear(&self) {
        if self.terminal && self.drawn.is_some() {
            print!("\r\x1b[2K");
            let _ = stdout().flush();
        }
    }
}

fn forward_lines(output: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while matches!(output.read_until(b'\n', &mut line), Ok(1..)) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if lines.send(text).is_err() {
                return;
            }
        }
    });
}

fn file_name(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(8_240)), "8.2 s");
        assert_eq!(duration(Duration::from_secs(185)), "3 min 05 s");
    }
}
