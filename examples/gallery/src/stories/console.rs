//! `Console`.

use std::time::Duration;

use yew::prelude::*;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::{FakeCommand, FakeSandbox};
use yew_sandbox_components::Console;

use crate::hand::Step;
use crate::sample::COLOURS;
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "Console",
    path: "console",
    stories: &[
        Story::new("ran", ".ys-output-line span", ran),
        Story::new("empty", ".ys-console-field", empty),
        Story::new("running", ".ys-console .ys-icon-button", running),
        Story::new("failed", ".ys-console-exit", failed),
        Story::new("error", ".ys-console .ys-note[data-kind=error]", error),
        Story::new("disconnected", ".ys-output-line span", disconnected),
        Story::mirrored(".ys-output-line span", ran),
    ],
};

fn show(fake: FakeSandbox) -> Html {
    let steps = vec![
        Step::Type(".ys-console-field", "npm run build"),
        Step::Submit(".ys-console-form"),
    ];
    html! { <Scene {fake} {steps} room={Room::Middle}><Console /></Scene> }
}

fn with(command: FakeCommand) -> FakeSandbox {
    FakeSandbox::builder()
        .command("npm run build", command)
        .build()
}

fn ran() -> Html {
    show(with(FakeCommand::from(COLOURS)))
}

fn empty() -> Html {
    html! { <Scene room={Room::Middle}><Console /></Scene> }
}

fn running() -> Html {
    show(with(
        FakeCommand::from("building…\n").wait(Duration::from_secs(3600)),
    ))
}

fn failed() -> Html {
    show(with(
        FakeCommand::from("\u{1b}[31merror:\u{1b}[0m view.js: no such file\n").exit(2),
    ))
}

fn error() -> Html {
    let fake = with(FakeCommand::new());
    fake.fail_next(
        "shell/create",
        ErrorCode::NO_ACCESS,
        "this session may only read",
    );
    show(fake)
}

/// What was printed stays on the page.
fn disconnected() -> Html {
    let fake = with(FakeCommand::from(COLOURS));
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    let steps = vec![
        Step::Type(".ys-console-field", "npm run build"),
        Step::Submit(".ys-console-form"),
        Step::Call(".ys-output-line span", cut),
    ];
    html! { <Scene {fake} {steps} room={Room::Middle}><Console /></Scene> }
}
