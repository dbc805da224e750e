//! What is not watched.

use yew_sandbox_protocol::limits::MAX_PATH;
use yew_sandbox_protocol::{ErrorCode, WireError};

/// Most globs of a client's request.
const MOST_GLOBS: usize = 100;

/// Globs of paths, relative to the watched directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Excludes(Vec<String>);

impl Excludes {
    /// The globs of a client's request, within bounds: each path is held against each of them.
    ///
    /// # Errors
    /// Where there are too many, or one is longer than any path.
    pub(crate) fn asked_for(globs: &[String]) -> Result<Self, WireError> {
        if globs.len() > MOST_GLOBS || globs.iter().any(|glob| glob.len() > MAX_PATH) {
            let message = format!(
                "at most {MOST_GLOBS} globs of at most {MAX_PATH} bytes say what is left out"
            );
            return Err(WireError::new(ErrorCode::CRITICAL, message));
        }
        Ok(Self::new(globs))
    }

    /// A glob without a slash is about names at any depth. A glob that ends in `/**` is about the directory itself
    /// too, so that it is never entered.
    pub(crate) fn new(globs: &[String]) -> Self {
        let mut all = Vec::new();
        for glob in globs {
            let glob = glob.trim_start_matches("./").trim_end_matches('/');
            let glob = if glob.contains('/') {
                glob.to_owned()
            } else {
                format!("**/{glob}")
            };
            if let Some(directory) = glob.strip_suffix("/**") {
                all.push(directory.to_owned());
            }
            all.push(glob);
        }
        Self(all)
    }

    /// Whether a path is left out: by its place below the watched directory or by its whole.
    pub(crate) fn contain(&self, relative: &str, visible: &str) -> bool {
        self.0.iter().any(|glob| {
            let path = if glob.starts_with('/') {
                visible
            } else {
                relative
            };
            fast_glob::glob_match(glob, path)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_about_directories_and_what_is_in_them() {
        let globs = ["**/node_modules/**", ".git", "*.log", "dist/*", "/top/x/**"];
        let excludes = Excludes::new(&globs.map(str::to_owned));
        let is_left_out = |relative: &str| excludes.contain(relative, &format!("/top/{relative}"));
        for relative in [
            "node_modules",
            "a/node_modules",
            "a/node_modules/b/c.js",
            ".git",
            "sub/.git",
            "a/b/error.log",
            "dist/app.js",
            "x",
            "x/y",
        ] {
            assert!(is_left_out(relative), "{relative}");
        }
        for relative in ["src", "a/modules/b", "gitignore", "logs", "dist", "y/x"] {
            assert!(!is_left_out(relative), "{relative}");
        }
    }
}
