//! The crates as they are published, and an app of somebody else that is built with them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::build;
use crate::paths;
use crate::process::run;
use crate::setup::{self, Purpose};

/// What is published, each after those that it needs.
pub(crate) const PUBLISHED: [&str; 6] = [
    "yew-sandbox-protocol",
    "yew-sandbox-agent",
    "yew-sandbox-client",
    "yew-sandbox",
    "yew-sandbox-components",
    "yew-sandbox-server",
];

/// Sets up what building needs, and does what [`check`] does.
///
/// # Errors
/// As [`setup::setup`] and [`check`].
pub(crate) fn package() -> Result<()> {
    setup::setup(Purpose::Demo)?;
    check()
}

/// Packs the crates, unpacks them outside of the workspace, and builds a page and a site with nothing else of ours.
///
/// # Errors
/// A crate cannot be packed, or what is in it does not suffice.
pub(crate) fn check() -> Result<()> {
    let outside = paths::target().join("outside");
    let packages = outside.join("packages");
    pack()?;
    // All but what was compiled.
    for folder in ["packages", "page", "site"].map(|name| outside.join(name)) {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
    }
    copy(&paths::root().join("e2e/outside"), &outside)?;
    fs::create_dir_all(&packages)?;
    for name in PUBLISHED {
        unpack(name, &packages)?;
    }
    // The versions that everything else was tested with.
    fs::copy(paths::root().join("Cargo.lock"), outside.join("Cargo.lock"))?;

    run(build::trunk()?
        .args(["build", "--log", "warn", "--dist"])
        .arg(outside.join("dist"))
        .env("CARGO_TARGET_DIR", outside.join("target"))
        .current_dir(outside.join("page")))?;
    run(Command::new("cargo")
        .args(["check", "--package", "site"])
        .env("CARGO_TARGET_DIR", outside.join("target"))
        .current_dir(&outside))
}

fn pack() -> Result<()> {
    let mut command = Command::new("cargo");
    // What is built from them below is the better proof than each one's build by itself.
    command.args(["package", "--locked", "--no-verify", "--allow-dirty"]);
    command.args(PUBLISHED.iter().flat_map(|name| ["--package", name]));
    run(command.current_dir(paths::root()))
}

/// Unpacks the only version that there is.
fn unpack(name: &str, packages: &Path) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let archive = paths::target().join(format!("package/{name}-{version}.crate"));
    let folder = packages.join(name);
    fs::create_dir_all(&folder)?;
    run(Command::new("tar")
        .arg("--extract")
        .arg("--gzip")
        .arg("--strip-components=1")
        // Cargo compiles again what is newer, and in a package every file has one old date.
        .arg("--touch")
        .arg("--directory")
        .arg(&folder)
        .arg("--file")
        .arg(&archive))?;
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
        ensure!(folder.join(file).is_file(), "{name} has no {file}");
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
