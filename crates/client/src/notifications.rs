//! What the sandbox tells people.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use yew_sandbox_protocol::notification::{Dismiss, List, Listed, Notify, Respond};
use yew_sandbox_protocol::{Notification, WireError, decode};

use crate::client::Client;
use crate::core::{Feed, Heard, Outbox, Step};
use crate::error::Error;
use crate::feed::FeedGuard;
use crate::queue::Queue;
use crate::send::{MaybeSend, Shared};

/// Most notices that wait for a reader.
const MOST_NOTICES: usize = 256;

/// What the sandbox tells people.
#[derive(Clone, Debug, PartialEq)]
pub struct Notifications {
    client: Client,
}

/// Something that the sandbox tells people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Show this. One that is shown already may be told again, by the same id.
    Show(Notify),
    /// The notification of this id need not be shown any more.
    Dismiss(String),
    /// Some may have been lost, because the link was broken or the reader too slow. After a broken link the sandbox tells those again
    /// that are still to be shown.
    Gap,
}

/// A stream of what the sandbox tells people. It outlives broken links, and says so by a [`Gap`](Notice::Gap). At most 256 wait
/// for a reader.
#[must_use = "the stream ends when it is dropped"]
pub struct Notices {
    feed: Shared<NoticeFeed>,
    _guard: FeedGuard,
}

impl Notifications {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// What the sandbox tells from now on, after what it shows already. Other agents than that of `yew-sandbox-server` tell that only to
    /// those that listen before they connect.
    pub fn listen(&self) -> Notices {
        let feed = Shared::new(NoticeFeed {
            queue: Queue::new(MOST_NOTICES),
            has_joined: AtomicBool::new(false),
            dismissed: Mutex::new(None),
        });
        Notices {
            _guard: self.client.follow_always(feed.clone()),
            feed,
        }
    }

    /// Tells the sandbox what a person chose: the label of an action, or nothing where it was dismissed.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn respond(
        &self,
        id: &str,
        action: Option<&str>,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let respond = Respond {
            id: id.to_owned(),
            response: action.map(str::to_owned),
        };
        self.client.request_about(id, &respond)
    }
}

impl Notices {
    /// The next one. `None` once the client is gone; [`error`](Self::error) says why.
    pub async fn next(&mut self) -> Option<Notice> {
        self.feed.queue.next().await
    }

    /// Why the stream ended.
    pub fn error(&self) -> Option<Error> {
        self.feed.queue.error()
    }
}

impl Stream for Notices {
    type Item = Notice;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Notice>> {
        self.feed.queue.poll_next(context)
    }
}

impl fmt::Debug for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notices")
    }
}

struct NoticeFeed {
    queue: Queue<Notice>,
    has_joined: AtomicBool,
    /// What was dismissed since the list was asked for, which may be older; `None` where it was not.
    dismissed: Mutex<Option<Vec<String>>>,
}

impl NoticeFeed {
    fn dismissed(&self) -> MutexGuard<'_, Option<Vec<String>>> {
        self.dismissed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, notice: Notice) {
        self.queue.push(notice, || Notice::Gap);
    }
}

impl Feed for NoticeFeed {
    fn methods(&self) -> &'static [&'static str] {
        &[Notify::METHOD, Dismiss::METHOD]
    }

    fn joined(&self, out: &mut Outbox) {
        *self.dismissed() = None;
        if self.has_joined.swap(true, Ordering::Relaxed) {
            self.push(Notice::Gap);
        } else if out.late {
            *self.dismissed() = Some(Vec::new());
            out.ask(&List);
        }
    }

    fn answer(&self, outcome: Result<Bytes, WireError>, _out: &mut Outbox) -> Step {
        let dismissed = self.dismissed().take().unwrap_or_default();
        // An agent that does not know the request has told it at the join only.
        let listed: Option<Listed> = outcome.ok().and_then(|answer| decode(&answer).ok());
        for notify in listed.into_iter().flat_map(|listed| listed.notifications) {
            if !dismissed.contains(&notify.id) {
                self.push(Notice::Show(notify));
            }
        }
        Step::Begun
    }

    fn notification(&self, method: &str, params: &Bytes, _out: &mut Outbox) -> Heard {
        let notice = match method {
            Notify::METHOD => decode(params).map(Notice::Show),
            _ => decode::<Dismiss>(params).map(|dismiss| Notice::Dismiss(dismiss.id)),
        };
        match notice {
            Ok(notice) => {
                if let Notice::Dismiss(id) = &notice
                    && let Some(dismissed) = &mut *self.dismissed()
                {
                    dismissed.push(id.clone());
                }
                self.push(notice);
                Heard::Noted
            }
            Err(_) => Heard::Malformed,
        }
    }

    fn ended(&self, error: Error) {
        self.queue.end(Some(error));
    }
}
