//! Every command, a few letters away.

mod matching;
mod words;

use yew::prelude::*;

pub use words::CommandPaletteWords;

use self::matching::fit;
use crate::parts::{Dialog, Urgency, announce, is_composing};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "command-palette",
    structure: "",
    css: include_str!("style.css"),
};

/// Most commands that are listed at a time; typing brings up the others.
const MOST_LISTED: usize = 100;

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct PaletteCommand {
    /// What it is called.
    pub label: AttrValue,
    /// What stands beside it: its group, or a path.
    pub detail: AttrValue,
    /// The keys that do it too, for the eye: `Ctrl+S`. Empty for none.
    pub keys: AttrValue,
    /// Does it.
    pub run: Callback<()>,
}

impl PaletteCommand {
    /// A command with a label and nothing beside it.
    pub fn new(label: impl Into<AttrValue>, run: Callback<()>) -> Self {
        Self {
            label: label.into(),
            detail: AttrValue::default(),
            keys: AttrValue::default(),
            run,
        }
    }
}

/// The properties of [`CommandPalette`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CommandPaletteProps {
    /// What can be done, in the order in which it is listed while nothing is typed.
    pub commands: Vec<PaletteCommand>,

    /// Called when it closes: given up, or after a command was chosen.
    pub on_close: Callback<()>,

    /// Told what is typed, for commands that depend on it, as files do. Such commands come back through `commands`.
    #[prop_or_default]
    pub on_type: Callback<AttrValue>,

    /// Whether `commands` are sorted and filtered here. Default: they are.
    #[prop_or(true)]
    pub filters: bool,

    /// The name, where it is not that of a palette of commands.
    #[prop_or_default]
    pub title: Option<AttrValue>,

    /// What stands in the empty field.
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,

    /// Draws a command in its row, in place of label, detail and keys. The row's name for screen readers is its text.
    #[prop_or_default]
    pub row: Option<Callback<PaletteCommand, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// A dialog with a field and a list: type a few letters, press Enter. It is open as long as it is there.
