//! Terminals: their memory, and how fast output comes through them.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use yew_sandbox_client::{Client, ShellEvent, TerminalOptions};

use super::super::processes::resident;
use super::row;

/// How much output, in bytes.
const FLOOD: usize = 50_000_000;
/// How many idle terminals.
const TERMINALS: usize = 10;

/// The agent's memory with idle terminals, without their shells.
pub(super) async fn memory(client: &Client, agent: u32) -> Result<Value> {
    let mut open = Vec::new();
    for _ in 0..TERMINALS {
        open.push(
            client
                .terminals()
                .create(TerminalOptions::default())
                .await?,
        );
    }
    let memory = resident(agent)? as f64 / 1024.0;
    for terminal in open {
        terminal.kill().await?;
    }
    Ok(row(
        "agent with 10 idle terminals",
        memory,
        "MiB",
        "at most 16",
    ))
}

/// Megabytes a second, of plain text and of letters of two bytes, and beside the same plain text through a terminal of `script`.
pub(super) async fn rates(client: &Client, rounds: usize) -> Result<Vec<Value>> {
    let (mut times, mut bare) = ([f64::INFINITY; 2], f64::INFINITY);
    for _ in 0..rounds {
        for (best, letter) in times.iter_mut().zip(["x", "ü"]) {
            *best = best.min(flood(client, letter).await?);
        }
        bare = bare.min(script()?);
    }
    let rate = |time: f64| FLOOD as f64 / 1e6 / time;
    let name = |text: &str| format!("terminal to the native client, {text} text");
    Ok(vec![
        row(&name("plain"), rate(times[0]), "MB/s", "at least 50"),
        row(&name("UTF-8"), rate(times[1]), "MB/s", "at least 50"),
        row(
            "the same plain text, beside a terminal of `script`",
            times[0] / bare,
            "times its time",
            "",
        ),
    ])
}

/// Seconds for the flood through a terminal that only `script` reads, and through a pipe from there.
fn script() -> Result<f64> {
    let line = format!("yes '{}' | head -c {FLOOD}", "x".repeat(60));
    let begun = Instant::now();
    let mut child = Command::new("script")
        .args(["--quiet", "--command", &line, "/dev/null"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("`script` does not start")?;
    let mut output = child.stdout.take().context("no output")?;
    let (mut buffer, mut bytes) = (vec![0; 64 * 1024], 0);
    loop {
        match output.read(&mut buffer)? {
            0 => break,
            read => bytes += read,
        }
    }
    child.wait()?;
    ensure!(bytes >= FLOOD, "{bytes} bytes came");
    Ok(begun.elapsed().as_secs_f64())
}

/// Seconds for a flood of lines, from the key that begins it to its end.
async fn flood(client: &Client, letter: &str) -> Result<f64> {
    let terminal = client
        .terminals()
        .create(TerminalOptions::default())
        .await?;
    let mut output = terminal.output();
    let text = letter.repeat(60);
    let line = format!("yes '{text}' | head -c {FLOOD}; echo flood-is-''over");
    let begun = Instant::now();
    terminal.run(&line).await?;
    let mut bytes = 0;
    loop {
        match output.next().await {
            Some(ShellEvent::Output(text)) => {
                bytes += text.as_str().len();
                if text.as_str().contains("flood-is-over") {
                    break;
                }
            }
            other => anyhow::bail!("{other:?} after {bytes} bytes"),
        }
    }
    let time = begun.elapsed().as_secs_f64();
    ensure!(bytes >= FLOOD, "{bytes} bytes came");
    terminal.kill().await?;
    Ok(time)
}
