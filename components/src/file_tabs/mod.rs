//! The open files, as tabs.

mod names;
mod tab;
mod words;

use std::rc::Rc;

use web_sys::wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlSelectElement};
use yew::prelude::*;

pub use words::FileTabsWords;

use self::names::names;
use self::tab::{Dragged, Tab};
use crate::documents::{use_documents, use_open_files};
use crate::parts::{Dialog, Icon, IconName, Urgency, announce, into_sight};
use crate::paths::name_of;
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "file-tabs",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// When a tab that is reached with the arrow keys is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TabActivation {
    /// At once.
    #[default]
    Automatic,
    /// When Enter or Space is pressed.
    Manual,
}

/// The properties of [`FileTabs`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FileTabsProps {
    /// When a tab that is reached with the arrow keys is shown. Default: at once.
    #[prop_or_default]
    pub activation: TabActivation,

    /// The id of the element that shows the file, for `aria-controls`. Default: none.
    #[prop_or_default]
    pub controls: Option<AttrValue>,

    /// Draws what a tab says, given its path, in place of the file's name. It is what screen readers say too.
    #[prop_or_default]
    pub label: Option<Callback<String, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// What the user does with a tab.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// Shows a file.
    Show(String),
    /// Asks to close it.
    Close(String),
    /// Moves it to a place.
    Move(String, usize),
}

