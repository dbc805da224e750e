//! The output of `git status --porcelain=v2 --branch -z`.

use yew_sandbox_protocol::git::{FileStatus, Item};

use crate::files::is_temporary;

/// Most files that are told.
pub(super) const MOST_FILES: usize = 10_000;

/// What git says of the working tree.
#[derive(Debug, Default, PartialEq)]
pub(super) struct WorkingTree {
    /// The last commit; `None` before the first one.
    pub(super) head: Option<String>,
    /// The current branch; `None` where there is none.
    pub(super) branch: Option<String>,
    /// The branch that this one is pushed to.
    pub(super) upstream: Option<String>,
    /// Commits that the upstream lacks, and its commits that are not here; `None` where it is gone.
    pub(super) distance: Option<(u32, u32)>,
    pub(super) files: Vec<File>,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct File {
    pub(super) item: Item,
    /// Its path before it was renamed.
    pub(super) old_path: Option<String>,
}

impl WorkingTree {
    /// Reads the output. What it does not know it passes over.
    pub(super) fn parse(output: &[u8]) -> Self {
        let text = String::from_utf8_lossy(output);
        let mut tree = Self::default();
        let mut records = text.split('\0');
        while let Some(record) = records.next() {
            let (kind, rest) = record.split_once(' ').unwrap_or((record, ""));
            let file = match kind {
                "#" => {
                    tree.header(rest);
                    continue;
                }
                "1" => file(rest, 7, false),
                "2" => file(rest, 8, false).map(|file| File {
                    old_path: records.next().map(str::to_owned),
                    ..file
                }),
                "u" => file(rest, 9, true),
                // What is still being written has another name in a moment.
                "?" if is_temporary(name_of(rest).as_bytes()) => None,
                "?" => Some(untracked(rest)),
                _ => None,
            };
            if tree.files.len() < MOST_FILES {
                tree.files.extend(file);
            }
        }
        tree
    }

    fn header(&mut self, text: &str) {
        let (name, value) = text.split_once(' ').unwrap_or((text, ""));
        match name {
            "branch.oid" if value != "(initial)" => self.head = Some(value.to_owned()),
            "branch.head" if value != "(detached)" => self.branch = Some(value.to_owned()),
            "branch.upstream" => self.upstream = Some(value.to_owned()),
            "branch.ab" => {
                let (ahead, behind) = value.split_once(' ').unwrap_or_default();
                let ahead = ahead.strip_prefix('+').and_then(|count| count.parse().ok());
                let behind = behind
                    .strip_prefix('-')
                    .and_then(|count| count.parse().ok());
                self.distance = ahead.zip(behind);
            }
            _ => {}
        }
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A tracked file: its two letters, some fields that are passed over, its path.
fn file(text: &str, fields: usize, is_conflicted: bool) -> Option<File> {
    let letters = text.get(..2)?;
    let path = text.splitn(fields + 1, ' ').nth(fields)?;
    let mut letters = letters.chars().map(status);
    let (index, working_tree) = (letters.next()?, letters.next()?);
    Some(File {
        item: Item {
            path: path.to_owned(),
            index,
            working_tree,
            is_staged: !is_conflicted && index != FileStatus::Unmodified,
            is_conflicted,
            file_id: None,
        },
        old_path: None,
    })
}

fn untracked(path: &str) -> File {
    File {
        item: Item {
            path: path.to_owned(),
            index: FileStatus::Untracked,
            working_tree: FileStatus::Untracked,
            is_staged: false,
            is_conflicted: false,
            file_id: None,
        },
        old_path: None,
    }
}

/// What a letter of git stands for.
pub(super) fn status(letter: char) -> FileStatus {
    match letter {
        // `T`: what was a file is a link, or the other way round.
        'M' | 'T' => FileStatus::Modified,
        'A' => FileStatus::Added,
        'D' => FileStatus::Deleted,
        'R' => FileStatus::Renamed,
        'C' => FileStatus::Copied,
        'U' => FileStatus::Updated,
        '?' => FileStatus::Untracked,
        _ => FileStatus::Unmodified,
    }
}

impl File {
    /// Whether there is no such file any more.
    pub(super) fn is_gone(&self) -> bool {
        let item = &self.item;
        match item.working_tree {
            FileStatus::Deleted => !item.is_conflicted || item.index == FileStatus::Deleted,
            FileStatus::Unmodified => item.index == FileStatus::Deleted,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(file: &File) -> (&str, &str, &str) {
        let item = &file.item;
        (
            item.path.as_str(),
            item.index.as_str(),
            item.working_tree.as_str(),
        )
    }

    #[test]
    fn all_kinds_of_records_are_read() {
        let hash = "1234567890123456789012345678901234567890";
        let output = [
            format!("# branch.oid {hash}"),
            "# branch.head main".to_owned(),
            "# branch.upstream origin/main".to_owned(),
            "# branch.ab +3 -12".to_owned(),
            "# stash 1".to_owned(),
            format!("1 .M N... 100644 100644 100644 {hash} {hash} a file with spaces"),
            format!("1 D. N... 100644 000000 000000 {hash} {hash} gone"),
            format!("1 .D N... 100644 100644 000000 {hash} {hash} deleted"),
            format!("2 R. N... 100644 100644 100644 {hash} {hash} R100 new\nname"),
            "old name".to_owned(),
            format!("u UU N... 100644 100644 100644 100644 {hash} {hash} {hash} conflict"),
            format!("u UD N... 100644 100644 000000 100644 {hash} {hash} {hash} theirs"),
            "? new".to_owned(),
            "? src/.yew-sandbox-write-1-2".to_owned(),
            "! ignored".to_owned(),
            "9 unknown".to_owned(),
            String::new(),
        ]
        .join("\0");
        let tree = WorkingTree::parse(output.as_bytes());
        assert_eq!(tree.head.as_deref(), Some(hash));
        assert_eq!(tree.branch.as_deref(), Some("main"));
        assert_eq!(tree.upstream.as_deref(), Some("origin/main"));
        assert_eq!(tree.distance, Some((3, 12)));
        let files: Vec<_> = tree.files.iter().map(letters).collect();
        assert_eq!(
            files,
            [
                ("a file with spaces", "", "M"),
                ("gone", "D", ""),
                ("deleted", "", "D"),
                ("new\nname", "R", ""),
                ("conflict", "U", "U"),
                ("theirs", "U", "D"),
                ("new", "?", "?"),
            ]
        );
        assert_eq!(tree.files[3].old_path.as_deref(), Some("old name"));
        let gone: Vec<_> = tree.files.iter().map(File::is_gone).collect();
        assert_eq!(gone, [false, true, true, false, false, false, false]);
        let staged: Vec<_> = tree.files.iter().map(|file| file.item.is_staged).collect();
        assert_eq!(staged, [false, true, false, true, false, false, false]);
        assert!(tree.files[4].item.is_conflicted);
    }

    #[test]
    fn a_new_repository_has_no_commit() {
        let output = b"# branch.oid (initial)\0# branch.head (detached)\0";
        assert_eq!(WorkingTree::parse(output), WorkingTree::default());
        assert_eq!(WorkingTree::parse(b"1 M\x001 \0? \0garbage").files.len(), 1);
    }
}
