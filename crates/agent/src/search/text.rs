//! Lines that match.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use grep_matcher::Matcher;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkFinish, SinkMatch};
use yew_sandbox_protocol::search::{SearchMatch, SearchResult, Text};

use super::line::Line;
use super::{Pattern, Tree};

/// Most memory for one line; files with longer ones are passed over.
const MOST_LINE_MEMORY: usize = 16 * 1024 * 1024;
/// Most matches in one line that are told.
const MOST_SUBMATCHES: usize = 1000;
/// So many matches of one file are passed on together.
const PORTION: usize = 200;

/// A line that matches.
#[derive(Debug)]
pub(crate) struct Hit(SearchMatch);

/// Matches of one file. The answer of the function that takes them says whether more are wanted.
pub(crate) type Matches = Vec<Hit>;

/// Looks into all files of the tree, with two threads. Blocks until it is over, and says whether there are more than
/// `most` matches.
pub(crate) fn search_text(
    tree: &Tree,
    pattern: &Pattern,
    most: usize,
    is_over: &AtomicBool,
    taken: impl Fn(Matches) -> bool + Sync,
) -> bool {
    let left = AtomicUsize::new(most);
    let has_more = AtomicBool::new(false);
    let globs = pattern.clone();
    tree.each_file(
        is_over,
        move |path, is_directory| globs.leaves_out(path, is_directory),
        || {
            let mut searcher = SearcherBuilder::new()
                .binary_detection(BinaryDetection::quit(0))
                .heap_limit(Some(MOST_LINE_MEMORY))
                .build();
            let (left, has_more, taken) = (&left, &has_more, &taken);
            move |path: &Path| {
                let Ok(file) = tree.file(path) else {
                    return true;
                };
                let mut look = Look {
                    pattern,
                    path,
                    left,
                    has_more,
                    taken,
                    waiting: Vec::new(),
                    is_stopped: false,
                };
                // A file that cannot be read to its end gives what was read of it.
                let _ = searcher.search_reader(
                    &pattern.matcher,
                    UntilOver { file, is_over },
                    &mut look,
                );
                look.flush();
                !look.is_stopped && !is_over.load(Ordering::Relaxed)
            }
        },
    );
    has_more.into_inner()
}

/// One file that is looked into.
struct Look<'a, T> {
    pattern: &'a Pattern,
    path: &'a Path,
    left: &'a AtomicUsize,
    has_more: &'a AtomicBool,
    taken: &'a T,
    waiting: Matches,
    is_stopped: bool,
}

/// A file that ends when the search is over.
struct UntilOver<'a> {
    file: File,
    is_over: &'a AtomicBool,
}

impl<T: Fn(Matches) -> bool> Look<'_, T> {
    fn flush(&mut self) {
        if !self.waiting.is_empty() && !(self.taken)(std::mem::take(&mut self.waiting)) {
            self.is_stopped = true;
        }
    }

    /// Counts one match, if one more is wanted.
    fn count(&self) -> bool {
        let one_less = |left: usize| left.checked_sub(1);
        let is_wanted = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
            .is_ok();
        if !is_wanted {
            self.has_more.store(true, Ordering::Relaxed);
        }
        is_wanted
    }
}

impl<T: Fn(Matches) -> bool> Sink for Look<'_, T> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, io::Error> {
        if !self.count() {
            self.is_stopped = true;
            return Ok(false);
        }
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let find = self.pattern.matcher.find_iter(found.bytes(), |range| {
            ranges.push(range.start()..range.end());
            ranges.len() < MOST_SUBMATCHES
        });
        // The matcher has no way to fail.
        let _ = find;
        let line = Line::new(found.bytes(), &ranges);
        self.waiting.push(Hit(SearchMatch {
            file_id: None,
            path: self.path.to_string_lossy().into_owned(),
            lines: Text { text: line.text },
            line_number: found.line_number().unwrap_or_default(),
            absolute_offset: found.absolute_byte_offset() + line.cut as u64,
            submatches: line.submatches,
        }));
        if self.waiting.len() == PORTION {
            self.flush();
        }
        Ok(!self.is_stopped)
    }

    fn finish(&mut self, _: &Searcher, end: &SinkFinish) -> Result<(), io::Error> {
        if end.binary_byte_offset().is_some() {
            // It only looked like a text.
            let matches = std::mem::take(&mut self.waiting);
            self.left.fetch_add(matches.len(), Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Read for UntilOver<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_over.load(Ordering::Relaxed) {
            return Ok(0);
        }
        self.file.read(buffer)
    }
}

impl Hit {
    /// About how many bytes it takes in an answer.
    pub(crate) fn size(&self) -> usize {
        let submatches = self.0.submatches.iter();
        let matched: usize = submatches.map(|found| 40 + found.matched.text.len()).sum();
        100 + 2 * self.0.path.len() + self.0.lines.text.len() + matched
    }

    /// As a streaming search tells it.
    pub(crate) fn into_match(self) -> SearchMatch {
        let file_id = Some(self.0.path.clone());
        SearchMatch { file_id, ..self.0 }
    }

    /// As the answer to a search has it.
    pub(crate) fn into_result(self) -> SearchResult {
        SearchResult {
            file_id: self.0.path,
            lines: self.0.lines,
            line_number: self.0.line_number,
            absolute_offset: self.0.absolute_offset,
            submatches: self.0.submatches,
        }
    }
}
