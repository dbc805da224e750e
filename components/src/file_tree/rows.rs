//! The rows of the open folders, and the ways from one to another. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use super::listing::{Entry, Listing};
use crate::paths::{is_within, join, parent};

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    listing: Rc<Listing>,
    place: usize,
    /// How deep it lies; 1: in the root.
    pub(super) level: usize,
    /// Whether it is an open folder.
    pub(super) is_open: bool,
}

impl Row {
    pub(super) fn entry(&self) -> &Entry {
        &self.listing.entries[self.place]
    }

    pub(super) fn path(&self) -> String {
        join(&self.listing.folder, &self.entry().name)
    }

    fn is(&self, path: &str) -> bool {
        self.listing.folder == parent(path)
            && path.ends_with(&self.entry().name)
            && self.path() == path
    }

    /// Its place among those of its folder, from 1, and their number.
    pub(super) fn position(&self) -> (usize, usize) {
        (self.place + 1, self.listing.entries.len())
    }
}

impl PartialEq for Row {
    /// Whether both look the same.
    fn eq(&self, other: &Self) -> bool {
        let look = |row: &Self| (row.level, row.is_open, row.position());
        look(self) == look(other)
            && self.entry() == other.entry()
            && self.listing.folder == other.listing.folder
    }
}

/// All rows that are to be seen.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<Row>);

impl Rows {
    pub(super) fn new(
        folders: &BTreeMap<String, Rc<Listing>>,
        expanded: &BTreeSet<String>,
    ) -> Self {
        let mut rows = Vec::new();
        // The folders whose content is being told: each with the place of its next entry.
        let mut open: Vec<(Rc<Listing>, usize)> = Vec::new();
        open.extend(folders.get("").map(|root| (Rc::clone(root), 0)));
        while let Some((listing, place)) = open.pop() {
            let level = open.len() + 1;
            for place in place..listing.entries.len() {
                let mut row = Row {
                    listing: Rc::clone(&listing),
                    place,
                    level,
                    is_open: false,
                };
                // Most entries are files: no path is made for them.
                if listing.entries[place].is_folder {
                    let path = row.path();
                    row.is_open = expanded.contains(&path);
                    let inner = folders.get(&path).filter(|_| row.is_open);
                    if let Some(inner) = inner {
                        rows.push(row);
                        open.push((Rc::clone(&listing), place + 1));
                        open.push((Rc::clone(inner), 0));
                        break;
                    }
                }
                rows.push(row);
            }
        }
        Self(rows)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, place: usize) -> Option<&Row> {
        self.0.get(place)
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &[Row] {
        let end = range.end.min(self.0.len());
        &self.0[range.start.min(end)..end]
    }

    pub(super) fn find(&self, path: &str) -> Option<usize> {
        self.0.iter().position(|row| row.is(path))
    }

    /// The place of the folder that a row lies in.
    pub(super) fn parent(&self, place: usize) -> Option<usize> {
        let level = self.0.get(place)?.level;
        (0..place).rev().find(|above| self.0[*above].level < level)
    }

    /// The closed folders beside a row.
    pub(super) fn closed_siblings(&self, place: usize) -> Vec<String> {
        let Some(row) = self.0.get(place) else {
            return Vec::new();
        };
        let entries = row.listing.entries.iter().filter(|entry| entry.is_folder);
        entries
            .map(|entry| join(&row.listing.folder, &entry.name))
            .collect()
    }

    /// The next row, from `place` on and around, whose name begins with `begin`.
    pub(super) fn starting_with(&self, begin: &str, place: usize) -> Option<usize> {
        let count = self.0.len();
        let begin = begin.to_lowercase();
        (0..count).map(|step| (place + step) % count).find(|place| {
            let name = &self.0[*place].entry().name;
            // Most names differ in their first letter already.
            let mut letters = name.chars().flat_map(char::to_lowercase);
            begin.chars().all(|letter| letters.next() == Some(letter))
        })
    }

    /// The paths of some rows.
    pub(super) fn paths(&self, range: Range<usize>) -> BTreeSet<String> {
        self.slice(range).iter().map(Row::path).collect()
    }

    /// Where the focus goes when these paths are gone: to what follows, or to what was before, or to the folder.
    pub(super) fn neighbour(&self, gone: &BTreeSet<String>) -> Option<String> {
        let is_gone = |row: &Row| {
            let path = row.path();
            gone.iter().any(|gone| is_within(&path, gone))
        };
        let first = self.0.iter().position(is_gone)?;
        let after = self.0[first..].iter().find(|row| !is_gone(row));
        let beside = after.filter(|row| row.level >= self.0[first].level);
        beside.or_else(|| self.0[..first].last()).map(Row::path)
    }
}

/// Of some paths, those that do not lie below another one of them.
pub(super) fn outermost(paths: &BTreeSet<String>) -> Vec<String> {
    let mut outer: Vec<String> = Vec::new();
    for path in paths {
        // Between a folder and what is in it, others may stand in this order: all are asked.
        if !outer.iter().any(|folder| is_within(path, folder)) {
            outer.push(path.clone());
        }
    }
    outer
}

#[cfg(test)]
mod tests {
    use yew_sandbox::client::{DirEntry, FileType};

