//! `cargo xtask build`: the server and the pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::optimize;
use crate::paths;
use crate::process::{capture, run};
use crate::progress::{note, title};
use crate::setup::{self, Purpose};
use crate::tools;

/// Sets up what building needs, then builds everything.
///
/// # Errors
/// As [`setup::setup`] and [`build`].
pub(crate) fn build_from_scratch() -> Result<()> {
    setup::setup(Purpose::Demo)?;
    build()
}

/// Leaves the server in `target/release`, the root page in `dist`, each example in `dist/examples/NAME`.
///
/// # Errors
/// A build fails; its own words are on the terminal.
pub(crate) fn build() -> Result<()> {
    title("Building the server");
    server(true)?;

    title("Building the pages");
    // The root page first: its build empties `dist`, and the examples lie within.
    page(paths::root(), &paths::dist())?;
    report_size("root page", &paths::dist())?;
    for (name, folder) in examples()? {
        let dist = paths::dist().join("examples").join(&name);
        page(&folder, &dist)?;
        report_size(&name, &dist)?;
    }
    Ok(())
}

/// Builds the server's binary, as `dev` runs it or for release.
///
/// # Errors
/// Cargo fails.
pub(crate) fn server(release: bool) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["build", "--locked", "--package", "yew-sandbox-server"])
        .current_dir(paths::root());
    if release {
        command.arg("--release");
    }
    run(&mut command)
}

/// Trunk, with the pinned tools in reach.
///
/// # Errors
/// The tools' folders cannot be told.
pub(crate) fn trunk() -> Result<Command> {
    let mut command = Command::new("trunk");
    command
        .env("PATH", tools::path()?)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Trunk reads it as an option of its own and stumbles over the value `1`.
        .env_remove("NO_COLOR");
    Ok(command)
}

/// Every example with a page, sorted by name.
fn examples() -> Result<Vec<(String, PathBuf)>> {
    let folder = paths::root().join("examples");
    let mut examples = Vec::new();
    for entry in
        fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?
    {
        let entry = entry?;
        if entry.path().join("index.html").is_file() {
            examples.push((
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            ));
        }
    }
    examples.sort();
    Ok(examples)
}

/// Builds one page for release, small.
///
/// # Errors
/// Trunk or the optimiser fails.
pub(crate) fn page(folder: &Path, dist: &Path) -> Result<()> {
    let mut command = trunk()?;
    command
        .args([
            "build",
            "--release",
            "--locked",
            "--public-url",
            "./",
            "--dist",
        ])
        .arg(dist)
        // Integrity hashes would be those of the files before they are optimised.
        .args(["--no-sri", "--log", "warn"])
        .current_dir(folder);
    run(&mut command)?;
    optimize::folder(dist)
}

/// Prints what a browser downloads of the code, compressed as a server would.
///
/// # Errors
/// Node.js fails.
pub(crate) fn report_size(name: &str, dist: &Path) -> Result<()> {
    const SCRIPT: &str = "const {readFileSync} = require('fs'); const {brotliCompressSync} = require('zlib');
        for (const file of process.argv.slice(1)) console.log(brotliCompressSync(readFileSync(file)).length)";
    let mut files = optimize::files_with_ending(dist, ".wasm")?;
    files.extend(optimize::files_with_ending(dist, ".js")?);
    let output = capture(
        Command::new("node")
            .args(["--eval", SCRIPT, "--"])
            .args(&files),
    )?;
    let sizes: Vec<usize> = output
        .lines()
        .filter_map(|line| line.parse().ok())
        .collect();
    let total: usize = sizes.iter().sum();
    note(&format!(
        "{name}: {:.1} kB of wasm and JavaScript after brotli",
        total as f64 / 1000.0
    ));
    Ok(())
}
