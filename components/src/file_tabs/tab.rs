//! One tab.

use yew::prelude::*;

use super::Act;
use crate::parts::{Icon, IconName};
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TabProps {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) place: usize,
    pub(super) count: usize,
    pub(super) is_active: bool,
    pub(super) is_dirty: bool,
    /// Whether Tab reaches it.
    pub(super) is_focused: bool,
    pub(super) controls: Option<AttrValue>,
    pub(super) described_by: String,
    /// The path that is being dragged.
    pub(super) dragged: Option<String>,
    pub(super) on_drag: Callback<Option<String>>,
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
        let is_mirrored = ui.words.direction == crate::ui::Direction::RightToLeft;
        move |event: KeyboardEvent| on_key(&event, &props, &close, is_mirrored)
    };
    let ondragstart = {
        let (on_drag, path) = (props.on_drag.clone(), props.path.clone());
        move |_: DragEvent| on_drag.emit(Some(path.clone()))
    };
    let ondragend = props.on_drag.reform(|_: DragEvent| None);
    let is_target = props
        .dragged
        .as_ref()
        .is_some_and(|path| *path != props.path);
    let ondragover = move |event: DragEvent| {
        if is_target {
            event.prevent_default();
        }
    };
    let ondrop = {
        let props = props.clone();
        move |event: DragEvent| {
            event.prevent_default();
            if let Some(path) = &props.dragged {
                props.act.emit(Act::Move(path.clone(), props.place));
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
            draggable="true"
            {ondragstart}
            {ondragend}
            {ondragover}
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
                <bdi>{ props.name.clone() }</bdi>
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

fn on_key(event: &KeyboardEvent, props: &TabProps, close: &Callback<()>, is_mirrored: bool) {
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