    use super::*;

    fn folders(all: &[(&str, &[&str])]) -> BTreeMap<String, Rc<Listing>> {
        let listing = |folder: &str, names: &[&str]| {
            let entry = |name: &&str| DirEntry {
                name: name.trim_end_matches('/').to_owned(),
                file_type: if name.ends_with('/') {
                    FileType::Directory
                } else {
                    FileType::File
                },
                is_symlink: false,
            };
            Rc::new(Listing::new(folder, names.iter().map(entry).collect(), &[]))
        };
        all.iter()
            .map(|(folder, names)| ((*folder).to_owned(), listing(folder, names)))
            .collect()
    }

    fn set(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    fn sample() -> Rows {
        let folders = folders(&[
            ("", &["src/", "docs/", "a.txt", "b.txt"]),
            ("src", &["inner/", "main.rs"]),
            ("src/inner", &["deep.rs"]),
        ]);
        Rows::new(&folders, &set(&["src", "src/inner", "docs"]))
    }

    #[test]
    fn open_folders_show_what_is_in_them() {
        let rows = sample();
        let shown: Vec<_> = rows
            .slice(0..99)
            .iter()
            .map(|row| (row.path(), row.level))
            .collect();
        let expected = [
            ("docs", 1),
            ("src", 1),
            ("src/inner", 2),
            ("src/inner/deep.rs", 3),
            ("src/main.rs", 2),
            ("a.txt", 1),
            ("b.txt", 1),
        ];
        assert_eq!(
            shown,
            expected.map(|(path, level)| (path.to_owned(), level))
        );
        assert_eq!(rows.get(4).unwrap().position(), (2, 2));
        assert_eq!(rows.find("src/main.rs"), Some(4));
        assert_eq!(rows.find("main.rs"), None);
    }

    #[test]
    fn the_focus_finds_its_way() {
        let rows = sample();
        assert_eq!(rows.parent(4), Some(1));
        assert_eq!(rows.parent(3), Some(2));
        assert_eq!(rows.parent(0), None);
        assert_eq!(rows.starting_with("B", 0), Some(6));
        assert_eq!(rows.starting_with("d", 1), Some(3));
        assert_eq!(rows.starting_with("zz", 0), None);
        assert_eq!(Rows::default().starting_with("a", 0), None);
    }

    #[test]
    fn the_neighbour_gets_the_focus_of_what_is_gone() {
        let rows = sample();
        let neighbour = |gone: &[&str]| rows.neighbour(&set(gone));
        assert_eq!(neighbour(&["src"]).as_deref(), Some("a.txt"));
        assert_eq!(
            neighbour(&["src/main.rs"]).as_deref(),
            Some("src/inner/deep.rs")
        );
        assert_eq!(neighbour(&["b.txt"]).as_deref(), Some("a.txt"));
        assert_eq!(neighbour(&["src/inner"]).as_deref(), Some("src/main.rs"));
        assert_eq!(neighbour(&["docs", "src", "a.txt", "b.txt"]), None);
    }

    #[test]
    fn what_lies_in_a_folder_goes_with_it() {
        let paths = set(&["a", "a b", "a/c", "b"]);
        assert_eq!(outermost(&paths), ["a", "a b", "b"]);
    }

    #[test]
    fn a_hundred_thousand_entries_become_rows_at_once() {
        let names: Vec<String> = (0..100_000)
            .map(|number| format!("file {number}"))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows = Rows::new(&folders(&[("", &names)]), &BTreeSet::new());
        assert_eq!(rows.len(), 100_000);
        assert_eq!(rows.find("file 99999"), Some(99_999));
    }
}
