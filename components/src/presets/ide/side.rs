//! The views that take turns at the side, and their tabs.

use std::rc::Rc;

use web_sys::HtmlElement;
use web_sys::wasm_bindgen::JsCast;
use yew::prelude::*;

use super::desk::{Act, Desk, View};
use super::regions::at;
use crate::documents::use_active_file;
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
    /// The id of its element.
    pub(super) id: String,
    pub(super) view: View,
    /// What the tree leaves out.
    pub(super) hidden: Rc<Vec<String>>,
    pub(super) read_only: bool,
}

/// The chosen one. One that was shown before stays, unseen, with what was opened and typed in it.
#[component]
pub(super) fn SideRegion(props: &SideProps) -> Html {
    let ui = use_ui();
    let shown = use_mut_ref(Vec::<View>::new);
    if !shown.borrow().contains(&props.view) {
        shown.borrow_mut().push(props.view);
    }
    let views = shown.borrow().clone();
    let one = |view: View| {
        let (desk, read_only) = (props.desk.clone(), props.read_only);
        match view {
            View::Search => html! { <Search {desk} /> },
            View::Git => html! { <Changes {desk} {read_only} /> },
            View::Tasks => html! { <Running {desk} {read_only} /> },
            _ => html! { <Files {desk} hidden={Rc::clone(&props.hidden)} {read_only} /> },
        }
    };
    html! {
        <section
            id={props.id.clone()}
            class="ys-ide-region"
            data-region="side"
            role="tabpanel"
            tabindex="-1"
            aria-label={props.view.name(&ui.words.ide)}
            onfocusin={at(&props.desk, props.view)}
        >
            { for views.into_iter().map(|view| html! {
                <div key={format!("{view:?}")} class="ys-ide-view" hidden={view != props.view}>{ one(view) }</div>
            }) }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ViewProps {
    desk: Desk,
    #[prop_or_default]
    hidden: Rc<Vec<String>>,
    #[prop_or_default]
    read_only: bool,
}

#[component]
fn Search(props: &ViewProps) -> Html {
    let on_open = use_callback(props.desk.clone(), |place: Place, desk| {
        let at = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        desk.open(&place.path, Some((at(place.line), at(place.column))));
        desk.act(Act::Go(View::Editor));
    });
    html! { <SearchPanel {on_open} /> }
}

#[component]
fn Changes(props: &ViewProps) -> Html {
    let on_open = use_callback(props.desk.clone(), |path: String, desk| {
        desk.open(&path, None);
        desk.act(Act::Go(View::Editor));
    });
    html! { <GitPanel {on_open} read_only={props.read_only} /> }
}

/// What the sandbox runs: set-up, tasks, and the ports of all of it.
#[component]
fn Running(props: &ViewProps) -> Html {
    let show_port = use_callback(props.desk.clone(), |port, desk| desk.show_port(port));
    let show_shell = use_callback(props.desk.clone(), |shell, desk| desk.show_shell(shell));
    html! {
        <div class="ys-ide-tasks">
            <SetupSteps on_open_shell={show_shell.clone()} read_only={props.read_only} />
            <TaskList on_open_shell={show_shell} on_open_port={show_port.clone()} read_only={props.read_only} />
            <PortList on_open={show_port} />
        </div>
    }
}

#[component]
fn Files(props: &ViewProps) -> Html {
    let reveal = use_active_file();
    let on_open = use_callback(props.desk.clone(), |path: String, desk| {
        desk.open(&path, None);
    });
    let documents = &props.desk.documents;
    let on_moved = use_callback(
        documents.clone(),
        |moves: Vec<(String, String)>, documents| {
            for (from, to) in moves {
                documents.rename(&from, &to);
            }
        },
    );
    let on_deleted = use_callback(documents.clone(), |gone: Vec<String>, documents| {
        for path in gone {
            documents.delete(&path);
        }
    });
    html! {
        <FileTree
            {on_open}
            {on_moved}
            {on_deleted}
            {reveal}
            hidden={Rc::clone(&props.hidden)}
            read_only={props.read_only}
        />
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TabsProps {
    /// What there is to choose from.
    pub(super) views: Vec<View>,
    pub(super) chosen: View,
    pub(super) on_choose: Callback<View>,
    /// The id of the element that shows those of the side.
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
                        aria-controls={View::SIDE.contains(&view).then(|| props.controls.clone())}
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
