//! The envelope around every message.

use std::ops::Range;

use bytes::Bytes;

use crate::error::WireError;
use crate::limits::MAX_ANSWERED_METHOD;
use crate::msgpack::{DecodeError, DecodeErrorKind, Reader, Writer};
use crate::pieces::{LARGE, Pieces};
use crate::request::{Notification, Request};
use crate::wire::{Encode, decode, field};

/// A request as the agent reads it. The parameters are read by who handles the method.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientFrame {
    /// The client's number of the request; the answer repeats it.
    pub id: u64,
    /// The method's name.
    pub method: String,
    /// The parameters as MessagePack: nil where there are none.
    pub params: Bytes,
}

impl ClientFrame {
    /// Reads a request.
    ///
    /// # Errors
    /// What the frame is instead.
    pub fn decode(frame: &Bytes) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(frame);
        let (mut id, mut method, mut params) = (None, None, None);
        for _ in 0..reader.enter_map()? {
            match reader.text()? {
                "id" => id = field(&mut reader, "id")?,
                "method" => method = field(&mut reader, "method")?,
                "params" => params = Some(reader.raw()?),
                _ => reader.skip()?,
            }
        }
        reader.end()?;
        Ok(Self {
            id: crate::wire::or_absent(id, "id")?,
            method: crate::wire::or_absent(method, "method")?,
            params: params.unwrap_or_else(|| Bytes::from_static(&[0xc0])),
        })
    }

    /// Reads the parameters as those of `R`.
    ///
    /// # Errors
    /// What the parameters are instead.
    pub fn params<R: Request>(&self) -> Result<R, DecodeError> {
        decode(&self.params)
    }
}

/// What an agent sends, as the client reads it.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFrame {
    /// The answer to a request.
    Answer {
        /// The number of the request.
        id: u64,
        /// What the success carries as MessagePack, or the error.
        outcome: Result<Bytes, WireError>,
    },
    /// A notification.
    Notification {
        /// The method's name.
        method: String,
        /// The parameters as MessagePack.
        params: Bytes,
    },
}

impl ServerFrame {
    /// Reads an answer or a notification, told apart by their keys as the JavaScript SDK does: no `id` and
    /// `params` is a notification; `error` is a rejection; `result` is a success.
    ///
    /// # Errors
    /// What the frame is instead.
    pub fn decode(frame: &Bytes) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(frame);
        let mut id = None;
        let mut method = None;
        let mut params = None;
        let mut result = None;
        let mut error: Option<WireError> = None;
        for _ in 0..reader.enter_map()? {
            match reader.text()? {
                "id" => id = field(&mut reader, "id")?,
                "method" => method = field(&mut reader, "method")?,
                "params" => params = Some(reader.raw()?),
                "result" => result = Some(reader.raw()?),
                "error" => error = field(&mut reader, "error")?,
                _ => reader.skip()?,
            }
        }
        reader.end()?;
        let missing = |name| DecodeError::new(DecodeErrorKind::Missing).in_field(name);
        match (id, params) {
            (None, Some(params)) => Ok(Self::Notification {
                method: method.ok_or(missing("method"))?,
                params,
            }),
            (Some(id), _) => Ok(Self::Answer {
                id,
                outcome: match error {
                    Some(error) => Err(error),
                    None => Ok(result.ok_or(missing("result"))?),
                },
            }),
            (None, None) => Err(missing("id")),
        }
    }
}

/// Writes a request.
pub fn encode_request<R: Request>(id: u64, request: &R) -> Bytes {
    encode_request_in_pieces(id, request).into_bytes()
}

/// Writes a request without copying a large content.
pub fn encode_request_in_pieces<R: Request>(id: u64, request: &R) -> Pieces {
    let room = request.size_hint() - request.large_hint();
    // The three keys, the id and the method name take less than 64 bytes for every method there is.
    let writer = Writer::in_pieces(room + R::METHOD.len() + 48);
    write_request(writer, id, request)
}

fn write_request<R: Request>(mut writer: Writer, id: u64, request: &R) -> Pieces {
    writer.map(3);
    writer.text("id");
    writer.unsigned(id);
    writer.text("method");
    writer.text(R::METHOD);
    writer.text("params");
    request.encode(&mut writer);
    writer.finish_in_pieces()
}

/// Writes a request around a content that is elsewhere: what stands before its `length` bytes, and what stands after them. It takes the
/// place of the request's first byte string, which is left out.
pub fn encode_request_around<R: Request>(id: u64, request: &R, length: usize) -> (Bytes, Bytes) {
    let writer = Writer::around(request.size_hint() + R::METHOD.len() + 48, length);
    let [before, _, after] = write_request(writer, id, request).into_parts();
    (before, after)
}

/// Where a content of 64 KiB or more stands in a frame that begins with `head`. `None` where the head tells of none.
pub fn find_large_content(head: &Bytes) -> Option<Range<usize>> {
    Reader::new(head).find_binary(LARGE)
}

/// Writes a successful answer.
pub fn encode_answer<T: Encode + ?Sized>(id: u64, method: &str, result: &T) -> Bytes {
    let writer = Writer::with_capacity(result.size_hint() + method.len() + 48);
    write_answer(writer, id, method, result).into_bytes()
}

fn write_answer<T: Encode + ?Sized>(
    mut writer: Writer,
    id: u64,
    method: &str,
    result: &T,
) -> Pieces {
    answer_head(&mut writer, id, method, 0);
    writer.text("result");
    result.encode(&mut writer);
    writer.finish_in_pieces()
}

/// Writes a successful answer around a content that is elsewhere: what stands before its `length` bytes, and what stands after them. It takes
/// the place of the result's first byte string, which is left out.
pub fn encode_answer_around<T: Encode + ?Sized>(
    id: u64,
    method: &str,
    result: &T,
    length: usize,
) -> (Bytes, Bytes) {
    let writer = Writer::around(result.size_hint() + method.len() + 48, length);
    let [before, _, after] = write_answer(writer, id, method, result).into_parts();
    (before, after)
}

/// Writes a failed answer, of some KiB at most: see [`crate::limits`].
pub fn encode_error(id: u64, method: &str, error: &WireError) -> Bytes {
    let mut writer = Writer::with_capacity(error.size_hint() + 384);
    answer_head(&mut writer, id, method, 1);
    writer.text("error");
    error.encode(&mut writer);
    writer.finish()
}

/// Writes a notification.
pub fn encode_notification<N: Notification>(notification: &N) -> Bytes {
    let mut writer = Writer::with_capacity(notification.size_hint() + N::METHOD.len() + 32);
    writer.map(2);
    writer.text("method");
    writer.text(N::METHOD);
    writer.text("params");
    notification.encode(&mut writer);
    writer.finish()
}

fn answer_head(writer: &mut Writer, id: u64, method: &str, status: u64) {
    writer.map(4);
    writer.text("id");
    writer.unsigned(id);
    writer.text("method");
    writer.text(&method[..method.floor_char_boundary(MAX_ANSWERED_METHOD)]);
    writer.text("status");
    writer.unsigned(status);
}
