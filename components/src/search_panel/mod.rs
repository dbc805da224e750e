//! Text in the files of the workspace.

mod results;
mod search;
mod words;

use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_sandbox::client::{CaseSensitivity, SearchMatch, SearchOptions};

pub use words::SearchPanelWords;

use self::results::Results;
use self::search::use_search;
use crate::parts::{IconName, Note, NoteKind, Urgency, announce, is_composing};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "search-panel",
    structure: "",
    css: include_str!("style.css"),
};

/// Where a match is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the workspace.
    pub path: String,
    /// The line, from 1.
    pub line: u64,
    /// The place in the line, from 1, in UTF-16 units, as the editor counts.
    pub column: u64,
}

/// The properties of [`SearchPanel`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SearchPanelProps {
    /// Called with the match that was chosen.
    #[prop_or_default]
    pub on_open: Callback<Place>,

    /// Draws what stands below the fields while nothing is searched for. Default: nothing.
    #[prop_or_default]
    pub empty: Option<Callback<(), Html>>,

    /// Draws a line that matches on its button, in place of its number and its text.
    #[prop_or_default]
    pub result: Option<Callback<SearchMatch, Html>>,

    /// Most lines that are shown. Default: 2,000.
    #[prop_or(2_000)]
    pub most: u32,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// A field, and the lines that match as they are found, by file. Typing begins a search after a pause, Enter at once;
/// Escape ends it and leaves what was found. How many were found is announced. Stable class names: `ys-search`, `ys-search-file`, `ys-search-match`.
#[component]
pub fn SearchPanel(props: &SearchPanelProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.search_panel;
    let search = use_search();
    let text = use_state(String::new);
    let glob = use_state(String::new);
    let is_regex = use_state(|| false);
    let case = use_state(|| false);

    let begin = {
        let search = search.clone();
        let most = props.most;
        Callback::from(
            move |(text, glob, is_regex, case, at_once): (String, String, bool, bool, bool)| {
                let glob = glob.trim();
                let options = SearchOptions {
                    is_regex,
                    glob: (!glob.is_empty()).then(|| glob.to_owned()),
                    case: if case {
                        CaseSensitivity::Enabled
                    } else {
                        CaseSensitivity::Smart
                    },
                    most,
                };
                search.begin(text, options, at_once);
            },
        )
    };
    let on_text = {
        let (begin, text, glob) = (begin.clone(), text.clone(), glob.clone());
        let (is_regex, case) = (*is_regex, *case);
        Callback::from(move |event: InputEvent| {
            let Some(value) = value(&event) else { return };
            text.set(value.clone());
            begin.emit((value, (*glob).clone(), is_regex, case, false));
        })
    };
    let on_glob = {
        let (begin, text, glob) = (begin.clone(), text.clone(), glob.clone());
        let (is_regex, case) = (*is_regex, *case);
        Callback::from(move |event: InputEvent| {
            let Some(value) = value(&event) else { return };
            glob.set(value.clone());
            begin.emit(((*text).clone(), value, is_regex, case, false));
        })
    };
    let toggle = |which: &UseStateHandle<bool>, is_of_regex: bool| {
        let (begin, text, glob) = (begin.clone(), text.clone(), glob.clone());
        let (which, is_regex, case) = (which.clone(), *is_regex, *case);
        Callback::from(move |_: MouseEvent| {
            let next = !*which;
            which.set(next);
            let (is_regex, case) = if is_of_regex {
                (next, case)
            } else {
                (is_regex, next)
            };
            begin.emit(((*text).clone(), (*glob).clone(), is_regex, case, true));
        })
    };
    let (toggle_case, toggle_regex) = (toggle(&case, false), toggle(&is_regex, true));
    let onsubmit = {
        let (begin, text, glob) = (begin.clone(), text.clone(), glob.clone());
        let (is_regex, case) = (*is_regex, *case);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            begin.emit(((*text).clone(), (*glob).clone(), is_regex, case, true));
        })
    };
    let onkeydown = {
        let search = search.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() != "Escape" || is_composing(&event) {
                return;
            }
            search.end();
            // Chrome and Safari would empty the field, and what was found would go with it.
            let field = event.target_dyn_into::<HtmlInputElement>();
            if field.is_some_and(|field| field.type_() == "search" && !field.value().is_empty()) {
                event.prevent_default();
            }
        })
    };
    let found = search.found();
    let told = match (&found.error, found.is_over, found.is_begun) {
        (None, true, true) => Some((words.found)(found.count, found.files.len())),
        _ => None,
    };
    use_effect_with(told.clone(), |told| {
        if let Some(told) = told {
            announce(told, Urgency::Polite);
        }
    });

    let empty = props
        .empty
        .as_ref()
        .filter(|_| !found.is_begun)
        .map(|empty| empty.emit(()));
    let pressed = |value: bool| if value { "true" } else { "false" };
    html! {
        <section class={classes!("ys-panel", "ys-search", props.class.clone())} style={props.style.clone()} aria-label={words.title.clone()} {onkeydown}>
            <form class="ys-search-form" role="search" {onsubmit}>
                <div class="ys-search-row">
                    <input
                        class="ys-field"
                        type="search"
                        aria-label={words.field.clone()}
                        placeholder={words.field.clone()}
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        value={(*text).clone()}
                        oninput={on_text}
                    />
                    <button type="button" class="ys-search-toggle" aria-pressed={pressed(*case)}
                        aria-label={words.case.clone()} title={words.case.clone()} onclick={toggle_case}>{ "Aa" }</button>
                    <button type="button" class="ys-search-toggle" aria-pressed={pressed(*is_regex)}
                        aria-label={words.regex.clone()} title={words.regex.clone()} onclick={toggle_regex}>{ ".*" }</button>
                </div>
                <input
                    class="ys-field"
                    type="text"
                    aria-label={words.glob.clone()}
                    placeholder={words.glob_example.clone()}
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    dir="ltr"
                    value={(*glob).clone()}
                    oninput={on_glob}
                />
            </form>
            if let Some(error) = &found.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
            if let Some(told) = told {
                <p class="ys-search-count">
                    { told }
                    if found.has_more { { " " }{ words.more.clone() } }
                </p>
            } else if found.is_begun && found.error.is_none() {
                <p class="ys-search-count">{ words.searching.clone() }</p>
            }
            { empty.unwrap_or_default() }
            <Results files={found.files.clone()} on_open={props.on_open.clone()} draw={props.result.clone()} icon={IconName::File} />
        </section>
    }
}

fn value(event: &InputEvent) -> Option<String> {
    Some(event.target_dyn_into::<HtmlInputElement>()?.value())
}
