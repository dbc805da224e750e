//! `fs/search`, `fs/streamingSearch`, `fs/pathSearch`: over all files of the workspace but those of `.git`.

use regex_lite::Regex;
use yew_sandbox_protocol::search::{
    CancelStreamingSearch, CaseSensitivity, PathMatch, PathSearch, PathSearchAnswer, Search,
    SearchAnswer, SearchFinished, SearchMatch, SearchMatches, SearchResult, StreamingSearch,
    SubMatch, Text,
};
use yew_sandbox_protocol::{ErrorCode, WireError, encode_notification};

use super::paths::{WORKSPACE, in_workspace};
use super::state::{Answer, State, answer};

/// Most matches of a search, unless fewer are asked for, as of the agent.
const MOST_MATCHES: usize = 10_000;
/// Most matches that can be asked for.
const MOST_ASKED: u32 = 100_000;
/// Most matches in one notification.
const MOST_PORTION: usize = 1_000;
/// Most paths of a search for paths.
const MOST_PATHS: usize = 200;

/// What is looked for, and where.
struct Pattern {
    expression: Regex,
    /// Globs of what is left out, then of what is taken.
    left_out: Vec<String>,
    taken: Vec<String>,
}

impl Pattern {
    fn new(
        text: &str,
        glob: Option<&str>,
        is_regex: Option<bool>,
        case: Option<CaseSensitivity>,
    ) -> Result<Self, WireError> {
        let refused = |reason: &str| {
            let message = format!("cannot search for {text:?}: {reason}");
            WireError::new(ErrorCode::CRITICAL, message)
        };
        if text.is_empty() {
            return Err(refused("the text to look for is empty"));
        }
        let ignores_case = match case.unwrap_or(CaseSensitivity::Smart) {
            CaseSensitivity::Smart => !text.chars().any(char::is_uppercase),
            CaseSensitivity::Enabled => false,
            CaseSensitivity::Disabled => true,
        };
        let expression = match is_regex {
            Some(true) => text.to_owned(),
            _ => regex_lite::escape(text),
        };
        let flags = if ignores_case { "(?mi)" } else { "(?m)" };
        let expression = Regex::new(&format!("{flags}{expression}"));
        let globs = glob.unwrap_or_default().split(',').map(str::trim);
        let globs = globs.filter(|glob| !glob.is_empty());
        let (left_out, taken): (Vec<&str>, Vec<&str>) =
            globs.partition(|glob| glob.starts_with('!'));
        Ok(Self {
            expression: expression.map_err(|error| refused(&error.to_string()))?,
            left_out: left_out.into_iter().map(|glob| whole(&glob[1..])).collect(),
            taken: taken.into_iter().map(whole).collect(),
        })
    }

    fn is_about(&self, path: &str) -> bool {
        let matches = |globs: &[String]| {
            let mut globs = globs.iter();
            globs.any(|glob| {
                fast_glob::glob_match(glob, path)
                    || fast_glob::glob_match(format!("{glob}/**"), path)
            })
        };
        !matches(&self.left_out) && (self.taken.is_empty() || matches(&self.taken))
    }
}

/// A glob without a slash is about names in any directory.
fn whole(glob: &str) -> String {
    let glob = glob.trim_start_matches("./").trim_end_matches('/');
    match glob.contains('/') {
        true => glob.trim_start_matches('/').to_owned(),
        false => format!("**/{glob}"),
    }
}

impl State {
    pub(super) fn search(&mut self, request: Search) -> Answer {
        let pattern = Pattern::new(
            &request.text,
            request.glob.as_deref(),
            request.is_regex,
            request.case_sensitivity,
        )?;
        let (matches, _) = self.matches(&pattern, MOST_MATCHES);
        let results = matches.into_iter().map(|found| SearchResult {
            file_id: found.path,
            lines: found.lines,
            line_number: found.line_number,
            absolute_offset: found.absolute_offset,
            submatches: found.submatches,
        });
        answer(&results.collect::<Vec<_>>())
    }

    pub(super) fn streaming_search(&mut self, connection: u64, request: StreamingSearch) -> Answer {
        let pattern = Pattern::new(
            &request.text,
            request.glob.as_deref(),
            request.is_regex,
            request.case_sensitivity,
        )?;
        let most = request.max_results.map_or(MOST_MATCHES, |most| {
            usize::try_from(most.min(MOST_ASKED)).unwrap_or(MOST_MATCHES)
        });
        let (matches, hit_limit) = self.matches(&pattern, most);
        let search_id = request.search_id;
        for portion in matches.chunks(MOST_PORTION) {
            let frame = encode_notification(&SearchMatches {
                search_id: search_id.clone(),
                matches: portion.to_vec(),
            });
            self.send(connection, frame);
        }
        let finished = SearchFinished {
            search_id: search_id.clone(),
            hit_limit,
        };
        self.send(connection, encode_notification(&finished));
        answer(&SearchAnswer { search_id })
    }

