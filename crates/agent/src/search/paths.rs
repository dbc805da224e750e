//! Paths that match.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use yew_sandbox_protocol::search::{PathMatch, SubMatch, Text};

use super::Tree;
use super::fuzzy::Letters;

/// Most paths in an answer.
const MOST_PATHS: usize = 1000;

/// The score, the path, and that the worst comes first.
type Worst = Reverse<(i64, Reverse<String>)>;

/// The files whose paths have the letters of the text in order, best first. Blocks.
pub(crate) fn search_paths(tree: &Tree, text: &str, is_over: &AtomicBool) -> Vec<PathMatch> {
    let letters = Letters::new(text);
    let best: Mutex<BinaryHeap<Worst>> = Mutex::default();
    tree.each_file(
        is_over,
        |_, _| false,
        || {
            let (letters, best) = (letters.clone(), &best);
            move |path: &Path| {
                let path = path.to_string_lossy();
                if let Some(fit) = letters.fit(&path) {
                    let mut best = best.lock().unwrap_or_else(PoisonError::into_inner);
                    let is_full = best.len() == MOST_PATHS;
                    let is_better = |Reverse((worst, _)): &Worst| fit.score >= *worst;
                    if !is_full || best.peek().is_some_and(is_better) {
                        best.push(Reverse((fit.score, Reverse(path.into_owned()))));
                        if is_full {
                            best.pop();
                        }
                    }
                }
                true
            }
        },
    );
    let best = best.into_inner().unwrap_or_else(PoisonError::into_inner);
    let paths = best.into_sorted_vec().into_iter();
    paths
        .map(|Reverse((_, Reverse(path)))| PathMatch {
            submatches: submatches(&letters, &path),
            path,
        })
        .collect()
}

fn submatches(letters: &Letters, path: &str) -> Vec<SubMatch> {
    let ranges = letters.fit(path).map(|fit| fit.ranges).unwrap_or_default();
    let narrow = |place| u32::try_from(place).unwrap_or(u32::MAX);
    ranges
        .into_iter()
        .map(|range| SubMatch {
            matched: Text {
                text: path[range.clone()].to_owned(),
            },
            start: narrow(range.start),
            end: narrow(range.end),
        })
        .collect()
}
