//! How well a path matches some letters.

use std::ops::Range;

/// Points for a letter that follows the one before.
const FOLLOWS: i64 = 24;
/// Points for a letter at the start of a word.
const STARTS_WORD: i64 = 12;
/// Points for a letter in the path's last name.
const IN_NAME: i64 = 6;
/// Points for a letter at all, from which gaps are taken.
const FOUND: i64 = 4;
/// No gap costs more than this many points.
const MOST_GAP: usize = 3;

/// How well a path matches, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fit {
    /// More is better.
    pub(super) score: i64,
    /// Bytes of the path, in order, not touching each other.
    pub(super) ranges: Vec<Range<usize>>,
}

/// Letters that a path is to have, in order. Lower-case letters stand for both; spaces for nothing.
#[derive(Clone, Debug)]
pub(super) struct Letters {
    letters: Vec<char>,
    is_case_sensitive: bool,
}

impl Letters {
    pub(super) fn new(text: &str) -> Self {
        Self {
            letters: text
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .collect(),
            is_case_sensitive: text.chars().any(char::is_uppercase),
        }
    }

    /// Finds the letters in a path. Those that are all in the last name are found there.
    pub(super) fn fit(&self, path: &str) -> Option<Fit> {
        if self.letters.is_empty() {
            let score = -i64::try_from(path.len()).unwrap_or(i64::MAX);
            return Some(Fit {
                score,
                ranges: Vec::new(),
            });
        }
        let name = path.rfind('/').map_or(0, |place| place + 1);
        let places = self.places(path, name).or_else(|| self.places(path, 0))?;
        let mut score = 0;
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (place, length) in places {
            score += FOUND;
            if place >= name {
                score += IN_NAME;
            }
            if starts_word(path, place) {
                score += STARTS_WORD;
            }
            match ranges.last_mut() {
                Some(last) if last.end == place => {
                    score += FOLLOWS;
                    last.end = place + length;
                }
                last => {
                    let gap = place - last.map_or(place, |last| last.end);
                    score -= i64::try_from(gap.min(MOST_GAP)).unwrap_or_default();
                    ranges.push(place..place + length);
                }
            }
        }
        // Of two that match alike, the shorter one.
        let score = score * 1000 - i64::try_from(path.len().min(999)).unwrap_or_default();
        Some(Fit { score, ranges })
    }

    /// The first end of the letters behind `start`, and from there back, so that they stand close together.
    fn places(&self, path: &str, start: usize) -> Option<Vec<(usize, usize)>> {
        let mut wanted = self.letters.iter();
        let mut next = wanted.next();
        let mut end = start;
        for (place, letter) in path[start..].char_indices() {
            if next.is_some_and(|wanted| self.is_same(*wanted, letter)) {
                next = wanted.next();
                end = start + place + letter.len_utf8();
                if next.is_none() {
                    break;
                }
            }
        }
        if next.is_some() {
            return None;
        }
        let mut wanted = self.letters.iter().rev();
        let mut next = wanted.next();
        let mut places = Vec::with_capacity(self.letters.len());
        for (place, letter) in path[start..end].char_indices().rev() {
            let Some(one) = next else { break };
            if self.is_same(*one, letter) {
                places.push((start + place, letter.len_utf8()));
                next = wanted.next();
            }
        }
        places.reverse();
        Some(places)
    }

    fn is_same(&self, wanted: char, letter: char) -> bool {
        wanted == letter
            || !self.is_case_sensitive && letter.to_lowercase().eq(std::iter::once(wanted))
    }
}

fn starts_word(path: &str, place: usize) -> bool {
    let Some(before) = path[..place].chars().next_back() else {
        return true;
    };
    let letter = path[place..].chars().next().unwrap_or_default();
    !before.is_alphanumeric() || before.is_lowercase() && letter.is_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(text: &str, paths: &[&'a str]) -> Vec<&'a str> {
        let letters = Letters::new(text);
        let mut all: Vec<_> = paths
            .iter()
            .filter_map(|path| Some((letters.fit(path)?.score, *path)))
            .collect();
        all.sort_by_key(|(score, _)| -score);
        all.into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn letters_that_stand_together_come_first() {
        let paths = [
            "src/lib/main.rs",
            "src/mailing/in.rs",
            "docs/m/a/i/n.txt",
            "other",
        ];
        assert_eq!(
            best("main", &paths),
            ["src/lib/main.rs", "src/mailing/in.rs", "docs/m/a/i/n.txt"]
        );
        assert_eq!(
            best(
                "appjs",
                &["app.js", "a/p/p/j/s.md", "src/components/app.js"]
            ),
            ["app.js", "src/components/app.js", "a/p/p/j/s.md"]
        );
        assert_eq!(best("nothing like it", &paths), [] as [&str; 0]);
    }

    #[test]
    fn upper_case_counts_where_it_is_asked_for() {
        assert_eq!(best("Read", &["README.md", "Readme.md"]), ["Readme.md"]);
        assert_eq!(best("readme", &["README.md"]), ["README.md"]);
    }

    #[test]
    fn ranges_are_bytes_of_the_path() {
        let fit = Letters::new("üml").fit("docs/Ümläut.md").unwrap();
        assert_eq!(fit.ranges, vec![5..9]);
        let fit = Letters::new("d a").fit("docs/a").unwrap();
        assert_eq!(fit.ranges, [0..1, 5..6]);
        assert!(Letters::new("").fit("a").unwrap().ranges.is_empty());
    }
}
