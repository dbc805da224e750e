//! A component is tested without a server, inside a browser.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::time::Duration;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_sandbox::fake::{FakeCommand, FakeSandbox};
use yew_sandbox::{SandboxProvider, use_command, use_file};

wasm_bindgen_test_configure!(run_in_browser);

/// The component under test.
#[component]
fn Build() -> Html {
    let version = use_file("version.txt");
    let build = use_command();
    let run = {
        let build = build.clone();
        move |_| build.run("npm run build")
    };
    html! {
        <>
            <h1>{ version.text().unwrap_or("unknown").to_owned() }</h1>
            <button onclick={run}>{ "Build" }</button>
            <pre>{ build.output.to_string() }</pre>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct AppProps {
    fake: FakeSandbox,
}

#[component]
fn App(props: &AppProps) -> Html {
    html! { <SandboxProvider fake={props.fake.clone()}><Build /></SandboxProvider> }
}

#[wasm_bindgen_test]
async fn a_build_shows_its_output_and_the_new_version() {
    let build = FakeCommand::from("building\n")
        .wait(Duration::from_millis(50))
        .write("version.txt", "2.0")
        .out("done\n");
    let fake = FakeSandbox::builder()
        .file("version.txt", "1.0")
        .command("npm run build", build)
        .build();
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    let page =
        yew::Renderer::<App>::with_root_and_props(root.clone(), AppProps { fake: fake.clone() });
    let page = page.render();

    until(|| root.inner_html().contains("<h1>1.0</h1>")).await;
    let button = root.query_selector("button").unwrap().unwrap();
    button.unchecked_into::<HtmlElement>().click();
    until(|| root.inner_html().contains("done")).await;
    until(|| root.inner_html().contains("<h1>2.0</h1>")).await;

    // Another client writes.
    fake.write("version.txt", "3.0");
    until(|| root.inner_html().contains("<h1>3.0</h1>")).await;
    // The link breaks, and the component finds out what it missed.
    fake.set_reachable(false);
    fake.write("version.txt", "4.0");
    fake.set_reachable(true);
    until(|| root.inner_html().contains("<h1>4.0</h1>")).await;

    page.destroy();
    root.remove();
}

/// Waits for a condition, at most five seconds.
async fn until(condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        TimeoutFuture::new(10).await;
    }
    panic!("it did not happen within five seconds");
}
