//! Which lines of two texts differ.

use yew_sandbox_protocol::git::{Hunk, LineRange};

/// The lines between what both texts begin with and what both end with, as one hunk; none where they are equal.
pub(super) fn hunks(old: &[u8], new: &[u8]) -> Vec<Hunk> {
    if old == new {
        return Vec::new();
    }
    let lines =
        |text| -> Vec<&[u8]> { <[u8]>::split_inclusive(text, |byte| *byte == b'\n').collect() };
    let (old, new) = (lines(old), lines(new));
    let shortest = old.len().min(new.len());
    let same = |(one, other): &(&&[u8], &&[u8])| one == other;
    let before = old.iter().zip(&new).take_while(same).count();
    let behind = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(same)
        .count();
    let behind = behind.min(shortest - before);
    let range = |lines: usize| LineRange {
        start: place(before + 1),
        end: place(lines - behind + 1),
    };
    vec![Hunk {
        original: range(old.len()),
        modified: range(new.len()),
    }]
}

fn place(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunk_is_what_differs() {
        let lines = |old: &str, new: &str| -> Vec<[u32; 4]> {
            let all = hunks(old.as_bytes(), new.as_bytes()).into_iter();
            let numbers = all.map(|Hunk { original, modified }| {
                [original.start, original.end, modified.start, modified.end]
            });
            numbers.collect()
        };
        assert_eq!(lines("a\nb\nc\n", "a\nx\ny\nc\n"), [[2, 3, 2, 4]]);
        assert_eq!(lines("", "a\n"), [[1, 1, 1, 2]]);
        assert_eq!(lines("a\na\n", "a\n"), [[2, 3, 2, 2]]);
        assert!(lines("a\n", "a\n").is_empty());
    }
}
