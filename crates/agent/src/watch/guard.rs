//! Watched directories that go, and others that come in their place.
//!
//! The kernel watches directories and not paths: one that is removed and made again, or renamed, is another one under the old name. Of that tell the
//! directories above it.

use std::ffi::CStr;
use std::os::fd::AsRawFd;

use rustix::fd::OwnedFd;
use rustix::fs::fstat;
use rustix::fs::inotify::{self, ReadFlags, WatchFlags};
use yew_sandbox_protocol::fs::ChangeKind;

use super::registry::Registry;
use crate::files::SandboxPath;

/// A name in a directory above a watched one, on the way to it.
#[derive(Debug)]
pub(super) struct Guard {
    watch: u64,
    name: String,
}

const EVENTS: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::ONLYDIR)
    // The same directory may be watched for its own sake.
    .union(WatchFlags::MASK_ADD);

/// What of these is told of a name that comes or goes.
const COMES_OR_GOES: ReadFlags = ReadFlags::CREATE
    .union(ReadFlags::DELETE)
    .union(ReadFlags::MOVED_FROM)
    .union(ReadFlags::MOVED_TO);

impl Registry {
    /// Guards the way to what is watched, as far as it is there. What cannot be guarded is watched all the same.
    pub(super) fn guard(&mut self, id: u64) {
        let Some(watch) = self.watches.get_mut(&id) else {
            return;
        };
        let mut above = SandboxPath::top();
        for name in watch.directory.normal().names() {
            let Ok(directory) = watch.root.open_directory(&above) else {
                break;
            };
            let own_name = format!("/proc/self/fd/{}", directory.as_raw_fd());
            let Ok(wd) = inotify::add_watch(&*self.inotify, own_name, EVENTS) else {
                break;
            };
            watch.guards.push(wd);
            self.guards.entry(wd).or_default().push(Guard {
                watch: id,
                name: name.to_owned(),
            });
            above = above.join(name);
        }
    }

    /// Lets go of the guards of a watch.
    pub(super) fn unguard(&mut self, id: u64) {
        let Some(watch) = self.watches.get_mut(&id) else {
            return;
        };
        for wd in std::mem::take(&mut watch.guards) {
            if let Some(guards) = self.guards.get_mut(&wd) {
                guards.retain(|guard| guard.watch != id);
                if guards.is_empty() {
                    self.guards.remove(&wd);
                    self.release(wd);
                }
            }
        }
    }

    /// Something came or went under a name: another directory may be at a watched path now.
    pub(super) fn guarded(&mut self, wd: i32, events: ReadFlags, name: &CStr) {
        let Some(guards) = self.guards.get(&wd) else {
            return;
        };
        if !events.intersects(COMES_OR_GOES) {
            return;
        }
        let concerned = guards.iter();
        let concerned = concerned.filter(|guard| guard.name.as_bytes() == name.to_bytes());
        let concerned: Vec<u64> = concerned.map(|guard| guard.watch).collect();
        for id in concerned {
            self.look_again(id);
        }
    }

    /// Takes the directory that is at the watched path now, where it is another one, and tells of it.
    pub(super) fn look_again(&mut self, id: u64) {
        let Some(watch) = self.watches.get(&id) else {
            return;
        };
        let had = watch.base.as_ref();
        let now = watch.root.open_directory(&watch.directory).ok();
        if had.is_some() && is_same(had, now.as_ref()) {
            return;
        }
        let was_there = had.is_some();
        let is_there = self.attach(id).is_ok();
        let Some(watch) = self.watches.get_mut(&id) else {
            return;
        };
        if is_there {
            watch.pending.lose();
        } else if was_there {
            let path = watch.visible.clone();
            watch.pending.push(path, ChangeKind::Remove);
        }
    }
}

fn is_same(one: Option<&OwnedFd>, other: Option<&OwnedFd>) -> bool {
    let identity = |directory: &OwnedFd| {
        let status = fstat(directory).ok()?;
        Some((status.st_dev, status.st_ino))
    };
    let (one, other) = (one.and_then(identity), other.and_then(identity));
    one.is_some() && one == other
}
