//! A field for commands, and what they print.

mod words;

use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_sandbox::use_command;

pub use words::ConsoleWords;

use crate::command_output::CommandOutput;
use crate::parts::{IconButton, IconName, Note, NoteKind};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "console",
    structure: "",
    css: include_str!("style.css"),
};

/// Most lines that the arrow keys bring back.
const MOST_HISTORY: usize = 100;

/// The properties of [`Console`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConsoleProps {
    /// Draws what stands in place of output before there is any. Default: nothing.
    #[prop_or_default]
    pub empty: Option<Callback<(), Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// Runs one command at a time and shows what it prints. Arrow up and down bring back earlier lines. Stable class names:
/// `ys-console`, with the parts of [`CommandOutput`].
#[component]
pub fn Console(props: &ConsoleProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.console;
    let command = use_command();
    let field = use_node_ref();
    let history = use_mut_ref(Vec::<String>::new);
    // How far back in the history the field is; 0 is the line being typed.
    let back = use_mut_ref(|| 0usize);

    let onsubmit = {
        let (field, command) = (field.clone(), command.clone());
        let (history, back) = (history.clone(), back.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(field) = field.cast::<HtmlInputElement>() else {
                return;
            };
            let line = field.value();
            if line.trim().is_empty() {
                return;
            }
            let mut history = history.borrow_mut();
            history.retain(|other| *other != line);
            history.push(line.clone());
            if history.len() > MOST_HISTORY {
                history.remove(0);
            }
            *back.borrow_mut() = 0;
            field.set_value("");
            command.run(line);
        })
    };
    let onkeydown = {
        let field = field.clone();
        Callback::from(move |event: KeyboardEvent| {
            let history = history.borrow();
            let mut back = back.borrow_mut();
            *back = match event.key().as_str() {
                "ArrowUp" => (*back + 1).min(history.len()),
                "ArrowDown" => back.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            if let Some(field) = field.cast::<HtmlInputElement>() {
                let line = history.len().checked_sub(*back);
                let line = line.and_then(|at| history.get(at));
                field.set_value(line.map_or("", String::as_str));
            }
        })
    };
    let stop = {
        let command = command.clone();
        Callback::from(move |_| command.stop())
    };
    html! {
        <div class={classes!("ys-panel", "ys-console", props.class.clone())} style={props.style.clone()}>
            if let Some(error) = &command.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
            <CommandOutput class="ys-panel-body" text={AttrValue::from(command.output.clone())} empty={props.empty.clone()} />
            if let Some(code) = command.exit_code.filter(|code| *code != 0) {
                <p class="ys-console-exit" role="status">{ (words.ended)(code) }</p>
            }
            <form class="ys-console-form" {onsubmit}>
                <input
                    ref={field}
                    class="ys-field ys-console-field"
                    type="text"
                    aria-label={words.field.clone()}
                    placeholder={words.placeholder.clone()}
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    dir="ltr"
                    {onkeydown}
                />
                if command.running {
                    <IconButton icon={IconName::Stop} label={words.stop.clone()} onclick={stop} />
                }
                <button type="submit" class="ys-button">{ words.run.clone() }</button>
            </form>
        </div>
    }
}
