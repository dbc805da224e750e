//! `cargo xtask build`: the server and the pages.

use std::env;
use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::{self, ScopedJoinHandle};

use anyhow::{Context, Result};

use crate::optimize;
use crate::paths;
use crate::process::run;
use crate::progress::{note, title};
use crate::setup::{self, Purpose};
use crate::sizes;
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
    programs_of_release()?;

    title("Building the pages");
    pages(&shipped()?)
}

/// As [`build`], with the page of every namespace's test in `dist/namespaces`. Programs and pages are built side by side: most of the time goes
/// into long steps that keep one processor busy.
///
/// # Errors
/// As [`build`].
pub(crate) fn build_for_tests() -> Result<()> {
    let mut all = shipped()?;
    all.push(Page {
        name: "page of the namespaces' tests".to_owned(),
        folder: paths::root().join("e2e/namespaces/page"),
        dist: paths::dist().join("namespaces"),
    });
    thread::scope(|scope| {
        let programs = scope.spawn(programs_of_release);
        let pages = pages(&all);
        finished(programs).and(pages)
    })
}

/// What the pictures show: the server, the root page and the gallery.
///
/// # Errors
/// As [`build`].
pub(crate) fn build_for_pictures() -> Result<()> {
    programs_of_release()?;

    title("Building the pages");
    let mut all = shipped()?;
    let shown = [paths::dist(), paths::dist().join("examples/gallery")];
    all.retain(|page| shown.contains(&page.dist));
    pages(&all)
}

/// A page to build.
struct Page {
    name: String,
    folder: PathBuf,
    dist: PathBuf,
}

/// The root page and the examples.
fn shipped() -> Result<Vec<Page>> {
    // The root page first: its build empties `dist`, and the examples lie within.
    let mut pages = vec![Page {
        name: "root page".to_owned(),
        folder: paths::root().to_owned(),
        dist: paths::dist(),
    }];
    for (name, folder) in examples()? {
        let dist = paths::dist().join("examples").join(&name);
        pages.push(Page { name, folder, dist });
    }
    Ok(pages)
}

/// Builds pages one after the other; each is made small while the next one is compiled.
fn pages(pages: &[Page]) -> Result<()> {
    thread::scope(|scope| {
        let mut last = None;
        for page in pages {
            compile(&page.folder, &page.dist, &[])?;
            last.take().map_or(Ok(()), finished)?;
            last = Some(scope.spawn(|| {
                optimize::folder(&page.dist)?;
                report_size(&page.name, &page.dist)
            }));
        }
        last.map_or(Ok(()), finished)
    })
}

/// How work on another thread ended.
fn finished(work: ScopedJoinHandle<'_, Result<()>>) -> Result<()> {
    work.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Builds the examples that are programs, and the agent that those with a server look for beside themselves.
///
/// # Errors
/// Cargo fails.
pub(crate) fn programs() -> Result<()> {
    run(Command::new("cargo")
        .args(["build", "--locked"])
        .args(["--package", "command_line"])
        .args(["--package", "own_login"])
        .args(["--package", "server_side_rendering"])
        .args(["--package", "yew-sandbox-server"])
        .current_dir(paths::root()))
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

/// Builds the server and the agent's own program, for release.
///
/// # Errors
/// Cargo fails.
pub(crate) fn programs_of_release() -> Result<()> {
    title("Building the server and the agent");
    server(true)?;
    agent()
}

/// Builds the agent's own program, for release. It brings along all that it needs of the system's libraries, because mapping them takes
/// more memory in each sandbox.
///
/// # Errors
/// Cargo fails.
fn agent() -> Result<()> {
    run(Command::new("cargo")
        .args(["build", "--locked", "--profile", "agent"])
        .args(["--package", "yew-sandbox-agent"])
        .args(["--target", &paths::host()?])
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .current_dir(paths::root()))
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
    page_with(folder, dist, &[])
}

/// As [`page`], with features of its crate.
///
/// # Errors
/// As [`page`].
pub(crate) fn page_with(folder: &Path, dist: &Path, features: &[&str]) -> Result<()> {
    compile(folder, dist, features)?;
    optimize::folder(dist)
}

/// Flags of the compiler that leave the user's folders out of a page. It names the files of dependencies where it could panic; so a page is the same
/// wherever it is built, and smaller.
fn short_paths() -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.map(|home| home.join("registry/src"));
    // Without a registry there is nothing to leave out.
    let registries = sources.and_then(|sources| fs::read_dir(sources).ok());
    let folders = registries.into_iter().flatten().flatten();
    let flags = folders.map(|folder| format!("--remap-path-prefix={}=", folder.path().display()));
    flags.collect::<Vec<_>>().join("\u{1f}")
}

fn compile(folder: &Path, dist: &Path, features: &[&str]) -> Result<()> {
    let mut command = trunk()?;
    command.arg("build");
    if !features.is_empty() {
        command.arg("--features").arg(features.join(","));
    }
    command
        .args(["--release", "--locked", "--public-url", "./", "--dist"])
        .arg(dist)
        // Integrity hashes would be those of the files before they are optimised.
        .args(["--no-sri", "--log", "warn"])
        .env("CARGO_ENCODED_RUSTFLAGS", short_paths())
        .current_dir(folder);
    run(&mut command)
}

/// Prints what a browser downloads of the code, compressed as a server would.
///
/// # Errors
/// Node.js fails.
pub(crate) fn report_size(name: &str, dist: &Path) -> Result<()> {
    let size = sizes::of_folder(dist)?;
    note(&format!(
        "{name}: {size:.1} kB of wasm and JavaScript after brotli"
    ));
    Ok(())
}
