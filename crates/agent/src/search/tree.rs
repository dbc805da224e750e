//! The files of the workspace that are searched.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ignore::{DirEntry, WalkBuilder, WalkState};
use rustix::fd::OwnedFd;
use rustix::fs::{self, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use crate::files::{Fault, Outcome, Root, is_temporary};

/// How many threads walk for one search.
pub(super) const THREADS: usize = 2;
/// Where a directory says what is ignored in it.
const RULES: [&str; 2] = [".gitignore", ".ignore"];
/// Largest file of that kind, in bytes.
const MOST_RULES: u64 = 1024 * 1024;
/// How deep a tree is walked.
const MOST_DEPTH: usize = 256;

/// The workspace, opened for one search. Links are not followed, and what git ignores is left out.
#[derive(Debug)]
pub(crate) struct Tree {
    directory: Arc<OwnedFd>,
    /// The descriptor's own name: the workspace's path is resolved once, beneath the root.
    path: PathBuf,
}

impl Tree {
    /// Opens the workspace.
    ///
    /// # Errors
    /// Where it is gone, or what it says to ignore cannot be read.
    pub(crate) fn open(root: &Root) -> Outcome<Self> {
        let directory = Arc::new(root.open_directory(root.workspace())?);
        let path = PathBuf::from(format!("/proc/self/fd/{}/.", directory.as_raw_fd()));
        if !has_sound_rules(&path) {
            let reason = "its .gitignore or .ignore is no file, or larger than 1 MiB".to_owned();
            return Err(Fault::Explained(Errno::INVAL, reason));
        }
        Ok(Self { directory, path })
    }

    /// Calls a visitor of each thread with each file's path, relative to the workspace, until all are visited,
    /// a visitor says false, or `is_over`. `leaves_out` is asked about files and directories.
    pub(super) fn each_file<V: FnMut(&Path) -> bool + Send>(
        &self,
        is_over: &AtomicBool,
        leaves_out: impl Fn(&Path, bool) -> bool + Send + Sync + 'static,
        visitor: impl Fn() -> V,
    ) {
        let base = self.path.clone();
        let mut walk = WalkBuilder::new(&self.path);
        walk.threads(THREADS)
            .max_depth(Some(MOST_DEPTH))
            // Hidden files are of interest: `.env`, `.github`.
            .hidden(false)
            // Nothing above the workspace and nothing of the user has a say.
            .parents(false)
            .git_global(false)
            // The repository may be elsewhere by its own word.
            .git_exclude(false)
            .require_git(false)
            .filter_entry(move |entry| is_searched(entry, &base, &leaves_out));
        walk.build_parallel().run(|| {
            let mut visit = visitor();
            Box::new(move |entry| {
                if is_over.load(Ordering::Relaxed) {
                    return WalkState::Quit;
                }
                // What cannot be read is passed over.
                let Ok(entry) = entry else {
                    return WalkState::Continue;
                };
                if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                    return WalkState::Continue;
                }
                match entry.path().strip_prefix(&self.path) {
                    Ok(path) if !visit(path) => WalkState::Quit,
                    _ => WalkState::Continue,
                }
            })
        });
    }

    /// Opens a file that was visited. What a link leads to is not opened.
    pub(super) fn file(&self, path: &Path) -> Result<File, Errno> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let beneath =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        fs::openat2(&self.directory, path, flags, Mode::empty(), beneath).map(File::from)
    }
}

fn is_searched(entry: &DirEntry, base: &Path, leaves_out: impl Fn(&Path, bool) -> bool) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let Some(kind) = entry.file_type() else {
        return false;
    };
    if entry.file_name() == ".git" || is_temporary(entry.file_name().as_bytes()) {
        return false;
    }
    match entry.path().strip_prefix(base) {
        Ok(path) if kind.is_dir() => !leaves_out(path, true) && has_sound_rules(entry.path()),
        Ok(path) => kind.is_file() && !leaves_out(path, false),
        Err(_) => false,
    }
}

/// Whether what a directory says to ignore can be read: a pipe would never end, and neither would some devices.
fn has_sound_rules(directory: &Path) -> bool {
    RULES
        .iter()
        .all(|name| match directory.join(name).metadata() {
            Ok(rules) => rules.is_file() && rules.len() <= MOST_RULES,
            // There are none.
            Err(_) => true,
        })
}
