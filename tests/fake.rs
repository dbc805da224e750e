//! Components tested against a sandbox in memory, as users of the crate do it.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod page;

use page::{mount, until};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::client::{SessionError, SessionErrorKind};
use yew_sandbox::fake::{FakeSandbox, FakeStep};
use yew_sandbox::{
    ChildrenWhen, ProviderWords, SandboxProvider, use_connection, use_directory, use_file,
};

wasm_bindgen_test_configure!(run_in_browser);

/// The component under test: a note that is edited in place.
#[component]
fn Note() -> Html {
    let note = use_file("note.txt");
    let connection = use_connection();
    let add = {
        let note = note.clone();
        move |_| {
            let note = note.clone();
            yew::platform::spawn_local(async move {
                let longer = format!("{}!", note.text().unwrap_or_default());
                note.write(longer).await.unwrap();
            });
        }
    };
    html! {
        <>
            <p class="text">{ note.text().unwrap_or("none").to_owned() }</p>
            <p class="state">{ connection.state.name() }</p>
            <button onclick={add} />
        </>
    }
}

#[component]
fn Count() -> Html {
    let directory = use_directory("many");
    html! { <p class="count">{ directory.entries.len() }</p> }
}

#[wasm_bindgen_test]
async fn a_component_reads_writes_and_follows_a_file() {
    let fake = FakeSandbox::builder().file("note.txt", "Hello").build();
    let page = mount({
        let fake = fake.clone();
        move |_| html! { <SandboxProvider fake={fake.clone()}><Note /></SandboxProvider> }
    });
    page.until_text(".text", "Hello").await;
    page.click("button");
    page.until_text(".text", "Hello!").await;
    assert_eq!(fake.text("note.txt").as_deref(), Some("Hello!"));
    // Another client writes.
    fake.write("note.txt", "Good-bye");
    page.until_text(".text", "Good-bye").await;
    page.unmount();
    until("the end of the connection", || fake.connections() == 0).await;
}

#[wasm_bindgen_test]
async fn a_component_lives_through_a_bad_connection() {
    let fake = FakeSandbox::builder()
        .file("note.txt", "Hello")
        .step(FakeStep::running("install", "npm install"))
        .build();
    let page = mount({
        let fake = fake.clone();
        move |_| html! { <SandboxProvider fake={fake.clone()}><Note /></SandboxProvider> }
    });
    until("a bar", || page.find("[role=progressbar]").is_some()).await;
    fake.finish_setup();
    page.until_text(".text", "Hello").await;
    fake.set_reachable(false);
    page.until_text(".state", "Reconnecting").await;
    fake.write("note.txt", "meanwhile");
    fake.set_reachable(true);
    page.until_text(".text", "meanwhile").await;
    fake.set_online(false);
    page.until_text(".state", "Offline").await;
    fake.set_online(true);
    page.until_text(".state", "Connected").await;
    fake.hibernate();
    page.until_text(".state", "Hibernated").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn refused_sessions_and_many_names_can_be_shown() {
    let names = (0..10_000).map(|number| (format!("many/{number}"), ""));
    let fake = FakeSandbox::builder().files(names).build();
    fake.refuse_next_session(SessionError::new(SessionErrorKind::Forbidden, "not yours"));
    let page = mount({
        let fake = fake.clone();
        move |_| {
            html! {
                <SandboxProvider fake={fake.clone()} children_when={ChildrenWhen::Always}>
                    <Count />
                </SandboxProvider>
            }
        }
    });
    until("the refusal", || page.find("[role=alert] button").is_some()).await;
    page.click("[role=alert] button");
    page.until_text(".count", "10000").await;
    page.unmount();
}

/// The provider's own views were in English only.
#[wasm_bindgen_test]
async fn the_default_views_say_what_they_are_given() {
    let words = ProviderWords {
        start_up: "Start".into(),
        connecting: "Verbindet".into(),
        retry: "Erneut versuchen".into(),
        error: |error| format!("{:?}", error.kind()),
        hint: |_| "Frage nach.".to_owned(),
        ..ProviderWords::default()
    };
    let fake = FakeSandbox::new();
    fake.hold();
    let page = mount({
        let words = words.clone();
        move |_| html! { <SandboxProvider fake={fake.clone()} words={words.clone()} /> }
    });
    page.until_text(".yew-sandbox-loading p", "Verbindet").await;
    let bar = page.find("progress").unwrap();
    assert_eq!(bar.get_attribute("aria-label").as_deref(), Some("Start"));
    page.unmount();

    let fake = FakeSandbox::new();
    fake.refuse_next_session(SessionError::new(SessionErrorKind::Forbidden, "not yours"));
    let page = mount(move |_| {
        html! { <SandboxProvider fake={fake.clone()} words={words.clone()} /> }
    });
    let all = "ForbiddenFrage nach.Erneut versuchen";
    page.until_text(".yew-sandbox-failed", all).await;
    page.unmount();
}

/// The progress bar stood there for good, and nothing woke the sandbox.
#[wasm_bindgen_test]
async fn a_sandbox_that_falls_asleep_before_it_is_ready_can_be_woken() {
    let fake = FakeSandbox::builder()
        .step(FakeStep::running("install", "npm install"))
        .build();
    let page = mount({
        let fake = fake.clone();
        move |_| html! { <SandboxProvider fake={fake.clone()}><Note /></SandboxProvider> }
    });
    page.until_there("[role=progressbar]").await;
    until("it is connected", || fake.connections() == 1).await;
    fake.hibernate();
    page.until_text(".yew-sandbox-loading p", "The sandbox is asleep")
        .await;
    assert!(page.find("[role=progressbar]").is_none());
    page.click(".yew-sandbox-loading button");
    page.until_there("[role=progressbar]").await;
    fake.finish_setup();
    page.until_text(".state", "Connected").await;
    page.unmount();
}
