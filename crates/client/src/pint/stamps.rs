//! What a look at files sees: enough to tell that they changed.

use std::collections::BTreeMap;

use yew_sandbox_protocol::fs::{Change, ChangeKind};

use super::api::FileInfo;

/// What is under a watch, by absolute path.
pub(super) type Stamps = BTreeMap<String, Stamp>;

/// What is seen of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    is_dir: bool,
    size: u64,
    changed: String,
}

impl Stamp {
    pub(super) fn directory() -> Self {
        Self {
            is_dir: true,
            size: 0,
            changed: String::new(),
        }
    }
}

impl From<FileInfo> for Stamp {
    fn from(info: FileInfo) -> Self {
        if info.is_dir {
            // What is in it is looked at itself.
            return Self::directory();
        }
        Self {
            is_dir: false,
            size: info.size,
            changed: info.mod_time,
        }
    }
}

/// What is in an absolute directory, and below that.
pub(super) fn below<'a>(
    stamps: &'a Stamps,
    directory: &str,
) -> impl Iterator<Item = (&'a String, &'a Stamp)> + use<'a> {
    let start = [directory, "/"].concat();
    stamps
        .range(start.clone()..)
        .take_while(move |(path, _)| path.starts_with(&start))
}

/// What happened between two looks.
pub(super) fn difference(before: &Stamps, now: &Stamps) -> Vec<Change> {
    let mut removed = Vec::new();
    let mut added = Vec::new();
    let mut changed = Vec::new();
    for (path, stamp) in before {
        match now.get(path) {
            None => removed.push(path.clone()),
            Some(other) if other.is_dir != stamp.is_dir => {
                removed.push(path.clone());
                added.push(path.clone());
            }
            Some(other) if other != stamp => changed.push(path.clone()),
            Some(_) => {}
        }
    }
    added.extend(
        now.keys()
            .filter(|path| !before.contains_key(*path))
            .cloned(),
    );
    [
        (ChangeKind::Remove, removed),
        (ChangeKind::Add, added),
        (ChangeKind::Change, changed),
    ]
    .into_iter()
    .filter(|(_, paths)| !paths.is_empty())
    .map(|(kind, paths)| Change { paths, kind })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamps(files: &[(&str, bool, u64)]) -> Stamps {
        let stamp = |(path, is_dir, size): &(&str, bool, u64)| {
            let info = FileInfo {
                name: String::new(),
                is_dir: *is_dir,
                size: *size,
                mod_time: "t".into(),
            };
            ((*path).to_owned(), Stamp::from(info))
        };
        files.iter().map(stamp).collect()
    }

    #[test]
    fn differences_are_told_by_kind() {
        let before = stamps(&[
            ("/a", false, 1),
            ("/b", false, 1),
            ("/c", true, 1),
            ("/d", true, 1),
        ]);
        let now = stamps(&[
            ("/a", false, 2),
            ("/c", false, 1),
            ("/d", true, 2),
            ("/e", false, 0),
        ]);
        let changes: Vec<_> = difference(&before, &now)
            .into_iter()
            .map(|change| (change.kind, change.paths.join(" ")))
            .collect();
        let expected = [
            (ChangeKind::Remove, "/b /c".to_owned()),
            (ChangeKind::Add, "/c /e".to_owned()),
            (ChangeKind::Change, "/a".to_owned()),
        ];
        assert_eq!(changes, expected);
        assert!(difference(&now, &now).is_empty());
    }
}
