//! The terminals that are seen, in panes.

use std::collections::BTreeMap;

use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::TerminalTabsProps;
use super::shown::{Act, Pane, Shown};
use super::wanted::Wanted;
use crate::resizable_panels::{Axis, ResizablePanel, ResizablePanels};
use crate::terminal::{Terminal, TerminalRenderer};

#[derive(Clone, PartialEq, Properties)]
pub(super) struct PanesProps {
    pub(super) shown: UseReducerHandle<Shown>,
    /// What the terminals are called, by their ids.
    pub(super) names: BTreeMap<String, String>,
    pub(super) wanted: Wanted,
    /// What the ids of elements begin with.
    pub(super) prefix: String,
    pub(super) tabs: TerminalTabsProps,
}

/// Columns side by side, with panes one below the other.
#[component]
pub(super) fn Panes(props: &PanesProps) -> Html {
    let name_of = |id: &str| props.names.get(id).cloned().unwrap_or_default();
    let pane = |pane: &Pane| {
        let (dispatcher, number) = (props.shown.dispatcher(), pane.number);
        let wanted = props.wanted.clone();
        let is_chosen = props.shown.pane() == Some(pane);
        html_nested! {
            <ResizablePanel label={name_of(&pane.shown)}>
                <div
                    key={number}
                    id={panel_id(&props.prefix, pane)}
                    class="ys-terminal-tabs-pane"
                    role="tabpanel"
                    aria-labelledby={tab_id(&props.prefix, &pane.shown)}
                    data-active={is_chosen.to_string()}
                    onfocusin={move |_: FocusEvent| {
                        wanted.forget();
                        dispatcher.dispatch(Act::Enter(number));
                    }}
                >
                    { for pane.kept.iter().map(|id| terminal(props, id, *id != pane.shown)) }
                </div>
            </ResizablePanel>
        }
    };
    let column = |panes: &Vec<Pane>| {
        let label = panes.first().map(|first| name_of(&first.shown));
        html_nested! {
            <ResizablePanel label={label.unwrap_or_default()}>
                <ResizablePanels axis={Axis::Column}>{ for panes.iter().map(pane) }</ResizablePanels>
            </ResizablePanel>
        }
    };
    html! {
        <ResizablePanels class="ys-terminal-tabs-panes">
            { for props.shown.columns.iter().map(column) }
        </ResizablePanels>
    }
}

fn terminal(props: &PanesProps, id: &String, is_hidden: bool) -> Html {
    let tabs = &props.tabs;
    html! {
        <div key={id.clone()} class="ys-terminal-tabs-pane" hidden={is_hidden}>
            <One
                shell={id.clone()}
                wanted={props.wanted.clone()}
                just_made={props.shown.made.contains(id)}
                font_size={tabs.font_size}
                scrollback={tabs.scrollback}
                screen_reader={tabs.screen_reader}
                read_only={tabs.read_only}
                renderer={tabs.renderer}
                on_leave={tabs.on_leave.clone()}
            />
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct OneProps {
    shell: String,
    wanted: Wanted,
    just_made: bool,
    font_size: Option<f64>,
    scrollback: u32,
    screen_reader: bool,
    read_only: bool,
    renderer: TerminalRenderer,
    on_leave: Option<Callback<bool>>,
}

/// One terminal, which is drawn again for these alone: the callbacks of a terminal that are not given are other ones each time.
#[component]
fn One(props: &OneProps) -> Html {
    // The effect of who asked for it came before its screen was there.
    let on_view = use_callback(
        (props.shell.clone(), props.wanted.clone()),
        |_: JsValue, (shell, wanted)| wanted.enter(shell),
    );
    html! {
        <Terminal
            shell={props.shell.clone()}
            {on_view}
            just_made={props.just_made}
            font_size={props.font_size}
            scrollback={props.scrollback}
            screen_reader={props.screen_reader}
            read_only={props.read_only}
            renderer={props.renderer}
            on_leave={props.on_leave.clone()}
        />
    }
}

/// The id of a terminal's tab.
pub(super) fn tab_id(prefix: &str, shell: &str) -> String {
    format!("{prefix}-tab-{shell}")
}

/// The id of a pane.
pub(super) fn panel_id(prefix: &str, pane: &Pane) -> String {
    format!("{prefix}-panel-{}", pane.number)
}
