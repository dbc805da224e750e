//! `SandboxIde`.

use yew::prelude::*;
use yew_sandbox::client::Severity;
use yew_sandbox::fake::{FakeSandbox, FakeTask};
use yew_sandbox_components::{Place, SandboxIde};

use crate::hand::Step;
use crate::sample::{LONG, NAMES, run_everywhere, whole_app, whole_app_with};
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

/// There once the editor and the terminal are, or the one of them that there is room for.
const WORKS: &str = ".ys-ide .cm-line";

pub(super) const STORIES: Group = Group {
    name: "SandboxIde",
    path: "sandbox-ide",
    stories: &[
        Story::new("full", WORKS, full),
        Story::new("empty", ".ys-ide-editor .ys-note", empty),
        Story::new("loading", ".ys-ide [data-state=Connecting]", loading),
        Story::new(
            "disconnected",
            ".ys-ide [data-state=Reconnecting]",
            disconnected,
        ),
        Story::new("search", ".ys-ide .ys-search", search),
        Story::new("changes", ".ys-ide .ys-git-file", changes),
        Story::new("tasks", ".ys-ide .ys-task", tasks),
        Story::new("palette", ".ys-ide dialog[open]", palette),
        Story::new("notices", ".ys-toast", notices),
        Story::new("read-only", WORKS, read_only),
        Story::new("long-names", WORKS, long_names),
        Story::mirrored(WORKS, full),
    ],
};

fn show(fake: FakeSandbox, mut steps: Vec<Step>) -> Html {
    let other = fake.clone();
    let run = Callback::from(move |()| run_everywhere(&other));
    // Last, because there is no terminal where there is little room.
    steps.push(Step::Call("[data-state=running] .xterm-screen", run));
    html! {
        <Scene {fake} {steps} room={Room::Whole}>
            <SandboxIde header={html! { <h3 class="story-name">{ "Notes" }</h3> }} place={place()} />
        </Scene>
    }
}

fn place() -> Place {
    Place {
        path: "src/app.js".into(),
        line: 1,
        column: 1,
    }
}

fn full() -> Html {
    show(whole_app(), Vec::new())
}

fn empty() -> Html {
    html! { <Scene room={Room::Whole}><SandboxIde /></Scene> }
}

fn loading() -> Html {
    let fake = whole_app();
    fake.hold();
    show(fake, Vec::new())
}

fn disconnected() -> Html {
    let fake = whole_app();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, vec![Step::Call(WORKS, cut)])
}

fn search() -> Html {
    view("search")
}

fn changes() -> Html {
    view("git")
}

fn tasks() -> Html {
    view("tasks")
}

/// With another part at the side.
fn view(name: &str) -> Html {
    let tab = match name {
        "search" => ".ys-ide-tab:nth-child(2)",
        "git" => ".ys-ide-tab:nth-child(3)",
        _ => ".ys-ide-tab:nth-child(4)",
    };
    show(whole_app(), vec![Step::Click(tab)])
}

fn palette() -> Html {
    let steps = vec![
        Step::Shortcut(".ys-ide-header", "P"),
        Step::Type(".ys-palette-field", "sa"),
    ];
    show(whole_app(), steps)
}

fn notices() -> Html {
    let fake = whole_app();
    let teller = fake.clone();
    let tell = Callback::from(move |()| {
        let offer = "A new version of the template is there.";
        teller.notify(Severity::Info, offer, &["Update", "Later"]);
        let loss = "The disk is full: nothing can be saved.";
        teller.notify(Severity::Error, loss, &[]);
    });
    show(fake, vec![Step::Call(WORKS, tell)])
}

fn read_only() -> Html {
    html! {
        <Scene fake={whole_app()} room={Room::Whole}><SandboxIde place={place()} read_only=true /></Scene>
    }
}

/// Files, tasks and people with names that fit nowhere.
fn long_names() -> Html {
    let fake = whole_app_with(|fake| {
        fake.files(NAMES.iter().map(|name| (name, "long\n")))
            .task(FakeTask::new(LONG, LONG))
            .other_client(LONG)
    });
    let place = Place {
        path: LONG.into(),
        line: 1,
        column: 1,
    };
    let header = html! { <h3 class="story-name">{ LONG }</h3> };
    html! {
        <Scene {fake} room={Room::Whole}><SandboxIde {header} {place} /></Scene>
    }
}
