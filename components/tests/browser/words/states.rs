//! The states of the components that are looked at.

use yew::prelude::*;
use yew_sandbox::client::Severity;
use yew_sandbox::fake::{FakeSandbox, FakeStep};
use yew_sandbox_components::{
    CodeEditor, CommandOutput, ConnectionStatus, Console, GitPanel, MetricsBar, PortList, Presence,
    Preview, SandboxNotices, SandboxPlayground, SandboxTerminal, SearchPanel, SetupSteps, TaskList,
    TerminalTabs, Toasts,
};

use super::{ide, whole};
use crate::page::Mounted;

type Act = fn(&Mounted, &FakeSandbox);

/// What may be on the page, in one of its states.
pub(super) struct State {
    pub(super) name: &'static str,
    pub(super) fake: fn() -> FakeSandbox,
    pub(super) draw: fn() -> Html,
    /// There once the state is reached.
    pub(super) there: &'static str,
    /// What a person or the sandbox does then, and what is there after it.
    pub(super) then: Option<(Act, &'static str)>,
}

impl State {
    const fn new(
        name: &'static str,
        fake: fn() -> FakeSandbox,
        draw: fn() -> Html,
        there: &'static str,
    ) -> Self {
        Self {
            name,
            fake,
            draw,
            there,
            then: None,
        }
    }

    const fn then(mut self, act: Act, there: &'static str) -> Self {
        self.then = Some((act, there));
        self
    }
}

fn empty() -> FakeSandbox {
    FakeSandbox::builder().username("εγώ").build()
}

fn full() -> FakeSandbox {
    whole().build()
}

fn unreadable(errno: i32) -> FakeSandbox {
    let fake = full();
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/readFile", errno, "refused");
    }
    fake
}

pub(super) fn steps() -> FakeSandbox {
    FakeSandbox::builder()
        .step(FakeStep::finished("ένα", "εντολή"))
        .step(FakeStep::failed("δύο", "εντολή"))
        .step(FakeStep::skipped("τρία", "εντολή"))
        .step(FakeStep::waiting("πέντε", "εντολή"))
        .build()
}

fn file() -> Html {
    html! { <CodeEditor path="αβγ" /> }
}

fn status() -> Html {
    html! { <ConnectionStatus /> }
}

fn run(page: &Mounted, _: &FakeSandbox) {
    page.fill(".ys-console-field", "λάθος");
    page.submit(".ys-console-form");
}

const EMPTY: &str = ".ys-note[data-kind=empty]";
pub(super) const WRONG: &str = "[data-kind=error] [role=alert]";

pub(super) const STATES: &[State] = &[
    State::new(
        "output",
        empty,
        || html! { <CommandOutput text="έξοδος" /> },
        ".ys-output",
    ),
    State::new("console", full, || html! { <Console /> }, "form").then(run, ".ys-console-exit"),
    State::new(
        "steps",
        steps,
        || html! { <SetupSteps on_open_shell={Callback::noop()} /> },
        "[data-state=skipped]",
    ),
    State::new("metrics", empty, || html! { <MetricsBar /> }, "meter"),
    State::new(
        "people",
        full,
        || html! { <Presence /> },
        ".ys-presence-one",
    )
    .then(
        |_, fake| {
            for _ in 0..20 {
                fake.client_joins("Άδα");
            }
        },
        ".ys-presence-more",
    ),
    State::new("no tasks", empty, || html! { <TaskList /> }, EMPTY),
    State::new("no ports", empty, || html! { <PortList /> }, EMPTY),
    State::new(
        "ports",
        full,
        || html! { <PortList on_open={Callback::noop()} /> },
        ".ys-port",
    ),
    State::new("no repository", empty, || html! { <GitPanel /> }, EMPTY),
    State::new("no preview", empty, || html! { <Preview /> }, EMPTY),
    State::new("previews", full, || html! { <Preview /> }, "select option"),
    State::new("a search", empty, || html! { <SearchPanel /> }, "form").then(
        |page, _| {
            page.fill("[type=search]", "νέο");
            page.submit("[type=search]");
        },
        ".ys-search-count",
    ),
    State::new("no file", empty, || html! { <CodeEditor /> }, ".ys-note"),
    State::new("no such file", empty, file, "[data-kind=warning]"),
    State::new("a refused file", || unreadable(13), file, WRONG),
    State::new(
        "a large file",
        || unreadable(27),
        file,
        "[data-kind=warning]",
    ),
    State::new(
        "a binary file",
        || FakeSandbox::builder().file("αβγ", vec![0, 1]).build(),
        file,
        ".ys-note button",
    ),
    State::new(
        "terminals",
        full,
        || html! { <TerminalTabs /> },
        ".xterm-screen",
    )
    .then(
        |_, fake| fake.exit_shell(&fake.shells()[0].id, 3),
        "[data-state=exited] .ys-button",
    ),
    State::new(
        "no terminal",
        empty,
        || html! { <TerminalTabs open_first=false /> },
        EMPTY,
    ),
    State::new(
        "a small work place",
        full,
        || html! { <SandboxPlayground files={vec![AttrValue::from("αβγ")]} /> },
        ".cm-line",
    ),
    State::new(
        "a terminal alone",
        full,
        || html! { <SandboxTerminal /> },
        ".xterm-screen",
    ),
    State::new(
        "toasts",
        full,
        || html! { <Toasts><SandboxNotices /></Toasts> },
        ".ys-toasts",
    )
    .then(
        |_, fake| {
            fake.notify(Severity::Error, "είδηση", &["ναι"]);
        },
        ".ys-toast",
    ),
    State::new("connected", empty, status, "[data-state=Connected]").then(
        |_, fake| fake.set_reachable(false),
        "[data-state=Reconnecting]",
    ),
    State::new("offline", empty, status, "[data-state=Connected]")
        .then(|_, fake| fake.set_online(false), "[data-state=Offline]"),
    State::new("asleep", empty, status, "[data-state=Connected]")
        .then(|_, fake| fake.hibernate(), "[data-state=Hibernated]"),
    State::new("a lost link", full, ide, ".cm-line").then(
        |_, fake| fake.set_reachable(false),
        "[data-state=Reconnecting]",
    ),
    State::new("a preview", full, || html! { <Preview /> }, "select")
        .then(|_, fake| fake.hibernate(), ".ys-preview-over button"),
];
