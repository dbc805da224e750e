//! The output that a client keeps of a shell.

use std::collections::VecDeque;

use yew_sandbox_protocol::SharedText;

use crate::outside::OutsideBytes;
use crate::platform::Platform;
use crate::send::Shared;

/// So many bytes go at a time where they lie outside of this program's memory.
const CHUNK: usize = 64 * 1024;

/// The newest output of a shell, up to a limit in bytes: the older part outside of this program's memory where there is such a place, the newer
/// one in the pieces in which it came.
pub(super) struct History {
    platform: Shared<dyn Platform>,
    goes_outside: bool,
    outside: VecDeque<Shared<dyn OutsideBytes>>,
    pieces: VecDeque<SharedText>,
    /// Of the pieces.
    inside: usize,
    /// Of all.
    bytes: usize,
    limit: usize,
    /// Whether output is missing in front.
    is_truncated: bool,
    /// How many bytes the shell has put out since it was made, as far as is known.
    position: u64,
    /// Of all bytes since the shell was made; `None` where some are not known.
    digest: Option<Digest>,
}

/// What was kept at one time, from the oldest to the newest. What lies outside is copied when its turn comes.
#[derive(Default)]
pub(super) struct Kept {
    outside: VecDeque<Shared<dyn OutsideBytes>>,
    pieces: VecDeque<SharedText>,
}

/// A 64-bit FNV-1a hash. It guards against mistakes, not against anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digest(u64);

/// What the agent's scrollback is beside what the client has.
#[derive(Debug, PartialEq)]
pub(super) enum Resumed {
    /// The output goes on with these pieces; nothing is missing.
    Continues(Vec<SharedText>),
    /// It cannot be shown that nothing is missing; the history is the agent's now.
    Replaced,
}

impl History {
    pub(super) fn new(limit: usize, platform: Shared<dyn Platform>) -> Self {
        Self {
            goes_outside: platform.keep_outside(&[]).is_some(),
            platform,
            outside: VecDeque::new(),
            pieces: VecDeque::new(),
            inside: 0,
            bytes: 0,
            limit,
            is_truncated: false,
            position: 0,
            digest: Some(Digest::new()),
        }
    }

    /// How many bytes the shell has put out since it was made, as far as is known.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn push(&mut self, piece: SharedText) {
        let length = piece.as_bytes().len();
        self.position = self.position.saturating_add(length as u64);
        if let Some(digest) = &mut self.digest {
            digest.add(piece.as_bytes());
        }
        self.keep(piece);
    }

    /// The shell began anew: what it put out before concerns nobody.
    pub(super) fn clear(&mut self) {
        self.empty();
        self.is_truncated = false;
        // The agent's scrollback will begin here, which no digest from the beginning can show.
        self.digest = None;
    }

    /// Takes over the agent's scrollback, which begins behind `offset` bytes where the agent counts them.
    pub(super) fn resume(&mut self, buffer: Vec<SharedText>, offset: Option<u64>) -> Resumed {
        if offset.is_some() {
            // An agent that counts goes on counting: there is nothing to compare.
            self.digest = None;
        }
        let length: usize = buffer.iter().map(|piece| piece.as_bytes().len()).sum();
        let start = offset.unwrap_or(0);
        let end = start.saturating_add(length as u64);
        let known = self.position >= start && self.position <= end;
        let skipped = usize::try_from(self.position - start.min(self.position)).unwrap_or(0);
        if known && (offset.is_some() || self.begins(&buffer, skipped)) {
            let rest = behind(buffer, skipped);
            for piece in &rest {
                self.push(piece.clone());
            }
            return Resumed::Continues(rest);
        }
        self.empty();
        self.is_truncated = start > 0;
        self.position = start;
        self.digest = offset.is_none().then(Digest::new);
        for piece in buffer {
            self.push(piece);
        }
        Resumed::Replaced
    }

    /// Whether the first `length` bytes of a buffer are all the output that there was.
    fn begins(&self, buffer: &[SharedText], length: usize) -> bool {
        let Some(digest) = self.digest else {
            return false;
        };
        let mut theirs = Digest::new();
        let mut left = length;
        for piece in buffer {
            let bytes = piece.as_bytes();
            let taken = left.min(bytes.len());
            theirs.add(&bytes[..taken]);
            left -= taken;
        }
        digest == theirs
    }

    fn empty(&mut self) {
        self.outside.clear();
        self.pieces.clear();
        (self.inside, self.bytes) = (0, 0);
    }

    fn keep(&mut self, piece: SharedText) {
        let length = piece.as_bytes().len();
        self.inside += length;
        self.bytes += length;
        self.pieces.push_back(piece);
        while self.goes_outside && self.inside >= 2 * CHUNK {
            self.move_out();
        }
        while self.bytes > self.limit {
            self.is_truncated = true;
            if let Some(oldest) = self.outside.pop_front() {
                self.bytes -= oldest.len();
                continue;
            }
            let Some(oldest) = self.pieces.pop_front() else {
                break;
            };
            let length = oldest.as_bytes().len();
            let rest = oldest.skip((self.bytes - self.limit).min(length));
            self.inside -= length - rest.as_bytes().len();
            self.bytes -= length - rest.as_bytes().len();
            if !rest.as_bytes().is_empty() {
                self.pieces.push_front(rest);
            }
        }
    }

    /// Moves the oldest bytes out of this program's memory.
    fn move_out(&mut self) {
        let mut chunk = Vec::with_capacity(CHUNK + 4);
        while let Some(oldest) = self.pieces.pop_front() {
            let rest = oldest.skip(CHUNK.saturating_sub(chunk.len()));
            let taken = oldest.as_bytes().len() - rest.as_bytes().len();
            chunk.extend_from_slice(&oldest.as_bytes()[..taken]);
            if !rest.as_bytes().is_empty() {
                self.pieces.push_front(rest);
                break;
            }
        }
        self.inside -= chunk.len();
        match self.platform.keep_outside(&chunk) {
            Some(outside) => self.outside.push_back(outside.into()),
            // It has such a place, or nothing would go there.
            None => self.bytes -= chunk.len(),
        }
    }

    /// All that is kept now.
    pub(super) fn kept(&self) -> Kept {
        Kept {
            outside: self.outside.clone(),
            pieces: self.pieces.clone(),
        }
    }

    pub(super) fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.bytes);
        for chunk in &self.outside {
            text.push_str(&read(&**chunk));
        }
        for piece in &self.pieces {
            text.push_str(piece.as_str());
        }
        text
    }
}

