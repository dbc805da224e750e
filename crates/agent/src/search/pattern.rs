//! What is looked for, and in which files.

use std::path::Path;

use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use ignore::overrides::{Override, OverrideBuilder};
use yew_sandbox_protocol::search::CaseSensitivity;
use yew_sandbox_protocol::{ErrorCode, WireError};

use crate::quoted::quoted;

/// Most bytes of a text that is looked for, and of the globs.
const MOST_TEXT: usize = 16 * 1024;
/// Most globs of a search.
const MOST_GLOBS: usize = 100;
/// Most bytes that a compiled expression takes.
const MOST_COMPILED: usize = 8 * 1024 * 1024;

/// A text or an expression, and the files in which it is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(super) matcher: RegexMatcher,
    files: Override,
}

impl Pattern {
    /// Understands a search.
    ///
    /// # Errors
    /// Where the expression or a glob is broken, or there is nothing to look for.
    pub(crate) fn new(
        text: &str,
        glob: Option<&str>,
        is_regex: bool,
        case: CaseSensitivity,
    ) -> Result<Self, WireError> {
        if text.is_empty() {
            return Err(refused("the text to look for is empty"));
        }
        if text.len() > MOST_TEXT {
            return Err(refused(&format!(
                "the text to look for has {} bytes; at most {MOST_TEXT} are possible",
                text.len()
            )));
        }
        let matcher = RegexMatcherBuilder::new()
            .multi_line(true)
            .fixed_strings(!is_regex)
            .case_smart(case == CaseSensitivity::Smart)
            .case_insensitive(case == CaseSensitivity::Disabled)
            .line_terminator(Some(b'\n'))
            .size_limit(MOST_COMPILED)
            .dfa_size_limit(MOST_COMPILED)
            .build(text)
            .map_err(|error| {
                refused(&format!(
                    "the expression {} is broken: {error}",
                    quoted(text)
                ))
            })?;
        Ok(Self {
            matcher,
            files: files(glob.unwrap_or_default())?,
        })
    }

    /// Whether the globs leave out a path, relative to the workspace.
    pub(super) fn leaves_out(&self, path: &Path, is_directory: bool) -> bool {
        self.files.matched(path, is_directory).is_ignore()
    }
}

/// Globs that are divided by commas, as those of `rg --glob`.
fn files(globs: &str) -> Result<Override, WireError> {
    if globs.len() > MOST_TEXT {
        return Err(refused(&format!(
            "the globs have {} bytes; at most {MOST_TEXT} are possible",
            globs.len()
        )));
    }
    let mut builder = OverrideBuilder::new("");
    for (place, glob) in divided(globs).into_iter().enumerate() {
        if place == MOST_GLOBS {
            return Err(refused(&format!("a search has at most {MOST_GLOBS} globs")));
        }
        let glob = glob.trim();
        if !glob.is_empty() {
            builder
                .add(glob.trim_start_matches("./"))
                .map_err(|error| {
                    refused(&format!("the glob {} is broken: {error}", quoted(glob)))
                })?;
        }
    }
    builder
        .build()
        .map_err(|error| refused(&format!("the globs {} are broken: {error}", quoted(globs))))
}

/// Divides at commas, but not at those between braces.
fn divided(globs: &str) -> Vec<&str> {
    let (mut depth, mut start, mut all) = (0usize, 0, Vec::new());
    for (place, letter) in globs.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                all.push(&globs[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    all.push(&globs[start..]);
    all
}

fn refused(message: &str) -> WireError {
    WireError::new(ErrorCode::CRITICAL, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(glob: &str) -> Pattern {
        Pattern::new("x", Some(glob), false, CaseSensitivity::Smart).unwrap()
    }

    #[test]
    fn globs_choose_and_leave_out() {
        let both = pattern("*.{rs,toml}, !src/old/**");
        let leaves_out = |path: &str| both.leaves_out(Path::new(path), false);
        assert!(!leaves_out("src/lib.rs"));
        assert!(!leaves_out("Cargo.toml"));
        assert!(leaves_out("README.md"));
        assert!(leaves_out("src/old/lib.rs"));
        assert!(!both.leaves_out(Path::new("src"), true));
        assert!(!pattern("").leaves_out(Path::new("README.md"), false));
        assert!(!pattern("src/").leaves_out(Path::new("src"), true));
    }

    #[test]
    fn broken_patterns_are_refused() {
        for (text, glob, is_regex) in [
            ("", "", false),
            ("(", "", true),
            ("a{1000}{1000}{1000}", "", true),
            ("a\nb", "", false),
            ("x", "a[", false),
            (&"x".repeat(MOST_TEXT + 1), "", false),
            ("x", &"a,".repeat(MOST_GLOBS + 1), false),
        ] {
            let error = Pattern::new(text, Some(glob), is_regex, CaseSensitivity::Smart);
            assert_eq!(error.unwrap_err().code, ErrorCode::CRITICAL, "{glob:.9}");
        }
        assert!(Pattern::new("(", None, false, CaseSensitivity::Enabled).is_ok());
    }
}
