//! Answers that are on their way.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_channel::oneshot;
use yew_sandbox_protocol::msgpack::DecodeError;

use crate::core::Input;
use crate::error::Error;
use crate::inbox::Inbox;
use crate::outside::Answer;

/// What becomes of a request. One future, with none nested in it, and one kind of it for each kind of result: thousands may wait at a time, and
/// pages carry the code.
pub(crate) struct Asked<T> {
    answer: PendingAnswer,
    subject: Option<Box<str>>,
    read: Read<T>,
}

/// Reads the result of an answer.
pub(crate) type Read<T> = fn(&Bytes) -> Result<T, DecodeError>;

impl<T> Asked<T> {
    pub(crate) fn new(answer: PendingAnswer, read: Read<T>) -> Self {
        Self {
            answer,
            subject: None,
            read,
        }
    }

    /// Errors are said of `subject`.
    pub(crate) fn about(mut self, subject: &str) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Reads something else from the result.
    pub(crate) fn reading<U>(self, read: Read<U>) -> Asked<U> {
        Asked {
            answer: self.answer,
            subject: self.subject,
            read,
        }
    }
}

impl<T> Future for Asked<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Poll::Ready(answer) = Pin::new(&mut self.answer).poll(context) else {
            return Poll::Pending;
        };
        let read =
            answer.and_then(|answer| (self.read)(&answer.result).map_err(Error::undecodable));
        Poll::Ready(match (read, &self.subject) {
            (Err(error), Some(subject)) => Err(error.about(subject)),
            (read, _) => read,
        })
    }
}

/// The answer to a request. Dropping it before it came forgets the request.
pub(crate) struct PendingAnswer {
    id: u64,
    receiver: oneshot::Receiver<Result<Answer, Error>>,
    /// `None` once the answer came.
    inbox: Option<Inbox>,
}

impl PendingAnswer {
    pub(crate) fn new(
        id: u64,
        receiver: oneshot::Receiver<Result<Answer, Error>>,
        inbox: Inbox,
    ) -> Self {
        Self {
            id,
            receiver,
            inbox: Some(inbox),
        }
    }
}

impl Future for PendingAnswer {
    type Output = Result<Answer, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = settled(Pin::new(&mut self.receiver).poll(context));
        if answer.is_ready() {
            self.inbox = None;
        }
        answer
    }
}

impl Drop for PendingAnswer {
    fn drop(&mut self) {
        if let Some(inbox) = &self.inbox {
            inbox.push(Input::Forget { id: self.id });
        }
    }
}

/// A reply that was dropped means that the client is gone.
pub(crate) fn settled<T>(
    reply: Poll<Result<Result<T, Error>, oneshot::Canceled>>,
) -> Poll<Result<T, Error>> {
    reply.map(|reply| reply.unwrap_or_else(|_| Err(Error::closed())))
}