///
/// The field is a `combobox` and the list a `listbox`. Arrows, Page Up, Page Down, Home and End move; Escape closes. How many
/// commands fit is announced. Stable class names: `ys-palette`, `ys-palette-option`.
#[component]
pub fn CommandPalette(props: &CommandPaletteProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.command_palette;
    let typed = use_state(AttrValue::default);
    let active = use_state(|| 0usize);
    let id = use_memo((), |()| fresh_id());
    let field = use_node_ref();

    let listed = use_memo(
        (props.commands.clone(), (*typed).clone(), props.filters),
        |(commands, typed, filters)| listed(commands, typed, *filters),
    );
    let at = (*active).min(listed.len().saturating_sub(1));
    {
        let told = (words.found)(listed.len());
        use_effect_with(told, |told| announce(told, Urgency::Polite));
    }
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<web_sys::HtmlElement>() {
                let _ = field.focus();
            }
        });
    }
    {
        let id = id.clone();
        use_effect_with((at, listed.len()), move |(at, _)| {
            let document = web_sys::window().and_then(|window| window.document());
            let option = document.and_then(|page| page.get_element_by_id(&format!("{id}-{at}")));
            if let Some(option) = option {
                option.scroll_into_view_with_scroll_into_view_options(&nearest());
            }
        });
    }

    let choose = {
        let (listed, on_close) = (listed.clone(), props.on_close.clone());
        Callback::from(move |index: usize| {
            if let Some((command, _)) = listed.get(index) {
                on_close.emit(());
                command.run.emit(());
            }
        })
    };
    let oninput = {
        let (typed, active, on_type) = (typed.clone(), active.clone(), props.on_type.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<web_sys::HtmlInputElement>() {
                let value = AttrValue::from(field.value());
                typed.set(value.clone());
                active.set(0);
                on_type.emit(value);
            }
        })
    };
    let onkeydown = {
        let (active, choose, count) = (active.clone(), choose.clone(), listed.len());
        Callback::from(move |event: KeyboardEvent| {
            let last = count.saturating_sub(1);
            let next = match event.key().as_str() {
                "ArrowDown" => {
                    if at == last {
                        0
                    } else {
                        at + 1
                    }
                }
                "ArrowUp" => {
                    if at == 0 {
                        last
                    } else {
                        at - 1
                    }
                }
                "PageDown" => (at + 10).min(last),
                "PageUp" => at.saturating_sub(10),
                "Home" if event.ctrl_key() => 0,
                "End" if event.ctrl_key() => last,
                // Not the Enter that ends an input method's composition.
                "Enter" if !is_composing(&event) => {
                    event.prevent_default();
                    choose.emit(at);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            active.set(next);
        })
    };

    let title = props.title.clone().unwrap_or_else(|| words.title.clone());
    let placeholder = props
        .placeholder
        .clone()
        .unwrap_or_else(|| words.placeholder.clone());
    html! {
        <Dialog label={title.clone()} on_close={props.on_close.clone()} class={classes!("ys-palette", props.class.clone())} style={props.style.clone()}>
            <input
                ref={field}
                class="ys-field ys-palette-field"
                type="text"
                role="combobox"
                aria-expanded="true"
                aria-autocomplete="list"
                aria-controls={format!("{id}-list")}
                aria-activedescendant={(!listed.is_empty()).then(|| format!("{id}-{at}"))}
                aria-label={title.clone()}
                {placeholder}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                value={(*typed).clone()}
                {oninput}
                {onkeydown}
            />
            <ul class="ys-palette-list" id={format!("{id}-list")} role="listbox" aria-label={title}>
                { for listed.iter().enumerate().map(|(index, (command, places))| {
                    let onclick = choose.reform(move |_| index);
                    html! {
                        <li
                            key={index}
                            id={format!("{id}-{index}")}
                            class="ys-palette-option"
                            role="option"
                            aria-selected={if index == at { "true" } else { "false" }}
                            {onclick}
                        >
                            if let Some(row) = &props.row {
                                { row.emit(command.clone()) }
                            } else {
                                <span class="ys-palette-label">{ marked(&command.label, places) }</span>
                                if !command.detail.is_empty() {
                                    <span class="ys-palette-detail"><bdi>{ command.detail.clone() }</bdi></span>
                                }
                                if !command.keys.is_empty() {
                                    <kbd class="ys-palette-keys">{ command.keys.clone() }</kbd>
                                }
                            }
                        </li>
                    }
                }) }
            </ul>
            if listed.is_empty() {
                <p class="ys-palette-nothing">{ words.nothing.clone() }</p>
            }
        </Dialog>
    }
}

/// A command, and which of its letters were typed.
type Listed = (PaletteCommand, Vec<usize>);

fn listed(commands: &[PaletteCommand], typed: &str, filters: bool) -> Vec<Listed> {
    if !filters || typed.trim().is_empty() {
        let all = commands.iter().take(MOST_LISTED);
        return all.map(|command| (command.clone(), Vec::new())).collect();
    }
    let mut fitting: Vec<(i32, Listed)> = commands
        .iter()
        .filter_map(|command| {
            let (score, places) = fit(&command.label, typed)?;
            Some((score, (command.clone(), places)))
        })
        .collect();
    fitting.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    fitting.truncate(MOST_LISTED);
    fitting.into_iter().map(|(_, listed)| listed).collect()
}

/// The label with the typed letters marked.
fn marked(label: &str, places: &[usize]) -> Html {
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for (at, letter) in label.chars().enumerate() {
        let is_marked = places.contains(&at);
        match pieces.last_mut() {
            Some((same, text)) if *same == is_marked => text.push(letter),
            _ => pieces.push((is_marked, letter.to_string())),
        }
    }
    html! {
        <>
            { for pieces.into_iter().map(|(is_marked, text)| {
                if is_marked { html! { <mark>{ text }</mark> } } else { html! { { text } } }
            }) }
        </>
    }
}

fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options
}

/// An id that no other palette of the page has.
fn fresh_id() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};

    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("ys-palette-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
