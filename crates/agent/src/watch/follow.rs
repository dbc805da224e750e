//! Which directories the kernel watches for whom.

use std::hash::BuildHasher;
use std::os::fd::AsRawFd;
use std::sync::Arc;

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::inotify::{self, WatchFlags};
use rustix::fs::{self, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use yew_sandbox_protocol::fs::ChangeKind;

use super::registry::{Place, Registry, joined};
use crate::files::{each_entry, is_temporary};

const EVENTS: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::ONLYDIR)
    .union(WatchFlags::EXCL_UNLINK);

impl Registry {
    /// Watches a directory and, if wanted, all below it. With `report`, all that is found is told as new.
    ///
    /// The watch comes first and the look second, so that nothing is missed in between.
    pub(super) fn follow(&mut self, id: u64, relative: String, report: bool) -> Result<(), Errno> {
        let is_base = relative.is_empty();
        let mut waiting = vec![relative];
        while let Some(relative) = waiting.pop() {
            match self.follow_one(id, &relative, report, &mut waiting) {
                Ok(()) => {}
                // It went away, or became something else, or is not ours to read.
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ACCESS | Errno::XDEV)
                    if !(is_base && relative.is_empty()) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }

    fn follow_one(
        &mut self,
        id: u64,
        relative: &str,
        report: bool,
        waiting: &mut Vec<String>,
    ) -> Result<(), Errno> {
        let Some(watch) = self.watches.get_mut(&id) else {
            return Ok(());
        };
        let Some(base) = &watch.base else {
            return Err(Errno::NOENT);
        };
        let directory = open_below(base, relative)?;
        // The descriptor's own name: no path is resolved a second time.
        let own_name = format!("/proc/self/fd/{}", directory.as_raw_fd());
        let wd = inotify::add_watch(&*self.inotify, own_name, EVENTS)?;
        watch.folders.insert(relative.to_owned(), wd);
        let is_recursive = watch.recursive;
        let place = Place {
            watch: id,
            relative: relative.to_owned(),
        };
        let folder = self.folders.entry(wd).or_default();
        if !folder.places.contains(&place) {
            Arc::make_mut(&mut folder.places).push(place.clone());
        }
        let mut found = Vec::new();
        let outcome = each_entry(directory.as_fd(), |name, kind| {
            if kind == FileType::Directory || !is_temporary(name.to_bytes()) {
                let hash = self.hasher.hash_one(name.to_bytes());
                let is_new = folder.names.insert(hash);
                found.push((name.to_string_lossy().into_owned(), kind, is_new));
            }
            Ok(())
        });
        let others: Vec<Place> = folder
            .places
            .iter()
            .filter(|other| **other != place)
            .cloned()
            .collect();
        for (name, kind, is_new) in found {
            if is_new {
                // Its own event will be taken for an echo, so the others hear of it here.
                for other in &others {
                    self.note(other, &name, ChangeKind::Add);
                }
            }
            if report {
                self.note(&place, &name, ChangeKind::Add);
            }
            let below = joined(relative, &name);
            if is_recursive
                && kind == FileType::Directory
                && self
                    .watches
                    .get(&id)
                    .is_some_and(|watch| !watch.leaves_out(&below))
            {
                waiting.push(below);
            }
        }
        match outcome {
            Ok(()) => Ok(()),
            Err(fault) => Err(fault.errno()),
        }
    }

    /// Lets go of a directory and all below it.
    pub(super) fn unfollow(&mut self, id: u64, relative: &str) {
        let Some(watch) = self.watches.get_mut(&id) else {
            return;
        };
        // All keys that start with the directory's name and a slash: `0` is what follows `/`.
        let below = format!("{relative}/")..format!("{relative}0");
        let mut gone: Vec<(String, i32)> = watch
            .folders
            .range(below)
            .map(|(relative, wd)| (relative.clone(), *wd))
            .collect();
        if let Some(wd) = watch.folders.get(relative) {
            gone.push((relative.to_owned(), *wd));
        }
        for (relative, _) in &gone {
            watch.folders.remove(relative);
        }
        for (relative, wd) in gone {
            self.leave_folder(
                wd,
                &Place {
                    watch: id,
                    relative,
                },
            );
        }
    }

    fn leave_folder(&mut self, wd: i32, place: &Place) {
        let Some(folder) = self.folders.get_mut(&wd) else {
            return;
        };
        Arc::make_mut(&mut folder.places).retain(|other| other != place);
        if folder.places.is_empty() {
            self.folders.remove(&wd);
            self.release(wd);
        }
    }

    /// Ends the kernel's watch of a directory that nobody needs any more.
    pub(super) fn release(&self, wd: i32) {
        if !self.folders.contains_key(&wd) && !self.guards.contains_key(&wd) {
            // The kernel may have let go of it already.
            let _ = inotify::remove_watch(&*self.inotify, wd);
        }
    }

    /// The kernel let go of a directory.
    pub(super) fn forget_folder(&mut self, wd: i32) {
        for place in &*self.folders.remove(&wd).unwrap_or_default().places {
            if let Some(watch) = self.watches.get_mut(&place.watch)
                && watch.folders.get(&place.relative) == Some(&wd)
            {
                watch.folders.remove(&place.relative);
            }
        }
    }

    /// Lets go of all directories of a watch, and of those above it.
    pub(super) fn let_go(&mut self, id: u64) {
        self.unguard(id);
        let Some(watch) = self.watches.get_mut(&id) else {
            return;
        };
        for (relative, wd) in std::mem::take(&mut watch.folders) {
            self.leave_folder(
                wd,
                &Place {
                    watch: id,
                    relative,
                },
            );
        }
    }
}

/// Opens a directory below another one without following any link.
fn open_below(base: &OwnedFd, relative: &str) -> Result<OwnedFd, Errno> {
    let relative = if relative.is_empty() { "." } else { relative };
    fs::openat2(
        base,
        relative,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK | OFlags::CLOEXEC,
        Mode::empty(),
        ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS,
    )
}
