//! One tab.

use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, Node};
use yew::prelude::*;

use super::Act;
use crate::parts::{Icon, IconName, is_mirrored};
use crate::ui::use_ui;

/// A drag that is under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dragged {
    /// The file whose tab is dragged.
    path: String,
    /// The file whose place it would take.
    over: Option<String>,
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TabProps {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) place: usize,
    pub(super) count: usize,
    pub(super) is_active: bool,
    pub(super) is_dirty: bool,
    /// Whether its file is gone.
    pub(super) is_deleted: bool,
    /// Whether Tab reaches it.
    pub(super) is_focused: bool,
    pub(super) controls: Option<AttrValue>,
    pub(super) described_by: String,
    pub(super) dragged: Option<Dragged>,
    pub(super) on_drag: Callback<Option<Dragged>>,
    pub(super) label: Option<Callback<String, Html>>,
    pub(super) act: Callback<Act>,
    /// Goes to the tab at a place.
    pub(super) go: Callback<usize>,
}

#[component]
pub(super) fn Tab(props: &TabProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.file_tabs;
    let close = {
        let (act, path) = (props.act.clone(), props.path.clone());
        Callback::from(move |()| act.emit(Act::Close(path.clone())))
    };
    let onclick = {
        let (act, path) = (props.act.clone(), props.path.clone());
        move |_: MouseEvent| act.emit(Act::Show(path.clone()))
    };
    let onauxclick = {
        let close = close.clone();
        move |event: MouseEvent| {
            if event.button() == 1 {
                event.prevent_default();
                close.emit(());
            }
        }
    };
    let onkeydown = {
        let (props, close) = (props.clone(), close.clone());
        move |event: KeyboardEvent| on_key(&event, &props, &close)
    };
    let ondragstart = {
        let (on_drag, path) = (props.on_drag.clone(), props.path.clone());
        move |event: DragEvent| {
            if let Some(transfer) = event.data_transfer() {
                // Without data Firefox drags nothing.
                drop(transfer.set_data("text/plain", &path));
                transfer.set_effect_allowed("move");
            }
            let path = path.clone();
            on_drag.emit(Some(Dragged { path, over: None }));
        }
    };
    let ondragend = props.on_drag.reform(|_: DragEvent| None);
    // Another one of these tabs, not something from elsewhere.
    let other = props.dragged.clone();
    let other = other.filter(|dragged| dragged.path != props.path);
    let is_over = |dragged: &Dragged| dragged.over.as_ref() == Some(&props.path);
    let is_drop = other.as_ref().is_some_and(is_over);
    let ondragover = {
        let (on_drag, path, other) = (props.on_drag.clone(), props.path.clone(), other.clone());
        move |event: DragEvent| {
            if let Some(other) = &other {
                // It says that it can be dropped here.
                event.prevent_default();
                on_drag.emit(Some(Dragged {
                    over: Some(path.clone()),
                    ..other.clone()
                }));
            }
        }
    };
    let ondragleave = {
        let (on_drag, other) = (props.on_drag.clone(), other.clone());
        move |event: DragEvent| {
            if let Some(other) = other.as_ref().filter(|_| is_drop && leaves(&event)) {
                on_drag.emit(Some(Dragged {
                    over: None,
                    ..other.clone()
                }));
            }
        }
    };
    let ondrop = {
        let (props, other) = (props.clone(), other.clone());
        move |event: DragEvent| {
            if let Some(other) = &other {
                event.prevent_default();
                props.act.emit(Act::Move(other.path.clone(), props.place));
            }
            props.on_drag.emit(None);
        }
    };
    html! {
        <div
            class="ys-tabs-item"
            role="presentation"
            data-active={props.is_active.to_string()}
            data-dirty={props.is_dirty.to_string()}
            data-deleted={props.is_deleted.to_string()}
            data-drop={is_drop.to_string()}
            draggable="true"
            {ondragstart}
            {ondragend}
            {ondragover}
            {ondragleave}
            {ondrop}
            {onauxclick}
        >
            <div
                class="ys-tabs-tab"
                role="tab"
                tabindex={if props.is_focused { "0" } else { "-1" }}
                title={props.path.clone()}
                aria-selected={props.is_active.to_string()}
                aria-controls={props.controls.clone()}
                aria-describedby={props.described_by.clone()}
                {onclick}
                {onkeydown}
            >
                if let Some(label) = &props.label {
                    { label.emit(props.path.clone()) }
                } else {
                    <bdi>{ props.name.clone() }</bdi>
                }
                if props.is_deleted {
                    <span class="ys-tabs-deleted">{ format!(" ({})", words.deleted) }</span>
                }
                if props.is_dirty {
                    <span class="ys-tabs-dirt"><span class="ys-unseen">{ words.unsaved.clone() }</span></span>
                }
            </div>
            // For the pointer only: Delete and the button behind the tabs do the same, and a list of tabs holds nothing else.
            <button
                type="button"
                class="ys-icon-button"
                tabindex="-1"
                aria-hidden="true"
                title={(words.close)(&props.name)}
                onclick={close.reform(|_: MouseEvent| ())}
            >
                <Icon name={IconName::Close} />
            </button>
        </div>
    }
}

/// Whether a drag goes out of the tab, and not to something else within it.
fn leaves(event: &DragEvent) -> bool {
    let from = event
        .target()
        .and_then(|from| from.dyn_into::<Element>().ok());
    let tab = from.and_then(|from| from.closest(".ys-tabs-item").ok()?);
    let to = event
        .related_target()
        .and_then(|to| to.dyn_into::<Node>().ok());
    tab.is_none_or(|tab| !tab.contains(to.as_ref()))
}

fn on_key(event: &KeyboardEvent, props: &TabProps, close: &Callback<()>) {
    let is_mirrored = is_mirrored(event);
    let last = props.count - 1;
    let step = |forward: bool| {
        if forward {
            (props.place + 1) % props.count
        } else {
            (props.place + last) % props.count
        }
    };
    let key = event.key();
    let target = match key.as_str() {
        "ArrowRight" => step(!is_mirrored),
        "ArrowLeft" => step(is_mirrored),
        "Home" => 0,
        "End" => last,
        "Delete" => {
            event.prevent_default();
            close.emit(());
            return;
        }
        "Enter" | " " => {
            event.prevent_default();
            props.act.emit(Act::Show(props.path.clone()));
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if event.ctrl_key() && event.shift_key() {
        props.act.emit(Act::Move(props.path.clone(), target));
    } else {
        props.go.emit(target);
    }
}
