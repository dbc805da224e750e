//! `SetupSteps`: steps of every outcome.

use yew::prelude::*;
use yew_sandbox::fake::{FakeSandbox, FakeStep};
use yew_sandbox_components::SetupSteps;

use crate::hand::Step;
use crate::sample::LONG;
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "SetupSteps",
    path: "setup-steps",
    stories: &[
        Story::new("running", "[data-state=running]", running),
        Story::new(
            "failed",
            "[data-state=failed] ~ [data-state=skipped]",
            failed,
        ),
        Story::new("done", "[data-state=done] ~ [data-state=done]", done),
        Story::new("read-only", "[data-state=failed]", read_only),
        Story::new("disconnected", "[data-state=failed]", disconnected),
        Story::new("long-names", "[data-state=running]", long_names),
        Story::mirrored("[data-state=failed]", failed),
    ],
};

fn show(fake: FakeSandbox) -> Html {
    html! { <Scene {fake} room={Room::Side}><SetupSteps on_open_shell={Callback::noop()} /></Scene> }
}

fn running() -> Html {
    let steps = [
        FakeStep::finished("Install", "npm ci"),
        FakeStep::running("Build", "npm run build"),
        FakeStep::waiting("Test", "npm test"),
    ];
    show(with(steps))
}

fn failed() -> Html {
    show(with(some_failed()))
}

fn some_failed() -> [FakeStep; 4] {
    [
        FakeStep::finished("Install", "npm ci"),
        FakeStep::failed("Build", "npm run build"),
        FakeStep::skipped("Lint", "npm run lint"),
        FakeStep::waiting("Test", "npm test"),
    ]
}

fn done() -> Html {
    let steps = [
        FakeStep::finished("Install", "npm ci"),
        FakeStep::finished("Build", "npm run build"),
    ];
    show(with(steps))
}

fn read_only() -> Html {
    html! { <Scene fake={with(some_failed())} room={Room::Side}><SetupSteps read_only=true /></Scene> }
}

fn disconnected() -> Html {
    let fake = with(some_failed());
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    html! {
        <Scene {fake} steps={vec![Step::Call("[data-state=failed]", cut)]} room={Room::Side}>
            <SetupSteps />
        </Scene>
    }
}

fn long_names() -> Html {
    let steps = [
        FakeStep::finished(LONG, LONG),
        FakeStep::skipped("خطوة طويلة الاسم جدا لاختبار العرض", "true"),
        FakeStep::running(LONG, LONG),
    ];
    show(with(steps))
}

fn with(steps: impl IntoIterator<Item = FakeStep>) -> FakeSandbox {
    let fake = FakeSandbox::builder();
    steps
        .into_iter()
        .fold(fake, |fake, step| fake.step(step))
        .build()
}
