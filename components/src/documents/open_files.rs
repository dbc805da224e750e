//! Which files are open, in which order, and which of them is shown. Pure.

use crate::paths::is_within;

/// Most files that are open at once; opening one more closes the one that was opened first and is not shown.
pub const MOST_OPEN_FILES: usize = 256;

/// The open files, as tabs show them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenFiles {
    /// The paths, in the order of the tabs.
    pub paths: Vec<String>,
    /// The one that is shown.
    pub active: Option<String>,
}

impl OpenFiles {
    /// Opens a file, if it is not, and shows it. A new one stands after the one that was shown. Gives the path that had to be
    /// closed for it.
    pub fn open(&mut self, path: &str, may_close: impl Fn(&str) -> bool) -> Option<String> {
        let mut closed = None;
        if !self.is_open(path) {
            let after = self.active.as_deref().and_then(|path| self.place(path));
            let place = after.map_or(self.paths.len(), |place| place + 1);
            self.paths.insert(place, path.to_owned());
            if self.paths.len() > MOST_OPEN_FILES {
                let oldest = self
                    .paths
                    .iter()
                    .position(|other| other != path && may_close(other));
                closed = oldest.map(|place| self.paths.remove(place));
            }
        }
        self.active = Some(path.to_owned());
        closed
    }

    /// Shows an open file.
    pub fn activate(&mut self, path: &str) {
        if self.is_open(path) {
            self.active = Some(path.to_owned());
        }
    }

    /// Closes a file; its neighbour is shown where it was.
    pub fn close(&mut self, path: &str) {
        let Some(place) = self.place(path) else {
            return;
        };
        self.paths.remove(place);
        if self.active.as_deref() == Some(path) {
            let last = self.paths.len().checked_sub(1);
            self.active = last.map(|last| self.paths[place.min(last)].clone());
        }
    }

    /// Moves a file to a place among the others, counted from 0.
    pub fn move_to(&mut self, path: &str, place: usize) {
        if let Some(from) = self.place(path) {
            let path = self.paths.remove(from);
            self.paths.insert(place.min(self.paths.len()), path);
        }
    }

    /// The file, or a folder around files, has another path now. Where that is open already, the two become one.
    pub fn rename(&mut self, from: &str, to: &str) {
        if from == to {
            return;
        }
        let moved = |path: &String| follow(path, from, to);
        // A file that is open at the new path already is the same one now.
        let before = self.paths.clone();
        self.paths
            .retain(|path| moved(path).is_none_or(|path| !before.contains(&path)));
        for path in &mut self.paths {
            if let Some(to) = moved(path) {
                *path = to;
            }
        }
        if let Some(active) = &mut self.active
            && let Some(path) = follow(active, from, to)
        {
            *active = path;
        }
    }

    /// Whether a file is open.
    pub fn is_open(&self, path: &str) -> bool {
        self.place(path).is_some()
    }

    fn place(&self, path: &str) -> Option<usize> {
        self.paths.iter().position(|other| other == path)
    }
}

/// Where a path is after `from`, a file or a folder, was renamed; `None` where it stays.
pub(super) fn follow(path: &str, from: &str, to: &str) -> Option<String> {
    is_within(path, from).then(|| format!("{to}{}", &path[from.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(paths: &[&str]) -> OpenFiles {
        let mut files = OpenFiles::default();
        for path in paths {
            files.open(path, |_| true);
        }
        files
    }

    #[test]
    fn a_new_file_stands_after_the_shown_one() {
        let mut files = open(&["a", "b", "c"]);
        files.activate("a");
        files.open("d", |_| true);
        assert_eq!(files.paths, ["a", "d", "b", "c"]);
        assert_eq!(files.active.as_deref(), Some("d"));
        files.open("c", |_| true);
        assert_eq!(files.paths.len(), 4);
        files.activate("none");
        assert_eq!(files.active.as_deref(), Some("c"));
    }

    #[test]
    fn a_neighbour_follows_a_closed_file() {
        let mut files = open(&["a", "b", "c"]);
        files.activate("b");
        files.close("b");
        assert_eq!(files.active.as_deref(), Some("c"));
        files.close("c");
        assert_eq!(files.active.as_deref(), Some("a"));
        files.close("none");
        files.close("a");
        assert_eq!(files, OpenFiles::default());
    }

    #[test]
    fn files_move_and_are_renamed() {
        let mut files = open(&["a", "b", "c"]);
        files.move_to("c", 0);
        files.move_to("a", 99);
        assert_eq!(files.paths, ["c", "b", "a"]);
        files.rename("c", "d");
        assert_eq!(files.active.as_deref(), Some("d"));
        files.rename("d", "a");
        assert_eq!(files.paths, ["b", "a"]);
        assert_eq!(files.active.as_deref(), Some("a"));
        files.rename("a", "a");
        assert!(files.is_open("a"));
    }

    #[test]
    fn files_go_along_with_their_folder() {
        let mut files = open(&["src/a", "src2/a", "src/deep/b"]);
        files.rename("src", "lib");
        assert_eq!(files.paths, ["lib/a", "src2/a", "lib/deep/b"]);
        assert_eq!(files.active.as_deref(), Some("lib/deep/b"));
    }

    #[test]
    fn there_are_not_more_than_the_bound_unless_none_may_be_closed() {
        let mut files = OpenFiles::default();
        for number in 0..MOST_OPEN_FILES {
            files.open(&number.to_string(), |_| true);
        }
        assert_eq!(files.open("new", |path| path != "0").as_deref(), Some("1"));
        assert!(files.is_open("0"));
        assert_eq!(files.open("kept", |_| false), None);
        assert_eq!(files.paths.len(), MOST_OPEN_FILES + 1);
    }
}
