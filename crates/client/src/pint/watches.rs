//! Watches. The agent has none, so the bridge looks: every 2 s, or as often as the looks take a fifth of the time, while someone may
//! be looking at the page; at once after changes of this client. Watches of one directory share looks.
//!
//! A change that leaves size and time of a file as they were is not seen; nor is a file that was there for a moment only. Of a tree that
//! grows over the bound, the part is looked at that was looked at before.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::future::{AbortHandle, abortable};
use yew_sandbox_protocol::fs::{Change, ChangeKind, Unwatch, Watch, WatchAnswer, WatchEvent};
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::api::FileInfo;
use super::bridge::{Bridge, Link};
use super::failure::{CallError, Failure};
use super::paths::inside;
use super::slots::Slots;
use super::stamps::{Stamp, Stamps, below, difference};
use crate::excludes::Excludes;
use crate::race::race;
use crate::send::lock;

/// The shortest pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// The pause is so many times as long as the look before it.
const REST: u32 = 4;

/// A list of a directory is good for other watches for so long.
const FRESH: Duration = Duration::from_secs(1);

/// Most directories under one watch: each is a call for every look.
const MOST_DIRECTORIES: usize = 128;

/// Most paths in one event; of more, only the loss is told.
const MOST_PATHS: usize = 10_000;

/// The watches of one connection.
pub(super) struct Watches {
    next: AtomicU64,
    looking: Mutex<HashMap<String, Looking>>,
    resting: Mutex<Vec<oneshot::Sender<()>>>,
    listings: Mutex<Listings>,
    /// One directory at a time, so that those who want the same one find it seen.
    turns: Slots,
}

/// What directories were seen to hold, as several watches may concern one of them.
#[derive(Default)]
struct Listings {
    recent: HashMap<String, (Duration, Vec<FileInfo>)>,
    /// How often this client changed something.
    changes: u64,
}

/// Dropping it ends the looking.
struct Looking(AbortHandle);

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Default for Watches {
    fn default() -> Self {
        Self {
            next: AtomicU64::default(),
            looking: Mutex::default(),
            resting: Mutex::default(),
            listings: Mutex::default(),
            turns: Slots::new(1),
        }
    }
}

impl Watches {
    /// Something may be different: nobody rests.
    pub(super) fn look_again(&self) {
        {
            let mut listings = lock(&self.listings);
            listings.recent.clear();
            listings.changes += 1;
        }
        for resting in std::mem::take(&mut *lock(&self.resting)) {
            let _ = resting.send(());
        }
    }

    /// Begins a rest, which [`look_again`](Self::look_again) ends.
    fn rest(&self) -> oneshot::Receiver<()> {
        let (sender, woken) = oneshot::channel();
        let mut resting = lock(&self.resting);
        // Whoever slept to the end listens no more.
        resting.retain(|resting| !resting.is_canceled());
        resting.push(sender);
        woken
    }
}

/// What is looked at.
struct View {
    id: String,
    path: String,
    is_recursive: bool,
    excludes: Excludes,
}

/// What a look saw.
#[derive(Default)]
struct Seen {
    stamps: Stamps,
    /// Whether there are more directories than may be looked at.
    is_cut: bool,
}

pub(super) async fn watch(bridge: Link, number: u64, request: Watch) {
    let view = match bridge.paths.resolve(&request.path) {
        Ok(path) => View {
            id: bridge
                .watches
                .next
                .fetch_add(1, Ordering::Relaxed)
                .to_string(),
            path,
            is_recursive: request.recursive == Some(true),
            excludes: Excludes::new(request.excludes.unwrap_or_default()),
        },
        Err(failure) => return bridge.answer::<Watch>(number, Err(failure)),
    };
    let stamps = match bridge.look_at(&view, &Stamps::new()).await {
        Ok(Some(seen)) if seen.is_cut => {
            let message = format!(
                "cannot watch {}: more than {MOST_DIRECTORIES} directories are below it, each of which this sandbox's agent would \
                 have to list again and again",
                view.path
            );
            let error = WireError::new(ErrorCode::RATE_LIMIT, message);
            return bridge.answer::<Watch>(number, Err(Failure::Refused(error)));
        }
        Ok(Some(seen)) => seen.stamps,
        Ok(None) => {
            let message = format!(
                "cannot watch {}: there is no such file or directory",
                view.path
            );
            return bridge.answer::<Watch>(number, Err(Failure::file(2, message)));
        }
        Err(failure) => return bridge.answer::<Watch>(number, Err(failure)),
    };
    let watch_id = view.id.clone();
    let (work, handle) = abortable(follow(bridge.clone(), view, stamps));
    lock(&bridge.watches.looking).insert(watch_id.clone(), Looking(handle));
    bridge.answer::<Watch>(number, Ok(WatchAnswer { watch_id }));
    bridge.spawn(async {
        // It may be given up.
        let _ = work.await;
    });
}

pub(super) async fn unwatch(bridge: Link, request: Unwatch) -> Result<(), Failure> {
    let looking = lock(&bridge.watches.looking).remove(&request.watch_id);
    match looking {
        Some(_) => Ok(()),
        None => {
            let message = format!("there is no watch {:?}", request.watch_id);
            let error = WireError::new(ErrorCode::INVALID_ID, message);
            Err(Failure::Refused(error))
        }
    }
}

