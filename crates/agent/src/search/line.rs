//! A line that matches, as it is told.

use std::ops::Range;

use yew_sandbox_protocol::search::{SubMatch, Text};

/// A longer line is cut to this many bytes around its first match.
const MOST_LINE: usize = 1024;
/// How much of a line that is cut stays in front of the first match.
const MOST_BEFORE: usize = 128;

/// A line, or the part of a longer one around its first match.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    /// How many bytes of the line are left out in front.
    pub(super) cut: usize,
    pub(super) submatches: Vec<SubMatch>,
}

impl Line {
    /// Takes the ranges of all matches in the line, in order.
    pub(super) fn new(line: &[u8], matches: &[Range<usize>]) -> Self {
        let part = match matches.first() {
            Some(first) if line.len() > MOST_LINE => part(line, first.start),
            _ => 0..line.len(),
        };
        let mut text = String::new();
        let mut submatches = Vec::new();
        let mut reached = part.start;
        for found in matches {
            let (start, end) = (found.start, found.end.min(part.end));
            if start < reached || start > part.end {
                continue;
            }
            push(&mut text, &line[reached..start]);
            let first = text.len();
            push(&mut text, &line[start..end]);
            reached = end;
            submatches.push(SubMatch {
                matched: Text {
                    text: text[first..].to_owned(),
                },
                start: narrow(first),
                end: narrow(text.len()),
            });
        }
        push(&mut text, &line[reached..part.end]);
        Self {
            text,
            cut: part.start,
            submatches,
        }
    }
}

/// The part of a long line around a place in it, cut between characters.
fn part(line: &[u8], place: usize) -> Range<usize> {
    let start = boundary(line, place.saturating_sub(MOST_BEFORE));
    start..boundary(line, (start + MOST_LINE).min(line.len()))
}

/// The place, or one before it that is not inside a character.
fn boundary(line: &[u8], place: usize) -> usize {
    let is_inside = |place: &usize| line.get(*place).is_some_and(|byte| byte & 0xc0 == 0x80);
    (place.saturating_sub(3)..=place)
        .rev()
        .find(|place| !is_inside(place))
        .unwrap_or(place)
}

fn push(text: &mut String, bytes: &[u8]) {
    text.push_str(&String::from_utf8_lossy(bytes));
}

fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_offsets(line: &Line) {
        for found in &line.submatches {
            let range = found.start as usize..found.end as usize;
            assert_eq!(line.text[range], found.matched.text);
        }
    }

    #[test]
    fn short_lines_stay_whole() {
        let line = Line::new(b"let x = x;\n", &[4..5, 8..9]);
        assert_eq!((line.text.as_str(), line.cut), ("let x = x;\n", 0));
        assert_eq!(line.submatches.len(), 2);
        assert_eq!((line.submatches[1].start, line.submatches[1].end), (8, 9));
        assert_offsets(&line);
    }

    #[test]
    fn long_lines_are_cut_around_the_first_match() {
        let mut long = "é".repeat(5000);
        let place = long.len();
        long.push_str("needle");
        long.push_str(&"ü".repeat(5000));
        let last = long.len();
        long.push_str("needle");
        let line = Line::new(long.as_bytes(), &[place..place + 6, last..last + 6]);
        assert!(line.text.len() <= MOST_LINE);
        assert!(!line.text.contains(char::REPLACEMENT_CHARACTER));
        assert_eq!(line.submatches.len(), 1);
        assert_eq!(line.cut + line.submatches[0].start as usize, place);
        assert_offsets(&line);
        // A match that is longer than what is told.
        let line = Line::new(&[b'x'; 9000], std::slice::from_ref(&(0..9000)));
        assert_eq!(line.submatches[0].end as usize, MOST_LINE);
        assert_offsets(&line);
    }

    #[test]
    fn bytes_that_are_no_text_move_the_offsets_with_them() {
        let line = Line::new(b"\xff\xfe needle \xff needle", &[3..9, 12..18]);
        assert_eq!(line.submatches.len(), 2);
        assert_offsets(&line);
    }
}
