//! `GET /downloads/{sandbox}/{token}`: archives that an agent offers.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame};
use tokio_util::io::poll_read_buf;

use crate::backend::{Backend, DoorStream, Inside, Visit};
use crate::front::Caller;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::router::App;

/// How much is read at a time, in bytes.
const PIECE: usize = 64 * 1024;
/// The record at the end of every archive: its length, as it has no comment, and how it begins.
const END_LENGTH: usize = 22;
const END_START: &[u8] = b"PK\x05\x06";

/// `GET /downloads/{sandbox}/{token}`. The token is all that is needed.
pub(crate) async fn download<B: Backend, I>(
    State(app): State<Arc<App<B, I>>>,
    Path((sandbox, token)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let inside = Inside::Download(&token);
    let connected = app.backend.connect(&sandbox, inside, Visit::Quiet).await;
    let stream = connected.map_err(|problem| {
        let address = Caller::of(request.extensions()).address;
        let is_guess = problem.kind() == ProblemKind::NotFound;
        if is_guess && !app.wrong_tokens.allows(address) {
            Problem::limited(Limit::WrongTokensPerMinute, app.wrong_tokens.bound())
        } else {
            problem
        }
    })?;
    app.backend.preview_used(&sandbox);
    // There is a sandbox of that name, so it is made of plain letters.
    let disposition = format!("attachment; filename=\"{sandbox}.zip\"");
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::new(Archive::new(stream))).into_response())
}

/// The bytes of an archive. One that breaks off in the middle is an error, so that nobody takes it for whole.
struct Archive {
    stream: DoorStream,
    buffer: BytesMut,
    /// The last bytes that came.
    end: Vec<u8>,
}

impl Archive {
    fn new(stream: DoorStream) -> Self {
        Self {
            stream,
            buffer: BytesMut::new(),
            end: Vec::with_capacity(2 * END_LENGTH),
        }
    }

    fn is_whole(&self) -> bool {
        self.end.len() == END_LENGTH && self.end.starts_with(END_START)
    }

    fn note(&mut self, piece: &[u8]) {
        let last = &piece[piece.len().saturating_sub(END_LENGTH)..];
        self.end.extend_from_slice(last);
        let surplus = self.end.len().saturating_sub(END_LENGTH);
        self.end.drain(..surplus);
    }
}

impl HttpBody for Archive {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        this.buffer.reserve(PIECE);
        let stream = Pin::new(&mut this.stream);
        match ready!(poll_read_buf(stream, context, &mut this.buffer)) {
            Ok(0) if this.is_whole() => Poll::Ready(None),
            Ok(0) => Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
            Ok(_) => {
                let piece = this.buffer.split().freeze();
                this.note(&piece);
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn only_a_whole_archive_ends_well() {
        let end = [END_START, &[0; END_LENGTH - 4]].concat();
        for (content, is_whole) in [
            ([b"content".as_slice(), &end].concat(), true),
            (end.clone(), true),
            (b"content".to_vec(), false),
            (end[..END_LENGTH - 1].to_vec(), false),
            ([end.as_slice(), b"more"].concat(), false),
            (Vec::new(), false),
        ] {
            let (mut agent, server) = tokio::io::duplex(5);
            let expected = content.clone();
            tokio::spawn(async move { agent.write_all(&content).await });
            let collected = Archive::new(Box::new(server)).collect().await;
            assert_eq!(collected.is_ok(), is_whole, "{expected:?}");
            if let Ok(collected) = collected {
                assert_eq!(collected.to_bytes(), expected);
            }
        }
    }
}
