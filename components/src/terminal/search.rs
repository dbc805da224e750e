//! Search in what the terminal shows and keeps.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::screen::Screen;
use crate::parts::{IconButton, IconName, is_composing};
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct SearchBoxProps {
    pub(super) screen: Screen,
    /// Which match is shown, and how many there are.
    pub(super) results: (Option<u32>, u32),
    pub(super) on_close: Callback<()>,
}

#[component]
pub(super) fn SearchBox(props: &SearchBoxProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.terminal;
    let field = use_node_ref();
    let match_case = use_state_eq(|| false);
    let text = use_state_eq(String::new);
    {
        let (field, screen) = (field.clone(), props.screen.clone());
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                drop(field.focus());
            }
            move || drop(screen.end_find())
        });
    }
    let find = {
        let (screen, field) = (props.screen.clone(), field.clone());
        move |is_backwards: bool, is_typing: bool, match_case: bool| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                // A search that fails finds nothing.
                drop(screen.find(&field.value(), is_backwards, is_typing, match_case));
            }
        }
    };
    let oninput = {
        let (find, match_case, text) = (find.clone(), *match_case, text.setter());
        move |event: InputEvent| {
            find(false, true, match_case);
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                text.set(field.value());
            }
        }
    };
    let go = |is_backwards: bool| {
        let (find, match_case) = (find.clone(), *match_case);
        Callback::from(move |_: MouseEvent| find(is_backwards, false, match_case))
    };
    let onkeydown = {
        let (find, on_close, match_case) = (find.clone(), props.on_close.clone(), *match_case);
        move |event: KeyboardEvent| match event.key().as_str() {
            _ if is_composing(&event) => {}
            "Enter" => {
                event.prevent_default();
                find(event.shift_key(), false, match_case);
            }
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                on_close.emit(());
            }
            _ => {}
        }
    };
    let mind_case = {
        let (find, match_case) = (find.clone(), match_case.clone());
        move |_: MouseEvent| {
            let is_minded = !*match_case;
            match_case.set(is_minded);
            find(false, true, is_minded);
        }
    };
    let (index, count) = props.results;
    html! {
        <div class="ys-terminal-search" role="search" aria-label={words.search.clone()}>
            <input
                ref={field}
                class="ys-field"
                type="text"
                aria-label={words.search_field.clone()}
                placeholder={words.search_field.clone()}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                dir="auto"
                {oninput}
                {onkeydown}
            />
            <span class="ys-terminal-count" role="status">
                { if text.is_empty() { String::new() } else { (words.matches)(index, count) } }
            </span>
            <button
                type="button"
                class="ys-icon-button"
                aria-label={words.match_case.clone()}
                title={words.match_case.clone()}
                aria-pressed={match_case.to_string()}
                onclick={mind_case}
            >
                <span aria-hidden="true">{ "Aa" }</span>
            </button>
            <IconButton icon={IconName::ArrowLeft} label={words.previous.clone()} onclick={go(true)} />
            <IconButton icon={IconName::ArrowRight} label={words.next.clone()} onclick={go(false)} />
            <IconButton
                icon={IconName::Close}
                label={ui.words.parts.close.clone()}
                onclick={props.on_close.reform(|_| ())}
            />
        </div>
    }
}
