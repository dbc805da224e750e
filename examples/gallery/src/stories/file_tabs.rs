//! `FileTabs`.

use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{DocumentsProvider, FileTabs, use_document, use_open_files};

use crate::hand::Step;
use crate::sample::{NAMES, app};
use crate::scene::Scene;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "FileTabs",
    path: "file-tabs",
    stories: &[
        Story::new("some", "[role=tab][aria-selected=true]", some),
        Story::new("unsaved", "[data-dirty=true]", unsaved),
        Story::new("close-unsaved", "dialog[open]", close_unsaved),
        Story::new("deleted", "[data-deleted=true]", deleted),
        Story::new("many", "[role=tab]", many),
        Story::new("same-names", "[role=tab]", same_names),
        Story::new("long-names", "[role=tab]", long_names),
        Story::mirrored("[data-dirty=true]", unsaved),
    ],
};

#[derive(PartialEq, Properties)]
struct OpenProps {
    paths: Vec<String>,
    /// A file that something is typed in.
    #[prop_or_default]
    edited: Option<String>,
}

/// Opens files, as a tree would.
#[component]
fn Open(props: &OpenProps) -> Html {
    let files = use_open_files();
    let path = props.edited.clone().unwrap_or_default();
    let document = use_document(path.clone());
    use_effect_with(props.paths.clone(), move |paths| {
        for path in paths {
            files.open(path);
        }
    });
    let is_read = document.document.text().is_some();
    use_effect_with(is_read && !path.is_empty(), move |edits| {
        if *edits {
            document.edit("Something else");
        }
    });
    html! { <FileTabs /> }
}

fn show(paths: Vec<String>, edited: Option<&str>, steps: Vec<Step>) -> Html {
    let fake = match edited {
        Some(_) => app().build(),
        None => FakeSandbox::new(),
    };
    html! {
        <Scene {fake} {steps}>
            <DocumentsProvider><Open {paths} edited={edited.map(str::to_owned)} /></DocumentsProvider>
        </Scene>
    }
}

fn paths(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|&path| path.to_owned()).collect()
}

fn some() -> Html {
    show(
        paths(&["index.html", "src/app.js", "README.md"]),
        None,
        Vec::new(),
    )
}

fn unsaved() -> Html {
    show(
        paths(&["index.html", "src/app.js", "README.md"]),
        Some("src/app.js"),
        Vec::new(),
    )
}

fn close_unsaved() -> Html {
    let steps = vec![Step::Press("[data-dirty=true] [role=tab]", "Delete")];
    show(
        paths(&["index.html", "src/app.js"]),
        Some("src/app.js"),
        steps,
    )
}

/// Somebody deletes a file with unsaved edits.
fn deleted() -> Html {
    let fake = app().build();
    let gone = fake.clone();
    let delete = Callback::from(move |()| {
        gone.remove("src/app.js");
    });
    let steps = vec![Step::Call("[data-dirty=true]", delete)];
    let paths = paths(&["index.html", "src/app.js", "README.md"]);
    html! {
        <Scene {fake} {steps}>
            <DocumentsProvider><Open {paths} edited="src/app.js" /></DocumentsProvider>
        </Scene>
    }
}

fn many() -> Html {
    let all = (1..=40).map(|number| format!("src/part {number}.rs"));
    show(all.collect(), None, Vec::new())
}

fn same_names() -> Html {
    show(
        paths(&["server/mod.rs", "client/mod.rs", "client/state/mod.rs"]),
        None,
        Vec::new(),
    )
}

fn long_names() -> Html {
    show(paths(NAMES), None, Vec::new())
}
