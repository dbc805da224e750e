//! The lines that match, by file.

use std::rc::Rc;

use yew::prelude::*;
use yew_sandbox::client::SearchMatch;

use super::Place;
use super::search::FoundFile;
use crate::parts::{Icon, IconName};

/// Most characters of a line before its first match.
const BEFORE: usize = 16;
/// Most characters of a line that are shown.
const SHOWN: usize = 300;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct ResultsProps {
    pub(super) files: Rc<Vec<FoundFile>>,
    pub(super) on_open: Callback<Place>,
    pub(super) draw: Option<Callback<SearchMatch, Html>>,
    pub(super) icon: IconName,
}

#[component]
pub(super) fn Results(props: &ResultsProps) -> Html {
    html! {
        <div class="ys-panel-body ys-search-results">
            { for props.files.iter().map(|file| html! {
                <File key={file.path.clone()} file={file.clone()} on_open={props.on_open.clone()} draw={props.draw.clone()} icon={props.icon} />
            }) }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FileProps {
    file: FoundFile,
    on_open: Callback<Place>,
    draw: Option<Callback<SearchMatch, Html>>,
    icon: IconName,
}

/// Renders again only when a match of its own is added.
#[component]
fn File(props: &FileProps) -> Html {
    let FoundFile { path, matches } = &props.file;
    html! {
        <details class="ys-search-file" open=true>
            <summary class="ys-search-path">
                <Icon name={props.icon} />
                <bdi>{ path.clone() }</bdi>
                <span class="ys-search-number">{ matches.len() }</span>
            </summary>
            <ul class="ys-search-list">
                { for matches.iter().map(|found| {
                    let place = place(found);
                    let on_open = props.on_open.clone();
                    html! {
                        <li>
                            <button
                                type="button"
                                class="ys-search-match"
                                dir="ltr"
                                onclick={move |_| on_open.emit(place.clone())}
                            >
                                if let Some(draw) = &props.draw {
                                    { draw.emit(found.clone()) }
                                } else {
                                    <span class="ys-search-line">{ found.line_number }</span>
                                    <code>{ for pieces(found).into_iter().map(|(is_match, text)| {
                                        if is_match { html! { <mark>{ text }</mark> } } else { html! { { text } } }
                                    }) }</code>
                                }
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </details>
    }
}

fn place(found: &SearchMatch) -> Place {
    let start = found
        .submatches
        .first()
        .map_or(0, |first| first.start as usize);
    let before = found.lines.text.get(..start).unwrap_or_default();
    Place {
        path: found.path.clone(),
        line: found.line_number,
        column: before.encode_utf16().count() as u64 + 1,
    }
}

/// The line cut to what is worth showing, in pieces that match and pieces that do not. The positions are the sandbox's word:
/// those that are none are left out.
fn pieces(found: &SearchMatch) -> Vec<(bool, String)> {
    let line = found.lines.text.trim_end_matches(['\n', '\r']);
    let mut pieces = Vec::new();
    let mut at = 0;
    for found in &found.submatches {
        let (start, end) = (found.start as usize, (found.end as usize).min(line.len()));
        let (Some(before), Some(text)) = (line.get(at..start), line.get(start..end)) else {
            continue;
        };
        if text.is_empty() {
            continue;
        }
        let before = if at == 0 {
            shortened(before)
        } else {
            before.to_owned()
        };
        pieces.push((false, before));
        pieces.push((true, text.to_owned()));
        at = end;
    }
    pieces.push((false, line.get(at..).unwrap_or_default().to_owned()));
    let mut room = SHOWN;
    for (_, text) in &mut pieces {
        let end = text
            .char_indices()
            .nth(room)
            .map_or(text.len(), |(at, _)| at);
        text.truncate(end);
        room = room.saturating_sub(text.chars().count());
    }
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}

/// The end of what stands before the first match, without its indentation.
fn shortened(before: &str) -> String {
    let before = before.trim_start();
    let count = before.chars().count();
    if count <= BEFORE {
        return before.to_owned();
    }
    let kept = before.chars().skip(count - BEFORE);
    std::iter::once('…').chain(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use yew_sandbox::client::SubMatch;
    use yew_sandbox::client::protocol::search::Text;

    fn found(line: &str, places: &[(u32, u32)]) -> SearchMatch {
        SearchMatch {
            file_id: None,
            path: "a.txt".into(),
            lines: Text { text: line.into() },
            line_number: 3,
            absolute_offset: 0,
            submatches: places
                .iter()
                .map(|(start, end)| SubMatch {
                    matched: Text {
                        text: String::new(),
                    },
                    start: *start,
                    end: *end,
                })
                .collect(),
        }
    }

    fn shown(found: &SearchMatch) -> String {
        let mark =
            |(is_match, text): (bool, String)| if is_match { format!("[{text}]") } else { text };
        pieces(found).into_iter().map(mark).collect()
    }

    #[test]
    fn matches_are_marked() {
        assert_eq!(
            shown(&found("    let foo = foo;\n", &[(8, 11), (14, 17)])),
            "let [foo] = [foo];"
        );
        assert_eq!(place(&found("äö foo", &[(5, 8)])).column, 4);
    }

    #[test]
    fn places_that_are_none_are_left_out() {
        assert_eq!(
            shown(&found("äö", &[(1, 2), (0, 2), (9, 12), (3, 1)])),
            "[ä]ö"
        );
        assert_eq!(shown(&found("", &[(0, 0)])), "");
    }

    #[test]
    fn long_lines_are_cut_around_the_match() {
        let line = format!("{}foo{}", "x".repeat(1000), "y".repeat(1000));
        let shown = shown(&found(&line, &[(1000, 1003)]));
        assert!(shown.starts_with("…xxx"));
        assert!(shown.contains("[foo]"));
        assert!(shown.chars().count() <= SHOWN + 2);
    }
}
