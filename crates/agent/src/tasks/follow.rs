//! What goes on by itself: tasks that start with the sandbox, the file on disk, ports.

use std::sync::Arc;

use rustix::fs::{OFlags, fstat};
use tokio::sync::Notify;

use super::Tasks;
use super::config::FILE;
use crate::files::SandboxPath;
use crate::sandbox::Sandbox;
use crate::shells::Environment;
use crate::watch::{Followed, Watches};

/// The watch of one folder.
struct Watched {
    path: SandboxPath,
    /// Which folder it is, as another one can get its name.
    identity: Option<(u64, u64)>,
    followed: Option<Followed>,
}

impl Tasks {
    /// Does what is to be done without being asked, as long as the agent lives.
    pub(crate) async fn serve(&self, sandbox: &Arc<Sandbox>) {
        sandbox.startup.filled().await;
        let changed = Arc::new(Notify::new());
        let workspace = sandbox.root.workspace().clone();
        let (folder, _) = FILE.rsplit_once('/').unwrap_or_default();
        let folder = workspace.join(folder);
        let mut folders = [workspace, folder].map(|path| Watched {
            path,
            identity: None,
            followed: None,
        });
        for folder in &mut folders {
            folder.follow(sandbox, &changed).await;
        }
        self.refresh().await;
        let mut listening = self.0.listening.clone();
        let start = async {
            sandbox.startup.finished().await;
            self.start_all().await;
        };
        let follow = async {
            loop {
                tokio::select! {
                    () = changed.notified() => {
                        for folder in &mut folders {
                            folder.follow(sandbox, &changed).await;
                        }
                        self.refresh().await;
                    }
                    outcome = listening.changed() => {
                        if outcome.is_err() {
                            return;
                        }
                        self.assign_ports().await;
                    }
                }
            }
        };
        // Side by side: each may hold what the other one waits for, and goes on only while it is polled.
        tokio::join!(start, follow);
    }

    /// Starts the tasks that start with the sandbox.
    async fn start_all(&self) {
        self.refresh().await;
        let _turn = self.0.turn.lock().await;
        let ids: Vec<String> = {
            let state = self.0.lock();
            let all = state.config.tasks.iter();
            let wanted = all.filter(|(_, task)| task.run_at_start == Some(true));
            wanted.map(|(id, _)| id.clone()).collect()
        };
        for id in ids {
            // Where it cannot start, its status shows that it does not run.
            let _ = self.start(&id, Environment::default());
        }
    }
}

impl Watched {
    /// Watches the folder, where it is there and is not watched.
    async fn follow(&mut self, sandbox: &Arc<Sandbox>, changed: &Arc<Notify>) {
        let identity = identity(sandbox, &self.path);
        if identity == self.identity && self.followed.is_some() {
            return;
        }
        self.identity = identity;
        if let Some(old) = self.followed.take() {
            sandbox.watches.unfollow(old).await;
        }
        // Without a watch, what is new is seen when a client asks.
        self.followed = Watches::follow(sandbox, &self.path, changed).await.ok();
    }
}

fn identity(sandbox: &Sandbox, path: &SandboxPath) -> Option<(u64, u64)> {
    let folder = sandbox.root.open(path, OFlags::PATH | OFlags::DIRECTORY);
    let status = fstat(folder.ok()?).ok()?;
    Some((status.st_dev, status.st_ino))
}
