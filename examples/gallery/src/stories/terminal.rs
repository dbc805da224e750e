//! `Terminal`.

use yew::prelude::*;
use yew_sandbox::client::TerminalOptions;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::{FakeCommand, FakeSandbox};
use yew_sandbox_components::{Terminal, TerminalEnd, TerminalProps};

use crate::hand::Step;
use crate::sample::{COLOURS, COMMAND, LONG, run_everywhere, shell};
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

/// There once something is on the screen.
const SCREEN: &str = "[data-state=running] .xterm-screen";

pub(super) const STORIES: Group = Group {
    name: "Terminal",
    path: "terminal",
    stories: &[
        Story::new("full", SCREEN, full),
        Story::new("loading", ".ys-terminal .ys-note[data-kind=busy]", loading),
        Story::new("error", ".ys-terminal .ys-note[data-kind=error]", error),
        Story::new("disconnected", SCREEN, disconnected),
        Story::new("exited", "[data-state=exited]", exited),
        Story::new("exited-own", "[data-state=exited] .story-mark", exited_own),
        Story::new(
            "long-names",
            "[data-state=exited] .ys-terminal-bar",
            long_names,
        ),
        Story::new("find", ".ys-terminal-search", find),
        Story::new("screen-reader", ".xterm-accessibility", screen_reader),
        Story::new("read-only", SCREEN, read_only),
        Story::new("flood", SCREEN, flood),
        Story::mirrored(SCREEN, full),
    ],
};

fn show(fake: FakeSandbox, steps: Vec<Step>, change: impl FnOnce(&mut TerminalProps)) -> Html {
    let run = {
        let fake = fake.clone();
        Callback::from(move |_| run_everywhere(&fake))
    };
    let mut props = yew::props! { TerminalProps { on_open: run } };
    change(&mut props);
    html! { <Scene {fake} {steps} room={Room::Middle}><Terminal ..props /></Scene> }
}

fn full() -> Html {
    show(shell().build(), Vec::new(), |_| ())
}

fn loading() -> Html {
    let fake = FakeSandbox::new();
    fake.hold();
    show(fake, Vec::new(), |_| ())
}

fn error() -> Html {
    let fake = FakeSandbox::new();
    let message = "there are 64 terminals already: close one first";
    fake.fail_next("shell/create", ErrorCode::RATE_LIMIT, message);
    show(fake, Vec::new(), |_| ())
}

fn disconnected() -> Html {
    let fake = shell().build();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, vec![Step::Call(SCREEN, cut)], |_| ())
}

/// Ends all terminals once one of them shows something.
fn end(fake: &FakeSandbox) -> Vec<Step> {
    let fake = fake.clone();
    let end = Callback::from(move |()| {
        for terminal in fake.shells() {
            fake.exit_shell(&terminal.id, 1);
        }
    });
    vec![Step::Call(SCREEN, end)]
}

fn exited() -> Html {
    let fake = shell().build();
    let steps = end(&fake);
    show(fake, steps, |_| ())
}

/// The page says itself that the process has ended.
fn exited_own() -> Html {
    let fake = shell().build();
    let steps = end(&fake);
    let ended = Callback::from(|end: TerminalEnd| {
        let again = end.again.unwrap_or_default();
        html! {
            <p class="story-mark">
                { "The lesson is over. " }
                <button type="button" class="ys-button" onclick={again.reform(|_: MouseEvent| ())}>
                    { "Once more" }
                </button>
            </p>
        }
    });
    show(fake, steps, |props| props.ended = Some(ended))
}

/// A name, a title and a line that are longer than the screen.
fn long_names() -> Html {
    let long = FakeCommand::new().out(&format!("\u{1b}]0;{LONG}\u{7}{LONG} {LONG} {LONG}\n"));
    let fake = FakeSandbox::builder().command(COMMAND, long).build();
    let steps = end(&fake);
    show(fake, steps, |props| {
        props.options = TerminalOptions {
            name: Some(LONG.to_owned()),
            ..Default::default()
        };
    })
}

fn find() -> Html {
    let steps = vec![
        Step::Shortcut(".ys-terminal .xterm-helper-textarea", "F"),
        Step::Type(".ys-terminal-search input", "kB"),
    ];
    show(shell().build(), steps, |_| ())
}

fn screen_reader() -> Html {
    show(shell().build(), Vec::new(), |props| {
        props.screen_reader = true
    })
}

fn read_only() -> Html {
    show(shell().build(), Vec::new(), |props| props.read_only = true)
}

fn flood() -> Html {
    let flood = FakeCommand::new().flood(4 << 20).out(COLOURS);
    let fake = FakeSandbox::builder().command(COMMAND, flood).build();
    show(fake, Vec::new(), |_| ())
}
