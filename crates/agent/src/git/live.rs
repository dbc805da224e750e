//! The state of the repository, told while someone wants to know.

use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{OFlags, fstat};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use yew_sandbox_protocol::encode_notification;
use yew_sandbox_protocol::git::Status;
use yew_sandbox_protocol::limits::MAX_FRAME;

use super::Repository;
use super::program::Git;
use crate::sandbox::Sandbox;
use crate::shells::Environment;
use crate::watch::{Followed, Watches};

/// How long changes wait for others.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// Looks that find nothing new come at this distance at most: a build may write for minutes what git ignores.
const MOST_DEBOUNCE: Duration = Duration::from_millis(1600);
/// How often it is looked where changes cannot be watched.
const POLL: Duration = Duration::from_secs(5);
/// What says nothing about the state: what git keeps for itself, and what no one commits.
const UNWATCHED: [&str; 5] = [
    "**/node_modules",
    "/.git/objects",
    "/.git/logs",
    "/.git/lfs",
    "/.git/*.lock",
];

/// The folder that is watched: which one it is, and whether it holds a repository.
type Place = (u64, u64, bool);

impl Repository {
    /// Someone came or went, who may want to hear of the state.
    pub(crate) fn reconsider(&self) {
        self.audience.notify_one();
    }

    /// Tells of the state for as long as the agent lives, but only while someone wants to know.
    pub(crate) async fn serve(&self, sandbox: &Arc<Sandbox>) {
        sandbox.startup.filled().await;
        loop {
            self.audience.notified().await;
            if is_wanted(sandbox) {
                self.follow(sandbox).await;
            }
        }
    }

    /// Watches and tells, until nobody wants to know.
    async fn follow(&self, sandbox: &Arc<Sandbox>) {
        let changed = Arc::new(Notify::new());
        let mut told: Option<Status> = None;
        let mut watched: Option<(Place, Followed)> = None;
        let mut is_due = false;
        let mut debounce = DEBOUNCE;
        while is_wanted(sandbox) {
            // Another folder may have the workspace's name by now, and a repository may have come or gone.
            let place = place(sandbox);
            if let Some((_, old)) = watched.take_if(|(old, _)| Some(*old) != place) {
                sandbox.watches.unfollow(old).await;
            }
            if let Some(place) = place
                && watched.is_none()
            {
                let followed = watch(sandbox, place, &changed).await;
                // What changed before the watch began is seen by a look only.
                is_due |= followed.is_some();
                watched = followed.map(|followed| (place, followed));
            }
            if !is_due {
                let start = Instant::now();
                let limit = if watched.is_some() {
                    Duration::MAX
                } else {
                    POLL
                };
                tokio::select! {
                    outcome = timeout(limit, changed.notified()) => {
                        if start.elapsed() > MOST_DEBOUNCE {
                            debounce = DEBOUNCE;
                        }
                        if outcome.is_ok() {
                            sleep(debounce).await;
                        }
                        is_due = true;
                    }
                    () = self.audience.notified() => {}
                }
                continue;
            }
            is_due = false;
            if !place.is_some_and(|(_, _, is_repository)| is_repository) {
                told = None;
                continue;
            }
            let Some(status) = state(sandbox).await else {
                continue;
            };
            if told.as_ref() != Some(&status) {
                let frame = encode_notification(&status);
                if frame.len() <= MAX_FRAME {
                    for client in sandbox.members.who_want_git_status() {
                        sandbox.outgoing.frame(client, frame.clone()).await;
                    }
                }
                told = Some(status);
                debounce = DEBOUNCE;
            } else {
                debounce = (debounce * 2).min(MOST_DEBOUNCE);
            }
        }
        if let Some((_, followed)) = watched {
            sandbox.watches.unfollow(followed).await;
        }
    }
}

fn is_wanted(sandbox: &Sandbox) -> bool {
    !sandbox.members.who_want_git_status().is_empty()
}

/// The workspace as it is now; `None` where it is gone.
fn place(sandbox: &Sandbox) -> Option<Place> {
    let root = &sandbox.root;
    let status = fstat(root.open(root.workspace(), OFlags::PATH).ok()?).ok()?;
    let git = root.open(&root.workspace().join(".git"), OFlags::PATH);
    Some((status.st_dev, status.st_ino, git.is_ok()))
}

/// Watches the workspace; without a repository only whether one comes.
async fn watch(
    sandbox: &Arc<Sandbox>,
    (_, _, is_repository): Place,
    changed: &Arc<Notify>,
) -> Option<Followed> {
    let workspace = sandbox.root.workspace();
    if !is_repository {
        return Watches::follow(sandbox, workspace, changed).await.ok();
    }
    let visible = sandbox.root.visible(workspace);
    let globs = UNWATCHED.map(|glob| match glob.strip_prefix('/') {
        Some(below) => format!("{visible}/{below}"),
        None => glob.to_owned(),
    });
    let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
    let followed = Watches::follow_tree(sandbox, workspace, &globs, changed).await;
    followed.ok()
}

/// The state as git tells it; `None` where it tells none.
async fn state(sandbox: &Sandbox) -> Option<Status> {
    let git = Git::new(&sandbox.root, Environment::default(), "").ok()?;
    git.status().await.ok()
}
