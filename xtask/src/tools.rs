//! Programs that come as crates, one folder for each version in the user's cache.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::mend;
use crate::paths;
use crate::progress::{note, run_quietly};
use crate::setup::Purpose;

/// Builds pages.
const TRUNK_VERSION: &str = "0.21.14";
/// Drives Firefox.
const GECKODRIVER_VERSION: &str = "0.37.1";
/// Makes the guide a site.
const MDBOOK_VERSION: &str = "0.5.4";
/// Compares what crates show with what they showed before.
const SEMVER_CHECKS_VERSION: &str = "0.51.0";

/// One crate with programs.
struct Tool {
    name: &'static str,
    version: String,
    /// A program of it, by which a whole installation is known.
    program: &'static str,
    arguments: &'static [&'static str],
    /// Whether a crate in it is mended: see [`mend`].
    is_mended: bool,
}

impl Tool {
    fn folder(&self) -> Result<PathBuf> {
        let suffix = if self.is_mended { "-mended" } else { "" };
        Ok(folder_of_all()?.join(format!("{}-{}{suffix}", self.name, self.version)))
    }
}

/// Installs the tools that are missing. An interrupted installation leaves nothing that looks whole.
///
/// # Errors
/// A build fails, or the cache cannot be written.
pub(crate) fn install(purpose: Purpose) -> Result<()> {
    let wanted = tools()?.into_iter().filter(|(_, first)| *first <= purpose);
    install_all(wanted.map(|(tool, _)| tool))
}

/// mdBook, which is installed where it is missing.
///
/// # Errors
/// As those of [`install`].
pub(crate) fn mdbook() -> Result<PathBuf> {
    on_demand("mdbook", MDBOOK_VERSION)
}

/// `cargo-semver-checks`, which is installed where it is missing.
///
/// # Errors
/// As those of [`install`].
pub(crate) fn semver_checks() -> Result<PathBuf> {
    on_demand("cargo-semver-checks", SEMVER_CHECKS_VERSION)
}

/// The program of a tool that is no part of the set-up, because one command alone needs it.
fn on_demand(name: &'static str, version: &str) -> Result<PathBuf> {
    let tool = Tool {
        name,
        version: version.to_owned(),
        program: name,
        arguments: &["--locked"],
        is_mended: false,
    };
    let program = tool.folder()?.join("bin").join(name);
    install_all([tool])?;
    Ok(program)
}

/// The right to install, until it is dropped. Of two runs at once the second waits, then finds everything there.
///
/// # Errors
/// The cache cannot be written.
pub(crate) fn lock() -> Result<File> {
    let folder = folder_of_all()?;
    fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be created", folder.display()))?;
    let lock = File::create(folder.join("lock")).context("the tools' lock cannot be created")?;
    lock.lock().context("the tools' lock cannot be taken")?;
    Ok(lock)
}

fn install_all(tools: impl IntoIterator<Item = Tool>) -> Result<()> {
    let _lock = lock()?;
    let build = paths::cache()?.join("build");
    for tool in tools {
        install_one(&tool, &build)?;
    }
    for leftover in [&build, &build.with_file_name("mended")] {
        if leftover.exists() {
            fs::remove_dir_all(leftover)
                .with_context(|| format!("{} cannot be removed", leftover.display()))?;
        }
    }
    Ok(())
}

/// PATH with the tools before everything else, so that the pinned versions are found.
///
/// # Errors
/// The lock file of the workspace cannot be read.
pub(crate) fn path() -> Result<OsString> {
    let mut folders = Vec::new();
    for (tool, _) in tools()? {
        folders.push(tool.folder()?.join("bin"));
    }
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    env::join_paths(folders).context("PATH cannot be extended: a folder's name holds a colon")
}

/// The tools of the set-up, and the first purpose that needs each.
fn tools() -> Result<Vec<(Tool, Purpose)>> {
    let wasm_bindgen = Tool {
        name: "wasm-bindgen-cli",
        version: wasm_bindgen_version()?,
        program: "wasm-bindgen-test-runner",
        // Its package has no lock file worth keeping to.
        arguments: &[],
        is_mended: true,
    };
    let trunk = Tool {
        name: "trunk",
        version: TRUNK_VERSION.to_owned(),
        program: "trunk",
        arguments: &["--locked"],
        is_mended: false,
    };
    let geckodriver = Tool {
        name: "geckodriver",
        version: GECKODRIVER_VERSION.to_owned(),
        program: "geckodriver",
        arguments: &["--locked"],
        is_mended: false,
    };
    Ok(vec![
        (wasm_bindgen, Purpose::Demo),
        (trunk, Purpose::Demo),
        (geckodriver, Purpose::Test),
    ])
}

fn install_one(tool: &Tool, build: &std::path::Path) -> Result<()> {
    let (name, version) = (tool.name, &tool.version);
    let folder = tool.folder()?;
    if folder.join("bin").join(tool.program).is_file() {
        note(&format!("{name} {version}: there"));
        return Ok(());
    }
    let partial = folder.with_file_name(format!(".{name}-{version}.partial"));
    for leftover in [&partial, &folder] {
        if leftover.exists() {
            fs::remove_dir_all(leftover)
                .with_context(|| format!("{} cannot be removed", leftover.display()))?;
        }
    }
    let mended = tool
        .is_mended
        .then(|| mend::argument(&build.with_file_name("mended")))
        .transpose()?;
    run_quietly(
        &format!("Building {name} {version}"),
        Command::new("cargo")
            .args(["install", name, "--version", &format!("={version}")])
            .args(tool.arguments)
            .args(mended.iter().flat_map(|patch| ["--config", patch]))
            .arg("--root")
            .arg(&partial)
            .arg("--target-dir")
            .arg(build)
            // These run for seconds: what counts is how soon they are there.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
            .env_remove("RUSTFLAGS")
            .current_dir(paths::cache()?),
    )?;
    fs::rename(&partial, &folder)
        .with_context(|| format!("{} cannot be put in place", folder.display()))
}

fn folder_of_all() -> Result<PathBuf> {
    Ok(paths::cache()?.join("tools"))
}

/// The program must be of the very version that the pages are compiled against.
fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(paths::root().join("Cargo.lock"))
        .context("Cargo.lock cannot be read")?;
    locked_version(&lock, "wasm-bindgen")
        .context("Cargo.lock names no wasm-bindgen: is it complete?")
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next();
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "yew"), None);
    }
}
