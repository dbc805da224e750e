//! `TerminalTabs`.

use yew::prelude::*;
use yew_sandbox::client::TerminalOptions;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::TerminalTabs;

use crate::hand::Step;
use crate::sample::{LONG, run_everywhere, shell, without_terminals};
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

/// There once something is on a screen.
const SCREEN: &str = "[data-state=running] .xterm-screen";

pub(super) const STORIES: Group = Group {
    name: "TerminalTabs",
    path: "terminal-tabs",
    stories: &[
        Story::new("one", SCREEN, one),
        Story::new("several", SCREEN, several),
        Story::new("split", "[data-beside=true]", split),
        Story::new(
            "four-panes",
            "[role=tab][title='Terminal 3'][aria-selected=true]",
            four_panes,
        ),
        Story::new("empty", ".ys-terminal-tabs", empty),
        Story::new("error", ".ys-terminal-tabs-error", error),
        Story::new("loading", ".ys-terminal-tabs", loading),
        Story::new("read-only", SCREEN, read_only),
        Story::new("many", SCREEN, many),
        Story::new("long-names", SCREEN, long_names),
        Story::mirrored(SCREEN, several),
    ],
};

/// So many terminals, in which something was run.
fn with(count: usize) -> FakeSandbox {
    let fake = shell().build();
    for _ in 0..count {
        fake.open_terminal();
    }
    run_everywhere(&fake);
    fake
}

fn show(fake: FakeSandbox, steps: Vec<Step>) -> Html {
    html! { <Scene {fake} {steps} room={Room::Middle}><TerminalTabs /></Scene> }
}

fn one() -> Html {
    show(with(1), Vec::new())
}

fn several() -> Html {
    show(with(3), Vec::new())
}

fn split() -> Html {
    let beside = "[aria-label='Split']";
    show(with(1), vec![Step::Click(SCREEN), Step::Click(beside)])
}

/// Each pane is divided once it shows something.
fn four_panes() -> Html {
    let steps = vec![
        Step::Click(SCREEN),
        Step::Click("[aria-label='Split']"),
        Step::Click("[role=tab][title='Terminal 1'][aria-selected=true]"),
        Step::Click("[aria-label='Split below']"),
        Step::Click("[role=tab][title='Terminal 2'][aria-selected=true]"),
        Step::Click("[role=tab]"),
        Step::Click("[role=tab][aria-selected=true]:not([title='Terminal 2'])"),
        Step::Click("[aria-label='Split below']"),
    ];
    show(with(1), steps)
}

fn error() -> Html {
    show(without_terminals(), Vec::new())
}

fn empty() -> Html {
    html! { <Scene room={Room::Middle}><TerminalTabs open_first=false /></Scene> }
}

fn loading() -> Html {
    let fake = FakeSandbox::new();
    fake.hold();
    show(fake, Vec::new())
}

fn read_only() -> Html {
    html! { <Scene fake={with(2)} room={Room::Middle}><TerminalTabs read_only=true /></Scene> }
}

fn many() -> Html {
    show(with(20), Vec::new())
}

fn long_names() -> Html {
    let options = TerminalOptions {
        name: Some(LONG.to_owned()),
        ..TerminalOptions::default()
    };
    html! { <Scene room={Room::Middle}><TerminalTabs {options} /></Scene> }
}
