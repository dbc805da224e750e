//! Files: what an agent does with a second of one processor, beside calls of the system without anything between.

use std::fs;
use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use hyper::body::Bytes;
use rustix::param::clock_ticks_per_second;
use serde_json::Value;
use yew_sandbox_client::Client;

use super::row;

/// How many operations are counted, and how many are under way.
const COUNT: usize = 10_000;
const AT_ONCE: usize = 64;
const SIZE: usize = 1024;
/// Small files that the operations go around.
const FILES: usize = 100;

/// Reads and writes of 1 KiB: those of the agent a second of its processor's time, and beside direct calls.
pub(super) async fn rows(client: &Client, agent: u32, rounds: usize) -> Result<Vec<Value>> {
    let (mut read, mut write) = (0.0_f64, 0.0_f64);
    let (mut bare_read, mut bare_write) = (0.0_f64, 0.0_f64);
    for _ in 0..rounds {
        write = write.max(rate(client, agent, true).await?);
        read = read.max(rate(client, agent, false).await?);
        let direct = direct()?;
        bare_write = bare_write.max(direct[0]);
        bare_read = bare_read.max(direct[1]);
    }
    let beside = |what: &str| format!("{what} of 1 KiB, beside direct calls");
    let unit = "a second of a processor";
    Ok(vec![
        row("reads of 1 KiB by an agent", read, unit, ""),
        row(&beside("reads"), read / bare_read, "of their rate", ""),
        row("writes of 1 KiB by an agent", write, unit, ""),
        row(&beside("writes"), write / bare_write, "of their rate", ""),
    ])
}

async fn rate(client: &Client, agent: u32, is_writing: bool) -> Result<f64> {
    let fs = client.fs();
    let content = Bytes::from(vec![b'x'; SIZE]);
    let name = |number: usize| format!("counted/{}", number % FILES);
    fs.write_all((0..FILES).map(|number| (name(number), content.clone())))
        .await?;
    let before = processor_seconds(agent)?;
    for first in (0..COUNT).step_by(AT_ONCE) {
        let numbers = first..(first + AT_ONCE).min(COUNT);
        if is_writing {
            let under_way: Vec<_> = numbers
                .map(|number| fs.write(&name(number), content.clone()))
                .collect();
            for write in under_way {
                write.await?;
            }
        } else {
            let under_way: Vec<_> = numbers.map(|number| fs.read(&name(number))).collect();
            for read in under_way {
                ensure!(read.await?.len() == SIZE, "a file has another size");
            }
        }
    }
    let used = processor_seconds(agent)? - before;
    Ok(COUNT as f64 / used)
}

/// Writes and reads a second, by one thread. A write makes a new file and puts it in the place of the old one, as the agent's do.
fn direct() -> Result<[f64; 2]> {
    let folder = tempfile::tempdir()?;
    let content = vec![b'x'; SIZE];
    let path = |number: usize| folder.path().join((number % FILES).to_string());
    let begun = Instant::now();
    for number in 0..COUNT {
        let half = folder.path().join("half");
        let mut file = fs::File::create(&half)?;
        file.write_all(&content)?;
        file.sync_data()?;
        fs::rename(&half, path(number))?;
    }
    let written = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    for number in 0..COUNT {
        ensure!(fs::read(path(number))?.len() == SIZE, "another size");
    }
    let read = begun.elapsed().as_secs_f64();
    Ok([COUNT as f64 / written, COUNT as f64 / read])
}

/// What a process has used of processors, in the kernel's and its own code.
fn processor_seconds(id: u32) -> Result<f64> {
    let page = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name stands in brackets, and may have anything in it.
    let (_, rest) = page.rsplit_once(')').context("the kernel does not say")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |place: usize| -> Result<f64> {
        let field = fields.get(place).context("the kernel does not say")?;
        Ok(field.parse::<f64>()?)
    };
    Ok((ticks(11)? + ticks(12)?) / clock_ticks_per_second() as f64)
}
