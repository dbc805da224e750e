//! `Presence`.

use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::Presence;

use crate::hand::Step;
use crate::sample::NAMES;
use crate::scene::Scene;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "Presence",
    path: "presence",
    stories: &[
        Story::new("several", ".ys-presence-one ~ .ys-presence-one", several),
        Story::new("alone", ".ys-presence-one", alone),
        Story::new("loading", ".ys-presence:not(:has(li))", loading),
        Story::new(
            "disconnected",
            ".ys-presence-one ~ .ys-presence-one",
            disconnected,
        ),
        Story::new("many", ".ys-presence-more", many),
        Story::new(
            "long-names",
            ".ys-presence-one ~ .ys-presence-one",
            long_names,
        ),
        Story::mirrored(".ys-presence-more", many),
    ],
};

fn show<'a>(names: impl IntoIterator<Item = &'a str>) -> Html {
    let fake = FakeSandbox::builder().username("Grace Hopper");
    let fake = names
        .into_iter()
        .fold(fake, |fake, name| fake.other_client(name));
    html! { <Scene fake={fake.build()}><Presence /></Scene> }
}

fn several() -> Html {
    show(["Ada Lovelace", "Alan Turing"])
}

fn alone() -> Html {
    show([])
}

/// Nobody is known yet.
fn loading() -> Html {
    let fake = FakeSandbox::builder().username("Grace Hopper").build();
    fake.hold();
    html! { <Scene {fake}><Presence /></Scene> }
}

/// Those who were there stay on the page.
fn disconnected() -> Html {
    let fake = FakeSandbox::builder().username("Grace Hopper");
    let fake = fake.other_client("Ada Lovelace").build();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    let steps = vec![Step::Call(".ys-presence-one ~ .ys-presence-one", cut)];
    html! { <Scene {fake} {steps}><Presence /></Scene> }
}

fn many() -> Html {
    show([
        "Ada Lovelace",
        "Alan Turing",
        "Barbara Liskov",
        "Edsger Dijkstra",
        "Frances Allen",
        "John McCarthy",
        "Radia Perlman",
    ])
}

fn long_names() -> Html {
    show(NAMES.iter().copied())
}
