//! `cargo xtask pictures`: the pictures of the README, taken anew.

use std::fs;

use anyhow::{Context, Result};

use crate::arguments::Browser;
use crate::build;
use crate::paths;
use crate::process::run;
use crate::progress::{note, title};
use crate::setup::{self, Purpose};
use crate::test::end_to_end_command;

/// The parts of the end-to-end program's pictures that are kept, and the names of these in `pictures`.
const KEPT: [(&str, &[&str]); 2] = [
    (
        "playground",
        &[
            "playground-light",
            "playground-dark",
            "playground-phone-light",
            "playground-phone-dark",
            "playground-phone-preview-light",
            "playground-phone-preview-dark",
        ],
    ),
    (
        "gallery",
        &[
            "gallery-light",
            "gallery-dark",
            "gallery-phone-light",
            "gallery-phone-dark",
        ],
    ),
];

/// Sets up, builds what is to be seen, and writes the pictures, as Chromium shows it, over those that are there.
///
/// # Errors
/// Any of these fails.
pub(crate) fn pictures() -> Result<()> {
    setup::setup(Purpose::Test)?;
    build::build_for_pictures()?;
    title("Taking the pictures");
    let taken = paths::scratch().join("pictures");
    let kept = paths::root().join("pictures");
    for (part, names) in KEPT {
        let mut command = end_to_end_command(Browser::Chromium)?;
        command.arg("--screenshots").arg(&taken).arg(part);
        run(&mut command)?;
        for name in names {
            let from = taken.join(format!("{}-{name}.png", Browser::Chromium.name()));
            let to = kept.join(format!("{name}.png"));
            fs::copy(&from, &to).with_context(|| {
                format!("{} cannot be copied to {}", from.display(), to.display())
            })?;
            note(&format!("pictures/{name}.png"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names that a text links to in `pictures`.
    fn linked(text: &str) -> BTreeSet<&str> {
        let links = text.split("pictures/").skip(1);
        links
            .filter_map(|rest| Some(rest.split_once(".png")?.0))
            .collect()
    }

    #[test]
    fn every_picture_of_the_readme_is_taken() {
        let readme = fs::read_to_string(paths::root().join("README.md")).unwrap();
        let linked = linked(&readme);
        let taken: BTreeSet<_> = KEPT
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        assert!(!linked.is_empty());
        assert!(linked.is_subset(&taken), "{:?}", linked.difference(&taken));
    }
}
