//! How files differ from the last commit. Pure.

use std::collections::BTreeMap;

use yew_sandbox::client::{FileStatus, GitItem, GitStatus};

use super::words::FileTreeWords;

/// How a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Modified,
    Untracked,
    Deleted,
    Conflict,
    /// A folder with something in it that differs.
    Within,
}

impl Mark {
    /// The letter beside the name.
    pub(super) fn letter(self) -> &'static str {
        match self {
            Self::Modified => "M",
            Self::Untracked => "U",
            Self::Deleted => "D",
            Self::Conflict => "!",
            Self::Within => "•",
        }
    }

    /// The value of `data-mark`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Modified => "modified",
            Self::Untracked => "untracked",
            Self::Deleted => "deleted",
            Self::Conflict => "conflict",
            Self::Within => "within",
        }
    }

    /// How it is told.
    pub(super) fn word(self, words: &FileTreeWords) -> yew::AttrValue {
        match self {
            Self::Modified => words.modified.clone(),
            Self::Untracked => words.untracked.clone(),
            Self::Deleted => words.removed.clone(),
            Self::Conflict => words.conflict.clone(),
            Self::Within => words.has_changes.clone(),
        }
    }
}

/// The marks by path, those of the folders above too.
pub(super) fn marks(status: &GitStatus) -> BTreeMap<String, Mark> {
    let changed = status.changed_files.0.iter().map(|(_, item)| item);
    by_path(changed.chain(&status.deleted_files))
}

fn by_path<'a>(items: impl IntoIterator<Item = &'a GitItem>) -> BTreeMap<String, Mark> {
    let mut marks = BTreeMap::new();
    for item in items {
        let path = item.path.trim_end_matches('/');
        marks.insert(path.to_owned(), mark(item));
        let mut above = path;
        while let Some((folder, _)) = above.rsplit_once('/') {
            if marks.contains_key(folder) {
                break;
            }
            marks.insert(folder.to_owned(), Mark::Within);
            above = folder;
        }
    }
    marks
}

fn mark(item: &GitItem) -> Mark {
    let is = |status| item.index == status || item.working_tree == status;
    if item.is_conflicted {
        Mark::Conflict
    } else if is(FileStatus::Deleted) {
        Mark::Deleted
    } else if is(FileStatus::Untracked) || is(FileStatus::Added) {
        Mark::Untracked
    } else {
        Mark::Modified
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(path: &str, working_tree: FileStatus) -> GitItem {
        GitItem {
            path: path.into(),
            index: FileStatus::Unmodified,
            working_tree,
            is_staged: false,
            is_conflicted: false,
            file_id: None,
        }
    }

    #[test]
    fn folders_are_marked_for_what_is_in_them() {
        let changed = [
            item("a/b/c.txt", FileStatus::Modified),
            item("a/new/", FileStatus::Untracked),
        ];
        let marks: Vec<_> = by_path(&changed).into_iter().collect();
        let expected = [
            ("a", Mark::Within),
            ("a/b", Mark::Within),
            ("a/b/c.txt", Mark::Modified),
            ("a/new", Mark::Untracked),
        ];
        assert_eq!(marks, expected.map(|(path, mark)| (path.to_owned(), mark)));
    }
}
