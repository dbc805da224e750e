//! `SandboxPlayground`.

use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::SandboxPlayground;

use crate::sample::whole_app;
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "SandboxPlayground",
    path: "sandbox-playground",
    stories: &[
        Story::new("full", ".ys-playground .cm-line", full),
        Story::new("own-result", ".ys-playground .story-text", own_result),
        Story::new("empty", ".ys-playground .ys-note", empty),
        Story::new("loading", ".ys-playground [data-state=Connecting]", loading),
        Story::mirrored(".ys-playground .cm-line", full),
    ],
};

fn files() -> Vec<AttrValue> {
    vec![
        "src/app.js".into(),
        "src/style.css".into(),
        "index.html".into(),
    ]
}

fn show(fake: FakeSandbox) -> Html {
    html! { <Scene {fake} room={Room::Whole}><SandboxPlayground files={files()} /></Scene> }
}

fn full() -> Html {
    show(whole_app())
}

fn own_result() -> Html {
    let result = html! { <p class="story-text">{ "Milk, Bread, Apples" }</p> };
    html! {
        <Scene fake={whole_app()} room={Room::Whole}>
            <SandboxPlayground files={files()} {result} />
        </Scene>
    }
}

fn empty() -> Html {
    html! { <Scene room={Room::Whole}><SandboxPlayground /></Scene> }
}

fn loading() -> Html {
    let fake = whole_app();
    fake.hold();
    show(fake)
}
