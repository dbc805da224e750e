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
use yew_sandbox::client::protocol::fs::{ReadFile, Watch};
use yew_sandbox::client::protocol::shell::{Create, Terminate};
use yew_sandbox::client::{ShellStatus, TerminalOptions};
use yew_sandbox::fake::{FakeCommand, FakeSandbox};
use yew_sandbox::{
    SandboxProvider, UseFileHandle, UseTerminalHandle, use_command, use_connection, use_directory,
    use_file, use_preview, use_terminal,
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

/// What a hook gave for what, render by render.
type Given = Rc<RefCell<Vec<(String, Option<String>)>>>;

#[derive(Clone, Properties)]
struct ProbeProps {
    of: String,
    given: Given,
}

impl PartialEq for ProbeProps {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of
    }
}

impl ProbeProps {
    fn note(&self, value: Option<String>) {
        self.given.borrow_mut().push((self.of.clone(), value));
    }
}

#[component]
fn File(props: &ProbeProps) -> Html {
    let file = use_file(props.of.as_str());
    assert_eq!(file.loading, file.content.is_none());
    props.note(file.text().map(str::to_owned));
    let refresh = move |_| file.refresh();
    html! { <button class="refresh" onclick={refresh} /> }
}

#[component]
fn Directory(props: &ProbeProps) -> Html {
    let directory = use_directory(props.of.as_str());
    let first = directory.entries.first().map(|entry| entry.name.clone());
    assert_eq!(directory.loading, first.is_none());
    props.note(first);
    Html::default()
}

#[component]
fn Attached(props: &ProbeProps) -> Html {
    let shell = use_terminal(Some(&props.of), &TerminalOptions::default());
    props.note(shell.terminal.map(|terminal| terminal.id()));
    Html::default()
}

#[component]
fn Port(props: &ProbeProps) -> Html {
    let frame = use_node_ref();
    let preview = use_preview(frame.clone(), props.of.parse().ok());
    props.note(preview.url.map(|url| url.to_string()));
    html! { <iframe ref={frame} /> }
}

/// Shows `one`, then `other`, and gives what was there for each.
async fn moved<Probe: BaseComponent<Properties = ProbeProps>>(
    fake: &FakeSandbox,
    one: &str,
    other: &str,
) -> (Mounted, Given) {
    let given = Given::default();
    let page = {
        let given = Rc::clone(&given);
        let first = one.to_owned();
        show(fake, move |text| {
            let of = if text.is_empty() { &first } else { text };
            html! { <Probe of={of.to_owned()} given={Rc::clone(&given)} /> }
        })
    };
    let has = |of: &str| {
        let given = given.borrow();
        given
            .last()
            .is_some_and(|(path, value)| path == of && value.is_some())
    };
    until(&format!("{one} is there"), || has(one)).await;
    page.set(other);
    until(&format!("{other} is there"), || has(other)).await;
    (page, given)
}

/// What was given for `of`, without repetitions.
fn given_for(given: &Given, of: &str) -> Vec<Option<String>> {
    let given = given.borrow();
    let mut values: Vec<_> = given
        .iter()
        .filter(|(path, _)| path == of)
        .map(|(_, value)| value.clone())
        .collect();
    values.dedup();
    values
}

/// An editor that saved under the new path wrote the old file's content there.
#[wasm_bindgen_test]
async fn a_value_is_never_given_for_another_path() {
    let some = |text: &str| Some(text.to_owned());
    let fake = FakeSandbox::builder()
        .file("a", "A")
        .file("b", "B")
        .file("one/x", "")
        .file("two/y", "")
        .port_at(1, "localhost:1")
        .port_at(2, "localhost:2")
        .build();
    let (page, given) = moved::<File>(&fake, "a", "b").await;
    assert_eq!(given_for(&given, "b"), [None, some("B")]);
    // What is read again stays meanwhile.
    page.click(".refresh");
    until("it is read again", || {
        fake.requests_of::<ReadFile>().len() == 3
    })
    .await;
    fake.write("b", "more");
    until("it is followed", || {
        given_for(&given, "b").contains(&some("more"))
    })
    .await;
    assert_eq!(given_for(&given, "b"), [None, some("B"), some("more")]);
    page.unmount();

    let (page, given) = moved::<Directory>(&fake, "one", "two").await;
    assert_eq!(given_for(&given, "two"), [None, some("y")]);
    page.unmount();

    let (one, other) = (fake.open_terminal(), fake.open_terminal());
    let (page, given) = moved::<Attached>(&fake, &one, &other).await;
    assert_eq!(given_for(&given, &other), [None, Some(other)]);
    page.unmount();

    let (page, given) = moved::<Port>(&fake, "1", "2").await;
    assert_eq!(given_for(&given, "2").len(), 2, "{given:?}");
    assert_eq!(given_for(&given, "2")[0], None);
    page.unmount();
}

#[component]
fn Built() -> Html {
    let file = use_file("dist/out.txt");
    let directory = use_directory("dist");
    html! {
        <>
            <p class="file">{ file.text().unwrap_or("none").to_owned() }</p>
            <p class="error">{ file.error.and_then(|error| error.errno_name()) }</p>
            <p class="names">{ for directory.entries.iter().map(|entry| entry.name.clone()) }</p>
        </>
    }
}

/// A file in a folder that a build makes later was never seen.
#[wasm_bindgen_test]
async fn what_lies_in_a_folder_that_is_made_later_shows_up() {
    let fake = FakeSandbox::new();
    let page = show(&fake, |_| html! { <Built /> });
    page.until_text(".error", "ENOENT").await;
    until("both are refused", || {
        fake.requests_of::<Watch>().len() >= 2
    })
    .await;
    fake.write("dist/out.txt", "built");
    page.until_text(".file", "built").await;
    page.until_text(".names", "out.txt").await;
    assert_eq!(page.text(".error"), "");
    fake.write("dist/out.txt", "again");
    page.until_text(".file", "again").await;
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
