//! Where things are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::capture;

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The built pages, as the server serves them.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The release build of the server.
pub(crate) fn server() -> PathBuf {
    target().join("release/yew-sandbox-server")
}

/// The release build of the agent's own program.
///
/// # Errors
/// As [`host`].
pub(crate) fn agent() -> Result<PathBuf> {
    Ok(target().join(host()?).join("agent/yew-sandbox-agent"))
}

/// The compiler's name for this machine.
///
/// # Errors
/// It does not say.
pub(crate) fn host() -> Result<String> {
    let host = capture(Command::new("rustc").args(["--print", "host-tuple"]))?;
    Ok(host.trim().to_owned())
}

/// Where a run leaves logs, and results that it may use again.
pub(crate) fn scratch() -> PathBuf {
    target().join("xtask")
}

/// The user's cache of tools, shared by all checkouts: `$XDG_CACHE_HOME/yew-sandbox` or `~/.cache/yew-sandbox`.
///
/// # Errors
/// Neither variable is set.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute());
    let base = match base {
        Some(folder) => folder,
        None => {
            PathBuf::from(env::var_os("HOME").context("HOME is not set: set it, and try again")?)
                .join(".cache")
        }
    };
    Ok(base.join("yew-sandbox"))
}

/// The file that `program` would start, searched in PATH.
pub(crate) fn find_program(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