    /// A search is over before anybody could end it.
    pub(super) fn cancel_search(&mut self, request: CancelStreamingSearch) -> Answer {
        let search_id = request.search_id;
        answer(&SearchAnswer { search_id })
    }

    pub(super) fn path_search(&mut self, request: PathSearch) -> Answer {
        let ignores_case = !request.text.chars().any(char::is_uppercase);
        let letters: Vec<char> = request
            .text
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        let files = self.tree.files(WORKSPACE);
        let paths = files.filter_map(|(path, _)| in_workspace(path));
        let paths = paths.filter(|path| is_searched(path));
        let mut found: Vec<(i64, PathMatch)> = paths
            .filter_map(|path| fit(path, &letters, ignores_case))
            .collect();
        found.sort_by_key(|(score, _)| -score);
        found.truncate(MOST_PATHS);
        answer(&PathSearchAnswer {
            matches: found.into_iter().map(|(_, path)| path).collect(),
        })
    }

    /// The lines that match, and whether there are more.
    fn matches(&self, pattern: &Pattern, most: usize) -> (Vec<SearchMatch>, bool) {
        let mut all = Vec::new();
        for (path, content) in self.tree.files(WORKSPACE) {
            let Some(path) = in_workspace(path).filter(|path| is_searched(path)) else {
                continue;
            };
            // What is no text is passed over.
            let Ok(text) = std::str::from_utf8(content) else {
                continue;
            };
            if text.contains('\0') || !pattern.is_about(path) {
                continue;
            }
            let mut offset = 0;
            for (number, line) in text.split_inclusive('\n').enumerate() {
                let found = pattern.expression.find_iter(line.trim_end_matches('\n'));
                let found = found.filter(|found| !found.is_empty());
                let submatches: Vec<SubMatch> = found
                    .map(|found| sub_match(found.as_str(), found.start(), found.end()))
                    .collect();
                if !submatches.is_empty() {
                    if all.len() == most {
                        return (all, true);
                    }
                    all.push(SearchMatch {
                        file_id: Some(path.to_owned()),
                        path: path.to_owned(),
                        lines: Text {
                            text: line.to_owned(),
                        },
                        line_number: number as u64 + 1,
                        absolute_offset: offset,
                        submatches,
                    });
                }
                offset += line.len() as u64;
            }
        }
        (all, false)
    }
}

fn is_searched(path: &str) -> bool {
    path.split('/').all(|name| name != ".git")
}

/// Finds the letters of a path, in order: those that follow each other or are in the last name count more, and of two paths that match
/// alike the shorter one is better.
fn fit(path: &str, letters: &[char], ignores_case: bool) -> Option<(i64, PathMatch)> {
    let name = path.rfind('/').map_or(0, |place| place + 1);
    let found = places(path, name, letters, ignores_case);
    let found = found.or_else(|| places(path, 0, letters, ignores_case))?;
    let mut score = -(path.len() as i64);
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for (start, end) in found {
        score += if start >= name { 2_000 } else { 1_000 };
        match ranges.last_mut() {
            Some(last) if last.1 == start => {
                score += 5_000;
                last.1 = end;
            }
            _ => ranges.push((start, end)),
        }
    }
    let submatches = ranges.into_iter();
    let submatches = submatches.map(|(start, end)| sub_match(&path[start..end], start, end));
    let path = PathMatch {
        path: path.to_owned(),
        submatches: submatches.collect(),
    };
    Some((score, path))
}

fn places(
    path: &str,
    start: usize,
    letters: &[char],
    ignores_case: bool,
) -> Option<Vec<(usize, usize)>> {
    let mut places = Vec::with_capacity(letters.len());
    let mut wanted = letters.iter();
    let mut next = wanted.next();
    for (place, letter) in path[start..].char_indices() {
        let Some(one) = next else { break };
        let is_same =
            letter == *one || ignores_case && letter.to_lowercase().eq(std::iter::once(*one));
        if is_same {
            let place = start + place;
            places.push((place, place + letter.len_utf8()));
            next = wanted.next();
        }
    }
    next.is_none().then_some(places)
}

fn sub_match(text: &str, start: usize, end: usize) -> SubMatch {
    let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    SubMatch {
        matched: Text {
            text: text.to_owned(),
        },
        start: place(start),
        end: place(end),
    }
}
