//! `TaskList`.

use yew::prelude::*;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::{FakeCommand, FakeSandbox, FakeTask};
use yew_sandbox_components::TaskList;

use crate::hand::Step;
use crate::sample::LONG;
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "TaskList",
    path: "task-list",
    stories: &[
        Story::new("full", "[data-state=running] ~ [data-state=failed]", full),
        Story::new("empty", ".ys-tasks .ys-note[data-kind=empty]", empty),
        Story::new("loading", ".ys-note[data-kind=busy]", loading),
        Story::new("error", ".ys-task .ys-note[data-kind=error]", error),
        Story::new("disconnected", ".ys-task", disconnected),
        Story::new("read-only", "[data-state=failed]", read_only),
        Story::new("long-names", ".ys-task", long_names),
        Story::mirrored("[data-state=failed]", full),
    ],
};

fn tasks() -> FakeSandbox {
    let fake = FakeSandbox::builder()
        .task(FakeTask::new("Server", "node server.mjs").port(5173))
        .task(FakeTask::new("Test", "npm test"))
        .task(FakeTask::new("Lint", "npm run lint"))
        .task(FakeTask::new("Build", "npm run build"))
        .command("npm test", FakeCommand::from("12 tests passed\n"))
        .command("npm run lint", FakeCommand::from("3 warnings\n").exit(1))
        .build();
    for id in ["Server", "Test", "Lint"] {
        fake.run_task(id);
    }
    fake
}

fn show(fake: FakeSandbox, steps: Vec<Step>) -> Html {
    html! {
        <Scene {fake} {steps} room={Room::Side}>
            <TaskList on_open_shell={Callback::noop()} on_open_port={Callback::noop()} />
        </Scene>
    }
}

fn full() -> Html {
    show(tasks(), Vec::new())
}

fn empty() -> Html {
    show(FakeSandbox::new(), Vec::new())
}

fn loading() -> Html {
    let fake = tasks();
    fake.hold();
    show(fake, Vec::new())
}

fn error() -> Html {
    let fake = tasks();
    fake.fail_next(
        "task/run",
        ErrorCode::NO_ACCESS,
        "this session may only read",
    );
    show(fake, vec![Step::Click("[data-state=idle] .ys-icon-button")])
}

fn disconnected() -> Html {
    let fake = tasks();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, vec![Step::Call(".ys-task", cut)])
}

fn read_only() -> Html {
    html! { <Scene fake={tasks()} room={Room::Side}><TaskList read_only=true /></Scene> }
}

fn long_names() -> Html {
    let fake = FakeSandbox::builder()
        .task(FakeTask::new(LONG, LONG).port(5173))
        .task(FakeTask::new(
            "مهمة طويلة الاسم جدا لاختبار العرض في مكان ضيق",
            "true",
        ))
        .build();
    fake.run_task(LONG);
    show(fake, Vec::new())
}
