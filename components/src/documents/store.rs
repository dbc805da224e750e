//! The documents of one sandbox, and who listens to which.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::Callback;
use yew_sandbox::Sandbox;

use super::document::{Document, Resolution};
use super::open_files::{OpenFiles, follow};
use super::sync::Follower;
use crate::paths::is_within;

/// Clean documents that nobody shows are kept up to date, this many of them, so that going back to one is immediate.
const MOST_IDLE: usize = 16;

/// The open files of one sandbox with what was typed in them: a cheap clone, equal to every other handle on the same.
///
/// What was typed stays until it is saved or given up, whatever becomes of the link and of the components that show it.
#[derive(Clone)]
pub struct Documents {
    inner: Rc<Inner>,
}

pub(super) struct Inner {
    id: u64,
    pub(super) sandbox: Sandbox,
    autosave: Cell<Option<u32>>,
    entries: RefCell<HashMap<String, Entry>>,
    open: RefCell<OpenFiles>,
    listeners: RefCell<Vec<(u64, Topic, Callback<()>)>>,
    last: Cell<u64>,
}

struct Entry {
    document: Document,
    follower: Follower,
    /// How many components show it.
    users: usize,
    last_used: u64,
    autosave: Option<Timeout>,
}

/// What a listener is told of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Topic {
    /// One document.
    Document(String),
    /// Which files are open, and which are dirty or gone.
    Open,
}

/// Ends what it was given for when it is dropped.
#[must_use]
pub(crate) struct Listening {
    documents: Documents,
    id: u64,
}

impl Documents {
    /// No documents yet, of `sandbox`.
    pub fn new(sandbox: Sandbox) -> Self {
        Self {
            inner: Rc::new(Inner {
                id: next_id(),
                sandbox,
                autosave: Cell::default(),
                entries: RefCell::default(),
                open: RefCell::default(),
                listeners: RefCell::default(),
                last: Cell::default(),
            }),
        }
    }

    /// How long after the last edit a document is saved, in milliseconds; `None` leaves that to the user. Default: `None`.
    pub fn set_autosave(&self, delay: Option<u32>) {
        self.inner.autosave.set(delay);
    }

    /// A number that no other documents on the page have.
    pub(crate) fn id(&self) -> u64 {
        self.inner.id
    }

    /// A document as it stands. One that nobody shows and that is clean is empty.
    pub fn get(&self, path: &str) -> Document {
        let entries = self.inner.entries.borrow();
        entries
            .get(path)
            .map(|entry| entry.document.clone())
            .unwrap_or_default()
    }

    /// The paths of all documents with edits that the sandbox does not have, sorted.
    pub fn dirty(&self) -> Vec<String> {
        self.paths(Document::is_dirty)
    }

    /// The paths of all documents whose file is gone, as far as is known, sorted.
    pub fn missing(&self) -> Vec<String> {
        self.paths(Document::is_missing)
    }

    /// Whether any document is being saved, or waits for that.
    pub(super) fn is_saving(&self) -> bool {
        !self.paths(Document::is_saving).is_empty()
    }

    /// The paths of some documents, sorted.
    fn paths(&self, which: impl Fn(&Document) -> bool) -> Vec<String> {
        let entries = self.inner.entries.borrow();
        let some = entries.iter().filter(|(_, entry)| which(&entry.document));
        let mut paths: Vec<String> = some.map(|(path, _)| path.clone()).collect();
        paths.sort();
        paths
    }

    /// What was typed in a document that is shown.
    pub fn edit(&self, path: &str, text: impl Into<Rc<str>>) {
        let text = text.into();
        self.inner.update(path, |document| document.edit(text));
        self.save_later(path);
    }

    /// Saves a document after the delay that was set, if any was.
    fn save_later(&self, path: &str) {
        let timer = self.inner.autosave.get().map(|delay| {
            let (weak, path) = (Rc::downgrade(&self.inner), path.to_owned());
            Timeout::new(delay, move || {
                if let Some(inner) = weak.upgrade() {
                    Self { inner }.save(&path);
                }
            })
        });
        if let Some(entry) = self.inner.entries.borrow_mut().get_mut(path) {
            entry.autosave = timer;
        }
    }

    /// Saves a document, if it is dirty. Without a link it is saved when there is one again. Before it is written, what the
    /// sandbox has is compared with what the edits began with; where they differ, that is a conflict and nothing is written. Nor is it where
    /// that cannot be read: the save has failed then.
    pub fn save(&self, path: &str) {
        let mut is_wanted = false;
        self.inner
            .update(path, |document| is_wanted = document.want_save());
        if is_wanted {
            self.inner.wake(path);
        }
    }

    /// Saves what waits for its delay.
    pub(super) fn save_due(&self) {
        let due: Vec<String> = {
            let mut entries = self.inner.entries.borrow_mut();
            let waiting = entries.iter_mut();
            waiting
                .filter_map(|(path, entry)| entry.autosave.take().map(|_| path.clone()))
                .collect()
        };
        for path in due {
            self.save(&path);
        }
    }

    /// Saves all that is dirty and not in conflict.
    pub fn save_all(&self) {
        for path in self.dirty() {
            self.save(&path);
        }
    }

    /// Gives up what was typed.
    pub fn revert(&self, path: &str) {
        self.inner.update(path, Document::revert);
        self.inner.tidy();
    }

    /// Ends a conflict, and saves what it ended with.
    pub fn resolve(&self, path: &str, resolution: Resolution) {
        self.inner
            .update(path, |document| document.resolve(resolution));
        self.save(path);
    }

    /// Reads a document again.
    pub fn refresh(&self, path: &str) {
        self.inner.wake(path);
    }

