//! What pages hook into: class and style of the outermost element, and slots, of every component that shows the sandbox.

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::client::{ClientInfo, Port, SearchMatch, Task};
use yew_sandbox::fake::{FakeSandbox, FakeTask};
use yew_sandbox_components::*;

const STYLE: &str = "--mine: 1";

/// A component with the class `mine`, a style, and what is drawn in its slots, if it has some.
struct Hooked {
    name: &'static str,
    draw: fn() -> Html,
    /// Where the slots draw, and what.
    slots: &'static [(&'static str, &'static str)],
}

/// What a slot draws of what it is given.
fn own<T: 'static>(told: fn(T) -> String) -> Callback<T, Html> {
    Callback::from(move |given| html! { <i>{ told(given) }</i> })
}

fn nothing() -> Callback<(), Html> {
    own(|()| "nothing yet".to_owned())
}

const ALL: &[Hooked] = &[
    Hooked {
        name: "CommandOutput",
        draw: || html! { <CommandOutput text="" class="mine" style={STYLE} empty={nothing()} /> },
        slots: &[(".ys-output i", "nothing yet")],
    },
    Hooked {
        name: "CommandPalette",
        draw: || {
            let commands = vec![PaletteCommand::new("Reload", Callback::noop())];
            let row = own(|command: PaletteCommand| format!("do {}", command.label));
            html! { <CommandPalette {commands} {row} on_close={Callback::noop()} class="mine" style={STYLE} /> }
        },
        slots: &[(".ys-palette-option i", "do Reload")],
    },
    Hooked {
        name: "ConnectionStatus",
        draw: || {
            let state =
                own(|state: yew_sandbox::ConnectionState| format!("it is {}", state.name()));
            html! { <ConnectionStatus {state} class="mine" style={STYLE} /> }
        },
        slots: &[("[role=status] i", "it is Connected")],
    },
    Hooked {
        name: "Console",
        draw: || html! { <Console class="mine" style={STYLE} empty={nothing()} /> },
        slots: &[(".ys-output i", "nothing yet")],
    },
    Hooked {
        name: "InitScreen",
        draw: || html! { <InitScreen header={html! { <i>{ "a logo" }</i> }} class="mine" style={STYLE} /> },
        slots: &[(".ys-init i", "a logo")],
    },
    Hooked {
        name: "MetricsBar",
        draw: || {
            let meter =
                own(|meter: Meter| format!("{} {:.1} {}", meter.name, meter.share, meter.text));
            html! { <MetricsBar {meter} class="mine" style={STYLE} /> }
        },
        slots: &[(".ys-metric i", "CPU 0.5 50 %")],
    },
    Hooked {
        name: "PortList",
        draw: || {
            let row = own(|port: Port| format!("at {}", port.port));
            html! { <PortList {row} class="mine" style={STYLE} /> }
        },
        slots: &[(".ys-port i", "at 5173")],
    },
    Hooked {
        name: "Presence",
        draw: || {
            let avatar = own(|client: ClientInfo| format!("here is {}", client.username));
            html! { <Presence {avatar} class="mine" style={STYLE} /> }
        },
        slots: &[(".ys-presence-one i", "here is you")],
    },
    Hooked {
        name: "Preview",
        draw: || html! { <Preview class="mine" style={STYLE} /> },
        slots: &[],
    },
    Hooked {
        name: "ResizablePanels",
        draw: || {
            html! {
                <ResizablePanels class="mine" style={STYLE}>
                    <ResizablePanel label="Left" size={25.0} class="left" style="--left: 1">{ "left" }</ResizablePanel>
                    <ResizablePanel label="Right">{ "right" }</ResizablePanel>
                </ResizablePanels>
            }
        },
        slots: &[("[style='flex: 25.000 1 0; --left: 1']", "left")],
    },
    Hooked {
        name: "SearchPanel",
        draw: || {
            let result = own(|found: SearchMatch| format!("line {}", found.line_number));
            html! { <SearchPanel empty={nothing()} {result} class="mine" style={STYLE} /> }
        },
        slots: &[(".ys-search i", "nothing yet")],
    },
    Hooked {
        name: "TaskList",
        draw: || {
            let extra = own(|task: Task| format!("about {}", task.name));
            html! { <TaskList {extra} class="mine" style={STYLE} /> }
        },
        slots: &[(".ys-task i", "about test")],
    },
    Hooked {
        name: "Toasts",
        draw: || {
            let toast = own(|toast: Toast| format!("psst: {}", toast.text));
            html! { <Toasts {toast} class="mine" style={STYLE}><Says /></Toasts> }
        },
        slots: &[(".ys-toast i", "psst: saved")],
    },
];

