//! `FileTree`.

use std::collections::BTreeSet;
use std::rc::Rc;

use yew::prelude::*;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::FileTree;

use crate::hand::Step;
use crate::sample::{NAMES, app, changed_app};
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "FileTree",
    path: "file-tree",
    stories: &[
        Story::new("full", "[role=treeitem][data-mark]", full),
        Story::new("empty", ".ys-tree .ys-note[data-kind=empty]", empty),
        Story::new("loading", ".ys-tree .ys-note[data-kind=busy]", loading),
        Story::new("error", ".ys-tree .ys-note[data-kind=error]", error),
        Story::new("folder-error", ".ys-tree-error", folder_error),
        Story::new("disconnected", "[role=treeitem]", disconnected),
        Story::new("rename", ".ys-tree-field input", rename),
        Story::new("name-taken", ".ys-tree-fault", name_taken),
        Story::new("menu", "[role=menu]", menu),
        Story::new("delete", "dialog[open]", delete),
        Story::new("read-only", "[role=treeitem]", read_only),
        Story::new("kinds", "[data-kind=binary]", kinds),
        Story::new("long-names", "[aria-level='9']", long_names),
        Story::new(
            "100000-files",
            "[role=treeitem][aria-setsize='100000']",
            many,
        ),
        Story::mirrored("[role=treeitem][data-mark]", full),
    ],
};

fn open(folders: &[&str]) -> Rc<BTreeSet<String>> {
    Rc::new(folders.iter().map(|&folder| folder.to_owned()).collect())
}

fn show(fake: FakeSandbox, steps: Vec<Step>) -> Html {
    html! {
        <Scene {fake} {steps} room={Room::Side}>
            <FileTree expanded={open(&["src", "src/pictures"])} reveal="src/app.js" />
        </Scene>
    }
}

pub(super) fn full() -> Html {
    show(changed_app().build(), Vec::new())
}

fn empty() -> Html {
    show(FakeSandbox::new(), Vec::new())
}

fn loading() -> Html {
    let fake = app().build();
    fake.hold();
    show(fake, Vec::new())
}

fn error() -> Html {
    let fake = app().build();
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/readdir", 13, "Permission denied");
    }
    show(fake, Vec::new())
}

fn folder_error() -> Html {
    let then = Callback::from(|fake: FakeSandbox| {
        for _ in 0..9 {
            fake.fail_next("fs/readdir", ErrorCode::RAWFS, "Permission denied");
        }
    });
    let fake = app().build();
    let steps = vec![
        Step::Call(
            "[role=treeitem][data-kind=folder]",
            then.reform({
                let fake = fake.clone();
                move |()| fake.clone()
            }),
        ),
        Step::Click("[role=treeitem][data-kind=folder]"),
    ];
    html! { <Scene {fake} {steps} room={Room::Side}><FileTree /></Scene> }
}

fn disconnected() -> Html {
    let fake = app().build();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, vec![Step::Call("[role=treeitem]", cut)])
}

fn rename() -> Html {
    show(app().build(), vec![press("F2")])
}

fn name_taken() -> Html {
    let steps = vec![press("F2"), Step::Type(".ys-tree-field input", "view.js")];
    show(app().build(), steps)
}

fn menu() -> Html {
    show(
        app().build(),
        vec![Step::Menu("[role=treeitem][data-active]")],
    )
}

fn delete() -> Html {
    show(app().build(), vec![press("Delete")])
}

/// Presses a key once the file is chosen.
fn press(key: &'static str) -> Step {
    Step::Press("[role=tree][aria-activedescendant]:has([data-active])", key)
}

fn read_only() -> Html {
    let fake = app().read_only().build();
    html! { <Scene {fake} room={Room::Side}><FileTree read_only=true /></Scene> }
}

/// A file of each kind.
fn kinds() -> Html {
    let names = [
        ".gitignore",
        "archive.zip",
        "build.sh",
        "Cargo.lock",
        "Cargo.toml",
        "index.html",
        "LICENSE",
        "main.go",
        "main.js",
        "main.py",
        "main.rs",
        "module.wasm",
        "picture.png",
        "README.md",
        "style.css",
        "unknown",
    ];
    let fake = FakeSandbox::builder().files(names.map(|name| (name, "")));
    html! { <Scene fake={fake.build()} room={Room::Side}><FileTree /></Scene> }
}

fn long_names() -> Html {
    let fake = FakeSandbox::builder().files(NAMES.iter().map(|name| (name, "")));
    let mut folders = BTreeSet::new();
    for name in NAMES {
        folders.extend(
            name.match_indices('/')
                .map(|(end, _)| name[..end].to_owned()),
        );
    }
    html! {
        <Scene fake={fake.build()} room={Room::Side}><FileTree expanded={Rc::new(folders)} /></Scene>
    }
}

fn many() -> Html {
    let files = (0..100_000).map(|number| (format!("file {number:05}.txt"), ""));
    let fake = FakeSandbox::builder().files(files).build();
    html! { <Scene {fake} room={Room::Side}><FileTree /></Scene> }
}
