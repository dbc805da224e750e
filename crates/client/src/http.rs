//! What a REST agent needs of the place where the client runs: HTTP, with bodies that arrive piece by piece.

use std::fmt;

use bytes::Bytes;

use crate::send::{BoxFuture, BoxStream, MaybeSend, MaybeSync};

/// Sends requests over HTTP. [`native`](crate::native) and [`web`](crate::web) have one each.
///
/// Dropping it closes the connections that it keeps for later requests.
pub trait Http: MaybeSend + MaybeSync + 'static {
    /// Begins a request. It is over once the head of the answer is there; the body follows as a stream.
    ///
    /// Dropping the future, or the body, ends the request and closes its connection.
    fn fetch(&self, request: HttpRequest) -> BoxFuture<Result<HttpResponse, HttpError>>;
}

/// A request. Its `Debug` form shows neither headers nor body: they hold secrets.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method in capitals, such as `GET`.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty: none.
    pub body: Bytes,
}

/// The head of an answer, and the body as it comes.
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The body in pieces. An error ends it.
    pub body: BoxStream<Result<Bytes, HttpError>>,
}

/// Why there is no answer, or no more of it. One sentence for people without a full stop, and without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError(pub String);

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HttpError {}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