/// Shows a toast.
#[component]
fn Says() -> Html {
    let toasts = use_toasts();
    use_effect_with((), move |()| {
        toasts.show(Toast::new(ToastKind::Error, "saved"));
    });
    Html::default()
}

fn show(fake: &FakeSandbox, draw: fn() -> Html) -> Mounted {
    let fake = fake.clone();
    mount(move |_| html! { <SandboxProvider fake={fake.clone()}>{ draw() }</SandboxProvider> })
}

fn sandbox() -> FakeSandbox {
    FakeSandbox::builder()
        .username("you")
        .port_at(5173, "localhost:9")
        .task(FakeTask::new("test", "npm test"))
        .file("a.txt", "one\nneedle\n")
        .build()
}

#[wasm_bindgen_test]
async fn every_component_takes_class_style_and_slots() {
    for Hooked { name, draw, slots } in ALL {
        let page = show(&sandbox(), *draw);
        let what = format!("{name} takes class and style");
        until(&what, || page.attribute(".mine", "style") == STYLE).await;
        for (place, text) in *slots {
            let what = format!("{name} says {text}");
            until(&what, || page.text(place) == *text).await;
        }
        page.unmount();
    }
}

#[wasm_bindgen_test]
async fn a_line_that_matches_is_drawn_by_the_page() {
    let page = show(&sandbox(), || {
        let result = own(|found: SearchMatch| format!("line {}", found.line_number));
        html! { <SearchPanel empty={nothing()} {result} /> }
    });
    page.until_text(".ys-search > i", "nothing yet").await;
    page.fill("input[type=search]", "needle");
    page.submit("input[type=search]");
    page.until_text("button.ys-search-match", "line 2").await;
    assert!(page.find(".ys-search > i").is_none());
    page.unmount();
}

/// The class was on the list only, not on what stands there before.
#[wasm_bindgen_test]
async fn a_task_list_has_its_class_while_it_loads() {
    let fake = sandbox();
    fake.hold();
    let given = fake.clone();
    let page = mount(move |_| {
        let children_when = yew_sandbox::ChildrenWhen::Always;
        html! {
            <SandboxProvider fake={given.clone()} {children_when} loading={|_| Html::default()}>
                <TaskList class="mine" style={STYLE} />
            </SandboxProvider>
        }
    });
    page.until_text(".mine .ys-note p", "Loading").await;
    assert_eq!(page.attribute(".mine", "style"), STYLE);
    page.unmount();
}

/// Colours stood in the style of each piece, where only `!important` reaches.
#[wasm_bindgen_test]
async fn a_plain_rule_of_the_page_wins_over_colours_of_output() {
    let page = mount(|own| {
        html! {
            <SandboxUi>
                <style>{ own.to_owned() }</style>
                <CommandOutput text={"\u{1b}[1;31;44mred\u{1b}[0m plain"} />
            </SandboxUi>
        }
    });
    let piece = ".ys-output-piece.ys-output-bold";
    page.until_there(piece).await;
    let element = page.find(piece).unwrap();
    let color = |name: &str| {
        let window = web_sys::window().unwrap();
        let style = window.get_computed_style(&element).unwrap().unwrap();
        style.get_property_value(name).unwrap()
    };
    assert_eq!(color("font-weight"), "700");
    assert_eq!(
        Some(color("background-color")),
        resolve(&element, Token::TerminalBlue)
    );
    page.set(".ys-output-piece { color: rgb(1, 2, 3); background: rgb(4, 5, 6) }");
    until("the page's colours are shown", || {
        color("color") == "rgb(1, 2, 3)" && color("background-color") == "rgb(4, 5, 6)"
    })
    .await;
    page.unmount();
}
