//! JavaScript packages, installed exactly as their lock files say.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::process::capture;
use crate::progress::{note, run_quietly};
use crate::setup::Purpose;

/// The oldest Node.js that everything here runs on.
const NODE_MAJOR: u32 = 18;

/// Folders with a `package.json` and a lock file.
const FOLDERS: &[(&str, Purpose)] = &[
    ("xtask/wasm-opt", Purpose::Demo),
    ("crates/protocol/tests/golden", Purpose::Test),
    ("e2e/axe", Purpose::Test),
    ("e2e/sdk", Purpose::Test),
    ("e2e/templates/vite", Purpose::Test),
];

/// Installs the packages of each folder whose `node_modules` is not of its lock file.
///
/// # Errors
/// Node.js does not work or is too old, or npm fails.
pub(crate) fn install(purpose: Purpose) -> Result<()> {
    check_node()?;
    for (folder, needed_for) in FOLDERS {
        if *needed_for <= purpose {
            install_folder(folder)?;
        }
    }
    Ok(())
}

fn check_node() -> Result<()> {
    let version = capture(Command::new("node").args(["--print", "process.versions.node"]))
        .context("Node.js does not work")?;
    let version = version.trim();
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR) {
        bail!(
            "Node.js {version} is too old: install version {NODE_MAJOR} or later, then try again"
        );
    }
    note(&format!("Node.js {version}: there"));
    Ok(())
}

fn install_folder(name: &str) -> Result<()> {
    let folder = paths::root().join(name);
    let lock = read(&folder.join("package-lock.json"))?;
    // Written last, so that an interrupted installation is not taken for a whole one.
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        note(&format!("npm packages of {name}: there"));
        return Ok(());
    }
    run_quietly(
        &format!("Installing the npm packages of {name}"),
        Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&folder),
    )?;
    fs::write(&stamp, lock).with_context(|| format!("{} cannot be written", stamp.display()))
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}
