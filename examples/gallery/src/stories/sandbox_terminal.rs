//! `SandboxTerminal`.

use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::SandboxTerminal;

use crate::hand::Step;
use crate::sample::{run_everywhere, shell, without_terminals};
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

/// There once something is on a screen.
const SCREEN: &str = "[data-state=running] .xterm-screen";

pub(super) const STORIES: Group = Group {
    name: "SandboxTerminal",
    path: "sandbox-terminal",
    stories: &[
        Story::new("full", SCREEN, full),
        Story::new("loading", ".ys-sandbox-terminal", loading),
        Story::new("error", ".ys-terminal-tabs-error", error),
        Story::new("disconnected", "[data-state=Reconnecting]", disconnected),
        Story::mirrored(SCREEN, full),
    ],
};

fn show(fake: FakeSandbox, steps: Vec<Step>) -> Html {
    html! { <Scene {fake} {steps} room={Room::Whole}><SandboxTerminal /></Scene> }
}

fn terminals() -> FakeSandbox {
    let fake = shell().build();
    fake.open_terminal();
    fake.open_terminal();
    run_everywhere(&fake);
    fake
}

fn full() -> Html {
    show(terminals(), Vec::new())
}

fn loading() -> Html {
    let fake = FakeSandbox::new();
    fake.hold();
    show(fake, Vec::new())
}

fn error() -> Html {
    show(without_terminals(), Vec::new())
}

fn disconnected() -> Html {
    let fake = terminals();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, vec![Step::Call(SCREEN, cut)])
}
