//! `CommandOutput`.

use yew::prelude::*;
use yew_sandbox_components::CommandOutput;

use crate::sample::{COLOURS, LONG};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "CommandOutput",
    path: "command-output",
    stories: &[
        Story::new("colours", ".ys-output-line span", colours),
        Story::new("all-colours", ".ys-output-line span", all_colours),
        Story::new("empty", ".ys-output", empty),
        Story::new("long-lines", ".ys-output-line", long_lines),
        Story::new("5000-lines", ".ys-output-line", many),
        Story::mirrored(".ys-output-line span", colours),
    ],
};

fn show(text: String) -> Html {
    html! { <div class="scene" data-room="middle"><CommandOutput {text} /></div> }
}

fn colours() -> Html {
    show(COLOURS.to_owned())
}

/// Each of the sixteen, as letters and behind them.
fn all_colours() -> Html {
    let codes = (30..38).chain(90..98);
    let line = |code: u8| {
        let behind = code + 10;
        format!(
            "\u{1b}[{code}mcolour {code}\u{1b}[0m  \u{1b}[{behind}m behind {behind} \u{1b}[0m  \u{1b}[1;{code}mbold\u{1b}[0m  \u{1b}[2;{code}mfaint\u{1b}[0m\n"
        )
    };
    show(codes.map(line).collect())
}

fn empty() -> Html {
    show(String::new())
}

fn long_lines() -> Html {
    show(format!("{LONG} {LONG} {LONG}\n").repeat(5))
}

fn many() -> Html {
    show(
        (1..=5_000)
            .map(|number| format!("line {number}\n"))
            .collect(),
    )
}
