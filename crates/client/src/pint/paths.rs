//! Paths of the client, and what they are called in the agent's interface.

use std::sync::atomic::{AtomicBool, Ordering};

use yew_sandbox_protocol::{ErrorCode, WireError};

use super::failure::Failure;
use super::rest::under;

/// Where relative paths begin, and how the agent wants to hear paths.
pub(super) struct Paths {
    workspace: String,
    /// Whether the agent takes the workspace for its root. Found out when the client joins.
    is_rooted: AtomicBool,
}

impl Paths {
    pub(super) fn new(workspace: &str) -> Self {
        Self {
            workspace: workspace.to_owned(),
            is_rooted: AtomicBool::new(false),
        }
    }

    /// The agent does not know the workspace by its absolute path: it is the root there.
    pub(super) fn workspace_is_root(&self) {
        self.is_rooted.store(true, Ordering::Relaxed);
    }

    /// The workspace; the root where the session names none.
    pub(super) fn workspace(&self) -> &str {
        match self.workspace.as_str() {
            "" => "/",
            workspace => workspace,
        }
    }

    /// The absolute path without `.`, `..` and double slashes.
    pub(super) fn resolve(&self, path: &str) -> Result<String, Failure> {
        let invalid = |reason: &str| {
            let message = format!("{path:?} is no path: {reason}");
            Failure::Refused(WireError::new(ErrorCode::INVALID_PATH, message))
        };
        if path.contains('\0') {
            return Err(invalid("it contains a NUL character"));
        }
        let base = match path.starts_with('/') {
            true => "",
            false => self.workspace.as_str(),
        };
        let mut names = Vec::new();
        for name in base.split('/').chain(path.split('/')) {
            match name {
                "" | "." => {}
                ".." if names.pop().is_none() => {
                    return Err(invalid("it climbs above the sandbox's /"));
                }
                ".." => {}
                name => names.push(name),
            }
        }
        Ok(["/", &names.join("/")].concat())
    }

    /// An absolute path as the agent hears it.
    pub(super) fn told<'a>(&self, path: &'a str) -> &'a str {
        if self.is_rooted.load(Ordering::Relaxed)
            && let Some(inside) = path.strip_prefix(self.workspace.as_str())
            && (inside.is_empty() || inside.starts_with('/'))
        {
            return match inside {
                "" => "/",
                inside => inside,
            };
        }
        path
    }

    /// The address of what is at an absolute path; `start` ends in a slash.
    pub(super) fn address(&self, start: &str, path: &str) -> String {
        under(start, self.told(path))
    }
}

/// The directory of an absolute path. The root has none.
pub(super) fn parent(path: &str) -> Option<&str> {
    match path.rfind('/')? {
        0 if path.len() == 1 => None,
        0 => Some("/"),
        end => Some(&path[..end]),
    }
}

/// What is called `name` in an absolute directory.
pub(super) fn inside(directory: &str, name: &str) -> String {
    [directory.trim_end_matches('/'), "/", name].concat()
}

/// Whether one of two absolute paths is the other, or lies below it.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let is_below = |path: &str, directory: &str| {
        path.strip_prefix(directory.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    is_below(one, other) || is_below(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_absolute() {
        let paths = Paths::new("/project/workspace");
        let resolve = |path| paths.resolve(path).ok();
        for (path, absolute) in [
            ("a.txt", "/project/workspace/a.txt"),
            ("", "/project/workspace"),
            (".", "/project/workspace"),
            ("../x//y/./z", "/project/x/y/z"),
            ("/", "/"),
            ("/etc/", "/etc"),
        ] {
            assert_eq!(resolve(path).as_deref(), Some(absolute), "{path}");
        }
        assert_eq!(resolve("../../../x"), None);
        assert_eq!(resolve("a\0"), None);
    }

    #[test]
    fn an_agent_with_the_workspace_as_root_hears_it_so() {
        let paths = Paths::new("/project/workspace");
        let address = |path| paths.address("files/", path);
        assert_eq!(
            address("/project/workspace/ü%"),
            "files/%2Fproject%2Fworkspace%2F%C3%BC%25"
        );
        paths.workspace_is_root();
        assert_eq!(address("/project/workspace/a"), "files/%2Fa");
        assert_eq!(address("/project/workspace"), "files/%2F");
        assert_eq!(
            address("/project/workspaces"),
            "files/%2Fproject%2Fworkspaces"
        );
    }

    #[test]
    fn overlapping_paths_are_known() {
        assert!(overlap("/a/b", "/a"));
        assert!(overlap("/", "/a"));
        assert!(overlap("/a", "/a"));
        assert!(!overlap("/a", "/ab"));
        assert_eq!(parent("/a"), Some("/"));
        assert_eq!(parent("/"), None);
        assert_eq!(inside("/", "a"), "/a");
    }
}
