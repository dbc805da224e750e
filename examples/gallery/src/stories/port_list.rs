//! `PortList`.

use yew::prelude::*;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::PortList;

use crate::hand::Step;
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "PortList",
    path: "port-list",
    stories: &[
        Story::new("full", ".ys-port-link", full),
        Story::new("empty", ".ys-note[data-kind=empty]", empty),
        Story::new("loading", ".ys-ports .ys-note[data-kind=busy]", loading),
        Story::new("error", ".ys-port .ys-note[data-kind=error]", error),
        Story::new("disconnected", ".ys-port-link", disconnected),
        Story::new("many", ".ys-port-link", many),
        Story::mirrored(".ys-port-link", full),
    ],
};

fn show(fake: FakeSandbox, steps: Vec<Step>) -> Html {
    html! {
        <Scene {fake} {steps} room={Room::Side}><PortList on_open={Callback::noop()} /></Scene>
    }
}

fn ports() -> FakeSandbox {
    FakeSandbox::builder()
        .port(3000)
        .port(5173)
        .port(65_535)
        .build()
}

fn full() -> Html {
    show(ports(), Vec::new())
}

fn empty() -> Html {
    show(FakeSandbox::new(), Vec::new())
}

fn loading() -> Html {
    let fake = ports();
    fake.hold();
    show(fake, Vec::new())
}

/// The sandbox has no address for them.
fn error() -> Html {
    let fake = FakeSandbox::new();
    let opened = fake.clone();
    let open = Callback::from(move |()| {
        let why = "this session may not see addresses";
        opened.fail_next("port/list", ErrorCode::NO_ACCESS, why);
        opened.open_port(5173);
    });
    show(fake, vec![Step::Call(".ys-note[data-kind=empty]", open)])
}

fn disconnected() -> Html {
    let fake = ports();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, vec![Step::Call(".ys-port-link", cut)])
}

fn many() -> Html {
    let fake = (0..40).fold(FakeSandbox::builder(), |fake, number| {
        fake.port(8000 + number)
    });
    show(fake.build(), Vec::new())
}
