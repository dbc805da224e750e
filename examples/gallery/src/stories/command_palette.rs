//! `CommandPalette`.

use yew::prelude::*;
use yew_sandbox_components::{CommandPalette, PaletteCommand};

use crate::hand::{Hand, Step};
use crate::sample::{LONG, NAMES};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "CommandPalette",
    path: "command-palette",
    stories: &[
        Story::new("commands", "dialog[open] [role=option]", commands),
        Story::new("typed", "[role=option] mark", typed),
        Story::new("nothing-fits", ".ys-palette-nothing", nothing_fits),
        Story::new("long-names", "dialog[open] [role=option]", long_names),
        Story::new("1000-commands", "dialog[open] [role=option]", many),
        Story::mirrored("dialog[open] [role=option]", commands),
    ],
};

#[derive(PartialEq, Properties)]
struct OpenProps {
    commands: Vec<PaletteCommand>,
}

/// A palette, and the button that opens it again.
#[component]
fn Open(props: &OpenProps) -> Html {
    let is_open = use_state(|| true);
    let set = {
        let is_open = is_open.setter();
        move |value: bool| is_open.set(value)
    };
    let (close, open) = (set.clone(), set);
    html! {
        <>
            <button type="button" class="ys-button" onclick={move |_| open(true)}>{ "Commands" }</button>
            if *is_open {
                <CommandPalette commands={props.commands.clone()} on_close={Callback::from(move |()| close(false))} />
            }
        </>
    }
}

fn command(label: &str, detail: &str, keys: &str) -> PaletteCommand {
    PaletteCommand {
        label: label.to_owned().into(),
        detail: detail.to_owned().into(),
        keys: keys.to_owned().into(),
        run: Callback::noop(),
    }
}

fn all() -> Vec<PaletteCommand> {
    vec![
        command("Save", "File", "Ctrl+S"),
        command("Save all", "File", ""),
        command("Close", "File", "Ctrl+W"),
        command("Go to line", "Editor", "Ctrl+G"),
        command("Find", "Editor", "Ctrl+F"),
        command("Run task: Test", "Tasks", ""),
        command("Show the preview", "View", ""),
        command("Split the terminal", "Terminal", "Ctrl+Shift+5"),
    ]
}

fn commands() -> Html {
    html! { <Open commands={all()} /> }
}

fn type_in(text: &'static str) -> Html {
    let steps = vec![Step::Type(".ys-palette-field", text)];
    html! { <><Open commands={all()} /><Hand {steps} /></> }
}

fn typed() -> Html {
    type_in("sav")
}

fn nothing_fits() -> Html {
    type_in("qqq")
}

fn long_names() -> Html {
    let commands = NAMES
        .iter()
        .map(|name| command(name, LONG, "Ctrl+Shift+Alt+F12"));
    html! { <Open commands={commands.collect::<Vec<_>>()} /> }
}

fn many() -> Html {
    let commands = (1..=1_000).map(|number| command(&format!("Command {number}"), "Many", ""));
    html! { <Open commands={commands.collect::<Vec<_>>()} /> }
}
