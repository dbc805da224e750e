//! What may stand in a command of git: nothing that git could take for an option or a pattern.

use yew_sandbox_protocol::limits::MAX_PATH;
use yew_sandbox_protocol::{ErrorCode, WireError};

use crate::quoted::quoted;

/// Longest name of a branch or commit, in bytes.
const MOST_NAME: usize = 1024;
/// Most paths in a request.
const MOST_PATHS: usize = 10_000;
/// Longest message of a commit, in bytes.
const MOST_MESSAGE: usize = 64 * 1024;

/// A branch's name, by git's own rules.
pub(super) fn branch(name: &str) -> Result<&str, WireError> {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.ends_with(".lock")
    };
    let is_letter = |letter: char| !letter.is_control() && !" ~^:?*[\\".contains(letter);
    let is_name = name.len() <= MOST_NAME
        && !name.starts_with('-')
        && name != "@"
        && name != "HEAD"
        && !name.contains("..")
        && !name.contains("@{")
        && name.chars().all(is_letter)
        && name.split('/').all(is_part);
    named(is_name, name, "is no name of a branch")
}

/// A commit, branch, tag, or what git can derive from one: `HEAD~2`.
pub(super) fn revision(name: &str) -> Result<&str, WireError> {
    let is_name = !name.is_empty()
        && name.len() <= MOST_NAME
        && !name.starts_with('-')
        && !name.contains("..")
        && !name.contains(':')
        && !name
            .chars()
            .any(|letter| letter.is_control() || letter == ' ');
    named(is_name, name, "is no name of a commit or branch")
}

/// The hash of a commit, perhaps cut short.
pub(super) fn hash(name: &str) -> Result<&str, WireError> {
    let is_hash =
        (4..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    named(is_hash, name, "is no hash of a commit")
}

/// The address of a remote. Only the usual ways to reach one.
pub(super) fn address(url: &str) -> Result<&str, WireError> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    let is_usual = match scheme {
        Some(scheme) => ["https", "http", "ssh", "git", "file"].contains(&scheme),
        // A path, or `user@host:path`; `helper::address` would run a program.
        None => !url.contains("::"),
    };
    let is_address = is_usual
        && !url.is_empty()
        && url.len() <= MAX_PATH
        && !url.starts_with('-')
        && !url.chars().any(char::is_control);
    named(is_address, url, "is no address of a remote")
}

/// A path in the repository: relative, or absolute beneath the workspace as clients see it.
pub(super) fn path<'a>(path: &'a str, workspace: &str) -> Result<&'a str, WireError> {
    let relative = match path.strip_prefix(workspace.trim_end_matches('/')) {
        Some(rest) if rest.starts_with('/') && path.starts_with('/') => {
            rest.trim_start_matches('/')
        }
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
        return Ok(relative);
    }
    let message = format!(
        "{} is no path in the repository of the workspace",
        quoted(path)
    );
    Err(WireError::new(ErrorCode::INVALID_PATH, message))
}

/// Several paths.
pub(super) fn paths<'a>(all: &'a [String], workspace: &str) -> Result<Vec<&'a str>, WireError> {
    if all.len() > MOST_PATHS {
        let message = format!(
            "{} paths were given; at most {MOST_PATHS} can be",
            all.len()
        );
        return Err(WireError::new(ErrorCode::CRITICAL, message));
    }
    all.iter().map(|one| path(one, workspace)).collect()
}

/// A commit's message.
pub(super) fn message(text: &str) -> Result<&str, WireError> {
    let reason = if text.trim().is_empty() {
        "a commit needs a message".to_owned()
    } else if text.len() > MOST_MESSAGE || text.contains('\0') {
        format!("a commit's message has at most {MOST_MESSAGE} bytes and no NUL character")
    } else {
        return Ok(text);
    };
    Err(WireError::new(ErrorCode::CRITICAL, reason))
}

fn named<'a>(is_fine: bool, name: &'a str, complaint: &str) -> Result<&'a str, WireError> {
    if is_fine {
        return Ok(name);
    }
    Err(WireError::new(
        ErrorCode::INVALID_ID,
        format!("{} {complaint}", quoted(name)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_follow_the_rules_of_git() {
        for name in ["main", "feature/über", "a.b", "v1-2_3", "@a"] {
            assert!(branch(name).is_ok(), "{name}");
        }
        for name in [
            "", "-f", "--all", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "/a",
            "a/", "a//b", ".a", "a/.b", "a.", "a.lock", "a.lock/b", "@", "a@{1}", "a\nb", "HEAD",
        ] {
            assert!(branch(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn revisions_cannot_be_options_or_ranges() {
        for name in [
            "HEAD",
            "HEAD~2",
            "origin/main",
            "v1.0^{commit}",
            "@{u}",
            "abc123",
        ] {
            assert!(revision(name).is_ok(), "{name}");
        }
        for name in ["", "-p", "--output=x", "a..b", "a:b", "a b", "a\0"] {
            assert!(revision(name).is_err(), "{name:?}");
        }
        assert!(hash("abc1").is_ok());
        assert!(hash("HEAD").is_err());
    }

    #[test]
    fn addresses_run_no_program() {
        for url in [
            "https://example.org/a.git",
            "ssh://git@example.org/a",
            "git@example.org:a/b.git",
            "/srv/a.git",
            "file:///srv/a.git",
        ] {
            assert!(address(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "-u",
            "--upload-pack=x",
            "ext::sh -c id",
            "fd::3",
            "gopher://a",
            "a\nb",
        ] {
            assert!(address(url).is_err(), "{url:?}");
        }
    }

    #[test]
    fn paths_stay_in_the_workspace() {
        for (given, relative) in [
            ("a/b", "a/b"),
            ("./a", "a"),
            ("-a", "-a"),
            ("*", "*"),
            ("/place/a/b", "a/b"),
        ] {
            assert_eq!(path(given, "/place/").unwrap(), relative);
        }
        for given in [
            "",
            ".",
            "/",
            "/place",
            "/placespace/a",
            "../a",
            "a/../../b",
            ".git/config",
            "a\0",
        ] {
            let outcome = path(given, "/place");
            // A single dot is the workspace itself.
            assert!(outcome.is_err() || given == ".", "{given:?}");
        }
    }
}
