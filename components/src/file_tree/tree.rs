//! What the user does with the tree.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use yew::prelude::*;
use yew_sandbox::ErrorKind;
use yew_sandbox::client::FileSystem;

use super::FileTreeProps;
use super::history::{History, Kept, Outcome, Step, keep, take_back};
use super::listing::visible;
use super::rows::{Row, Rows, outermost};
use super::store::Store;
use crate::parts::{Action, Urgency, announce, copy};
use crate::paths::{is_within, join, name_of, parent};
use crate::ui::Words;

/// A set of paths.
pub(super) type Paths = Rc<BTreeSet<String>>;

/// The row that is being named.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Naming {
    Renamed(String),
    New { folder: String, is_folder: bool },
}

/// How a press chooses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Choosing {
    /// This row and no other.
    Only,
    /// This row too, or not any more.
    Toggle,
    /// From the row where the choice began to this one.
    Range,
    /// The focus alone goes there.
    Keep,
}

/// The tree as it is in one render.
#[derive(Clone)]
pub(super) struct Tree {
    pub(super) props: FileTreeProps,
    pub(super) words: Rc<Words>,
    pub(super) fs: FileSystem,
    pub(super) store: Store,
    pub(super) rows: Rc<Rows>,
    pub(super) expanded: Paths,
    pub(super) selected: Paths,
    /// The open folders and the chosen paths of the newest render: this one is an old one once an operation has ended.
    pub(super) newest: Rc<RefCell<(Paths, Paths)>>,
    /// The row with the focus.
    pub(super) place: Option<usize>,
    pub(super) element: NodeRef,
    pub(super) action: Action,
    pub(super) set_expanded: UseStateSetter<Paths>,
    pub(super) set_selected: UseStateSetter<Paths>,
    pub(super) set_active: UseStateSetter<Option<String>>,
    pub(super) naming: UseStateHandle<Option<Naming>>,
    pub(super) cut: UseStateHandle<Paths>,
    pub(super) asked: UseStateHandle<Option<Paths>>,
    pub(super) menu: UseStateHandle<Option<(i32, i32)>>,
    /// Where a range begins.
    pub(super) anchor: Rc<RefCell<Option<String>>>,
    /// The file that was opened here last.
    pub(super) opened: Rc<RefCell<Option<String>>>,
    pub(super) history: Rc<RefCell<History>>,
}

impl Tree {
    /// The row with the focus.
    pub(super) fn row(&self) -> Option<&Row> {
        self.rows.get(self.place?)
    }

    /// What an action concerns: what is chosen, if the focus is in it, or else the row with the focus.
    pub(super) fn concerned(&self) -> Paths {
        match self.row().map(Row::path) {
            Some(path) if !self.selected.contains(&path) => Rc::new(BTreeSet::from([path])),
            _ => Rc::clone(&self.selected),
        }
    }

    /// The folder that something new goes into: the one with the focus, if it is open, or the one that it lies in.
    pub(super) fn folder(&self) -> String {
        match self.row() {
            Some(row) if row.entry().is_folder && row.is_open => row.path(),
            Some(row) => parent(&row.path()).to_owned(),
            None => String::new(),
        }
    }

    pub(super) fn focus(&self) {
        if let Some(element) = self.element.cast::<web_sys::HtmlElement>() {
            // One that is gone cannot have the focus.
            drop(element.focus());
        }
    }

    pub(super) fn expand(&self, expanded: BTreeSet<String>) {
        let expanded = Rc::new(expanded);
        self.props.on_expand.emit(Rc::clone(&expanded));
        if self.props.expanded.is_none() {
            self.newest.borrow_mut().0 = Rc::clone(&expanded);
            self.set_expanded.set(expanded);
        }
    }

    pub(super) fn open_folder(&self, path: &str, open: bool) {
        let mut expanded = (*self.expanded).clone();
        if open {
            expanded.insert(path.to_owned());
        } else {
            expanded.remove(path);
        }
        self.expand(expanded);
    }

    pub(super) fn select(&self, selected: BTreeSet<String>) {
        if selected == *self.newest_selected() {
            return;
        }
        let selected = Rc::new(selected);
        self.props.on_select.emit(Rc::clone(&selected));
        if self.props.selected.is_none() {
            self.newest.borrow_mut().1 = Rc::clone(&selected);
            self.set_selected.set(selected);
        }
    }

    fn newest_expanded(&self) -> Paths {
        Rc::clone(&self.newest.borrow().0)
    }

    fn newest_selected(&self) -> Paths {
        Rc::clone(&self.newest.borrow().1)
    }

