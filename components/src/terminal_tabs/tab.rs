//! One tab.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::parts::{Icon, IconName, is_composing, is_mirrored, use_name_field};
use crate::ui::use_ui;

/// What the user does with a tab.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    Show,
    /// Shows it and goes into it.
    Enter,
    /// Closes it; whether the focus goes to the tab that is shown then.
    Close(bool),
    BeginRename,
    /// The new name, or none where it stays as it is; whether the focus goes to the tab.
    Rename(Option<String>, bool),
    /// Goes to the tab at a place.
    Go(usize),
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TabProps {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) place: usize,
    pub(super) count: usize,
    pub(super) is_active: bool,
    pub(super) is_beside: bool,
    pub(super) has_ended: bool,
    pub(super) close_label: String,
    pub(super) is_renamed: bool,
    /// The id of the pane that it is seen in.
    pub(super) controls: Option<String>,
    pub(super) described_by: String,
    /// The id of its shell.
    pub(super) shell: String,
    pub(super) act: Callback<(String, Act)>,
}

#[component]
pub(super) fn Tab(props: &TabProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.terminal_tabs;
    let act = {
        let shell = props.shell.clone();
        &props.act.reform(move |act: Act| (shell.clone(), act))
    };
    let onkeydown = {
        let (props, on_act) = (props.clone(), act.clone());
        move |event: KeyboardEvent| {
            if let Some(act) = act_of(&event, &props) {
                event.prevent_default();
                on_act.emit(act);
            }
        }
    };
    let onauxclick = {
        let act = act.clone();
        move |event: MouseEvent| {
            if event.button() == 1 {
                event.prevent_default();
                act.emit(Act::Close(true));
            }
        }
    };
    if props.is_renamed {
        return html! {
            <div class="ys-terminal-tabs-item" role="presentation" data-active={props.is_active.to_string()}>
                <NameField name={props.name.clone()} on_done={act.reform(|(name, takes_focus)| Act::Rename(name, takes_focus))} />
            </div>
        };
    }
    html! {
        <div
            class="ys-terminal-tabs-item"
            role="presentation"
            data-active={props.is_active.to_string()}
            data-beside={props.is_beside.to_string()}
            {onauxclick}
        >
            <div
                class="ys-terminal-tabs-tab"
                role="tab"
                id={props.id.clone()}
                tabindex={if props.is_active { "0" } else { "-1" }}
                title={props.name.clone()}
                aria-selected={props.is_active.to_string()}
                aria-controls={props.controls.clone()}
                aria-describedby={props.described_by.clone()}
                onclick={act.reform(|_: MouseEvent| Act::Show)}
                ondblclick={act.reform(|_: MouseEvent| Act::BeginRename)}
                {onkeydown}
            >
                <Icon name={IconName::Terminal} />
                <bdi>{ props.name.clone() }</bdi>
                if props.has_ended {
                    <span class="ys-terminal-tabs-mark">{ format!(" ({})", words.ended) }</span>
                }
                if props.is_beside {
                    <span class="ys-unseen">{ format!(" ({})", words.beside) }</span>
                }
            </div>
            // For the pointer only: Delete and the button behind the tabs do the same, and a list of tabs holds nothing else.
            <button
                type="button"
                class="ys-icon-button"
                tabindex="-1"
                aria-hidden="true"
                title={props.close_label.clone()}
                onclick={act.reform(|_: MouseEvent| Act::Close(true))}
            >
                <Icon name={IconName::Close} />
            </button>
        </div>
    }
}

fn act_of(event: &KeyboardEvent, props: &TabProps) -> Option<Act> {
    let is_mirrored = is_mirrored(event);
    let last = props.count - 1;
    let step = |forward: bool| {
        let by = if forward { 1 } else { last };
        Act::Go((props.place + by) % props.count)
    };
    match event.key().as_str() {
        "ArrowRight" => Some(step(!is_mirrored)),
        "ArrowLeft" => Some(step(is_mirrored)),
        "Home" => Some(Act::Go(0)),
        "End" => Some(Act::Go(last)),
        "Delete" => Some(Act::Close(true)),
        "F2" => Some(Act::BeginRename),
        "Enter" | " " => Some(Act::Enter),
        _ => None,
    }
}

#[derive(Clone, PartialEq, Properties)]
struct NameFieldProps {
    name: String,
    /// Called with the new name, if there is one, and with whether the focus goes to the tab.
    on_done: Callback<(Option<String>, bool)>,
}

#[component]
fn NameField(props: &NameFieldProps) -> Html {
    let ui = use_ui();
    let field = use_name_field(&props.name, props.name.len());
    let given = {
        let (field, name) = (field.clone(), props.name.clone());
        move || {
            let value = field.cast::<HtmlInputElement>()?.value();
            let value = value.trim();
            (!value.is_empty() && value != name).then(|| value.to_owned())
        }
    };
    let onkeydown = {
        let (on_done, given) = (props.on_done.clone(), given.clone());
        move |event: KeyboardEvent| match event.key().as_str() {
            _ if is_composing(&event) => {}
            "Enter" => on_done.emit((given(), true)),
            "Escape" => {
                event.stop_propagation();
                on_done.emit((None, true));
            }
            _ => {}
        }
    };
    let onblur = props.on_done.reform(move |_: FocusEvent| (given(), false));
    html! {
        <input
            ref={field}
            class="ys-field ys-terminal-tabs-field"
            type="text"
            aria-label={ui.words.terminal_tabs.new_name.clone()}
            maxlength="100"
            autocomplete="off"
            spellcheck="false"
            dir="auto"
            {onkeydown}
            {onblur}
        />
    }
}
