//! Tells the messages of a WebSocket from its heartbeats, as they pass by.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How often activity is told at most.
const OFTEN: Duration = Duration::from_secs(1);
/// The longest message that may be a heartbeat of a program's own, in bytes.
const LONGEST_HEARTBEAT: usize = 128;
/// The longest head of a frame, in bytes: two, eight of length, four of the mask.
const LONGEST_HEAD: usize = 14;

/// A stream that tells when messages pass, in either direction.
pub(super) struct Watched<S, F> {
    stream: S,
    read: Frames,
    written: Frames,
    tell: F,
    told: Option<Instant>,
}

impl<S, F: FnMut()> Watched<S, F> {
    /// Calls `tell` for messages, at most once a second.
    pub(super) fn new(stream: S, tell: F) -> Self {
        Self {
            stream,
            read: Frames::default(),
            written: Frames::default(),
            tell,
            told: None,
        }
    }

    fn passed(&mut self) {
        let is_due = self.told.is_none_or(|told| told.elapsed() >= OFTEN);
        if is_due {
            self.told = Some(Instant::now());
            (self.tell)();
        }
    }
}

impl<S: AsyncRead + Unpin, F: FnMut() + Unpin> AsyncRead for Watched<S, F> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let new = buffer.filled().get(before..).unwrap_or_default();
        if self.read.have_message(new) {
            self.passed();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin, F: FnMut() + Unpin> AsyncWrite for Watched<S, F> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = polled
            && self
                .written
                .have_message(bytes.get(..count).unwrap_or_default())
        {
            self.passed();
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// One direction's frames, read as far as they have come.
#[derive(Debug, Default)]
struct Frames {
    head: Vec<u8>,
    /// The frame that is under way, once its head is whole.
    frame: Option<Frame>,
}

#[derive(Debug)]
struct Frame {
    left: u64,
    mask: [u8; 4],
    /// The text so far, where it may be a heartbeat.
    text: Option<Vec<u8>>,
}

impl Frames {
    /// Whether a message is in these bytes, or ends in them. What is no WebSocket at all may be taken for anything.
    fn have_message(&mut self, mut bytes: &[u8]) -> bool {
        let mut have = false;
        loop {
            let Some(frame) = &mut self.frame else {
                let Some((&first, rest)) = bytes.split_first() else {
                    return have;
                };
                bytes = rest;
                self.head.push(first);
                if let Some((frame, is_message)) = read_head(&self.head) {
                    have |= is_message;
                    self.frame = Some(frame);
                    self.head.clear();
                }
                continue;
            };
            let count = usize::try_from(frame.left).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at(count.min(bytes.len()));
            if let Some(text) = &mut frame.text {
                for &byte in now {
                    let mask = frame.mask[text.len() % 4];
                    text.push(byte ^ mask);
                }
            }
            frame.left -= now.len() as u64;
            bytes = rest;
            if frame.left > 0 {
                return have;
            }
            have |= frame
                .text
                .as_deref()
                .is_some_and(|text| !is_heartbeat(text));
            self.frame = None;
        }
    }
}

/// The frame behind a head, once that is whole, and whether it is surely a part of a message.
fn read_head(head: &[u8]) -> Option<(Frame, bool)> {
    debug_assert!(head.len() <= LONGEST_HEAD);
    let (&first, &second) = (head.first()?, head.get(1)?);
    let extra = match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let masked = second & 0x80 != 0;
    let whole = 2 + extra + if masked { 4 } else { 0 };
    if head.len() < whole {
        return None;
    }
    let left = match extra {
        0 => u64::from(second & 0x7f),
        _ => head[2..2 + extra]
            .iter()
            .fold(0, |length, &byte| length << 8 | u64::from(byte)),
    };
    let mut mask = [0; 4];
    if masked {
        mask.copy_from_slice(&head[2 + extra..whole]);
    }
    let is_data = first & 0x08 == 0;
    // Whole, not compressed, and text.
    let is_short_text = first == 0x81 && left <= LONGEST_HEARTBEAT as u64;
    let frame = Frame {
        left,
        mask,
        text: (is_data && is_short_text).then(Vec::new),
    };
    Some((frame, is_data && !is_short_text))
}

/// Whether a text is what pages and development servers say only to hear that the other is there.
fn is_heartbeat(text: &[u8]) -> bool {
    let says = |word: &[u8]| {
        text.windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word))
    };
    text.len() <= 1 || says(b"ping") || says(b"pong") || says(b"heartbeat")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame as a browser sends it.
    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [1, 2, 3, 4];
        let mut frame = head(first, payload.len(), 0x80);
        frame.extend(mask);
        let payload = payload.iter().zip(mask.iter().cycle());
        frame.extend(payload.map(|(byte, mask)| byte ^ mask));
        frame
    }

    fn plain(first: u8, payload: &[u8]) -> Vec<u8> {
        [head(first, payload.len(), 0), payload.to_vec()].concat()
    }

    fn head(first: u8, length: usize, mask: u8) -> Vec<u8> {
        let mut head = vec![first];
        match length {
            0..=125 => head.push(mask | length as u8),
            126..=65535 => {
                head.push(mask | 126);
                head.extend((length as u16).to_be_bytes());
            }
            _ => {
                head.push(mask | 127);
                head.extend((length as u64).to_be_bytes());
            }
        }
        head
    }

    /// Looks at the bytes at once and one by one, with a message in front and one behind.
    fn is_message(frame: &[u8]) -> bool {
        let mut frames = Frames::default();
        let at_once = frames.have_message(frame);
        assert!(frames.have_message(&plain(0x81, b"behind")));
        let mut frames = Frames::default();
        let mut one_by_one = false;
        for byte in frame {
            one_by_one |= frames.have_message(std::slice::from_ref(byte));
        }
        assert_eq!(at_once, one_by_one);
        assert!(frames.have_message(&plain(0x82, b"behind")));
        at_once
    }

    #[test]
    fn messages_count_and_heartbeats_do_not() {
        let large = vec![b'x'; 70_000];
        for payload in [
            &b"hello"[..],
            b"{\"type\":\"update\"}",
            &large,
            &large[..300],
        ] {
            for first in [0x81, 0x82, 0x01, 0x80, 0xc1] {
                assert!(is_message(&masked(first, payload)) && is_message(&plain(first, payload)));
            }
        }
        for control in [0x88, 0x89, 0x8a] {
            assert!(!is_message(&masked(control, b"hello")) && !is_message(&plain(control, b"")));
        }
        for text in [
            "{\"type\":\"ping\"}",
            "{\"event\":\"PONG\"}",
            "2",
            "",
            "heartbeat",
        ] {
            assert!(!is_message(&masked(0x81, text.as_bytes())), "{text}");
        }
    }

    #[test]
    fn whatever_comes_is_survived() {
        let mut random = 1_u32;
        let mut frames = Frames::default();
        for _ in 0..10_000 {
            let bytes: Vec<u8> = (0..random % 40)
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (random >> 24) as u8
                })
                .collect();
            frames.have_message(&bytes);
            assert!(frames.head.len() < LONGEST_HEAD);
            random = random.wrapping_add(7);
        }
    }
}
