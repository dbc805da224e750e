//! Server-sent events: the lines of a stream, put together.

use std::collections::VecDeque;
use std::future::poll_fn;

use bytes::Bytes;
use yew_sandbox_protocol::limits::MAX_FRAME;

use super::slots::Slot;
use crate::http::HttpError;
use crate::send::BoxStream;

/// A stream of events. Dropping it closes it.
pub(super) struct EventStream {
    body: BoxStream<Result<Bytes, HttpError>>,
    parser: Parser,
    _slot: Slot,
}

/// What was read of the lines so far.
#[derive(Default)]
struct Parser {
    line: Vec<u8>,
    /// Whether the last byte was a carriage return, which a line feed may follow.
    was_return: bool,
    data: Option<String>,
    ready: VecDeque<String>,
}

impl EventStream {
    /// The events of a body, which takes up a place among the streams.
    pub(super) fn new(body: BoxStream<Result<Bytes, HttpError>>, slot: Slot) -> Self {
        Self {
            body,
            parser: Parser::default(),
            _slot: slot,
        }
    }

    /// The data of the next event. `None` at the end: a half event before it is not one.
    pub(super) async fn next(&mut self) -> Option<Result<String, HttpError>> {
        loop {
            if let Some(event) = self.parser.ready.pop_front() {
                return Some(Ok(event));
            }
            match poll_fn(|context| self.body.as_mut().poll_next(context)).await? {
                Ok(piece) => {
                    if let Err(error) = self.parser.read(&piece) {
                        return Some(Err(error));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Parser {
    fn read(&mut self, piece: &[u8]) -> Result<(), HttpError> {
        for byte in piece {
            match byte {
                b'\n' if self.was_return => self.was_return = false,
                b'\n' | b'\r' => {
                    self.was_return = *byte == b'\r';
                    self.end_line();
                }
                byte => {
                    self.was_return = false;
                    self.line.push(*byte);
                }
            }
        }
        let data = self.data.as_ref().map_or(0, String::len);
        if self.line.len() + data > MAX_FRAME {
            return Err(HttpError(
                "the agent sent an event that is too large".into(),
            ));
        }
        Ok(())
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            self.ready.extend(self.data.take());
            return;
        }
        let line = String::from_utf8_lossy(&line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        if field != "data" {
            // A comment, or a field that says nothing here.
            return;
        }
        let mut value = value.strip_prefix(' ').unwrap_or(value);
        // Some agents write the name of the field into the data once more.
        if let Some(inner) = value.strip_prefix("data:") {
            value = inner.trim_start();
        }
        match &mut self.data {
            None => self.data = Some(value.to_owned()),
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&str]) -> Vec<String> {
        let mut parser = Parser::default();
        for piece in pieces {
            parser.read(piece.as_bytes()).unwrap();
        }
        parser.ready.into()
    }

    #[test]
    fn events_are_read_wherever_the_pieces_are_cut() {
        let text = ": hello\r\ndata: {\"a\":1}\r\n\r\nevent: x\nid: 7\ndata:b\ndata: c\n\ndata: d\r\rdata: é\n\n";
        let all = ["{\"a\":1}", "b\nc", "d", "é"];
        assert_eq!(read(&[text]), all);
        let bytes = text.as_bytes();
        for cut in 0..bytes.len() {
            let mut parser = Parser::default();
            parser.read(&bytes[..cut]).unwrap();
            parser.read(&bytes[cut..]).unwrap();
            assert_eq!(parser.ready, all, "cut at {cut}");
        }
    }

    #[test]
    fn a_half_event_is_none() {
        assert!(read(&["data: {\"output\":\"a"]).is_empty());
        assert!(read(&["data: {}\n"]).is_empty());
    }

    #[test]
    fn a_field_name_inside_the_data_is_left_out() {
        assert_eq!(read(&["data: data: {}\n\n"]), ["{}"]);
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut parser = Parser::default();
        let piece = vec![b'x'; 1024 * 1024];
        assert!((0..20).any(|_| parser.read(&piece).is_err()));
    }
}
