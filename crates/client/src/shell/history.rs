//! The output that a client keeps of a shell.

use std::collections::VecDeque;

use yew_sandbox_protocol::SharedText;

/// The newest output of a shell, in the pieces in which it came, up to a limit in bytes.
#[derive(Debug)]
pub(super) struct History {
    pieces: VecDeque<SharedText>,
    bytes: usize,
    limit: usize,
    /// Whether output is missing in front.
    is_truncated: bool,
    /// How many bytes the shell has put out since it was made, as far as is known.
    position: u64,
    /// Of all bytes since the shell was made; `None` where some are not known.
    digest: Option<Digest>,
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
    pub(super) fn new(limit: usize) -> Self {
        Self {
            pieces: VecDeque::new(),
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
        self.position += length as u64;
        if let Some(digest) = &mut self.digest {
            digest.add(piece.as_bytes());
        }
        self.keep(piece);
    }

    /// The shell began anew: what it put out before concerns nobody.
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
        self.bytes = 0;
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
        let end = start + length as u64;
        let known = self.position >= start && self.position <= end;
        let skipped = usize::try_from(self.position - start.min(self.position)).unwrap_or(0);
        if known && (offset.is_some() || self.begins(&buffer, skipped)) {
            let rest = behind(buffer, skipped);
            for piece in &rest {
                self.push(piece.clone());
            }
            return Resumed::Continues(rest);
        }
        self.pieces.clear();
        self.bytes = 0;
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

    fn keep(&mut self, piece: SharedText) {
        self.bytes += piece.as_bytes().len();
        self.pieces.push_back(piece);
        while self.bytes > self.limit {
            let Some(oldest) = self.pieces.pop_front() else {
                break;
            };
            let length = oldest.as_bytes().len();
            self.bytes -= length;
            self.is_truncated = true;
            let room = self.limit - self.bytes.min(self.limit);
            let rest = oldest.skip(length - room.min(length));
            if !rest.as_bytes().is_empty() {
                self.bytes += rest.as_bytes().len();
                self.pieces.push_front(rest);
                break;
            }
        }
    }

    pub(super) fn pieces(&self) -> impl Iterator<Item = &SharedText> {
        self.pieces.iter()
    }

    pub(super) fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.bytes);
        for piece in &self.pieces {
            text.push_str(piece.as_str());
        }
        text
    }
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
    use super::*;

    fn pieces(texts: &[&str]) -> Vec<SharedText> {
        texts.iter().map(|text| (*text).into()).collect()
    }

    fn with(texts: &[&str]) -> History {
        let mut history = History::new(1000);
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

    #[test]
    fn the_oldest_output_goes_first_and_no_character_is_split() {
        let mut history = History::new(10);
        history.push("ééé".into());
        history.push("abcdefg".into());
        assert_eq!(history.text(), "éabcdefg");
        assert!(history.is_truncated());
        history.push("0123456789012".into());
        assert_eq!(history.text(), "3456789012");
    }
}
