//! What both sides of a conflict made of a text, piece by piece. Pure.

use similar::{DiffTag, TextDiff};

/// Texts with more lines than this together are compared as a whole: all or nothing.
const MOST_LINES: usize = 100_000;

/// A stretch of both texts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// The same on both sides.
    Same(String),
    /// Another on each side.
    Change {
        /// What was typed here.
        mine: String,
        /// What the sandbox has.
        theirs: String,
    },
}

/// What becomes of a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// What was typed here.
    #[default]
    Mine,
    /// What the sandbox has.
    Theirs,
    /// What the sandbox has, then what was typed here.
    Both,
}

/// Takes two texts apart.
pub(super) fn pieces(mine: &str, theirs: &str) -> Vec<Piece> {
    if mine.lines().count() + theirs.lines().count() > MOST_LINES {
        return vec![Piece::Change {
            mine: mine.to_owned(),
            theirs: theirs.to_owned(),
        }];
    }
    // The lines are cut here, for both sides of it alike: other ways also end a line at a bare carriage return.
    let old: Vec<&str> = mine.split_inclusive('\n').collect();
    let new: Vec<&str> = theirs.split_inclusive('\n').collect();
    let diff = TextDiff::from_slices(&old, &new);
    diff.ops()
        .iter()
        .map(|operation| {
            let mine = old[operation.old_range()].concat();
            match operation.tag() {
                DiffTag::Equal => Piece::Same(mine),
                _ => Piece::Change {
                    mine,
                    theirs: new[operation.new_range()].concat(),
                },
            }
        })
        .collect()
}

/// Puts a text together again; a change without a choice is mine.
pub(super) fn merged(pieces: &[Piece], choices: &[Choice]) -> String {
    let mut choices = choices.iter().copied();
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Same(same) => text.push_str(same),
            Piece::Change { mine, theirs } => match choices.next().unwrap_or_default() {
                Choice::Mine => text.push_str(mine),
                Choice::Theirs => text.push_str(theirs),
                Choice::Both => {
                    text.push_str(theirs);
                    // A last line without an end would run into what follows.
                    if !theirs.is_empty() && !theirs.ends_with('\n') {
                        text.push('\n');
                    }
                    text.push_str(mine);
                }
            },
        }
    }
    text
}

/// How many changes there are.
pub(super) fn count(pieces: &[Piece]) -> usize {
    let changes = pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Change { .. }));
    changes.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINE: &str = "one\nmine\nthree\nfour\n";
    const THEIRS: &str = "one\ntheirs\nthree\nfour\nfive";

    #[test]
    fn every_side_comes_back_whole() {
        for (mine, theirs) in [
            (MINE, THEIRS),
            ("", "a"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("ä\rö\n\n", "ö\u{2028}x\n"),
        ] {
            let pieces = pieces(mine, theirs);
            let all = |choice| merged(&pieces, &vec![choice; count(&pieces)]);
            assert_eq!(all(Choice::Mine), mine);
            assert_eq!(all(Choice::Theirs), theirs);
        }
    }

    #[test]
    fn each_change_has_its_choice() {
        let pieces = pieces(MINE, THEIRS);
        assert_eq!(count(&pieces), 2);
        assert_eq!(
            merged(&pieces, &[Choice::Both, Choice::Theirs]),
            "one\ntheirs\nmine\nthree\nfour\nfive"
        );
        assert_eq!(
            merged(&pieces, &[Choice::Theirs, Choice::Mine]),
            "one\ntheirs\nthree\nfour\n"
        );
        assert_eq!(merged(&pieces, &[]), MINE);
    }
}
