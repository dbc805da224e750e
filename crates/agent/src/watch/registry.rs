//! All watches of a sandbox over one inotify descriptor. Everything here may block.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fd::OwnedFd;
use rustix::fs::{self, FileType, OFlags};
use rustix::io::Errno;

use super::OWN;
use super::excludes::Excludes;
use super::guard::Guard;
use super::pending::Pending;
use super::told::Told;
use crate::files::{Fault, Outcome, Root, SandboxPath};

/// The kernel's watches, and for whom they are.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) inotify: Arc<OwnedFd>,
    pub(super) folders: HashMap<i32, Folder>,
    pub(super) guards: HashMap<i32, Vec<Guard>>,
    pub(super) watches: HashMap<u64, Watch>,
    next: u64,
    pub(super) hasher: RandomState,
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) client: u32,
    pub(super) path: SandboxPath,
    pub(super) recursive: bool,
    pub(super) excludes: Excludes,
    /// Whether its client can come back.
    pub(super) is_kept: bool,
}

/// A directory that the kernel watches.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Where it is in which watch.
    pub(super) places: Arc<Vec<Place>>,
    /// The hashes of the names in it, to tell a new name from one that is replaced.
    pub(super) names: HashSet<u64>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) watch: u64,
    /// Below the watch's base, empty for the base itself.
    pub(super) relative: String,
}

#[derive(Debug)]
pub(super) struct Watch {
    pub(super) client: u32,
    pub(super) root: Arc<Root>,
    /// The path of the watched directory, or of the directory of the watched file.
    pub(super) directory: SandboxPath,
    /// What was there when it was last looked at. `None`: nothing.
    pub(super) base: Option<OwnedFd>,
    /// The watched path as the client sees it.
    pub(super) visible: String,
    /// The only name that counts, where a file is watched.
    pub(super) only: Option<String>,
    pub(super) recursive: bool,
    pub(super) excludes: Excludes,
    /// The kernel's watch of each directory below the base.
    pub(super) folders: BTreeMap<String, i32>,
    /// The kernel's watches of the directories above the base.
    pub(super) guards: Vec<i32>,
    pub(super) pending: Pending,
    /// Whether the client has been told of the watch; before it, changes wait.
    pub(super) is_answered: Arc<AtomicBool>,
    /// What was told last, where the client can come back.
    pub(super) told: Option<Told>,
}

/// Most watches of one client.
const MOST_WATCHES: usize = 256;
/// Most watches of all clients: each holds an open file.
const MOST_OF_ALL: usize = 1024;

impl Registry {
    pub(super) fn new(inotify: Arc<OwnedFd>) -> Self {
        Self {
            inotify,
            folders: HashMap::new(),
            guards: HashMap::new(),
            watches: HashMap::new(),
            next: 1,
            hasher: RandomState::new(),
        }
    }

