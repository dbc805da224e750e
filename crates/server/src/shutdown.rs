//! The end of a server, in order.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::problem::{Problem, ProblemKind};

/// Tells all connections of a router to close, and waits for them. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    draining: CancellationToken,
    begun: CancellationToken,
    connections: TaskTracker,
}

impl Shutdown {
    /// Lets nobody new in, and those who are there go on: until they leave, or [`begin`](Self::begin) is called.
    pub fn drain(&self) {
        self.draining.cancel();
        self.connections.close();
    }

    /// Whether nobody new is let in.
    pub fn is_draining(&self) -> bool {
        self.draining.is_cancelled() || self.begun.is_cancelled()
    }

    /// Refuses who is new while nobody new is let in: those who are there go on, and others go to the next server.
    pub(crate) fn admit(&self) -> Result<(), Problem> {
        if self.is_draining() {
            return Err(Problem::new(
                ProblemKind::Unavailable,
                "the server is about to restart",
                "try again in a moment",
            ));
        }
        Ok(())
    }

    /// Closes all connections with code 1001, those that open from now on too.
    pub fn begin(&self) {
        self.begun.cancel();
        self.connections.close();
    }

    /// Waits until [`begin`](Self::begin) was called.
    pub async fn begun(&self) {
        self.begun.cancelled().await;
    }

    /// Waits until all connections are closed, at most for `longest`. False: some are not.
    pub async fn connections_closed(&self, longest: Duration) -> bool {
        timeout(longest, self.connections.wait()).await.is_ok()
    }

    /// Counts a connection until the token is dropped.
    pub(crate) fn connection(&self) -> TaskTrackerToken {
        self.connections.token()
    }
}
