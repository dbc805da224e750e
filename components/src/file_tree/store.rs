//! The folders that are open, each followed as long as it is.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{AbortHandle, abortable};
use gloo_timers::future::sleep;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox::client::{DirEntry, FileWatch, WatchEvent, WatchOptions};
use yew_sandbox::{Error, Sandbox, use_sandbox};

use super::listing::Listing;
use super::rows::Rows;
use crate::paths::{is_within, name_of, parent};

/// Most folders that are watched at a time. What changes in others is seen when they are opened again, or refreshed.
const MOST_WATCHED: usize = 200;
/// How long changes are gathered before a folder is read again.
const PAUSE: Duration = Duration::from_millis(40);

/// What is known of the folders.
#[derive(Clone)]
pub(super) struct Store {
    state: Rc<RefCell<State>>,
    update: UseForceUpdateHandle,
}

struct State {
    sandbox: Sandbox,
    hidden: Rc<Vec<String>>,
    folders: BTreeMap<String, Rc<Listing>>,
    failed: BTreeMap<String, Rc<Error>>,
    followed: BTreeMap<String, Followed>,
    rows: Option<(Rc<BTreeSet<String>>, Rc<Rows>)>,
}

/// A folder that is open.
struct Followed {
    task: AbortHandle,
    /// Whether changes are told. Otherwise it was only read.
    is_watched: bool,
}

impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }
}

impl Store {
    /// The rows where these folders are open.
    pub(super) fn rows(&self, expanded: &Rc<BTreeSet<String>>) -> Rc<Rows> {
        let mut state = self.state.borrow_mut();
        if let Some((of, rows)) = &state.rows
            && of == expanded
        {
            return Rc::clone(rows);
        }
        let rows = Rc::new(Rows::new(&state.folders, expanded));
        state.rows = Some((Rc::clone(expanded), Rc::clone(&rows)));
        rows
    }

    /// A folder's content, where it is known.
    pub(super) fn listing(&self, folder: &str) -> Option<Rc<Listing>> {
        self.state.borrow().folders.get(folder).cloned()
    }

    /// Why a folder's content is not known.
    pub(super) fn error(&self, folder: &str) -> Option<Rc<Error>> {
        self.state.borrow().failed.get(folder).cloned()
    }

    /// Follows these folders and the root, and no others.
    pub(super) fn follow(&self, expanded: &BTreeSet<String>) {
        let new: Vec<String> = {
            let mut state = self.state.borrow_mut();
            let wanted = |folder: &String| folder.is_empty() || expanded.contains(folder);
            let gone: Vec<String> = state
                .followed
                .keys()
                .filter(|folder| !wanted(folder))
                .cloned()
                .collect();
            for folder in &gone {
                if let Some(followed) = state.followed.remove(folder) {
                    followed.task.abort();
                }
                state.failed.remove(folder);
            }
            let all = std::iter::once(String::new()).chain(expanded.iter().cloned());
            all.filter(|folder| !state.followed.contains_key(folder))
                .collect()
        };
        for folder in new {
            self.begin(folder);
        }
    }

    /// Reads a folder again, and those below it that are open.
    pub(super) fn refresh(&self, folder: &str) {
        let mut folders = vec![folder.to_owned()];
        {
            let mut state = self.state.borrow_mut();
            let below = state.followed.keys();
            folders.extend(
                below
                    .filter(|other| *other != folder && is_within(other, folder))
                    .cloned(),
            );
            for folder in &folders {
                if let Some(followed) = state.followed.remove(folder) {
                    followed.task.abort();
                }
            }
        }
        for folder in folders {
            self.begin(folder);
        }
    }

    fn begin(&self, folder: String) {
        let (sandbox, path, is_watched) = {
            let state = self.state.borrow();
            let path = if folder.is_empty() { "." } else { &folder };
            let watched = state.followed.values().filter(|other| other.is_watched);
            (
                state.sandbox.clone(),
                path.to_owned(),
                watched.count() < MOST_WATCHED,
            )
        };
        let store = self.clone();
        let own = folder.clone();
        let (run, task) = abortable(async move {
            let fs = sandbox.fs();
            let mut watch = None;
            loop {
                if is_watched && watch.is_none() {
                    // The watch begins before the first look, so that nothing falls between.
                    watch = fs.watch(&path, WatchOptions::default()).await.ok();
                }
                store.told(&own, fs.read_dir(&path).await);
                if !is_watched {
                    return;
                }
                if let Some(events) = &mut watch
                    && changed(events).await
                {
                    continue;
                }
                watch = None;
                sandbox.until_retry().await;
                // The folder above tells when it is there: many that are gone shall not be asked for all the time.
                while store.is_absent(&own) {
                    sandbox.until_retry().await;
                }
            }
        });
        let followed = Followed { task, is_watched };
        self.state.borrow_mut().followed.insert(folder, followed);
        spawn_local(run.map(drop));
    }

    fn told(&self, folder: &str, listed: Result<Vec<DirEntry>, Error>) {
        {
            let mut state = self.state.borrow_mut();
            match listed {
                Ok(entries) => {
                    let listing = Listing::new(folder, entries, &state.hidden);
                    let had_failed = state.failed.remove(folder).is_some();
                    if !had_failed
                        && state
                            .folders
                            .get(folder)
                            .is_some_and(|old| **old == listing)
                    {
                        return;
                    }
                    state.folders.insert(folder.to_owned(), Rc::new(listing));
                }
                Err(error) => {
                    let words = error.to_string();
                    state.folders.remove(folder);
                    let before = state.failed.insert(folder.to_owned(), Rc::new(error));
                    if before.is_some_and(|before| before.to_string() == words) {
                        // It was tried again, and nothing looks different.
                        return;
                    }
                }
            }
            state.rows = None;
        }
        self.update.force_update();
    }

    /// Whether the nearest folder above it that is known does not have what leads to it.
    fn is_absent(&self, folder: &str) -> bool {
        let state = self.state.borrow();
        let mut way = folder;
        while !way.is_empty() {
            if let Some(above) = state.folders.get(parent(way)) {
                return !above.has(name_of(way));
            }
            way = parent(way);
        }
        false
    }

    fn end(&self) {
        for followed in self.state.borrow().followed.values() {
            followed.task.abort();
        }
    }
}

/// Waits until something came or went. `false`: nothing will be told any more.
async fn changed(watch: &mut FileWatch) -> bool {
    loop {
        match watch.next().await {
            None => return false,
            Some(WatchEvent::Changed(_)) => {}
            Some(_) => break,
        }
    }
    sleep(PAUSE).await;
    // What came meanwhile is seen by the same look.
    while let Some(event) = watch.next().now_or_never() {
        if event.is_none() {
            return false;
        }
    }
    true
}

/// The folders of the workspace, for as long as the component is there.
#[hook]
pub(super) fn use_store(hidden: &Rc<Vec<String>>) -> Store {
    let sandbox = use_sandbox();
    let update = use_force_update();
    let store = use_memo(
        (sandbox.clone(), Rc::clone(hidden)),
        move |(sandbox, hidden)| Store {
            state: Rc::new(RefCell::new(State {
                sandbox: sandbox.clone(),
                hidden: Rc::clone(hidden),
                folders: BTreeMap::new(),
                failed: BTreeMap::new(),
                followed: BTreeMap::new(),
                rows: None,
            })),
            update,
        },
    );
    let store = (*store).clone();
    use_effect_with((sandbox, Rc::clone(hidden)), {
        let store = store.clone();
        move |_| move || store.end()
    });
    store
}
