//! What terminals, commands, tasks and steps share: a hold on one shell.

use std::future::Future;
use std::sync::Mutex;

use yew_sandbox_protocol::ErrorCode;
use yew_sandbox_protocol::shell::{
    Create, Input, Open, Rename, Resize, Restart, Shell, ShellStatus, Size, Terminate,
};

use super::feed::{ShellFeed, is_running};
use super::history::History;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::feed::FeedGuard;
use crate::send::{MaybeSend, Shared, Weak, lock};
use yew_sandbox_protocol::Notification;

/// A shell that this client follows. It is let go when the last hold is dropped.
pub(crate) struct ShellHandle {
    client: Client,
    feed: Shared<ShellFeed>,
    _guard: FeedGuard,
}

/// The shells that a client follows, so that two holds on one shell share it.
#[derive(Default)]
pub(crate) struct OpenShells(Mutex<Vec<Weak<ShellHandle>>>);

impl ShellHandle {
    /// Makes a shell, and keeps up to `limit` bytes of its output.
    pub(super) fn create(
        client: &Client,
        create: Create,
        name: Option<String>,
        limit: usize,
    ) -> impl Future<Output = Result<Shared<Self>, Error>> + MaybeSend + use<> {
        let history = History::new(limit, client.platform().clone());
        let feed = Shared::new(ShellFeed::create(create, name, history));
        Self::begin(client, feed)
    }

    /// Opens a shell that is there, or shares it where this client has it open.
    pub(crate) fn open(
        client: &Client,
        id: &str,
        size: Size,
        limit: usize,
    ) -> impl Future<Output = Result<Shared<Self>, Error>> + MaybeSend + use<> {
        let shared = client.open_shells().find(id);
        let opened = match shared {
            None => {
                let history = History::new(limit, client.platform().clone());
                let feed = Shared::new(ShellFeed::open(id, size, history));
                Ok(Self::begin(client, feed))
            }
            Some(handle) => Err(handle),
        };
        let id = id.to_owned();
        async move {
            match opened {
                Ok(opening) => opening.await,
                Err(handle) => handle.begun().await,
            }
            .map_err(|error| error.about(&id))
        }
    }

    fn begin(
        client: &Client,
        feed: Shared<ShellFeed>,
    ) -> impl Future<Output = Result<Shared<Self>, Error>> + MaybeSend + use<> {
        let (guard, begun) = client.follow(feed.clone());
        let handle = Shared::new(Self {
            client: client.clone(),
            feed,
            _guard: guard,
        });
        client.open_shells().add(&handle);
        async move {
            begun.await?;
            handle.client.nudge(Shell::METHOD);
            Ok(handle)
        }
    }

    /// Waits until somebody else's call has opened it.
    async fn begun(self: Shared<Self>) -> Result<Shared<Self>, Error> {
        let mut changes = self.feed.watch();
        loop {
            if let Some(error) = self.feed.error() {
                return Err(error);
            }
            if self.feed.has_begun() {
                return Ok(self);
            }
            if changes.changed().await.is_none() {
                return Err(Error::closed());
            }
        }
    }

    pub(super) fn feed(&self) -> &ShellFeed {
        &self.feed
    }

    pub(crate) fn shell(&self) -> Shell {
        self.feed.shell()
    }

    pub(super) fn write(
        &self,
        input: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let shell_id = self.shell().id;
        self.client.request(&Input {
            shell_id,
            input: input.to_owned(),
            size: Some(self.feed.size()),
        })
    }

    pub(super) fn resize(
        &self,
        size: Size,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let shell_id = self.shell().id;
        self.feed.set_size(size);
        self.client.request(&Resize { shell_id, size })
    }

    pub(super) fn rename(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let client = self.client.clone();
        let renamed = client.request(&Rename {
            shell_id: self.shell().id,
            name: name.to_owned(),
        });
        let (feed, name) = (self.feed.clone(), name.to_owned());
        async move {
            renamed.await?;
            feed.renamed(&name);
            client.nudge(Shell::METHOD);
            Ok(())
        }
    }

    pub(super) fn restart(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let feed = self.feed.clone();
        let client = self.client.clone();
        let shell_id = self.shell().id;
        self.feed.restarts();
        let restarted = client.request(&Restart {
            shell_id: shell_id.clone(),
        });
        async move {
            let restarted = restarted.await;
            if feed.shell().status == ShellStatus::Restarting {
                // Nothing was heard of the new process, or it was refused: ask how the shell is.
                let size = Some(feed.size());
                feed.seed(client.request(&Open { shell_id, size }).await?);
            }
            restarted
        }
    }

    /// Ends the process and removes the shell. One that is gone already is fine.
    pub(crate) fn kill(&self) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let (feed, client) = (self.feed.clone(), self.client.clone());
        let killed = client.request(&Terminate {
            shell_id: self.shell().id,
        });
        async move {
            match killed.await {
                Ok(_) => {}
                Err(error) if error.wire_code() == Some(ErrorCode::SHELL_NOT_FOUND) => {}
                Err(error) => return Err(error),
            }
            feed.terminated();
            client.nudge(Shell::METHOD);
            Ok(())
        }
    }

    /// Removes a shell whose process has ended, and waits for nothing.
    pub(super) fn discard(&self) {
        let removed = self.client.request(&Terminate {
            shell_id: self.shell().id,
        });
        // Dropped, the request would be taken back where it waits for a link.
        self.client.platform().spawn(Box::pin(async move {
            drop(removed.await);
        }));
        self.feed.terminated();
        self.client.nudge(Shell::METHOD);
    }

    /// Waits for the end of the process, over broken links too, and gives the exit code.
    ///
    /// # Errors
    /// `Ended` where the shell was terminated or is gone, `Closed` where the client is.
    pub(super) async fn exited(&self) -> Result<i32, Error> {
        let mut changes = self.feed.watch();
        loop {
            let shell = self.feed.shell();
            if let (false, Some(code)) = (is_running(shell.status), shell.exit_code) {
                return Ok(code);
            }
            if let Some(error) = self.feed.error() {
                return Err(error);
            }
            if !is_running(shell.status) {
                let message = "the process was ended without an exit code";
                return Err(Error::new(ErrorKind::Ended, message).about(&shell.id));
            }
            if changes.changed().await.is_none() {
                return Err(Error::closed());
            }
        }
    }
}

impl OpenShells {
    fn find(&self, id: &str) -> Option<Shared<ShellHandle>> {
        lock(&self.0)
            .iter()
            .filter_map(Weak::upgrade)
            .find(|handle| handle.shell().id == id && handle.feed.error().is_none())
    }

    fn add(&self, handle: &Shared<ShellHandle>) {
        let mut shells = lock(&self.0);
        shells.retain(|weak| weak.upgrade().is_some());
        shells.push(Shared::downgrade(handle));
    }
}