impl Iterator for Kept {
    type Item = SharedText;

    fn next(&mut self) -> Option<SharedText> {
        match self.outside.pop_front() {
            Some(chunk) => Some(read(&*chunk).into()),
            None => self.pieces.pop_front(),
        }
    }
}

/// It went out as whole texts.
fn read(chunk: &dyn OutsideBytes) -> String {
    String::from_utf8(chunk.read(0..chunk.len()).into()).unwrap_or_default()
}

impl Digest {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// What follows the first `skipped` bytes.
fn behind(buffer: Vec<SharedText>, mut skipped: usize) -> Vec<SharedText> {
    let mut rest = Vec::new();
    for piece in buffer {
        let length = piece.as_bytes().len();
        if skipped >= length {
            skipped -= length;
        } else {
            rest.push(piece.skip(skipped));
            skipped = 0;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use std::any::Any;
    use std::ops::Range;
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;
    use crate::platform::{Socket, SocketEvents};
    use crate::send::BoxFuture;

    /// A platform that has a place outside, or not, and nothing else.
    struct Place(bool);

    impl Platform for Place {
        fn open(&self, _url: &str, _events: SocketEvents) -> Box<dyn Socket> {
            unreachable!()
        }

        fn now(&self) -> Duration {
            unreachable!()
        }

        fn sleep(&self, _duration: Duration) -> BoxFuture<()> {
            unreachable!()
        }

        fn spawn(&self, _task: BoxFuture<()>) {
            unreachable!()
        }

        fn seed(&self) -> u64 {
            unreachable!()
        }

        fn keep_outside(&self, bytes: &[u8]) -> Option<Box<dyn OutsideBytes>> {
            self.0.then(|| Box::new(Outside(bytes.to_vec())) as _)
        }
    }

    #[derive(Debug)]
    struct Outside(Vec<u8>);

    impl OutsideBytes for Outside {
        fn len(&self) -> usize {
            self.0.len()
        }

        fn read(&self, range: Range<usize>) -> Bytes {
            Bytes::copy_from_slice(&self.0[range])
        }

        fn as_any(&self) -> &dyn Any {
            self
        }
    }

    fn history(limit: usize, is_outside: bool) -> History {
        History::new(limit, Shared::new(Place(is_outside)))
    }

    fn pieces(texts: &[&str]) -> Vec<SharedText> {
        texts.iter().map(|text| (*text).into()).collect()
    }

    fn with(texts: &[&str]) -> History {
        let mut history = history(1000, false);
        for text in texts {
            history.push((*text).into());
        }
        history
    }

    #[test]
    fn output_goes_on_where_the_agent_counts() {
        let mut history = with(&["one ", "two "]);
        let resumed = history.resume(pieces(&["two thr", "ee"]), Some(4));
        assert_eq!(resumed, Resumed::Continues(pieces(&["thr", "ee"])));
        assert_eq!(history.text(), "one two three");
        assert!(!history.is_truncated());
    }

    #[test]
    fn output_goes_on_where_the_scrollback_is_whole() {
        let mut history = with(&["one ", "two "]);
        let resumed = history.resume(pieces(&["one two three"]), None);
        assert_eq!(resumed, Resumed::Continues(pieces(&["three"])));
    }

    #[test]
    fn what_cannot_be_shown_to_follow_replaces_all() {
        let mut history = with(&["one ", "two "]);
        assert_eq!(
            history.resume(pieces(&["ONE two three"]), None),
            Resumed::Replaced
        );
        assert_eq!(history.text(), "ONE two three");
        let mut behind = with(&["one "]);
        assert_eq!(
            behind.resume(pieces(&["three"]), Some(8)),
            Resumed::Replaced
        );
        assert!(behind.is_truncated());
    }

    /// An offset near the end of all numbers was added to, and overflowed.
    #[test]
    fn any_offset_is_taken() {
        for offset in [u64::MAX, u64::MAX - 2] {
            let mut history = with(&["one "]);
            let resumed = history.resume(pieces(&["three"]), Some(offset));
            assert_eq!(resumed, Resumed::Replaced);
            history.push("four".into());
            assert_eq!(history.position(), u64::MAX);
            assert_eq!(history.text(), "threefour");
            history.resume(pieces(&["three"]), Some(offset));
        }
    }

    #[test]
    fn the_oldest_output_goes_first_and_no_character_is_split() {
        let mut history = history(10, false);
        history.push("ééé".into());
        history.push("abcdefg".into());
        assert_eq!(history.text(), "éabcdefg");
        assert!(history.is_truncated());
        history.push("0123456789012".into());
        assert_eq!(history.text(), "3456789012");
    }

    #[test]
    fn older_output_lies_outside_and_reads_the_same() {
        const LIMIT: usize = 1024 * 1024;
        let mut all = String::new();
        let (mut inside, mut outside) = (history(LIMIT, false), history(LIMIT, true));
        let lengths = [1, 9, 3000, 70_000, 300_000, 5, 64 * 1024, 128 * 1024 + 1];
        for (round, length) in lengths.into_iter().cycle().take(40).enumerate() {
            // Characters of one to four bytes, so that no chunk ends where a character does.
            let character = ["x", "\u{e9}", "\u{20ac}", "\u{1f600}"][round % 4];
            let text = format!("{round}{}", character.repeat(length / character.len()));
            all.push_str(&text);
            for history in [&mut inside, &mut outside] {
                history.push(text.as_str().into());
            }
            assert!(outside.inside < 2 * CHUNK && outside.bytes <= LIMIT);
            assert_eq!(outside.is_truncated(), inside.is_truncated());
            assert_eq!(outside.position(), all.len() as u64);
            assert!(all.ends_with(&outside.text()), "{round}");
            let kept: Vec<_> = outside.kept().map(SharedText::into_bytes).collect();
            assert!(kept.concat() == outside.text().as_bytes(), "{round}");
            let expected = all.len().min(LIMIT - CHUNK - 4);
            assert!(outside.text().len() >= expected, "{round}");
        }
        // A client that comes back goes on behind what lies there too.
        let (skipped, position) = (100, outside.position());
        let start = position - skipped as u64;
        let buffer = format!("{}end", &all[all.len() - skipped..]);
        let resumed = outside.resume(pieces(&[&buffer]), Some(start));
        assert_eq!(resumed, Resumed::Continues(pieces(&["end"])));
        // What a reader has of it stays.
        let (kept, text) = (outside.kept(), outside.text());
        outside.clear();
        let kept: Vec<_> = kept.map(SharedText::into_bytes).collect();
        assert!(kept.concat() == text.as_bytes());
        assert_eq!((outside.text().as_str(), outside.bytes), ("", 0));
    }
}
