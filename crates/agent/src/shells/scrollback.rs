//! The latest output of a shell.

use std::collections::VecDeque;

/// Most output that is kept, in bytes: 1 MiB.
pub(crate) const MOST_SCROLLBACK: usize = 1024 * 1024;

/// The latest output, from the beginning of a character on.
#[derive(Debug, Default)]
pub(super) struct Scrollback {
    latest: VecDeque<u8>,
    /// How many bytes there ever were.
    total: u64,
}

impl Scrollback {
    pub(super) fn push(&mut self, text: &str) {
        self.total += text.len() as u64;
        let start = text.ceil_char_boundary(text.len().saturating_sub(MOST_SCROLLBACK));
        if start > 0 {
            self.latest.clear();
        }
        let text = &text.as_bytes()[start..];
        let surplus = (self.latest.len() + text.len()).saturating_sub(MOST_SCROLLBACK);
        self.latest.drain(..surplus.min(self.latest.len()));
        while self.latest.front().is_some_and(|&byte| is_inside(byte)) {
            self.latest.pop_front();
        }
        self.latest.extend(text);
    }

    /// All of it.
    pub(super) fn text(&self) -> String {
        let (start, end) = self.latest.as_slices();
        // It is text by the way it was put in.
        String::from_utf8_lossy(&[start, end].concat()).into_owned()
    }

    /// How many bytes came before what is kept.
    pub(super) fn offset(&self) -> u64 {
        self.total - self.latest.len() as u64
    }

    /// Forgets what is kept, and not how much there was.
    pub(super) fn clear(&mut self) {
        self.latest = VecDeque::new();
    }

    /// Frees what is not needed for what is there.
    pub(super) fn shrink(&mut self) {
        self.latest.shrink_to_fit();
    }
}

/// Whether a byte of UTF-8 is not the first of its character.
fn is_inside(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_kept_from_a_character_on() {
        let mut scrollback = Scrollback::default();
        let mut all = String::new();
        for number in 0..300_000 {
            let line = format!("🦀{number}\n");
            scrollback.push(&line);
            all.push_str(&line);
        }
        let text = scrollback.text();
        assert!(all.ends_with(&text));
        assert!((MOST_SCROLLBACK - 3..=MOST_SCROLLBACK).contains(&text.len()));
        assert!(scrollback.latest.capacity() <= MOST_SCROLLBACK);
        assert_eq!(scrollback.offset(), (all.len() - text.len()) as u64);
        scrollback.clear();
        assert_eq!(scrollback.offset(), all.len() as u64);
    }

    #[test]
    fn more_than_there_is_room_for_at_once_is_cut_at_its_start() {
        let mut scrollback = Scrollback::default();
        scrollback.push("old");
        scrollback.push(&"→".repeat(MOST_SCROLLBACK));
        assert_eq!(scrollback.text(), "→".repeat(MOST_SCROLLBACK / 3));
    }
}