/// The open files of [`use_open_files`](crate::use_open_files) as tabs: shared within a
/// [`DocumentsProvider`](crate::DocumentsProvider).
///
/// Arrow keys, Home and End go from tab to tab, Delete or a press of the middle button closes one, Control and Shift with an
/// arrow key or a drag moves it. A file with unsaved edits is closed only after the user said so. One that is gone from the sandbox is
/// marked. Stable class names: `ys-tabs`, `ys-tabs-item` with `data-active`, `data-dirty`, `data-deleted`, and `data-drop` while a drag
/// would end there.
#[component]
pub fn FileTabs(props: &FileTabsProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.file_tabs;
    let files = use_open_files();
    let asked = use_state(|| None::<String>);
    let dragged = use_state_eq(|| None::<Dragged>);
    let keys = use_memo((), |()| crate::code_editor::next_id());
    let list = use_node_ref();
    // What the arrow keys reached, where that is not shown yet.
    let reached = use_state(|| None::<String>);
    {
        let list = list.clone();
        use_effect_with(files.open.clone(), move |_| {
            if let Some(list) = list.cast() {
                into_sight(&list, ".ys-tabs-item[data-active=true]");
            }
        });
    }
    // They read what there is when they are called, and stay the same: a tab is drawn again for what it shows itself.
    let documents = use_documents();
    let act = {
        let asked = asked.setter();
        use_callback(
            (documents.clone(), Rc::clone(&ui.words)),
            move |act, (documents, words)| match act {
                Act::Show(path) => documents.change_open(|open| open.activate(&path)),
                Act::Close(path) if documents.get(&path).is_dirty() => asked.set(Some(path)),
                Act::Close(path) => documents.close(&path),
                Act::Move(path, place) => {
                    documents.change_open(|open| open.move_to(&path, place));
                    let paths = documents.open_files().paths;
                    let at = paths.iter().position(|other| *other == path);
                    if let Some(name) = at.and_then(|at| names(&paths).into_iter().nth(at)) {
                        let told = (words.file_tabs.moved)(&name, place + 1, paths.len());
                        announce(&told, Urgency::Polite);
                    }
                }
            },
        )
    };
    let go = {
        let (list, reached) = (list.clone(), reached.setter());
        use_callback(
            (documents, act.clone(), props.activation),
            move |place: usize, (documents, act, activation)| {
                let paths = documents.open_files().paths;
                let Some(path) = paths.get(place) else { return };
                focus(&list, place);
                if *activation == TabActivation::Automatic {
                    act.emit(Act::Show(path.clone()));
                }
                reached.set(Some(path.clone()));
            },
        )
    };
    let on_drag = {
        let dragged = dragged.setter();
        use_callback((), move |now, ()| dragged.set(now))
    };
    if files.open.paths.is_empty() {
        return html! {};
    }
    let names = names(&files.open.paths);
    let focused = (*reached)
        .clone()
        .filter(|path| files.open.is_open(path))
        .or_else(|| files.open.active.clone())
        .or_else(|| files.open.paths.first().cloned());
    let onfocusout = {
        let reached = reached.clone();
        Callback::from(move |_: FocusEvent| reached.set(None))
    };
    let choose = {
        let (act, paths) = (act.clone(), files.open.paths.clone());
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let place = select.and_then(|select| usize::try_from(select.selected_index()).ok());
            if let Some(path) = place.and_then(|place| paths.get(place)) {
                act.emit(Act::Show(path.clone()));
            }
        })
    };
    let count = files.open.paths.len();
    let tabs = files.open.paths.iter().enumerate().map(|(place, path)| {
        let is_active = files.open.active.as_deref() == Some(path);
        html! {
            <Tab
                key={path.clone()}
                path={path.clone()}
                name={names[place].clone()}
                {place}
                {count}
                {is_active}
                is_dirty={files.dirty.contains(path)}
                is_deleted={files.missing.contains(path)}
                is_focused={focused.as_ref() == Some(path)}
                controls={props.controls.clone()}
                described_by={keys.to_string()}
                dragged={(*dragged).clone()}
                on_drag={on_drag.clone()}
                label={props.label.clone()}
                act={act.clone()}
                go={go.clone()}
            />
        }
    });
    // Seen while it has the focus: who has no Delete key closes the shown file here.
    let close_shown = files.open.active.clone().map(|path| {
        let label = (words.close)(name_of(&path));
        let close = act.reform(move |_: MouseEvent| Act::Close(path.clone()));
        html! { <button type="button" class="ys-button ys-unseen-until-focus ys-tabs-close-shown" onclick={close}>{ label }</button> }
    });
    let question = asked.as_ref().map(|path| {
        let close = {
            let (files, asked, path) = (files.clone(), asked.clone(), path.clone());
            move |_: MouseEvent| {
                files.close(&path);
                asked.set(None);
            }
        };
        let on_close = {
            let asked = asked.clone();
            Callback::from(move |()| asked.set(None))
        };
        let cancel = on_close.reform(|_: MouseEvent| ());
        html! {
            <Dialog label={(words.close)(path)} {on_close}>
                <p>{ (words.asks)(path) }</p>
                <div class="ys-dialog-buttons">
                    <button type="button" class="ys-button" autofocus=true onclick={cancel}>
                        { ui.words.parts.cancel.clone() }
                    </button>
                    <button type="button" class="ys-button ys-tabs-close" data-kind="danger" onclick={close}>
                        { words.close_anyway.clone() }
                    </button>
                </div>
            </Dialog>
        }
    });
    html! {
        <div class={classes!("ys-tabs", props.class.clone())} style={props.style.clone()}>
            <p class="ys-unseen" id={keys.to_string()}>{ words.keys.clone() }</p>
            <div class="ys-tabs-list" role="tablist" aria-label={words.title.clone()} ref={list} {onfocusout}>
                { for tabs }
            </div>
            <span class="ys-tabs-all">
                <Icon name={IconName::ChevronDown} />
                <select aria-label={words.all.clone()} title={words.all.clone()} onchange={choose}>
                    { for files.open.paths.iter().map(|path| html! {
                        <option selected={files.open.active.as_deref() == Some(path)}>{ path.clone() }</option>
                    }) }
                </select>
            </span>
            // Always nodes: unkeyed ones are compared from the end, and one more would take the focus from the tabs.
            { close_shown.unwrap_or_default() }
            { question.unwrap_or_default() }
        </div>
    }
}

fn focus(list: &NodeRef, place: usize) {
    let tabs = list
        .cast::<HtmlElement>()
        .and_then(|list| list.query_selector_all("[role=tab]").ok());
    let tab = tabs.and_then(|tabs| tabs.item(u32::try_from(place).unwrap_or(u32::MAX)));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
        // One that cannot have the focus stays without it.
        drop(tab.focus());
    }
}