    /// Takes the focus to a row, and chooses.
    pub(super) fn go(&self, place: usize, choosing: Choosing) {
        let Some(path) = self.rows.get(place).map(Row::path) else {
            return;
        };
        self.set_active.set(Some(path.clone()));
        match choosing {
            Choosing::Keep => {}
            Choosing::Only => {
                self.anchor.replace(Some(path.clone()));
                self.select(BTreeSet::from([path]));
            }
            Choosing::Toggle => {
                self.anchor.replace(Some(path.clone()));
                let mut selected = (*self.selected).clone();
                if !selected.remove(&path) {
                    selected.insert(path);
                }
                self.select(selected);
            }
            Choosing::Range => {
                let anchor = self.anchor.borrow().clone();
                let anchor = anchor.and_then(|path| self.rows.find(&path));
                let from = anchor.or(self.place).unwrap_or(place);
                self.anchor.replace(self.rows.get(from).map(Row::path));
                self.select(self.rows.paths(from.min(place)..from.max(place) + 1));
            }
        }
    }

    /// Opens a file, or a folder, or closes it.
    pub(super) fn activate(&self, place: usize) {
        let Some(row) = self.rows.get(place) else {
            return;
        };
        let path = row.path();
        if row.entry().is_folder {
            if !row.is_open && self.store.error(&path).is_some() {
                self.store.refresh(&path);
            }
            self.open_folder(&path, !row.is_open);
        } else {
            self.open(path);
        }
    }

    fn open(&self, path: String) {
        self.opened.replace(Some(path.clone()));
        self.props.on_open.emit(path);
    }

    pub(super) fn begin_new(&self, is_folder: bool) {
        let folder = self.folder();
        self.naming.set(Some(Naming::New { folder, is_folder }));
    }

    pub(super) fn begin_rename(&self) {
        if let Some(row) = self.row() {
            self.naming.set(Some(Naming::Renamed(row.path())));
        }
    }

    pub(super) fn begin_delete(&self) {
        let concerned = self.concerned();
        if !concerned.is_empty() {
            self.asked.set(Some(concerned));
        }
    }

    pub(super) fn begin_cut(&self) {
        let concerned = self.concerned();
        if !concerned.is_empty() {
            let words = &self.words.file_tree;
            announce(&(words.was_cut)(concerned.len()), Urgency::Polite);
            self.cut.set(concerned);
        }
    }

    pub(super) fn paste(&self) {
        let folder = self.folder();
        self.move_into(&self.cut, &folder);
        self.cut.set(Paths::default());
    }

    /// The name was given, or given up.
    pub(super) fn name(&self, name: Option<String>, takes_focus: bool) {
        let naming = (*self.naming).clone();
        self.naming.set(None);
        if takes_focus {
            self.focus();
        }
        let (Some(naming), Some(name)) = (naming, name) else {
            return;
        };
        match naming {
            Naming::Renamed(path) => {
                let to = join(parent(&path), &name);
                self.rename(vec![(path, to)]);
            }
            Naming::New { folder, is_folder } => {
                let path = join(&folder, &name);
                self.create(path, is_folder);
            }
        }
    }

    fn create(&self, path: String, is_folder: bool) {
        let this = self.clone();
        self.set_active.set(Some(path.clone()));
        self.action.run(async move {
            if is_folder {
                this.fs.create_dir(&path).await?;
            } else {
                let options = yew_sandbox::client::WriteOptions {
                    create: true,
                    overwrite: false,
                };
                this.fs.write_with(&path, Vec::new(), options).await?;
            }
            let words = &this.words.file_tree;
            announce(&(words.created)(&visible(name_of(&path))), Urgency::Polite);
            this.history.borrow_mut().push(Step::Created(path.clone()));
            this.select(BTreeSet::from([path.clone()]));
            if !is_folder {
                this.open(path);
            }
            Ok(())
        });
    }

    /// Moves what can be moved into a folder.
    pub(super) fn move_into(&self, paths: &BTreeSet<String>, folder: &str) {
        let moves = outermost(paths)
            .into_iter()
            .filter(|path| parent(path) != folder && !is_within(folder, path))
            .map(|path| {
                let to = join(folder, name_of(&path));
                (path, to)
            })
            .collect();
        self.rename(moves);
    }

    fn rename(&self, moves: Vec<(String, String)>) {
        let Some((_, first)) = moves.first().cloned() else {
            return;
        };
        let this = self.clone();
        self.set_active.set(Some(first.clone()));
        self.action.run(async move {
            let mut done = Vec::new();
            let mut outcome = Ok(());
            for (from, to) in moves {
                outcome = this.fs.rename(&from, &to).await;
                if outcome.is_err() {
                    break;
                }
                done.push((from, to));
            }
            if !done.is_empty() {
                this.moved(done);
            }
            outcome
        });
    }

