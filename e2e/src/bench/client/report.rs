//! The tables, for people and for comparison.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::{Memory, ROWS};
use crate::arguments::Arguments;

/// What was measured, by side: ours, theirs.
#[derive(Default)]
pub(super) struct Figures {
    /// One for each of `ROWS`.
    pub(super) rows: [Row; ROWS.len()],
    /// Milliseconds of what is measured once, one for each of `BESIDE`.
    pub(super) beside: [Vec<f64>; BESIDE.len()],
}

/// Milliseconds of one row, and what the page holds after it and all rows before, in bytes.
#[derive(Default)]
pub(super) struct Row {
    pub(super) times: [Vec<f64>; 2],
    pub(super) main_thread: [Vec<f64>; 2],
    pub(super) memory: [Vec<f64>; 2],
}

/// The rows of which the machine itself needs a part: the row, the name of the ratio, and what is done there, over a bare WebSocket or by
/// the programs alone.
const BESIDE: [(&str, &str, &str); 5] = [
    ("write_large", "write_large.bare", "16 MiB out of the page"),
    ("read_large", "read_large.bare", "16 MiB into the page"),
    (
        "write_large",
        "write_large.stored",
        "16 MiB out of the page and onto the disk, synced",
    ),
    (
        "reconnect",
        "reconnect.bare",
        "closed, opened again, answered once",
    ),
    (
        "watch",
        "watch.unwatched",
        "a command that makes the same 10,000 changes, nobody watching",
    ),
];

/// The middle, the least, the most.
type Spread = (f64, f64, f64);

fn spread(figures: &mut [f64]) -> Spread {
    figures.sort_by(f64::total_cmp);
    let most = figures.last().copied().unwrap_or(f64::NAN);
    let least = figures.first().copied().unwrap_or(f64::NAN);
    let median = figures.get(figures.len() / 2).copied();
    (median.unwrap_or(f64::NAN), least, most)
}

fn shown((median, least, most): Spread) -> String {
    format!("{median:.1} ({least:.1} to {most:.1})")
}

/// Prints the tables, with the ratios of the last recorded run beside them, and gives the figures. Records the ratios if it was
/// asked to.
///
/// # Errors
/// The history cannot be read or written.
pub(super) fn report(
    arguments: &Arguments,
    mut figures: Figures,
    rounds: usize,
    memory: &Memory,
) -> Result<Value> {
    let history = History::of(arguments)?;
    let mut ratios = Map::new();
    let mut rows = Vec::new();
    println!("{rounds} rounds, in milliseconds: median (least to most)\n");
    head("JavaScript SDK");
    for ((name, title), row) in ROWS.iter().zip(&mut figures.rows) {
        let (row, ratio) = line(title, &mut row.times, &history, name);
        rows.push(json!({ "row": name, "times": row }));
        ratios.insert((*name).to_owned(), json!(ratio));
    }
    println!("\nthe page's main thread at work meanwhile\n");
    head("JavaScript SDK");
    for ((name, title), row) in ROWS.iter().zip(&mut figures.rows) {
        let name = format!("{name}.main_thread");
        let (row, ratio) = line(title, &mut row.main_thread, &history, &name);
        rows.push(json!({ "row": name, "times": row }));
        ratios.insert(name, json!(ratio));
    }
    println!("\nmemory of the page after each row, in MB: objects, buffers, WebAssembly\n");
    head("JavaScript SDK");
    for ((name, title), row) in ROWS.iter().zip(&mut figures.rows) {
        for bytes in row.memory.iter_mut().flatten() {
            *bytes /= 1e6;
        }
        let name = format!("{name}.memory");
        let (row, ratio) = line(title, &mut row.memory, &history, &name);
        rows.push(json!({ "row": name, "megabytes": row }));
        ratios.insert(name, json!(ratio));
        // The last one stands for all of them.
        ratios.insert("memory".to_owned(), json!(ratio));
    }

    println!("\nbeside what a bare WebSocket or the program takes for the same\n");
    head("bare");
    for ((row, name, title), bare) in BESIDE.iter().zip(figures.beside) {
        let place = ROWS.iter().position(|known| known.0 == *row);
        let place = place.context("a row that is not measured")?;
        let ours = figures.rows[place].times[0].clone();
        let (row, ratio) = line(title, &mut [ours, bare], &history, name);
        rows.push(json!({ "row": name, "times": row }));
        ratios.insert((*name).to_owned(), json!(ratio));
    }
    println!(
        "\nresident memory of an idle sandbox's agent: {} kB",
        memory.idle_agent
    );
    println!(
        "resident memory of the server for each of 50 idle clients: {:.1} kB",
        memory.server_per_idle_client
    );
    if arguments.record {
        history.record(rounds, &ratios)?;
    }
    Ok(json!({ "rounds": rounds, "rows": rows, "memory": memory }))
}

fn head(beside: &str) {
    println!("| row | ours | {beside} | ratio | before |");
    println!("| --- | --- | --- | --- | --- |");
}

/// Prints one row of two sides.
fn line(
    title: &str,
    sides: &mut [Vec<f64>; 2],
    history: &History,
    name: &str,
) -> ([Spread; 2], f64) {
    let [ours, theirs] = sides.each_mut().map(|side| spread(side));
    let ratio = ours.0 / theirs.0;
    let before = history.ratio(name);
    let before = before.map_or_else(String::new, |before| format!("{before:.2}"));
    println!(
        "| {title} | {} | {} | {ratio:.2} | {before} |",
        shown(ours),
        shown(theirs)
    );
    ([ours, theirs], ratio)
}

/// The recorded runs: a line of JSON each, the oldest first. Ratios can be compared between machines, times cannot.
struct History {
    file: PathBuf,
    last: Value,
}

impl History {
    fn of(arguments: &Arguments) -> Result<Self> {
        let file = arguments.history.clone();
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text.with_context(|| format!("{} cannot be read", file.display()))?,
        };
        let last = match text.lines().last() {
            Some(line) => serde_json::from_str(line)
                .with_context(|| format!("the last line of {} is no JSON", file.display()))?,
            None => Value::Null,
        };
        Ok(Self { file, last })
    }

    /// A row's ratio in the last recorded run.
    fn ratio(&self, row: &str) -> Option<f64> {
        self.last["ratios"][row].as_f64()
    }

    fn record(&self, rounds: usize, ratios: &Map<String, Value>) -> Result<()> {
        let round = |ratio: f64| (ratio * 1000.0).round() / 1000.0;
        let ratios: Map<_, _> = ratios
            .iter()
            .filter_map(|(row, ratio)| Some((row.clone(), json!(round(ratio.as_f64()?)))))
            .collect();
        let commit = Command::new("git")
            .args(["log", "--max-count", "1", "--format=%cs %h"])
            .output()
            .context("git does not say which commit this is")?;
        let commit = String::from_utf8_lossy(&commit.stdout).trim().to_owned();
        let line = json!({ "after": commit, "rounds": rounds, "ratios": ratios });
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.file)?;
        writeln!(file, "{line}")?;
        println!("\nThe ratios are recorded in {}.", self.file.display());
        Ok(())
    }
}
