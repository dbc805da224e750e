//! `cargo xtask book`: the guide as a site.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::paths;
use crate::progress::{note, title};
use crate::tools;

/// Installs mdBook where it is missing, and builds the guide into `target/book`.
///
/// # Errors
/// mdBook cannot be installed, fails, or warns of something.
pub(crate) fn book() -> Result<()> {
    title("Building the guide");
    let program = tools::mdbook()?;
    let folder = paths::target().join("book");
    let output = Command::new(program)
        .arg("build")
        .arg("--dest-dir")
        .arg(&folder)
        .arg(paths::root().join("docs"))
        // Nothing but warnings and errors is said.
        .env("MDBOOK_LOG", "warn")
        .stdin(Stdio::null())
        .output()
        .context("mdBook cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success() && said.trim().is_empty(),
        "mdBook is not content ({}):\n{said}",
        output.status
    );
    note(&format!("{}", folder.join("index.html").display()));
    Ok(())
}
