//! What leaves the page leaves nothing behind.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod every;
mod page;

use std::cell::RefCell;
use std::rc::Rc;

use every::EVERY;
use futures_util::future::join_all;
use page::{Mounted, mount, until_within};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::client::ShellStatus;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox::{ChildrenWhen, Sandbox, SandboxProvider, use_sandbox};
use yew_sandbox_components::{FileTree, SandboxUi, Terminal, TerminalRenderer};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/lifecycle/counts.js")]
extern "C" {
    #[wasm_bindgen(js_name = listenersNow)]
    fn listeners() -> usize;
    #[wasm_bindgen(js_name = timersNow)]
    fn timers() -> usize;
    #[wasm_bindgen(js_name = observersNow)]
    fn observers() -> usize;
    #[wasm_bindgen(js_name = elementsNow)]
    fn elements() -> usize;
    fn kinds() -> String;
}

#[derive(PartialEq, Properties)]
struct ProbeProps {
    on_sandbox: Callback<Sandbox>,
}

/// Tells the test of the sandbox.
#[component]
fn Probe(props: &ProbeProps) -> Html {
    props.on_sandbox.emit(use_sandbox());
    Html::default()
}

/// How many subscriptions there are to what all components can read.
fn subscriptions(sandbox: &Sandbox) -> [usize; 3] {
    let client = sandbox.client();
    [
        client.watch_state().subscribers(),
        client.watch_init().subscribers(),
        client.watch_sandbox().subscribers(),
    ]
}

#[wasm_bindgen_test]
async fn what_is_taken_off_the_page_follows_nothing_any_more() {
    for story in EVERY {
        console_log!("{}", story.name);
        let fake = every::page(0).fake;
        let sandbox = Rc::new(RefCell::new(None::<Sandbox>));
        let page = {
            let (fake, sandbox) = (fake.clone(), Rc::clone(&sandbox));
            mount(move |text| {
                let sandbox = Rc::clone(&sandbox);
                let on_sandbox = move |found| drop(sandbox.replace(Some(found)));
                html! {
                    <SandboxProvider fake={fake.clone()} children_when={ChildrenWhen::Always}>
                        <Probe {on_sandbox} />
                        if text == "on" { { (story.draw)() } }
                    </SandboxProvider>
                }
            })
        };
        let sandbox = || sandbox.borrow().clone().unwrap();
        until_within(10, "it is connected", || fake.connections() == 1).await;
        page::settle().await;
        let before = subscriptions(&sandbox());
        page.set("on");
        page::settle().await;
        page.set("");
        until_within(10, "nothing is followed", || {
            fake.watched().is_empty() && subscriptions(&sandbox()) == before
        })
        .await;
        if story.name == "Terminal" {
            until_within(10, "its shell has ended", || {
                let shells = fake.shells();
                shells
                    .iter()
                    .all(|shell| shell.status != ShellStatus::Running)
            })
            .await;
        }
        page.unmount();
        until_within(10, "the link is closed", || fake.connections() == 0).await;
    }
}

/// What a page holds on to.
#[derive(Debug)]
struct Held {
    listeners: usize,
    observers: usize,
    elements: usize,
    references: u32,
}

impl Held {
    fn is_no_more_than(&self, before: &Self) -> bool {
        self.listeners <= before.listeners
            && self.observers <= before.observers
            && self.elements <= before.elements
            // A wait that has just ended may hold some for a moment. What each cycle leaves is 900 of them.
            && self.references < before.references + 20
    }
}

fn held() -> Held {
    Held {
        listeners: listeners(),
        observers: observers(),
        elements: elements(),
        references: wasm_bindgen::externref_heap_live_count(),
    }
}

/// In bytes.
fn memory() -> f64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    f64::from(buffer.byte_length())
}

/// A place of an app where a provider comes and goes. The app itself stays: Yew keeps its listeners for good.
struct Place {
    page: Mounted,
    fake: Rc<RefCell<FakeSandbox>>,
}

impl Place {
    async fn new() -> Self {
        let fake = Rc::new(RefCell::new(FakeSandbox::new()));
        let given = Rc::clone(&fake);
        let page = mount(move |text| {
            if text != "on" {
                return html! { <p>{ "off" }</p> };
            }
            let fake = given.borrow().clone();
            html! {
                <SandboxUi>
                    <SandboxProvider {fake}>
                        <div style="block-size: 200px"><FileTree /></div>
                        <div style="block-size: 200px"><Terminal renderer={TerminalRenderer::Dom} /></div>
                    </SandboxProvider>
                </SandboxUi>
            }
        });
        page.until_text("p", "off").await;
        Self { page, fake }
    }

    /// Shows a tree and a terminal of another sandbox until both are there, and takes them away.
    async fn cycle(&self) {
        let fake = FakeSandbox::builder().file("a.txt", "a").build();
        self.fake.replace(fake.clone());
        self.page.set("on");
        until_within(20, "tree and terminal are there", || {
            self.page.find("[role=treeitem]").is_some()
                && self.page.find(".ys-terminal[data-state=running]").is_some()
        })
        .await;
        self.page.set("");
        until_within(20, "the link is closed", || {
            self.page.find(".ys-ui").is_none() && fake.connections() == 0
        })
        .await;
    }
}

async fn cycles(places: &[Place], count: usize) -> Held {
    for _ in 0..count / places.len() {
        join_all(places.iter().map(Place::cycle)).await;
    }
    // The one timer is that of this wait.
    until_within(20, "no timer runs", || timers() <= 1).await;
    held()
}

#[wasm_bindgen_test]
async fn a_thousand_times_on_and_off_the_page_leaves_nothing() {
    // Side by side, because most of a cycle is waiting.
    let places = join_all((0..20).map(|_| Place::new())).await;
    let before = cycles(&places, 100).await;
    let bytes = memory();
    let after = cycles(&places, 900).await;
    assert!(
        after.is_no_more_than(&before),
        "{before:?} became {after:?}: {}",
        kinds()
    );
    // An allocator's own gaps are a matter of a few pages, whatever the number of cycles.
    let grown = memory() - bytes;
    assert!(grown <= 512.0 * 1024.0, "the memory grew by {grown} bytes");
    for place in places {
        place.page.unmount();
    }
}
