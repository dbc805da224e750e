//! `SearchPanel`.

use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::SearchPanel;

use crate::hand::Step;
use crate::sample::{LONG, app};
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "SearchPanel",
    path: "search-panel",
    stories: &[
        Story::new("found", ".ys-search-match mark", found),
        Story::new("empty", ".ys-search input", empty),
        Story::new("nothing-found", ".ys-search-count", nothing_found),
        Story::new("error", ".ys-search .ys-note[data-kind=error]", error),
        Story::new("searching", ".ys-search-count", searching),
        Story::new("many", ".ys-search-match mark", many),
        Story::new("long-names", ".ys-search-match mark", long_names),
        Story::new("disconnected", ".ys-search-match mark", disconnected),
        Story::mirrored(".ys-search-match mark", found),
    ],
};

fn show(fake: FakeSandbox, text: &'static str) -> Html {
    let steps = vec![
        Step::Type("input[type=search]", text),
        Step::Submit(".ys-search-form"),
    ];
    html! { <Scene {fake} {steps} room={Room::Side}><SearchPanel /></Scene> }
}

fn found() -> Html {
    show(app().build(), "notes")
}

fn empty() -> Html {
    html! { <Scene fake={app().build()} room={Room::Side}><SearchPanel /></Scene> }
}

fn nothing_found() -> Html {
    show(app().build(), "nothing has this")
}

fn error() -> Html {
    let steps = vec![
        Step::Type("input[type=search]", "(unclosed"),
        Step::Click(".ys-search-toggle ~ .ys-search-toggle"),
    ];
    html! { <Scene fake={app().build()} {steps} room={Room::Side}><SearchPanel /></Scene> }
}

fn searching() -> Html {
    let fake = app().build();
    fake.hold();
    show(fake, "notes")
}

fn many() -> Html {
    let files = (0..60).map(|number| (format!("part {number}.txt"), "a line\nthe same line\n"));
    show(FakeSandbox::builder().files(files).build(), "line")
}

fn long_names() -> Html {
    let line = format!("{} needle {}", "before ".repeat(40), "after ".repeat(40));
    show(FakeSandbox::builder().file(LONG, line).build(), "needle")
}

/// What was found stays on the page.
fn disconnected() -> Html {
    let fake = app().build();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    let steps = vec![
        Step::Type("input[type=search]", "notes"),
        Step::Submit(".ys-search-form"),
        Step::Call(".ys-search-match", cut),
    ];
    html! { <Scene {fake} {steps} room={Room::Side}><SearchPanel /></Scene> }
}