    /// Follows a rename that the user made, of a file or of a folder: open files and their edits go to the new paths. The sandbox is
    /// not asked for anything.
    pub fn rename(&self, from: &str, to: &str) {
        let moved: Vec<(String, String, Document)> = {
            let entries = self.inner.entries.borrow();
            let moved = |(path, entry): (&String, &Entry)| {
                let document = entry.document.moved()?;
                Some((path.clone(), follow(path, from, to)?, document))
            };
            entries.iter().filter_map(moved).collect()
        };
        self.change_open(|open| open.rename(from, to));
        for (old, new, moved) in moved {
            self.inner.entry(&new);
            self.inner.update(&new, |document| *document = moved);
            self.save_later(&new);
            self.revert(&old);
        }
    }

    /// Follows a deletion that the user made, of a file or of a folder: open files that are gone with it are closed, but for those with
    /// unsaved edits, which stay until they are saved or given up. The sandbox is not asked for anything.
    pub fn delete(&self, path: &str) {
        let open = self.open_files().paths;
        for open in open.iter().filter(|open| is_within(open, path)) {
            if !self.get(open).is_dirty() {
                self.close(open);
            }
        }
    }

    /// Which files are open.
    pub fn open_files(&self) -> OpenFiles {
        self.inner.open.borrow().clone()
    }

    /// Opens a file and shows it.
    pub fn open(&self, path: &str) {
        let dirty = self.dirty();
        self.change_open(|open| {
            open.open(path, |path| dirty.iter().all(|dirty| dirty != path));
        });
    }

    /// Closes a file. What was typed in it is given up.
    pub fn close(&self, path: &str) {
        self.revert(path);
        self.change_open(|open| open.close(path));
    }

    /// Changes which files are open.
    pub(crate) fn change_open(&self, change: impl FnOnce(&mut OpenFiles)) {
        let before = self.open_files();
        change(&mut self.inner.open.borrow_mut());
        if *self.inner.open.borrow() != before {
            self.inner.tell(&Topic::Open);
        }
    }

    /// Begins to show a document.
    pub(crate) fn acquire(&self, path: &str) {
        self.inner.entry(path);
        if let Some(entry) = self.inner.entries.borrow_mut().get_mut(path) {
            entry.users += 1;
        }
    }

    /// Ends to show it.
    pub(crate) fn release(&self, path: &str) {
        let now = self.inner.next();
        if let Some(entry) = self.inner.entries.borrow_mut().get_mut(path) {
            entry.users = entry.users.saturating_sub(1);
            entry.last_used = now;
        }
        self.inner.tidy();
    }

    /// Tells `callback` of changes of `topic`.
    pub(crate) fn listen(&self, topic: Topic, callback: Callback<()>) -> Listening {
        let id = self.inner.next();
        let mut listeners = self.inner.listeners.borrow_mut();
        listeners.push((id, topic, callback));
        Listening {
            documents: self.clone(),
            id,
        }
    }
}

impl Inner {
    fn next(&self) -> u64 {
        self.last.set(self.last.get() + 1);
        self.last.get()
    }

    /// Follows a path, if it is not followed.
    fn entry(self: &Rc<Self>, path: &str) {
        if !self.entries.borrow().contains_key(path) {
            let entry = Entry {
                document: Document::default(),
                follower: Follower::begin(Rc::downgrade(self), path),
                users: 0,
                last_used: self.next(),
                autosave: None,
            };
            self.entries.borrow_mut().insert(path.to_owned(), entry);
        }
    }

    /// Changes a document and tells whom it concerns. Gives `None` where nobody has the document any more.
    pub(super) fn update<R>(
        &self,
        path: &str,
        change: impl FnOnce(&mut Document) -> R,
    ) -> Option<R> {
        let (result, has_changed, dirt) = {
            let mut entries = self.entries.borrow_mut();
            let document = &mut entries.get_mut(path)?.document;
            let before = document.clone();
            let result = change(document);
            let dirt = (document.is_dirty(), document.is_missing())
                != (before.is_dirty(), before.is_missing());
            (result, *document != before, dirt)
        };
        if has_changed {
            self.tell(&Topic::Document(path.to_owned()));
        }
        if dirt {
            self.tell(&Topic::Open);
        }
        Some(result)
    }

    fn wake(&self, path: &str) {
        if let Some(entry) = self.entries.borrow().get(path) {
            entry.follower.wake();
        }
    }

    fn tell(&self, topic: &Topic) {
        // A listener may listen or stop listening to more while it is told.
        let told: Vec<Callback<()>> = self
            .listeners
            .borrow()
            .iter()
            .filter(|(_, other, _)| other == topic)
            .map(|(_, _, callback)| callback.clone())
            .collect();
        for callback in told {
            callback.emit(());
        }
    }

    /// Forgets the clean documents that were shown longest ago.
    fn tidy(&self) {
        let mut entries = self.entries.borrow_mut();
        let mut idle: Vec<(u64, String)> = entries
            .iter()
            .filter(|(_, entry)| {
                let document = &entry.document;
                entry.users == 0 && !document.is_dirty() && !document.is_saving()
            })
            .map(|(path, entry)| (entry.last_used, path.clone()))
            .collect();
        idle.sort();
        let most = idle.len().saturating_sub(MOST_IDLE);
        for (_, path) in idle.into_iter().take(most) {
            entries.remove(&path);
        }
    }
}

fn next_id() -> u64 {
    thread_local! {
        static LAST: Cell<u64> = const { Cell::new(0) };
    }
    LAST.set(LAST.get() + 1);
    LAST.get()
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut listeners = self.documents.inner.listeners.borrow_mut();
        listeners.retain(|(id, _, _)| *id != self.id);
    }
}

impl PartialEq for Documents {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents")
            .field("dirty", &self.dirty())
            .finish_non_exhaustive()
    }
}
