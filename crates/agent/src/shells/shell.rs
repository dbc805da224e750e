//! One shell, as others hold it.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot, watch};
use yew_sandbox_protocol::shell::{Shell as Description, ShellStatus, Size};
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::family::Family;
use crate::quoted::quoted;
use crate::reply::Reply;

/// Longest name, in bytes: 64 KiB.
pub(super) const MOST_NAME: usize = 64 * 1024;

/// A shell. What it shall do goes to its runner, in order.
#[derive(Debug)]
pub(crate) struct Shell {
    id: String,
    description: watch::Sender<Description>,
    orders: mpsc::UnboundedSender<Order>,
    family: Mutex<Option<Family>>,
}

/// What a shell shall do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Tell a client of the output: from the start, or from behind what it has.
    Open {
        reply: Reply,
        size: Option<Size>,
        cursor: Option<u64>,
    },
    /// Tell a client no more.
    Close {
        client: u32,
        reply: Option<Reply>,
    },
    /// Pass on what was typed.
    Input {
        reply: Reply,
        text: String,
        size: Option<Size>,
    },
    Resize {
        reply: Reply,
        size: Size,
    },
    Rename {
        reply: Reply,
        name: String,
    },
    /// End what runs, and run the same again.
    Restart {
        reply: Option<Reply>,
    },
    /// End all processes; the shell stays.
    Stop,
    /// End all processes, and the shell with them.
    Terminate {
        reply: Reply,
        author: String,
    },
    /// Make room: the shell goes, and what its process left behind runs on.
    Leave,
    /// End all processes, say nothing, and report.
    End {
        ended: oneshot::Sender<()>,
    },
}

impl Shell {
    pub(super) fn new(description: Description) -> (Self, mpsc::UnboundedReceiver<Order>) {
        let (orders, receiver) = mpsc::unbounded_channel();
        let shell = Self {
            id: description.id.clone(),
            description: watch::Sender::new(description),
            orders,
            family: Mutex::new(None),
        };
        (shell, receiver)
    }

    /// Names it to clients.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// As it is now.
    pub(crate) fn description(&self) -> Description {
        self.description.borrow().clone()
    }

    /// Waits for the end of its process, and gives the exit code; `None` where the shell was removed.
    pub(crate) async fn ended(&self) -> Option<i32> {
        let mut follow = self.follow();
        let ended = follow.wait_for(|description| !is_running(description.status));
        // The sender lives as long as `self`.
        ended
            .await
            .ok()
            .and_then(|description| description.exit_code)
    }

    /// Follows what becomes of it.
    pub(crate) fn follow(&self) -> watch::Receiver<Description> {
        self.description.subscribe()
    }

    /// Whether its process runs, or will again.
    pub(crate) fn is_running(&self) -> bool {
        is_running(self.description.borrow().status)
    }

    /// Gives an order; it comes back from a shell that was removed.
    pub(crate) fn order(&self, order: Order) -> Result<(), Order> {
        // At once: whoever asks for the list next finds the new name in it.
        if let Order::Rename { name, .. } = &order
            && name.len() <= MOST_NAME
        {
            self.change(|description| description.name.clone_from(name));
        }
        self.orders.send(order).map_err(|error| error.0)
    }

    /// The processes of its latest run.
    pub(crate) fn family(&self) -> Option<Family> {
        let family = self.family.lock();
        family.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_family(&self, family: Option<Family>) {
        *self.family.lock().unwrap_or_else(PoisonError::into_inner) = family;
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Description)) {
        self.description.send_modify(change);
    }
}

impl Order {
    /// Who waits for an answer.
    pub(crate) fn into_reply(self) -> Option<Reply> {
        match self {
            Self::Open { reply, .. }
            | Self::Input { reply, .. }
            | Self::Resize { reply, .. }
            | Self::Rename { reply, .. }
            | Self::Terminate { reply, .. } => Some(reply),
            Self::Close { reply, .. } | Self::Restart { reply } => reply,
            Self::Stop | Self::Leave | Self::End { .. } => None,
        }
    }
}

/// Whether a process runs, or will again.
pub(super) fn is_running(status: ShellStatus) -> bool {
    matches!(status, ShellStatus::Running | ShellStatus::Restarting)
}

/// The error for an id that names nothing.
pub(crate) fn unknown(id: &str) -> WireError {
    let message = format!(
        "there is no shell {}; list the shells to see which there are",
        quoted(id)
    );
    WireError::new(ErrorCode::SHELL_NOT_FOUND, message)
}
