//! What is not watched.

use yew_sandbox_protocol::{ErrorCode, WireError};

/// Most globs of a client's request.
const MOST_GLOBS: usize = 100;
/// Most bytes of all of them, each counted as often as its braces have alternatives: each path is held against as much.
const MOST_BYTES: usize = 16 * 1024;

/// Globs of paths, relative to the watched directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Excludes(Vec<String>);

impl Excludes {
    /// The globs of a client's request, within bounds: each path is held against each of them.
    ///
    /// # Errors
    /// Where there are too many, or they have too many alternatives.
    pub(crate) fn asked_for(globs: &[String]) -> Result<Self, WireError> {
        let bytes = globs.iter().map(|glob| cost(glob));
        if globs.len() > MOST_GLOBS || bytes.fold(0, usize::saturating_add) > MOST_BYTES {
            let message = format!(
                "at most {MOST_GLOBS} globs say what is left out, and at most {} KiB of them where each \
                 alternative in braces is written out",
                MOST_BYTES / 1024
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

/// The bytes of a glob, as often as it has alternatives; not less for braces within braces, or ones that stand for themselves.
fn cost(glob: &str) -> usize {
    let mut alternatives = 1_usize;
    let mut open = Vec::new();
    for byte in glob.bytes() {
        match byte {
            b'{' => open.push(1_usize),
            b',' => {
                if let Some(commas) = open.last_mut() {
                    *commas += 1;
                }
            }
            b'}' => alternatives = alternatives.saturating_mul(open.pop().unwrap_or(1)),
            _ => {}
        }
    }
    let alternatives = open.into_iter().fold(alternatives, usize::saturating_mul);
    glob.len().saturating_mul(alternatives)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each group of braces multiplied the work for each path: these took longer than any sandbox lives.
    #[test]
    fn alternatives_are_bounded() {
        let is_taken = |globs: &[String]| Excludes::asked_for(globs).is_ok();
        let group = format!("{{{}}}", ",".repeat(300));
        assert!(!is_taken(&[group.repeat(10) + "Z"]));
        assert!(!is_taken(&["{,{,{,{,{,{,{,{,{,{,".repeat(2)]));
        assert!(!is_taken(&vec!["x".to_owned(); MOST_GLOBS + 1]));
        assert!(!is_taken(&["x".repeat(MOST_BYTES + 1)]));
        let usual = "**/*.{js,jsx,ts,tsx,mjs,cjs,json,css,scss,html,vue,svelte}".to_owned();
        assert!(is_taken(&vec![usual; 20]));
        let empty = "{,{,x}},{}".to_owned();
        assert!(is_taken(&[empty, "}},{,\\{".to_owned()]));
    }

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
