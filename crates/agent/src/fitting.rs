//! The bound of what goes over the link.

use bytes::Bytes;
use yew_sandbox_protocol::limits::MAX_FRAME;
use yew_sandbox_protocol::msgpack::Reader;
use yew_sandbox_protocol::{Decode, WireError, encode_error};

/// The frame; for an answer that is too large, the error that says so. A notification that is too large is left out:
/// whoever makes one bounds it, and the link does not end for one that was forgotten.
pub(crate) fn fitting(frame: Bytes) -> Option<Bytes> {
    if frame.len() <= MAX_FRAME {
        return Some(frame);
    }
    let (id, method) = answered(&frame)?;
    let errno = rustix::io::Errno::OVERFLOW.raw_os_error();
    let message = format!(
        "the answer to {method} takes {} bytes and at most {MAX_FRAME} fit; ask for less at a time",
        frame.len()
    );
    let error = WireError::file(Some(errno), message);
    Some(encode_error(id, method, &error))
}

/// The number and the method of the request that a frame of this agent answers: they come first in it.
pub(crate) fn answered(frame: &Bytes) -> Option<(u64, &str)> {
    let mut reader = Reader::new(frame);
    reader.enter_map().ok()?;
    let id = match reader.text() {
        Ok("id") => u64::decode(&mut reader).ok()?,
        _ => return None,
    };
    match reader.text() {
        Ok("method") => Some((id, reader.text().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use yew_sandbox_protocol::channel::Unsubscribe;
    use yew_sandbox_protocol::{Raw, ServerFrame, encode_answer, encode_notification};

    use super::*;

    #[test]
    fn answers_that_are_too_large_become_errors() {
        let small = encode_answer(1, "fs/readFile", "");
        assert_eq!(fitting(small.clone()), Some(small));
        let large = encode_answer(7, "fs/readFile", "x".repeat(MAX_FRAME).as_str());
        let answer = ServerFrame::decode(&fitting(large).unwrap()).unwrap();
        let ServerFrame::Answer { id: 7, outcome } = answer else {
            panic!("{answer:?}");
        };
        let error = outcome.unwrap_err();
        assert_eq!(error.errno, Some(75));
        assert!(error.message.contains("fs/readFile"), "{error}");
    }

    #[test]
    fn answers_are_told_from_notifications() {
        let answer = encode_answer(1 << 40, "fs/readFile", "x");
        assert_eq!(answered(&answer), Some((1 << 40, "fs/readFile")));
        let error = encode_error(7, "fs/stat", &WireError::file(None, "x"));
        assert_eq!(answered(&error), Some((7, "fs/stat")));
        let name = String::new();
        let notification = yew_sandbox_protocol::channel::Unsubscribed {
            name: name.clone(),
            client_id: name,
            subscribers: Vec::new(),
        };
        assert_eq!(answered(&encode_notification(&notification)), None);
    }

    #[test]
    fn notifications_that_are_too_large_are_left_out() {
        let message = yew_sandbox_protocol::channel::Message {
            name: "x".repeat(MAX_FRAME),
            client_id: String::new(),
            is_user: false,
            data: Raw::new(&Unsubscribe {
                name: String::new(),
            }),
        };
        assert_eq!(fitting(encode_notification(&message)), None);
    }
}
