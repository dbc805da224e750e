//! The hooks in a real browser, where links are down, answers are late and properties change.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod page;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::client::protocol::fs::ReadFile;
use yew_sandbox::client::protocol::shell::{Create, Terminate};
use yew_sandbox::client::{ShellStatus, TerminalOptions};
use yew_sandbox::fake::{FakeCommand, FakeSandbox};
use yew_sandbox::{
    SandboxProvider, UseFileHandle, UseTerminalHandle, use_command, use_connection, use_file,
    use_terminal,
};

wasm_bindgen_test_configure!(run_in_browser);

/// An answer that is late enough for whatever comes before it.
const LATE: Duration = Duration::from_millis(300);

/// Draws what is tested, given the page's text, beside the state of the connection.
fn show(fake: &FakeSandbox, draw: impl Fn(&str) -> Html + 'static) -> Mounted {
    let fake = fake.clone();
    mount(move |text| {
        html! {
            <SandboxProvider fake={fake.clone()}><State />{ draw(text) }</SandboxProvider>
        }
    })
}

#[component]
fn State() -> Html {
    let connection = use_connection();
    html! { <p class="state">{ connection.state.name() }</p> }
}

#[component]
fn Runner() -> Html {
    let command = use_command();
    let run = |line: &'static str| {
        let command = command.clone();
        move |_| command.run(line)
    };
    let stop = {
        let command = command.clone();
        move |_| command.stop()
    };
    html! {
        <>
            <p class="running">{ if command.running { "runs" } else { "rests" } }</p>
            <button class="first" onclick={run("first")} />
            <button class="second" onclick={run("second")} />
            <button class="stop" onclick={stop} />
        </>
    }
}

fn programs() -> FakeSandbox {
    FakeSandbox::builder()
        .command("first", FakeCommand::new().forever())
        .command("second", FakeCommand::new().forever())
        .build()
}

/// A runner, until the page is set to anything.
fn runner(fake: &FakeSandbox) -> Mounted {
    show(fake, |text| {
        html! { if text.is_empty() { <Runner /> } }
    })
}

/// How many were asked for, and how many were ended.
fn counts(fake: &FakeSandbox) -> (usize, usize) {
    let created = fake.requests_of::<Create>().len();
    (created, fake.requests_of::<Terminate>().len())
}

async fn link_down(page: &Mounted, fake: &FakeSandbox) {
    fake.set_reachable(false);
    page.until_text(".state", "Reconnecting").await;
}

async fn link_up(page: &Mounted, fake: &FakeSandbox) {
    fake.set_reachable(true);
    page.until_text(".state", "Connected").await;
}

/// The program ran on, as the request that ends it was taken back while it waited for a link.
#[wasm_bindgen_test]
async fn a_command_that_is_stopped_without_a_link_is_ended_when_there_is_one() {
    let fake = programs();
    let page = runner(&fake);
    for leave in [false, true] {
        page.until_there(".first").await;
        page.click(".first");
        until("it runs", || fake.shells().len() == 1).await;
        page.until_text(".running", "runs").await;
        link_down(&page, &fake).await;
        if leave {
            page.set("left");
            page.until_gone(".running").await;
        } else {
            page.click(".stop");
            page.until_text(".running", "rests").await;
        }
        link_up(&page, &fake).await;
        until("it is ended", || fake.shells().is_empty()).await;
    }
    page.unmount();
}

#[component]
fn Opener() -> Html {
    let shell = use_terminal(None, &TerminalOptions::default());
    html! { <p class="terminal">{ shell.terminal.map(|terminal| terminal.id()) }</p> }
}

/// The same of a terminal that a component made.
#[wasm_bindgen_test]
async fn a_terminal_that_is_left_without_a_link_is_ended_when_there_is_one() {
    let fake = FakeSandbox::new();
    let page = show(&fake, |text| {
        html! { if text.is_empty() { <Opener /> } }
    });
    until("it is open", || !page.text(".terminal").is_empty()).await;
    link_down(&page, &fake).await;
    page.set("left");
    page.until_gone(".terminal").await;
    link_up(&page, &fake).await;
    until("it is ended", || fake.shells().is_empty()).await;
    page.unmount();
}

/// A command ran on where it was stopped, or another was run, before the sandbox had said that it runs.
#[wasm_bindgen_test]
async fn a_command_is_stopped_that_has_not_answered_yet() {
    let fake = programs();
    let page = runner(&fake);
    page.until_there(".first").await;
    for (round, how) in ["stop", "second", "left"].into_iter().enumerate() {
        fake.delay_next("shell/create", LATE);
        let (created, ended) = counts(&fake);
        page.click(".first");
        until("it is asked for", || counts(&fake).0 == created + 1).await;
        match how {
            "left" => page.set("left"),
            other => page.click(&format!(".{other}")),
        }
        until(&format!("it is ended by round {round}"), || {
            counts(&fake).1 == ended + 1 && fake.shells().len() == usize::from(how == "second")
        })
        .await;
        if how == "second" {
            page.until_text(".running", "runs").await;
            assert_eq!(fake.shells()[0].status, ShellStatus::Running);
            page.click(".stop");
            until("the second is ended", || fake.shells().is_empty()).await;
        }
    }
    page.unmount();
}

/// What is stopped before it was sent is not run at all.
#[wasm_bindgen_test]
async fn a_command_that_is_stopped_before_there_is_a_link_never_runs() {
    let fake = programs();
    let page = runner(&fake);
    page.until_there(".first").await;
    link_down(&page, &fake).await;
    page.click(".first");
    page.until_text(".running", "runs").await;
    page.click(".stop");
    page.until_text(".running", "rests").await;
    link_up(&page, &fake).await;
    page.click(".second");
    until("the second runs", || fake.shells().len() == 1).await;
    assert_eq!(counts(&fake), (1, 0));
    page.unmount();
}

#[derive(Clone, Properties)]
struct KeepsProps {
    file: Rc<RefCell<Option<UseFileHandle>>>,
    terminal: Rc<RefCell<Option<UseTerminalHandle>>>,
}

impl PartialEq for KeepsProps {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Keeps the handles of its first render, as an effect or a task does.
#[component]
fn Keeps(props: &KeepsProps) -> Html {
    let file = use_file("a");
    props.file.borrow_mut().get_or_insert(file);
    let terminal = use_terminal(None, &TerminalOptions::default());
    props.terminal.borrow_mut().get_or_insert(terminal);
    Html::default()
}

#[wasm_bindgen_test]
async fn a_handle_that_is_kept_works_more_than_once() {
    let fake = FakeSandbox::builder().file("a", "A").build();
    let (file, terminal) = (Rc::default(), Rc::default());
    let page = {
        let props = KeepsProps {
            file: Rc::clone(&file),
            terminal: Rc::clone(&terminal),
        };
        show(&fake, move |_| html! { <Keeps ..props.clone() /> })
    };
    for times in 1..4 {
        until(&format!("it is read {times} times"), || {
            fake.requests_of::<ReadFile>().len() == times
        })
        .await;
        file.borrow().as_ref().unwrap().refresh();
        until(&format!("it is opened {times} times"), || {
            counts(&fake).0 == times && fake.shells().len() == 1
        })
        .await;
        terminal.borrow().as_ref().unwrap().reopen();
    }
    page.unmount();
}
