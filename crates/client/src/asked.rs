//! Answers that are on their way.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_channel::oneshot;
use yew_sandbox_protocol::{Request, decode};

use crate::core::Input;
use crate::error::Error;
use crate::inbox::Inbox;
use crate::outside::Answer;

/// What becomes of a request. One future, with none nested in it: thousands may wait at a time.
pub(crate) struct Asked<R: Request, T = <R as Request>::Answer> {
    answer: PendingAnswer,
    subject: Option<Box<str>>,
    take: fn(R::Answer) -> T,
}

impl<R: Request> Asked<R> {
    pub(crate) fn new(answer: PendingAnswer) -> Self {
        Self {
            answer,
            subject: None,
            take: |answer| answer,
        }
    }

    /// Errors are said of `subject`.
    pub(crate) fn about(mut self, subject: &str) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Takes something out of the answer.
    pub(crate) fn map<T>(self, take: fn(R::Answer) -> T) -> Asked<R, T> {
        Asked {
            answer: self.answer,
            subject: self.subject,
            take,
        }
    }
}

impl<R: Request, T> Future for Asked<R, T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Poll::Ready(answer) = Pin::new(&mut self.answer).poll(context) else {
            return Poll::Pending;
        };
        let taken = answer.and_then(|answer| decode(&answer.result).map_err(Error::undecodable));
        Poll::Ready(match (taken, &self.subject) {
            (Ok(answer), _) => Ok((self.take)(answer)),
            (Err(error), Some(subject)) => Err(error.about(subject)),
            (Err(error), None) => Err(error),
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
