//! `cargo xtask setup`: installs what is missing, and only that.

use std::process::Command;

use anyhow::{Context, Result};

use crate::debian;
use crate::npm;
use crate::paths;
use crate::process::capture;
use crate::progress::{note, run_quietly, title};
use crate::tools;

/// What the machine is set up for. Each purpose includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Building the server and the pages, and running them.
    Demo,
    /// All tests.
    Test,
    /// Measuring beside the JavaScript SDK.
    Bench,
}

/// Installs what is missing for `purpose`. Running it again changes nothing.
///
/// # Errors
/// Something cannot be installed; the error says what to run instead.
pub(crate) fn setup(purpose: Purpose) -> Result<()> {
    title(match purpose {
        Purpose::Demo => "Setting up what the demo needs",
        Purpose::Test => "Setting up what the tests need",
        Purpose::Bench => "Setting up what the benchmark needs",
    });
    // System packages first: a missing right shows before anything long has begun.
    debian::install(purpose)?;
    add_wasm_target()?;
    tools::install(purpose)?;
    npm::install(purpose)?;
    Ok(())
}

fn add_wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = capture(Command::new("rustc").args(["--print", "sysroot"]))
        .context("Rust is needed: see https://rustup.rs")?;
    let library = format!("{}/lib/rustlib/{TARGET}/lib", sysroot.trim());
    if std::path::Path::new(&library).is_dir() {
        note("Rust target wasm32-unknown-unknown: there");
        return Ok(());
    }
    run_quietly(
        "Adding the Rust target wasm32-unknown-unknown",
        Command::new("rustup")
            .args(["target", "add", TARGET])
            .current_dir(paths::root()),
    )
    .with_context(|| format!("this Rust has no target {TARGET}: install it, then try again"))
}
