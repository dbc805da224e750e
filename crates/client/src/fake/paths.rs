//! Paths inside the fake, as the agent reads them.

use yew_sandbox_protocol::{ErrorCode, WireError};

/// Where relative paths begin.
pub(super) const WORKSPACE: &str = "/project/workspace";

/// The absolute path without `.`, `..` and double slashes. The root is the empty text, so that a slash and a name
/// can follow every directory.
///
/// # Errors
/// Why there is no such path, for people.
pub(super) fn resolve(path: &str) -> Result<String, &'static str> {
    if path.contains('\0') {
        return Err("it contains a NUL character");
    }
    let mut whole = String::new();
    let base = if path.starts_with('/') { "" } else { WORKSPACE };
    for name in base.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => match whole.rfind('/') {
                Some(end) => whole.truncate(end),
                None => return Err("it climbs above the sandbox's /"),
            },
            name => {
                whole.push('/');
                whole.push_str(name);
            }
        }
    }
    Ok(whole)
}

/// The same, with the error of an answer to a request that wanted to `action` the path.
pub(super) fn resolve_for(action: &str, path: &str) -> Result<String, WireError> {
    resolve(path).map_err(|reason| {
        let message = format!("cannot {action} {path:?}: {reason}");
        WireError::new(ErrorCode::INVALID_PATH, message)
    })
}

/// The path as people see it.
pub(super) fn visible(path: &str) -> &str {
    if path.is_empty() { "/" } else { path }
}

/// The path below the workspace; `None` outside of it.
pub(super) fn in_workspace(path: &str) -> Option<&str> {
    path.strip_prefix(WORKSPACE)?.strip_prefix('/')
}

/// The directory of a path. The root has none.
pub(super) fn parent(path: &str) -> Option<&str> {
    path.rfind('/').map(|end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_the_agent_reads_them() {
        for (path, whole) in [
            ("a.txt", "/project/workspace/a.txt"),
            (".", "/project/workspace"),
            ("./a//b/", "/project/workspace/a/b"),
            ("../../tmp/x", "/tmp/x"),
            ("/", ""),
            ("/tmp/../tmp/x", "/tmp/x"),
        ] {
            assert_eq!(resolve(path).as_deref(), Ok(whole), "{path}");
        }
        for path in ["../../..", "/..", "a\0b"] {
            assert!(resolve(path).is_err(), "{path:?}");
        }
    }
}
