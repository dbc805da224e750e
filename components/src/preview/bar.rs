//! Where the preview is, and the way elsewhere.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;
use yew_sandbox::client::Preview;
use yew_sandbox::{Error, UsePreviewHandle};

use super::DeviceWidth;
use crate::parts::{Icon, IconButton, IconName, Note, NoteKind};
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct BarProps {
    pub(super) handle: UsePreviewHandle,
    pub(super) port: Option<u16>,
    pub(super) ports: Vec<u16>,
    pub(super) width: DeviceWidth,
    pub(super) on_port: Callback<u16>,
    pub(super) on_width: Callback<DeviceWidth>,
}

#[component]
pub(super) fn Bar(props: &BarProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.preview;
    let field = use_node_ref();
    // What is typed, until it is gone to or given up.
    let typed = use_state(|| None::<String>);
    let error = use_state(|| None::<Rc<Error>>);
    let preview = props.handle.preview().cloned();
    let state = props.handle.state.clone();
    let url = state
        .as_ref()
        .map(|state| state.url.clone())
        .unwrap_or_default();
    let shown = typed.as_ref().cloned().unwrap_or_else(|| path_of(&url));

    let onsubmit = {
        let (preview, typed, error) = (preview.clone(), typed.clone(), error.clone());
        let field = field.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            // What was typed last may not have been drawn yet.
            let field = field.cast::<HtmlInputElement>();
            if let Some((preview, field)) = preview.as_ref().zip(field) {
                match preview.navigate(&field.value()) {
                    Ok(()) => {
                        typed.set(None);
                        error.set(None);
                    }
                    Err(failure) => error.set(Some(Rc::new(failure))),
                }
            }
        })
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                typed.set(Some(field.value()));
            }
        })
    };
    let give_up = {
        let (typed, error) = (typed.clone(), error.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                typed.set(None);
                error.set(None);
            }
        })
    };
    let onchange = {
        let on_port = props.on_port.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(port) = select.and_then(|select| select.value().parse().ok()) {
                on_port.emit(port);
            }
        })
    };
    let (can_back, can_forward) = state.as_ref().map_or((false, false), |state| {
        (state.can_go_back, state.can_go_forward)
    });
    html! {
        <>
            <div class="ys-panel-header ys-preview-bar" role="toolbar" aria-label={words.bar.clone()}>
                <Moves {preview} {can_back} {can_forward} />
                if props.ports.len() > 1 {
                    <select class="ys-field" aria-label={words.port.clone()} {onchange}>
                        { for props.ports.iter().map(|port| html! {
                            <option value={port.to_string()} selected={Some(*port) == props.port}>{ port }</option>
                        }) }
                    </select>
                }
                <form class="ys-preview-form" {onsubmit}>
                    <input
                        ref={field}
                        class="ys-field ys-preview-address"
                        type="text"
                        inputmode="url"
                        dir="ltr"
                        aria-label={words.address.clone()}
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        title={url}
                        value={shown}
                        {oninput}
                        onkeydown={give_up}
                    />
                </form>
                <Widths width={props.width} on_width={props.on_width.clone()} />
                if let Some(url) = &props.handle.url {
                    <a class="ys-icon-button" href={url.clone()} target="_blank" rel="noopener noreferrer"
                        aria-label={words.new_tab.clone()} title={words.new_tab.clone()}>
                        <Icon name={IconName::External} />
                    </a>
                }
            </div>
            if let Some(error) = &*error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct MovesProps {
    preview: Option<Preview>,
    can_back: bool,
    can_forward: bool,
}

#[component]
fn Moves(props: &MovesProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.preview;
    let act = |what: fn(&Preview)| {
        let preview = props.preview.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(preview) = &preview {
                what(preview);
            }
        })
    };
    html! {
        <>
            <IconButton icon={IconName::ArrowLeft} label={words.back.clone()} disabled={!props.can_back}
                onclick={act(Preview::back)} />
            <IconButton icon={IconName::ArrowRight} label={words.forward.clone()} disabled={!props.can_forward}
                onclick={act(Preview::forward)} />
            <IconButton icon={IconName::Refresh} label={words.reload.clone()} disabled={props.preview.is_none()}
                onclick={act(Preview::reload)} />
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct WidthsProps {
    width: DeviceWidth,
    on_width: Callback<DeviceWidth>,
}

#[component]
fn Widths(props: &WidthsProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.preview;
    let widths = [
        (DeviceWidth::Full, IconName::Desktop, words.full.clone()),
        (DeviceWidth::Tablet, IconName::Tablet, words.tablet.clone()),
        (DeviceWidth::Phone, IconName::Phone, words.phone.clone()),
    ];
    html! {
        <span class="ys-preview-widths">
            { for widths.into_iter().map(|(width, icon, label)| {
                let on_width = props.on_width.clone();
                html! {
                    <IconButton {icon} {label} pressed={Some(width == props.width)}
                        onclick={move |_| on_width.emit(width)} />
                }
            }) }
        </span>
    }
}

/// What stands behind the origin of an address.
fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    match rest.find('/') {
        Some(at) => rest[at..].to_owned(),
        None if rest.is_empty() => String::new(),
        None => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn a_path_begins_behind_the_origin() {
        assert_eq!(path_of("http://a-1.localhost:3000/x/y?z#w"), "/x/y?z#w");
        assert_eq!(path_of("https://a"), "/");
        assert_eq!(path_of(""), "");
    }
}
