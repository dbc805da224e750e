//! What the kernel tells, taken in and out again. Everything here may block.

use std::ffi::CStr;
use std::hash::BuildHasher;
use std::mem::MaybeUninit;

use rustix::fd::AsFd;
use rustix::fs::inotify::{ReadFlags, Reader};
use rustix::io::Errno;
use yew_sandbox_protocol::fs::{Change, ChangeKind};

use super::registry::{Place, Registry, Watch, joined};
use super::told::portions;
use crate::files::is_temporary;

/// Most paths that wait to be told, of all watches together.
const MOST_PENDING: usize = 100_000;
/// After so many events it is looked how many wait.
const EVENTS: usize = 256;

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

impl Registry {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use rustix::fs::inotify::{self, CreateFlags};
    use yew_sandbox_protocol::limits::MAX_CHANGED_PATHS;

    use super::super::excludes::Excludes;
    use super::super::registry::Wanted;
    use super::*;
    use crate::files::Root;

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