async fn follow(bridge: Link, view: View, mut before: Stamps) {
    let mut pause = PAUSE;
    // Whether the look before did not see all.
    let mut was_short = false;
    loop {
        let woken = bridge.watches.rest();
        let woken = async {
            // Whoever drops the sender ends the bridge.
            let _ = woken.await;
        };
        race(woken, bridge.sleep(pause)).await;
        if !bridge.is_visible() {
            continue;
        }
        let began = bridge.now();
        let looked = bridge.look_at(&view, &before).await;
        pause = PAUSE.max((bridge.now() - began) * REST);
        let (mut events, is_short) = match looked {
            Ok(seen) => {
                let seen = seen.unwrap_or_default();
                let events = difference(&before, &seen.stamps);
                before = seen.stamps;
                (events, seen.is_cut)
            }
            Err(Failure::Lost(reason)) => return bridge.lost(reason),
            // It may pass. What happened meanwhile is seen by the next look.
            Err(Failure::Refused(_)) => (Vec::new(), true),
        };
        let begins = is_short && !was_short;
        was_short = is_short;
        let paths: usize = events.iter().map(|change| change.paths.len()).sum();
        if begins || paths > MOST_PATHS {
            events = vec![Change {
                paths: vec![[&view.path, "/"].concat()],
                kind: ChangeKind::Change,
            }];
        }
        if !events.is_empty() {
            bridge.notify(&WatchEvent {
                watch_id: view.id.clone(),
                events,
            });
        }
    }
}

impl Bridge {
    /// All that is under a watch; `None` where there is nothing of that name. Of a directory that is not or cannot be listed it is what
    /// was there before.
    async fn look_at(&self, view: &View, before: &Stamps) -> Result<Option<Seen>, Failure> {
        let mut seen = Seen::default();
        let stamps = &mut seen.stamps;
        let first = match self.listing(&view.path).await {
            Ok(files) => files,
            Err(CallError::Lost(reason)) => return Err(Failure::Lost(reason)),
            Err(error) => {
                // It is a file, or nothing.
                return match self.look(&view.path).await? {
                    Some(info) if info.is_dir => Err(error.into_file_failure("watch", &view.path)),
                    Some(info) => {
                        stamps.insert(view.path.clone(), Stamp::from(info));
                        Ok(Some(seen))
                    }
                    None => Ok(None),
                };
            }
        };
        stamps.insert(view.path.clone(), Stamp::directory());
        let mut first = Some(first);
        let mut directories = VecDeque::from([view.path.clone()]);
        let mut count = 0;
        while let Some(directory) = directories.pop_front() {
            count += 1;
            let listed = match first.take() {
                Some(files) => Some(files),
                None if count > MOST_DIRECTORIES => {
                    seen.is_cut = true;
                    None
                }
                None => match self.listing(&directory).await {
                    Ok(files) => Some(files),
                    // It was removed since it was seen.
                    Err(error) if error.is_not_found() => continue,
                    Err(CallError::Lost(reason)) => return Err(Failure::Lost(reason)),
                    Err(CallError::Refused(_)) => None,
                },
            };
            let Some(files) = listed else {
                for (path, stamp) in below(before, &directory) {
                    stamps.insert(path.clone(), stamp.clone());
                }
                continue;
            };
            for file in files {
                let path = inside(&directory, &file.name);
                if view.excludes.leave_out(&view.path, &path) {
                    continue;
                }
                if file.is_dir && view.is_recursive {
                    match below(before, &path).next() {
                        // Those that were looked at before are so again, whatever else there is now.
                        Some(_) => directories.push_front(path.clone()),
                        None => directories.push_back(path.clone()),
                    }
                }
                stamps.insert(path, Stamp::from(file));
            }
        }
        Ok(Some(seen))
    }

    /// What is in a directory, as somebody saw it just now.
    async fn listing(&self, directory: &str) -> Result<Vec<FileInfo>, CallError> {
        let _turn = self.watches.turns.take().await;
        let began = self.now();
        let changes = {
            let mut listings = lock(&self.watches.listings);
            listings.recent.retain(|_, (seen, _)| *seen + FRESH > began);
            if let Some((_, files)) = listings.recent.get(directory) {
                return Ok(files.clone());
            }
            listings.changes
        };
        let files = self.entries(directory).await?;
        let mut listings = lock(&self.watches.listings);
        if listings.changes == changes {
            let seen = (began, files.clone());
            listings.recent.insert(directory.to_owned(), seen);
        }
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every look of an idle page left something behind.
    #[test]
    fn a_rest_that_was_slept_to_its_end_leaves_nothing_behind() {
        let watches = Watches::default();
        let mut other = watches.rest();
        for _ in 0..1000 {
            drop(watches.rest());
        }
        assert!(lock(&watches.resting).len() <= 2);
        watches.look_again();
        assert_eq!(other.try_recv(), Ok(Some(())));
        assert!(lock(&watches.resting).is_empty());
    }
}
