//! `Preview`.

use yew::prelude::*;
use yew_sandbox::client;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::{FakeSandbox, FakeSandboxBuilder};
use yew_sandbox_components::Preview;

use crate::hand::Step;
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

/// There once nothing more is asked of the sandbox.
const FRAME: &str = "iframe[src]";
/// There once a page is in the frame.
const SHOWN: &str =
    ".ys-preview:is([data-status=loading], [data-status=ready], [data-status=silent])";

/// There once that page answers.
const READY: &str = ".ys-preview[data-status=ready]";

/// An address of somewhere else that fits nowhere.
const FAR: &str = "https://example.com/a-page-with-a-name-that-somebody-took-great-care-to-make-as-long-as-it-could-possibly-be.html?and=a-question-that-is-hardly-any-shorter-than-that";

pub(super) const STORIES: Group = Group {
    name: "Preview",
    path: "preview",
    stories: &[
        Story::new("one-port", SHOWN, one_port),
        Story::new("ready", READY, ready),
        Story::new("stopped", ".ys-preview-stopped", stopped),
        Story::new("several-ports", ".ys-preview select", several_ports),
        Story::new("another-port", ".ys-preview select", another_port),
        Story::new("empty", "[data-status=empty]", empty),
        Story::new("loading", ".ys-preview", loading),
        Story::new("waiting", ".ys-preview-over[data-kind=busy]", waiting),
        Story::new("error", ".ys-preview .ys-note[data-kind=error]", error),
        Story::new("asleep", ".ys-preview-over button", asleep),
        Story::new("disconnected", SHOWN, disconnected),
        Story::new(
            "phone",
            ".ys-preview-widths [aria-pressed=true]:last-child",
            phone,
        ),
        Story::new(
            "without-bar",
            ".ys-preview:not(:has(.ys-preview-bar))",
            without_bar,
        ),
        Story::new(
            "long-names",
            ".ys-preview > .ys-note[data-kind=error]",
            long_names,
        ),
        Story::mirrored(".ys-preview select", several_ports),
    ],
};

/// A host that the page's own server answers for, as it would for a sandbox that is no more.
fn host(port: u16) -> String {
    let own = web_sys::window().and_then(|window| window.location().port().ok());
    let own = own
        .filter(|own| !own.is_empty())
        .unwrap_or_else(|| "80".to_owned());
    format!("gallery-{port}.localhost:{own}")
}

fn on(fake: FakeSandboxBuilder, port: u16) -> FakeSandboxBuilder {
    fake.port_at(port, &host(port))
}

fn show(fake: FakeSandbox, steps: Vec<Step>) -> Html {
    html! { <Scene {fake} {steps} room={Room::Middle}><Preview /></Scene> }
}

fn server() -> FakeSandbox {
    on(FakeSandbox::builder(), 5173).build()
}

fn one_port() -> Html {
    show(server(), Vec::new())
}

/// Nothing of a sandbox is in the frame: its page is answered for.
fn answering(fake: FakeSandbox, steps: Vec<Step>) -> Html {
    let on_preview = Callback::from(|preview: client::Preview| preview.stand_in());
    html! { <Scene {fake} {steps} room={Room::Middle}><Preview {on_preview} /></Scene> }
}

fn ready() -> Html {
    answering(server(), Vec::new())
}

/// The server stops while its page is shown.
fn stopped() -> Html {
    let fake = server();
    let other = fake.clone();
    let stop = Callback::from(move |()| other.close_port(5173));
    answering(fake, vec![Step::Call(READY, stop)])
}

fn several_ports() -> Html {
    show(
        on(on(FakeSandbox::builder(), 3000), 5173).build(),
        Vec::new(),
    )
}

/// Its server listens on another port now.
fn another_port() -> Html {
    let fake = server();
    let other = fake.clone();
    let go = Callback::from(move |()| {
        other.close_port(5173);
        other.open_port(3000);
    });
    show(fake, vec![Step::Call(FRAME, go)])
}

fn empty() -> Html {
    show(FakeSandbox::new(), Vec::new())
}

fn loading() -> Html {
    let fake = server();
    fake.hold();
    show(fake, Vec::new())
}

fn waiting() -> Html {
    let fake = on(FakeSandbox::builder().id("gallery"), 3000).build();
    html! { <Scene {fake} room={Room::Middle}><Preview port={Some(5173)} /></Scene> }
}

fn asleep() -> Html {
    let fake = server();
    let other = fake.clone();
    let sleep = Callback::from(move |()| other.hibernate());
    show(fake, vec![Step::Call(FRAME, sleep)])
}

fn disconnected() -> Html {
    let fake = server();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, vec![Step::Call(SHOWN, cut)])
}

fn error() -> Html {
    let fake = FakeSandbox::new();
    // It is asked again, every 2 s.
    for _ in 0..1000 {
        let why = "this session may not see addresses";
        fake.fail_next("port/list", ErrorCode::NO_ACCESS, why);
    }
    html! { <Scene {fake} room={Room::Middle}><Preview port={Some(5173)} /></Scene> }
}

fn phone() -> Html {
    show(
        server(),
        vec![Step::Click(".ys-preview-widths button:last-child")],
    )
}

/// An address that is none of the preview's, in the field and in the error.
fn long_names() -> Html {
    let steps = vec![
        Step::Call(FRAME, Callback::noop()),
        Step::Type(".ys-preview-address", FAR),
        Step::Submit(".ys-preview-form"),
    ];
    show(server(), steps)
}

fn without_bar() -> Html {
    html! { <Scene fake={server()} room={Room::Middle}><Preview has_bar=false /></Scene> }
}
