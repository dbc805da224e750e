//! All watches of a sandbox over one inotify descriptor. Everything here may block.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::CStr;
use std::hash::BuildHasher;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::inotify::{ReadFlags, Reader};
use rustix::fs::{self, FileType, OFlags};
use rustix::io::Errno;
use yew_sandbox_protocol::fs::{Change, ChangeKind};

use super::OWN;
use super::excludes::Excludes;
use super::guard::Guard;
use super::pending::Pending;
use super::told::{Told, portions};
use crate::files::{Fault, Outcome, Root, SandboxPath, is_temporary};

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

/// The changes of one watch, to be told to one client.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) client: u32,
    pub(super) watch: u64,
    pub(super) changes: Vec<Change>,
}

/// What a look at the kernel's queue has found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    /// Whether there was anything.
    pub(super) any: bool,
    /// Whether something is gone.
    pub(super) gone: bool,
    /// Whether so many changes wait that soon they could not be told one by one.
    pub(super) many: bool,
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
    client: u32,
    pub(super) root: Arc<Root>,
    /// The path of the watched directory, or of the directory of the watched file.
    pub(super) directory: SandboxPath,
    /// What was there when it was last looked at. `None`: nothing.
    pub(super) base: Option<OwnedFd>,
    /// The watched path as the client sees it.
    pub(super) visible: String,
    /// The only name that counts, where a file is watched.
    only: Option<String>,
    pub(super) recursive: bool,
    excludes: Excludes,
    /// The kernel's watch of each directory below the base.
    pub(super) folders: BTreeMap<String, i32>,
    /// The kernel's watches of the directories above the base.
    pub(super) guards: Vec<i32>,
    pub(super) pending: Pending,
    /// Whether the client has been told of the watch; before it, changes wait.
    is_answered: Arc<AtomicBool>,
    /// What was told last, where the client can come back.
    told: Option<Told>,
}

/// Most watches of one client.
const MOST_WATCHES: usize = 256;
/// Most watches of all clients: each holds an open file.
const MOST_OF_ALL: usize = 1024;
/// Most paths that wait to be told, of all watches together.
const MOST_PENDING: usize = 100_000;
/// After so many events it is looked how many wait.
const EVENTS: usize = 256;

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

    /// Takes in all that the kernel has to tell.
    pub(super) fn drain(&mut self) -> Taken {
        let mut taken = Taken::default();
        let inotify = self.inotify.clone();
        let mut buffer = [MaybeUninit::<u8>::uninit(); 16 * 1024];
        let mut reader = Reader::new(inotify.as_fd(), &mut buffer);
        for count in 1.. {
            if count % EVENTS == 0 {
                self.bound_pending();
            }
            match reader.next() {
                Ok(event) => {
                    taken.any = true;
                    taken.gone |= self.take_in(event.wd(), event.events(), event.file_name());
                }
                Err(Errno::INTR) => {}
                // Nothing more for now. No other error can come from a descriptor that is open.
                Err(_) => break,
            }
        }
        self.bound_pending();
        let mut told = self.watches.values().filter(|watch| watch.is_told());
        taken.many = told.any(|watch| watch.pending.is_half_full());
        taken
    }

    /// Where too many paths wait, the watches with the most tell of a change of everything instead; first those whose clients are away.
    fn bound_pending(&mut self) {
        let waiting = |watch: &Watch| watch.pending.len();
        let mut all: usize = self.watches.values().map(waiting).sum();
        while all > MOST_PENDING {
            let Some(largest) = self
                .watches
                .values_mut()
                .max_by_key(|watch| (!watch.is_told() && waiting(watch) > 0, waiting(watch)))
            else {
                return;
            };
            all -= waiting(largest);
            largest.pending.lose();
        }
    }

    /// Takes out what waits, of watches that their clients know of.
    pub(super) fn take_batches(&mut self) -> Vec<Batch> {
        let mut batches = Vec::new();
        for (&id, watch) in &mut self.watches {
            if watch.is_told() && !watch.pending.is_empty() {
                let changes = watch.pending.take(&watch.visible);
                for changes in portions(changes) {
                    if let Some(told) = &mut watch.told {
                        told.push(&changes);
                    }
                    batches.push(Batch {
                        client: watch.client,
                        watch: id,
                        changes,
                    });
                }
            }
        }
        batches
    }

    /// Takes one event in, and says whether something is gone by it.
    fn take_in(&mut self, wd: i32, events: ReadFlags, name: Option<&CStr>) -> bool {
        if events.contains(ReadFlags::QUEUE_OVERFLOW) {
            self.recover();
            return false;
        }
        if events.contains(ReadFlags::IGNORED) {
            self.guards.remove(&wd);
            self.forget_folder(wd);
            return false;
        }
        if let Some(name) = name {
            self.guarded(wd, events, name);
        }
        let Some(folder) = self.folders.get_mut(&wd) else {
            return false;
        };
        let Some(name) = name else {
            if events.intersects(ReadFlags::DELETE_SELF | ReadFlags::MOVE_SELF) {
                let places = folder.places.clone();
                for base in places.iter().filter(|place| place.relative.is_empty()) {
                    self.look_again(base.watch);
                }
            }
            return false;
        };
        if is_temporary(name.to_bytes()) && !events.contains(ReadFlags::ISDIR) {
            return false;
        }
        let hash = self.hasher.hash_one(name.to_bytes());
        let kind = if events.intersects(ReadFlags::DELETE | ReadFlags::MOVED_FROM) {
            folder.names.remove(&hash).then_some(ChangeKind::Remove)
        } else if events.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) {
            match (
                folder.names.insert(hash),
                events.contains(ReadFlags::MOVED_TO),
            ) {
                (true, _) => Some(ChangeKind::Add),
                (false, true) => Some(ChangeKind::Change),
                // The scan of a new directory saw it first.
                (false, false) => None,
            }
        } else {
            folder.names.contains(&hash).then_some(ChangeKind::Change)
        };
        let places = folder.places.clone();
        let name = name.to_string_lossy();
        let is_directory = events.contains(ReadFlags::ISDIR);
        for place in &*places {
            if let Some(kind) = kind {
                self.note(place, &name, kind);
            }
            if is_directory {
                self.follow_change(place, &name, events);
            }
        }
        kind == Some(ChangeKind::Remove)
    }

    /// Follows a directory that came, and lets one go that went.
    fn follow_change(&mut self, place: &Place, name: &str, events: ReadFlags) {
        let relative = joined(&place.relative, name);
        let is_gone = ReadFlags::DELETE | ReadFlags::MOVED_FROM;
        let is_new = ReadFlags::CREATE | ReadFlags::MOVED_TO;
        if events.intersects(is_gone | ReadFlags::MOVED_TO) {
            self.unfollow(place.watch, &relative);
        }
        let is_wanted = self
            .watches
            .get(&place.watch)
            .is_some_and(|watch| watch.recursive && !watch.leaves_out(&relative));
        if events.intersects(is_new)
            && is_wanted
            && self.follow(place.watch, relative, true).is_err()
        {
            // Whatever will happen in there goes unseen.
            if let Some(watch) = self.watches.get_mut(&place.watch) {
                watch.pending.lose();
            }
        }
    }

    /// The kernel dropped events: tells so, and looks at everything anew.
    fn recover(&mut self) {
        let ids: Vec<u64> = self.watches.keys().copied().collect();
        for &id in &ids {
            self.let_go(id);
        }
        for id in ids {
            // A base that is gone is told so by the loss, and its guards wait for it.
            let _ = self.attach(id);
            if let Some(watch) = self.watches.get_mut(&id) {
                watch.pending.lose();
            }
        }
    }

    fn end(&mut self, id: u64) {
        self.let_go(id);
        self.watches.remove(&id);
    }

    /// Notes a change for one watch, if the watch is about it.
    pub(super) fn note(&mut self, place: &Place, name: &str, kind: ChangeKind) {
        let Some(watch) = self.watches.get_mut(&place.watch) else {
            return;
        };
        if let Some(only) = &watch.only {
            if only == name {
                let path = watch.visible.clone();
                watch.pending.push(path, kind);
            }
            return;
        }
        let relative = joined(&place.relative, name);
        let path = watch.below(&relative);
        if !watch.excludes.contain(&relative, &path) {
            watch.pending.push(path, kind);
        }
    }
}