    /// Starts a watch. The flag is to be set once the client knows of it. What the client had under earlier numbers counts as well.
    pub(super) fn add(
        &mut self,
        root: &Arc<Root>,
        wanted: Wanted,
        had: impl Fn(u32) -> bool,
    ) -> Outcome<(u64, Arc<AtomicBool>)> {
        let own = self.watches.values();
        let own = own.filter(|watch| watch.client == wanted.client || had(watch.client));
        if own.count() >= MOST_WATCHES {
            return Err(Fault::Explained(
                Errno::NOSPC,
                format!("a client has at most {MOST_WATCHES} watches; end one first"),
            ));
        }
        let all = self.watches.values().filter(|watch| watch.client != OWN);
        if all.count() >= MOST_OF_ALL && wanted.client != OWN {
            return Err(Fault::Explained(
                Errno::NOSPC,
                format!(
                    "a sandbox has at most {MOST_OF_ALL} watches; end one, or wait for two minutes: clients that are gone keep theirs so long"
                ),
            ));
        }
        let status = fs::fstat(root.open(&wanted.path, OFlags::PATH)?)?;
        let is_directory = FileType::from_raw_mode(status.st_mode) == FileType::Directory;
        let (directory, only) = if is_directory {
            (wanted.path.clone(), None)
        } else {
            let (directory, name) = root.target_path(&wanted.path)?;
            (directory, Some(name))
        };
        let id = self.next;
        self.next += 1;
        let is_answered = Arc::new(AtomicBool::new(false));
        self.watches.insert(
            id,
            Watch {
                client: wanted.client,
                root: root.clone(),
                directory,
                base: None,
                visible: root.visible(&wanted.path),
                recursive: wanted.recursive && only.is_none(),
                only,
                excludes: wanted.excludes,
                folders: BTreeMap::new(),
                guards: Vec::new(),
                pending: Pending::default(),
                is_answered: is_answered.clone(),
                told: wanted.is_kept.then(Told::default),
            },
        );
        match self.attach(id) {
            Ok(()) => Ok((id, is_answered)),
            Err(errno) => {
                self.end(id);
                Err(match errno {
                    Errno::NOSPC => Fault::Explained(
                        errno,
                        "the system's limit of watches is reached; watch less, or raise \
                         fs.inotify.max_user_watches"
                            .to_owned(),
                    ),
                    errno => errno.into(),
                })
            }
        }
    }

    /// Watches the directory that is at the watched path now, in place of what was there before.
    ///
    /// The guards come first: what happens after the look is told by them.
    pub(super) fn attach(&mut self, id: u64) -> Result<(), Errno> {
        self.let_go(id);
        self.guard(id);
        let Some(watch) = self.watches.get_mut(&id) else {
            return Ok(());
        };
        watch.base = None;
        watch.base = Some(watch.root.open_directory(&watch.directory)?);
        self.follow(id, String::new(), false)
    }

    /// Ends a watch, and says whether the client had it.
    pub(super) fn remove(&mut self, client: u32, id: u64) -> bool {
        let is_own = self
            .watches
            .get(&id)
            .is_some_and(|watch| watch.client == client);
        if is_own {
            self.end(id);
        }
        is_own
    }

    /// Tells a client no more of its watches; what changes waits.
    pub(super) fn hold(&mut self, client: u32) {
        let watches = self.watches.values();
        for watch in watches.filter(|watch| watch.client == client) {
            watch.is_answered.store(false, Ordering::Release);
        }
    }

    /// Goes on with a watch of a client that is back under another number and saw the first `seen` notifications of it. The flag is to
    /// be set once the client knows.
    pub(super) fn go_on(
        &mut self,
        id: u64,
        seen: u64,
        client: u32,
        had: impl Fn(u32) -> bool,
    ) -> Option<Arc<AtomicBool>> {
        let watch = self.watches.get_mut(&id)?;
        let told = watch.told.as_mut().filter(|_| had(watch.client))?;
        watch.client = client;
        // Not the old flag: whoever answers the earlier request may set that one yet.
        watch.is_answered = Arc::default();
        match told.take_back(seen) {
            Some(unseen) => watch.pending.put_in_front(unseen),
            None => watch.pending.lose(),
        }
        Some(watch.is_answered.clone())
    }

    /// Ends all watches of a client.
    pub(super) fn remove_client(&mut self, client: u32) {
        let ids: Vec<u64> = self
            .watches
            .iter()
            .filter(|(_, watch)| watch.client == client)
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            self.end(id);
        }
    }

    fn end(&mut self, id: u64) {
        self.let_go(id);
        self.watches.remove(&id);
    }
}

impl Watch {
    pub(super) fn leaves_out(&self, relative: &str) -> bool {
        self.excludes.contain(relative, &self.below(relative))
    }

    /// Whether its client may be told of changes.
    pub(super) fn is_told(&self) -> bool {
        self.is_answered.load(Ordering::Acquire)
    }

    /// The path as the client sees it.
    pub(super) fn below(&self, relative: &str) -> String {
        format!("{}/{relative}", self.visible.trim_end_matches('/'))
    }
}

pub(super) fn joined(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}
