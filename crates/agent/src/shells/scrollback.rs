//! The latest output of a shell.

use std::collections::VecDeque;

use yew_sandbox_protocol::limits::MAX_SCROLLBACK;

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
        let start = text.ceil_char_boundary(text.len().saturating_sub(MAX_SCROLLBACK));
        if start > 0 {
            self.latest.clear();
        }
        let text = &text.as_bytes()[start..];
        let surplus = (self.latest.len() + text.len()).saturating_sub(MAX_SCROLLBACK);
        self.latest.drain(..surplus.min(self.latest.len()));
        while self.latest.front().is_some_and(|&byte| is_inside(byte)) {
            self.latest.pop_front();
        }
        self.latest.extend(text);
    }

    /// What follows the first `cursor` bytes that there ever were, and how many came before it: those, where it is all that followed
    /// them; else it is all that is kept.
    pub(super) fn behind(&self, cursor: Option<u64>) -> (String, u64) {
        let offset = self.offset();
        let skipped = cursor
            .and_then(|cursor| usize::try_from(cursor.checked_sub(offset)?).ok())
            .filter(|&skipped| skipped <= self.latest.len())
            .filter(|&skipped| {
                !self
                    .latest
                    .get(skipped)
                    .is_some_and(|&byte| is_inside(byte))
            })
            .unwrap_or(0);
        let (start, end) = self.latest.as_slices();
        let text = match skipped.checked_sub(start.len()) {
            Some(skipped) => end[skipped..].to_vec(),
            None => [&start[skipped..], end].concat(),
        };
        // It is text by the way it was put in.
        let text = String::from_utf8_lossy(&text).into_owned();
        (text, offset + skipped as u64)
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
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        /// Whatever was put in, and whatever a client has of it: what it gets follows that, or is all that is kept.
        #[test]
        fn what_is_behind_a_cursor_follows_it(
            pieces in vec(("[a→🦀é\n]{0,8}", 0..60_000usize), 0..12),
            cursors in vec(any::<prop::sample::Index>(), 20),
        ) {
            let mut scrollback = Scrollback::default();
            let mut all = String::new();
            for (text, times) in &pieces {
                let piece = text.repeat(times % 7 * times / 7 + 1);
                scrollback.push(&piece);
                all.push_str(&piece);
            }
            let (kept, start) = scrollback.behind(None);
            prop_assert!(kept.len() <= MAX_SCROLLBACK);
            prop_assert!(kept.len() + 3 >= all.len().min(MAX_SCROLLBACK));
            prop_assert!(all.ends_with(&kept));
            prop_assert_eq!(start, (all.len() - kept.len()) as u64);
            for cursor in cursors {
                let cursor = cursor.index(all.len() + 4);
                let (text, offset) = scrollback.behind(Some(cursor as u64));
                if cursor as u64 >= start && all.is_char_boundary(cursor) {
                    prop_assert_eq!(offset, cursor as u64);
                    prop_assert!(text == all[cursor..]);
                } else {
                    prop_assert_eq!(offset, start);
                    prop_assert!(text == kept);
                }
            }
        }
    }

    #[test]
    fn the_latest_is_kept_from_a_character_on() {
        let mut scrollback = Scrollback::default();
        let mut all = String::new();
        for number in 0..300_000 {
            let line = format!("🦀{number}\n");
            scrollback.push(&line);
            all.push_str(&line);
        }
        let (text, _) = scrollback.behind(None);
        assert!(all.ends_with(&text));
        assert!((MAX_SCROLLBACK - 3..=MAX_SCROLLBACK).contains(&text.len()));
        assert!(scrollback.latest.capacity() <= MAX_SCROLLBACK);
        assert_eq!(scrollback.offset(), (all.len() - text.len()) as u64);
        scrollback.clear();
        assert_eq!(scrollback.offset(), all.len() as u64);
    }

    #[test]
    fn more_than_there_is_room_for_at_once_is_cut_at_its_start() {
        let mut scrollback = Scrollback::default();
        scrollback.push("old");
        scrollback.push(&"→".repeat(MAX_SCROLLBACK));
        assert_eq!(scrollback.behind(None).0, "→".repeat(MAX_SCROLLBACK / 3));
    }
}
