//! Files that a new sandbox's workspace starts with.

use std::fs::{DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path};

use crate::manage::NewFile;
use crate::problem::{Problem, ProblemKind};

/// Longest path, in bytes.
const MAX_PATH: usize = 1024;
/// The workspace, beneath a sandbox's `/`.
const WORKSPACE: &str = "project/workspace";

/// Whether every path stays in the workspace and names a file of its own.
pub(crate) fn check(files: &[NewFile]) -> Result<(), Problem> {
    for file in files {
        let path = relative(&file.path);
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        let fits = !path.is_empty()
            && path.len() <= MAX_PATH
            && !path.ends_with('/')
            && !path.contains('\0')
            && Path::new(path).components().all(is_plain);
        if !fits {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!(
                    "`{}` is no path of a file in the workspace",
                    shown(&file.path)
                ),
                "write it as `src/main.rs`, without `..`",
            ));
        }
    }
    let mut paths: Vec<_> = files
        .iter()
        .map(|file| Path::new(relative(&file.path)))
        .collect();
    paths.sort();
    for pair in paths.windows(2) {
        if pair[1].starts_with(pair[0]) {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!(
                    "`{}` is in the way of another file",
                    shown(&pair[0].to_string_lossy())
                ),
                "give each file a path of its own",
            ));
        }
    }
    Ok(())
}

/// Writes them beneath `root`, an empty folder that nobody else changes.
pub(crate) fn write(root: &Path, files: Vec<NewFile>) -> io::Result<()> {
    let mut folders = DirBuilder::new();
    folders.recursive(true).mode(0o755);
    for file in files {
        let path = root.join(WORKSPACE).join(relative(&file.path));
        if let Some(folder) = path.parent() {
            folders.create(folder)?;
        }
        let mut options = File::options();
        let mut made = options
            .write(true)
            .create_new(true)
            .mode(0o644)
            .open(path)?;
        made.write_all(&file.content)?;
    }
    Ok(())
}

/// The cloud's files begin with a `/`, which is the workspace's.
fn relative(path: &str) -> &str {
    path.strip_prefix('/').unwrap_or(path)
}

fn shown(path: &str) -> String {
    path.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn files(paths: &[&str]) -> Vec<NewFile> {
        let file = |path: &&str| NewFile {
            path: (*path).to_owned(),
            content: Bytes::from_static(b"x"),
        };
        paths.iter().map(file).collect()
    }

    #[test]
    fn files_land_in_the_workspace() {
        let root = tempfile::tempdir().unwrap();
        let files = files(&["/src/main.rs", "README.md", "a..b/.hidden"]);
        check(&files).unwrap();
        write(root.path(), files).unwrap();
        for path in ["src/main.rs", "README.md", "a..b/.hidden"] {
            assert!(root.path().join(WORKSPACE).join(path).is_file(), "{path}");
        }
    }

    #[test]
    fn paths_that_leave_the_workspace_or_clash_are_refused() {
        for path in [
            "",
            "/",
            "../x",
            "a/../../x",
            "//etc/passwd",
            "a/",
            "a\0b",
            "..",
            "./a",
        ] {
            assert!(check(&files(&[path])).is_err(), "{path:?}");
        }
        assert!(check(&files(&["a", "/a"])).is_err());
        assert!(check(&files(&["a/b", "a"])).is_err());
        assert!(check(&files(&["ab", "a", "a.b/c"])).is_ok());
    }
}
