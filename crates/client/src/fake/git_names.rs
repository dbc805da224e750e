//! What may stand in a request to the repository, as the agent has it.

use yew_sandbox_protocol::limits::MAX_PATH;
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::paths::WORKSPACE;
use super::tree::is_within;

/// Most paths in a request.
const MOST_PATHS: usize = 10_000;
/// Longest message of a commit, in bytes.
const MOST_MESSAGE: usize = 64 * 1024;

/// Paths of files or folders, relative to the workspace; `None` stands for all.
pub(super) fn paths(all: Option<Vec<String>>) -> Result<Option<Vec<String>>, WireError> {
    let Some(all) = all else {
        return Ok(None);
    };
    if all.len() > MOST_PATHS {
        let message = format!(
            "{} paths were given; at most {MOST_PATHS} can be",
            all.len()
        );
        return Err(WireError::new(ErrorCode::CRITICAL, message));
    }
    let all: Result<Vec<String>, WireError> = all.iter().map(|one| path(one)).collect();
    all.map(Some)
}

fn path(path: &str) -> Result<String, WireError> {
    let relative = match path.strip_prefix(WORKSPACE) {
        Some(rest) if rest.starts_with('/') => rest.trim_start_matches('/'),
        _ => path.trim_start_matches("./"),
    };
    let is_path = !relative.is_empty()
        && relative.len() <= MAX_PATH
        && !relative.starts_with('/')
        && !relative.contains('\0')
        && relative
            .split('/')
            .all(|name| name != ".." && name != ".git");
    if is_path {
        return Ok(relative.to_owned());
    }
    let message = format!("{path:?} is no path in the repository of the workspace");
    Err(WireError::new(ErrorCode::INVALID_PATH, message))
}

/// Checks the message of a commit.
pub(super) fn check_message(text: &str) -> Result<(), WireError> {
    let reason = if text.trim().is_empty() {
        "a commit needs a message".to_owned()
    } else if text.len() > MOST_MESSAGE || text.contains('\0') {
        format!("a commit's message has at most {MOST_MESSAGE} bytes and no NUL character")
    } else {
        return Ok(());
    };
    Err(WireError::new(ErrorCode::CRITICAL, reason))
}

/// Whether a file is what a path names, or in the folder that it names.
pub(super) fn is_meant(file: &str, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path == "." || is_within(file, path)
}
