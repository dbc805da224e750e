//! `cargo xtask semver`: what the crates show to others, beside what they showed before.

use std::process::Command;

use anyhow::{Context, Result};

use crate::package::PUBLISHED;
use crate::paths;
use crate::process::{capture, run};
use crate::progress::title;
use crate::tools;

/// Compares every published crate with what it was at the revision, by default the last release's tag.
///
/// # Errors
/// There is no such tag, the tool cannot be installed, or the version does not say what changed.
pub(crate) fn semver(revision: Option<&str>) -> Result<()> {
    let revision = match revision {
        Some(revision) => revision.to_owned(),
        None => last_release()?,
    };
    title(&format!("Comparing with {revision}"));
    let program = tools::semver_checks()?;
    run(Command::new(program)
        .args([
            "semver-checks",
            "check-release",
            "--baseline-rev",
            &revision,
        ])
        .args(PUBLISHED.iter().flat_map(|name| ["--package", name]))
        .current_dir(paths::root()))
}

/// The tag of the last release before this commit.
fn last_release() -> Result<String> {
    let tag = capture(
        Command::new("git")
            .args(["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])
            .current_dir(paths::root()),
    )
    .context("there is no release yet: name a revision to compare with")?;
    Ok(tag.trim().to_owned())
}
