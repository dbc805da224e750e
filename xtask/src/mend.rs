//! A fault of a crate inside a tool, mended before the tool is built.
//!
//! The server in `wasm-bindgen-test-runner` is `tiny_http`. Its pool takes a worker for idle that has just been woken for another
//! connection: of several connections that come at once one may wait for ever, and with it a module that a test imports.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::progress::run_quietly;

const CRATE: &str = "tiny_http";
/// The version in the runner, and the last one that was published.
const VERSION: &str = "0.12.0";
const FILE: &str = "src/util/task_pool.rs";
const FAULT: &str = "self.sharing.waiting_tasks.load(Ordering::Acquire) == 0";
/// What is queued has a worker already, which only did not take it yet.
const MENDED: &str = "self.sharing.waiting_tasks.load(Ordering::Acquire) <= queue.len()";

/// Fetches the crate into `folder` and mends it; gives the argument by which cargo builds with it.
///
/// # Errors
/// The crate cannot be fetched, or is not the one that is known.
pub(crate) fn argument(folder: &Path) -> Result<String> {
    let mended = fetch(folder)?;
    let file = mended.join(FILE);
    let text =
        fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    ensure!(
        text.matches(FAULT).count() == 1,
        "{CRATE} {VERSION} is not as it was: look whether it still needs mending"
    );
    fs::write(&file, text.replace(FAULT, MENDED))
        .with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(format!("patch.crates-io.{CRATE}.path={mended:?}"))
}

/// The source of the crate, by way of a package that needs nothing else.
fn fetch(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    fs::create_dir_all(folder.join("src")).context("a folder for a crate cannot be created")?;
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{CRATE} = \"={VERSION}\"\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).context("a manifest cannot be written")?;
    fs::write(folder.join("src/lib.rs"), "").context("a library cannot be written")?;
    run_quietly(
        &format!("Fetching {CRATE} {VERSION}"),
        Command::new("cargo")
            .args(["vendor", "--quiet", "vendor"])
            .current_dir(folder),
    )?;
    Ok(folder.join("vendor").join(CRATE))
}