impl Watch {
    pub(super) fn leaves_out(&self, relative: &str) -> bool {
        self.excludes.contain(relative, &self.below(relative))
    }

    /// Whether its client may be told of changes.
    fn is_told(&self) -> bool {
        self.is_answered.load(Ordering::Acquire)
    }

    /// The path as the client sees it.
    fn below(&self, relative: &str) -> String {
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

#[cfg(test)]
mod tests {
    use rustix::fs::inotify::{self, CreateFlags};
    use yew_sandbox_protocol::limits::MAX_CHANGED_PATHS;

    use super::*;

    #[test]
    fn of_too_much_that_waits_those_lose_who_are_away() {
        let folder = tempfile::tempdir().unwrap();
        let root = Arc::new(Root::new(folder.path(), "/".as_ref()).unwrap());
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).unwrap();
        let mut registry = Registry::new(Arc::new(inotify));
        let mut add = |client| {
            let wanted = Wanted {
                client,
                path: root.resolve("/").unwrap(),
                recursive: false,
                excludes: Excludes::default(),
                is_kept: true,
            };
            registry.add(&root, wanted, |_| false).unwrap()
        };
        let (here, is_answered) = add(1);
        is_answered.store(true, Ordering::Release);
        let away: Vec<u64> = (0..12).map(|_| add(2).0).collect();
        for (id, watch) in &mut registry.watches {
            let fewer = usize::from(*id != here);
            for number in fewer..MAX_CHANGED_PATHS {
                watch.pending.push(number.to_string(), ChangeKind::Add);
            }
        }
        registry.bound_pending();
        let waiting = |id: &u64| registry.watches[id].pending.len();
        assert_eq!(waiting(&here), MAX_CHANGED_PATHS);
        let left = away.iter().filter(|id| waiting(id) > 0).count();
        assert_eq!(
            left,
            (MOST_PENDING - MAX_CHANGED_PATHS) / (MAX_CHANGED_PATHS - 1)
        );
    }
}
