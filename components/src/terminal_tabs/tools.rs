//! The buttons for the terminal that is shown.

use yew::prelude::*;

use super::shown::{MOST_PANES, Side};
use super::tab::Act;
use crate::parts::{IconButton, IconName};
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct ToolsProps {
    /// The id of its shell.
    pub(super) shell: String,
    pub(super) name: String,
    pub(super) close_label: String,
    pub(super) is_output: bool,
    /// Whether there is no other one.
    pub(super) is_last: bool,
    pub(super) pane_count: usize,
    pub(super) act: Callback<(String, Act)>,
    /// Asks for a new one at a side.
    pub(super) ask: Callback<Side>,
    /// Closes its pane.
    pub(super) join: Callback<()>,
}

#[component]
pub(super) fn Tools(props: &ToolsProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.terminal_tabs;
    let act = |act: Act| {
        let shell = props.shell.clone();
        props
            .act
            .reform(move |_: MouseEvent| (shell.clone(), act.clone()))
    };
    let split = |icon: IconName, label: &AttrValue, side: Side| {
        let is_full = props.pane_count >= MOST_PANES;
        let onclick = props.ask.reform(move |_: MouseEvent| side);
        html! {
            <IconButton key={label.to_string()} {icon} label={label.clone()} disabled={is_full} {onclick} />
        }
    };
    let mut tools = Vec::new();
    if !props.is_output {
        tools.push(html! {
            <IconButton
                key="rename"
                icon={IconName::Edit}
                label={words.rename.clone()}
                onclick={act(Act::BeginRename)}
            />
        });
    }
    tools.push(split(IconName::Split, &words.split, Side::Beside));
    tools.push(split(IconName::SplitBelow, &words.split_below, Side::Below));
    if props.pane_count > 1 {
        let label = (words.join)(&props.name);
        let onclick = props.join.reform(|_: MouseEvent| ());
        tools.push(html! { <IconButton key="join" icon={IconName::Minus} {label} {onclick} /> });
    }
    // With the last one, this button goes.
    let onclick = act(Act::Close(props.is_last));
    let label = props.close_label.clone();
    tools.push(html! { <IconButton key="close" icon={IconName::Trash} {label} {onclick} /> });
    html! { <>{ for tools }</> }
}
