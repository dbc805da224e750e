//! The views that take turns at the side, and their tabs.

use std::rc::Rc;

use web_sys::HtmlElement;
use web_sys::wasm_bindgen::JsCast;
use yew::prelude::*;

use super::desk::{Desk, View};
use crate::file_tree::FileTree;
use crate::git_panel::GitPanel;
use crate::parts::{Icon, is_mirrored};
use crate::port_list::PortList;
use crate::search_panel::{Place, SearchPanel};
use crate::setup_steps::SetupSteps;
use crate::task_list::TaskList;
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct SideProps {
    pub(super) desk: Desk,
    pub(super) view: View,
    pub(super) read_only: bool,
    pub(super) active: Option<AttrValue>,
}

/// The chosen one. One that was shown before stays, unseen, with what was opened and typed in it.
#[component]
pub(super) fn Side(props: &SideProps) -> Html {
    let shown = use_mut_ref(Vec::<View>::new);
    if !shown.borrow().contains(&props.view) {
        shown.borrow_mut().push(props.view);
    }
    let views = shown.borrow().clone();
    html! {
        { for views.into_iter().map(|view| html! {
            <div key={format!("{view:?}")} class="ys-ide-view" hidden={view != props.view}>
                <One ..SideProps { view, ..props.clone() } />
            </div>
        }) }
    }
}

#[component]
fn One(props: &SideProps) -> Html {
    let desk = &props.desk;
    let open = {
        let desk = desk.clone();
        Callback::from(move |path: String| desk.open(&path, None))
    };
    let open_and_go = {
        let (open, desk) = (open.clone(), desk.clone());
        Callback::from(move |path: String| {
            open.emit(path);
            desk.go(View::Editor);
        })
    };
    match props.view {
        View::Search => {
            let desk = desk.clone();
            let on_open = Callback::from(move |place: Place| {
                let at = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
                desk.open(&place.path, Some((at(place.line), at(place.column))));
                desk.go(View::Editor);
            });
            html! { <SearchPanel {on_open} /> }
        }
        View::Git => html! { <GitPanel on_open={open_and_go} read_only={props.read_only} /> },
        View::Tasks => {
            let show_port = {
                let desk = desk.clone();
                Callback::from(move |port| desk.show_port(port))
            };
            let show_shell = {
                let desk = desk.clone();
                Callback::from(move |shell| desk.show_shell(shell))
            };
            html! {
                <div class="ys-ide-tasks">
                    <SetupSteps on_open_shell={show_shell.clone()} read_only={props.read_only} />
                    <TaskList on_open_shell={show_shell} on_open_port={show_port.clone()} read_only={props.read_only} />
                    <PortList on_open={show_port} />
                </div>
            }
        }
        _ => {
            let documents = desk.documents.clone();
            let on_moved = Callback::from(move |moves: Vec<(String, String)>| {
                for (from, to) in moves {
                    documents.rename(&from, &to);
                }
            });
            let documents = desk.documents.clone();
            let on_deleted = Callback::from(move |gone: Vec<String>| {
                for path in gone {
                    documents.delete(&path);
                }
            });
            html! {
                <FileTree
                    on_open={open}
                    {on_moved}
                    {on_deleted}
                    reveal={props.active.clone()}
                    hidden={Rc::clone(&desk.hidden)}
                    read_only={props.read_only}
                />
            }
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TabsProps {
    /// What there is to choose from.
    pub(super) views: Vec<View>,
    pub(super) chosen: View,
    pub(super) on_choose: Callback<View>,
    /// The id of the element that shows what was chosen.
    pub(super) controls: String,
    pub(super) is_upright: bool,
}

/// Tabs with icons, by the tabs pattern of the ARIA Authoring Practices.
#[component]
pub(super) fn Tabs(props: &TabsProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.ide;
    let list = use_node_ref();
    let onkeydown = {
        let (props, list) = (props.clone(), list.clone());
        Callback::from(move |event: KeyboardEvent| {
            let count = props.views.len();
            let here = props
                .views
                .iter()
                .position(|view| *view == props.chosen)
                .unwrap_or(0);
            let is_mirrored = is_mirrored(&event);
            let to = match (event.key().as_str(), props.is_upright) {
                ("ArrowDown", true) => here + 1,
                ("ArrowUp", true) => here + count - 1,
                ("ArrowRight", false) if is_mirrored => here + count - 1,
                ("ArrowLeft", false) if is_mirrored => here + 1,
                ("ArrowRight", false) => here + 1,
                ("ArrowLeft", false) => here + count - 1,
                ("Home", _) => 0,
                ("End", _) => count - 1,
                _ => return,
            } % count;
            event.prevent_default();
            props.on_choose.emit(props.views[to]);
            let tabs = list
                .cast::<HtmlElement>()
                .and_then(|list| list.query_selector_all("[role=tab]").ok());
            let tab = tabs.and_then(|tabs| tabs.item(u32::try_from(to).unwrap_or(0)));
            if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
                // One that is gone cannot have the focus.
                drop(tab.focus());
            }
        })
    };
    html! {
        <div
            ref={list}
            class="ys-ide-tabs"
            role="tablist"
            aria-label={words.views.clone()}
            aria-orientation={if props.is_upright { "vertical" } else { "horizontal" }}
            {onkeydown}
        >
            { for props.views.iter().map(|view| {
                let (view, on_choose) = (*view, props.on_choose.clone());
                let is_chosen = view == props.chosen;
                let name = view.name(words);
                html! {
                    <button
                        type="button"
                        class="ys-ide-tab"
                        role="tab"
                        tabindex={if is_chosen { "0" } else { "-1" }}
                        aria-selected={if is_chosen { "true" } else { "false" }}
                        aria-controls={props.controls.clone()}
                        aria-label={name.clone()}
                        title={name}
                        onclick={move |_: MouseEvent| on_choose.emit(view)}
                    >
                        <Icon name={view.icon()} />
                    </button>
                }
            }) }
        </div>
    }
}
