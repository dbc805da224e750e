//! JavaScript packages, installed exactly as their lock files say.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::process::capture;
use crate::progress::{note, run_quietly};
use crate::setup::Purpose;

/// The oldest Node.js that builds pages, and the oldest that runs the tests: they serve one with the newest Vite.
const NODE_TO_BUILD: (u32, u32) = (18, 0);
const NODE_TO_TEST: (u32, u32) = (20, 19);

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
    check_node(purpose)?;
    for (folder, needed_for) in FOLDERS {
        if *needed_for <= purpose {
            install_folder(folder)?;
        }
    }
    Ok(())
}

fn check_node(purpose: Purpose) -> Result<()> {
    let version = capture(Command::new("node").args(["--print", "process.versions.node"]))
        .context("Node.js does not work")?;
    let version = version.trim();
    let oldest = match purpose {
        Purpose::Demo => NODE_TO_BUILD,
        Purpose::Test | Purpose::Bench => NODE_TO_TEST,
    };
    if parse(version).is_none_or(|version| version < oldest) {
        bail!(
            "Node.js {version} is too old: install version {}.{} or later, then try again. \
             https://nodejs.org/en/download has what Debian has not",
            oldest.0,
            oldest.1
        );
    }
    note(&format!("Node.js {version}: there"));
    Ok(())
}

/// The first two numbers of a version.
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map_while(|number| number.parse().ok());
    Some((numbers.next()?, numbers.next()?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text| parse(text).unwrap();
        assert!(version("20.9.0") < NODE_TO_TEST && version("20.19.0") >= NODE_TO_TEST);
        assert!(version("18.20.4") >= NODE_TO_BUILD && version("100.0.0") > NODE_TO_TEST);
        assert_eq!(parse("v20"), None);
    }
}
