//! An answer's content on its way from a program inside to the browser.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::connections::Connection;

/// The content as it comes, piece by piece. At its end the connection is free for another request.
struct Passing {
    content: Incoming,
    /// Why there is no more, told at the next turn: the server drops what it has not sent when it hears of an error.
    failure: Option<hyper::Error>,
    has_ended: bool,
    connection: Option<Connection>,
}

/// The content of an answer on `connection`.
pub(super) fn passing(content: Incoming, connection: Connection) -> Body {
    Body::new(Passing {
        content,
        failure: None,
        has_ended: false,
        connection: Some(connection),
    })
}

impl HttpBody for Passing {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if let Some(failure) = self.failure.take() {
            return Poll::Ready(Some(Err(failure)));
        }
        if let Some(connection) = &mut self.connection {
            connection.drive(context);
        }
        let frame = ready!(Pin::new(&mut self.content).poll_frame(context));
        if let Some(Err(failure)) = frame {
            self.failure = Some(failure);
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.has_ended |= frame.is_none();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // A browser that left in the middle leaves a connection that is of no more use.
        if let Some(connection) = self.connection.take()
            && (self.has_ended || self.content.is_end_stream())
        {
            connection.finish();
        }
    }
}