    /// Tells of what has other paths now.
    fn moved(&self, moves: Vec<(String, String)>) {
        let words = &self.words.file_tree;
        if let Some((_, to)) = moves.first() {
            announce(&(words.moved)(&visible(name_of(to))), Urgency::Polite);
        }
        let followed = |paths: Paths| paths.iter().map(|path| follow(path, &moves)).collect();
        self.expand(followed(self.newest_expanded()));
        self.select(followed(self.newest_selected()));
        self.history.borrow_mut().push(Step::Moved(moves.clone()));
        self.props.on_moved.emit(moves);
    }

    /// Deletes, after the user said so.
    pub(super) fn delete(&self, paths: &BTreeSet<String>) {
        let outer = outermost(paths);
        self.set_active.set(self.rows.neighbour(paths));
        let this = self.clone();
        self.action.run(async move {
            let kept = keep(&this.fs, &outer).await?;
            let mut outcome = Ok(());
            let mut gone = Vec::new();
            for path in outer {
                outcome = match this.fs.remove_all(&path).await {
                    // Somebody was faster.
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                    removed => removed,
                };
                if outcome.is_err() {
                    break;
                }
                gone.push(path);
            }
            this.deleted(gone, kept);
            outcome
        });
    }

    fn deleted(&self, gone: Vec<String>, kept: Option<Kept>) {
        if gone.is_empty() {
            return;
        }
        let words = &self.words.file_tree;
        let is_there = |path: &&String| !gone.iter().any(|gone| is_within(path, gone));
        let left = |paths: Paths| paths.iter().filter(is_there).cloned().collect();
        self.select(left(self.newest_selected()));
        self.expand(left(self.newest_expanded()));
        let told = match kept {
            Some(kept) => {
                let kept = Rc::new(kept.within(&gone));
                self.history.borrow_mut().push(Step::Deleted(kept));
                (words.deleted)(gone.len())
            }
            None => (words.deleted_for_good)(gone.len()),
        };
        announce(&told, Urgency::Polite);
        self.props.on_deleted.emit(gone);
    }

    /// Takes the last change back.
    pub(super) fn undo(&self) {
        let words = &self.words.file_tree;
        let Some(mut step) = self.history.borrow_mut().pop() else {
            return announce(&words.nothing_to_undo, Urgency::Polite);
        };
        let this = self.clone();
        self.action.run(async move {
            let mut back = Vec::new();
            let outcome = take_back(&this.fs, &mut step, &mut back).await;
            if !back.is_empty() {
                let expanded = this.newest_expanded();
                this.expand(expanded.iter().map(|path| follow(path, &back)).collect());
                this.props.on_moved.emit(back);
            }
            match outcome {
                Ok(outcome) => this.taken_back(step, outcome),
                Err(error) => {
                    // What is left of it can be tried again.
                    this.history.borrow_mut().push(step);
                    return Err(error);
                }
            }
            Ok(())
        });
    }

    /// Tells what became of a step that was to be taken back, and goes there.
    fn taken_back(&self, step: Step, outcome: Outcome) {
        let words = &self.words.file_tree;
        let path = match outcome {
            Outcome::Kept(path) => {
                let told = (words.stays)(&visible(name_of(&path)));
                announce(&told, Urgency::Polite);
                path
            }
            Outcome::Undone(path) => {
                announce(&words.undone, Urgency::Polite);
                match step {
                    // Told already.
                    Step::Moved(_) => {}
                    Step::Created(made) => self.props.on_deleted.emit(vec![made]),
                    Step::Deleted(_) => {}
                }
                path
            }
        };
        if !path.is_empty() {
            self.select(BTreeSet::from([path.clone()]));
            self.set_active.set(Some(path));
        }
    }

    /// Reads the folder with the focus again, or the one that the row with the focus lies in, and all that are open below it.
    pub(super) fn refresh(&self) {
        self.store.refresh(&self.folder());
    }

    pub(super) fn copy_path(&self) {
        let Some(path) = self.row().map(Row::path) else {
            return;
        };
        let words = Rc::clone(&self.words);
        wasm_bindgen_futures::spawn_local(async move {
            if copy(&path).await {
                announce(&words.file_tree.copied, Urgency::Polite);
            }
        });
    }
}

/// A path after something that it lies in was moved.
fn follow(path: &str, moves: &[(String, String)]) -> String {
    for (from, to) in moves {
        if is_within(path, from) {
            return format!("{to}{}", &path[from.len()..]);
        }
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::follow;

    #[test]
    fn paths_follow_their_folder() {
        let moves = [("a".to_owned(), "b/a".to_owned())];
        assert_eq!(follow("a/x", &moves), "b/a/x");
        assert_eq!(follow("a", &moves), "b/a");
        assert_eq!(follow("ab", &moves), "ab");
    }
}
