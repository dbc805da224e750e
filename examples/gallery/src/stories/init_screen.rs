//! `InitScreen`: from the first attempt to the last step.

use yew::prelude::*;
use yew_sandbox::client::{SessionError, SessionErrorKind};
use yew_sandbox::fake::{FakeSandbox, FakeStep};
use yew_sandbox_components::InitScreen;

use crate::sample::LONG;
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "InitScreen",
    path: "init-screen",
    stories: &[
        Story::new(
            "steps",
            ".ys-init .ys-setup-step[data-state=running]",
            steps,
        ),
        Story::new("connecting", ".ys-init progress", connecting),
        Story::new(
            "step-failed",
            ".ys-init .ys-setup-step[data-state=failed]",
            step_failed,
        ),
        Story::new("refused", ".ys-init [role=alert]", refused),
        Story::new("long-names", ".ys-init .ys-setup-step", long_names),
        Story::mirrored(".ys-init .ys-setup-step", steps),
    ],
};

fn show(fake: FakeSandbox) -> Html {
    html! {
        <Scene {fake} room={Room::Middle}>
            <InitScreen header={html! { <h3>{ "Notes" }</h3> }} />
        </Scene>
    }
}

fn connecting() -> Html {
    let fake = FakeSandbox::new();
    fake.hold();
    show(fake)
}

fn steps() -> Html {
    let fake = FakeSandbox::builder()
        .step(FakeStep::finished("Install", "npm ci"))
        .step(FakeStep::running("Build", "npm run build"))
        .step(FakeStep::waiting("Test", "npm test"))
        .build();
    fake.tell_start_up_with(
        "Building",
        60,
        "added 128 packages in 3s\n\n\u{1b}[36mvite v7.1.0\u{1b}[0m building…\n",
    );
    show(fake)
}

fn step_failed() -> Html {
    let fake = FakeSandbox::builder()
        .step(FakeStep::finished("Install", "npm ci"))
        .step(FakeStep::failed("Build", "npm run build"))
        .step(FakeStep::waiting("Test", "npm test"))
        .build();
    fake.tell_start_up_with(
        "Building",
        60,
        "\u{1b}[31merror:\u{1b}[0m view.js: no such file\n",
    );
    show(fake)
}

fn refused() -> Html {
    let fake = FakeSandbox::new();
    let message = "this sandbox belongs to somebody else";
    fake.refuse_next_session(SessionError::new(SessionErrorKind::Forbidden, message));
    show(fake)
}

fn long_names() -> Html {
    let fake = FakeSandbox::builder()
        .step(FakeStep::finished(LONG, LONG))
        .step(FakeStep::running(
            "خطوة طويلة الاسم جدا لاختبار العرض في مكان ضيق",
            "true",
        ))
        .build();
    fake.tell_start_up_with(
        &format!("Running {LONG}"),
        50,
        &format!("{LONG} {LONG} {LONG}\n"),
    );
    show(fake)
}
