//! Panels that work on the sandbox, in a real browser: console, search, repository, preview, and the small parts they share.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use web_sys::{KeyboardEvent, KeyboardEventInit};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::{FakeCommand, FakeGit, FakeSandbox};
use yew_sandbox_components::{
    CommandOutput, ConnectionStatus, Console, Dialog, Documents, DocumentsProvider, FileTabs,
    GitPanel, IconName, Menu, MenuItem, Place, Preview, SearchPanel, use_document, use_documents,
};

fn show(fake: &FakeSandbox, draw: impl Fn(&str) -> Html + 'static) -> Mounted {
    let fake = fake.clone();
    mount(
        move |text| html! { <SandboxProvider fake={fake.clone()}>{ draw(text) }</SandboxProvider> },
    )
}

fn kept<T: 'static>() -> (Rc<RefCell<Vec<T>>>, Callback<T>) {
    let told = Rc::new(RefCell::new(Vec::new()));
    let callback = {
        let told = Rc::clone(&told);
        Callback::from(move |value| told.borrow_mut().push(value))
    };
    (told, callback)
}

fn button(name: &str) -> String {
    format!("button[aria-label='{name}']")
}

/// What a field holds.
fn value(page: &Mounted, selector: &str) -> String {
    let field = page.find(selector).unwrap();
    let value = js_sys::Reflect::get(&field, &"value".into()).unwrap();
    value.as_string().unwrap()
}

#[wasm_bindgen_test]
async fn a_console_runs_commands_and_remembers_them() {
    let fake = FakeSandbox::builder()
        .command(
            "one",
            FakeCommand::from("\u{1b}[32mfirst\u{1b}[0m <b>x</b>\n"),
        )
        .command("two", FakeCommand::from("second\n").exit(2))
        .command("long", FakeCommand::from("begun\n").forever())
        .build();
    let page = show(&fake, |_| html! { <Console /> });
    let field = "input";
    page.until_there(field).await;
    page.fill(field, "one");
    page.submit(field);
    page.until_text(".ys-output-line", "first <b>x</b>\n").await;
    assert!(page.find("b").is_none());
    let style = page.attribute(".ys-output-line span", "style");
    assert!(style.contains("--ys-terminal-green"), "{style}");
    assert_eq!(value(&page, field), "");
    assert_eq!(page.attribute(".ys-output", "role"), "log");

    page.fill(field, "two");
    page.submit(field);
    page.until_text(".ys-console-exit", "Ended with exit code 2")
        .await;
    // An empty line runs nothing.
    page.fill(field, "  ");
    page.submit(field);
    page.fill(field, "");
    for (key, line) in [
        ("ArrowUp", "two"),
        ("ArrowUp", "one"),
        ("ArrowUp", "one"),
        ("ArrowDown", "two"),
        ("ArrowDown", ""),
    ] {
        page.press(field, key);
        assert_eq!(value(&page, field), line, "after {key}");
    }

    page.fill(field, "long");
    page.submit(field);
    page.until_there(&button("Stop")).await;
    page.until_text(".ys-output-line", "begun\n").await;
    assert!(
        page.find(".ys-console-exit").is_none(),
        "that was another command"
    );
    page.click(&button("Stop"));
    page.until_gone(&button("Stop")).await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn output_is_bounded_and_only_grows() {
    let page = mount(|count| {
        let lines: usize = count.parse().unwrap_or(2);
        let text: String = (0..lines).map(|line| format!("line {line}\n")).collect();
        html! { <CommandOutput {text} label="Build" announces=false /> }
    });
    page.until_there(".ys-output-line").await;
    assert_eq!(page.attribute(".ys-output", "aria-label"), "Build");
    assert_eq!(page.attribute(".ys-output", "role"), "region");
    let first = page.find(".ys-output-line").unwrap();
    page.set("3");
    until("there are three", || {
        page.texts(".ys-output-line").len() == 3
    })
    .await;
    assert!(first.is_same_node(page.find(".ys-output-line").as_deref()));
    page.set("6000");
    page.until_text(".ys-output-line", "line 1000\n").await;
    assert_eq!(page.texts(".ys-output-line").len(), 5000);
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_search_shows_what_it_found_and_opens_it() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "one\nneedle here\n")
        .file("src/b.rs", "let x = 1; // Needle <b>\n")
        .file("c.bin", "nothing\n")
        .build();
    let (opened, on_open) = kept::<Place>();
    let page = show(
        &fake,
        move |_| html! { <SearchPanel on_open={on_open.clone()} /> },
    );
    let field = "input[type=search]";
    page.until_there(field).await;
    page.fill(field, "needle");
    page.submit(field);
    page.until_text(".ys-search-count", "2 lines in 2 files")
        .await;
    page.until_announced("2 lines in 2 files").await;
    assert_eq!(page.texts(".ys-search-path bdi"), ["a.txt", "src/b.rs"]);
    assert_eq!(page.texts("mark"), ["needle", "Needle"]);
    assert!(page.find("b").is_none());
    page.click(".ys-search-match");
    let place = Place {
        path: "a.txt".to_owned(),
        line: 2,
        column: 1,
    };
    assert_eq!(*opened.borrow(), [place]);

    page.click(&button("Match upper and lower case"));
    page.until_text(".ys-search-count", "1 line in 1 file")
        .await;
    page.fill("input[type=text]", "*.rs");
    page.until_text(".ys-search-count", "Nothing found").await;
    page.fill("input[type=text]", "");
    page.click(&button("Regular expression"));
    page.until_there("button[aria-label='Regular expression'][aria-pressed=true]")
        .await;
    page.fill(field, "(");
    page.submit(field);
    page.until_there("[role=alert]").await;
    assert!(page.find(".ys-search-match").is_none());
    // Nothing to look for is no error.
    page.fill(field, "");
    page.until_gone("[role=alert]").await;
    assert!(page.find(".ys-search-count").is_none());
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_search_is_ended_by_escape_and_by_leaving() {
    let fake = FakeSandbox::builder().file("a.txt", "needle\n").build();
    let page = show(&fake, |text| {
        if text == "gone" {
            Html::default()
        } else {
            html! { <SearchPanel /> }
        }
    });
    let field = "input[type=search]";
    page.until_there(field).await;
    fake.delay_next("fs/streamingSearch", Duration::from_secs(60));
    page.fill(field, "needle");
    page.submit(field);
    page.until_text(".ys-search-count", "Searching").await;
    page.press(field, "Escape");
    page.until_text(".ys-search-count", "Nothing found").await;
    fake.delay_next("fs/streamingSearch", Duration::from_secs(60));
    page.submit(field);
    page.until_text(".ys-search-count", "Searching").await;
    page.set("gone");
    page.until_gone(field).await;
    page.set("");
    page.until_there(field).await;
    assert_eq!(value(&page, field), "");
    page.unmount();
}

/// In Chrome and Safari, Escape in the field emptied it, and with it the matches.
#[wasm_bindgen_test]
async fn escape_in_the_field_leaves_what_was_found() {
    let fake = FakeSandbox::builder().file("a.txt", "needle\n").build();
    let page = show(&fake, |_| html! { <SearchPanel /> });
    let field = "input[type=search]";
    page.until_there(field).await;
    let escape = |selector: &str, is_composing: bool| {
        let options = KeyboardEventInit::new();
        options.set_key("Escape");
        options.set_is_composing(is_composing);
        options.set_bubbles(true);
        options.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
        page.find(selector).unwrap().dispatch_event(&event).unwrap()
    };
    assert!(escape(field, false), "there is nothing to keep");
    page.fill(field, "needle");
    page.submit(field);
    page.until_there(".ys-search-match").await;
    assert!(!escape(field, false), "the browser empties the field");
    assert!(escape(field, true), "the key is the input method's");
    assert!(escape("input[type=text]", false));
    assert_eq!(page.texts(".ys-search-match").len(), 1);
    page.unmount();
}

fn repository() -> FakeSandbox {
    FakeSandbox::builder()
        .file("changed.txt", "one\ntwo\n")
        .file("fresh.txt", "fresh\n")
        .file("same.txt", "same\n")
        .git(
            FakeGit::new("main")
                .committed("changed.txt", "one\nzwei\n")
                .committed("gone.txt", "gone\n")
                .untracked("fresh.txt"),
        )
        .build()
}

#[wasm_bindgen_test]
async fn changes_are_shown_compared_discarded_and_committed() {
    let fake = repository();
    let (opened, on_open) = kept::<String>();
    let page = show(&fake, move |text| {
        html! { <GitPanel on_open={on_open.clone()} read_only={text == "look"} /> }
    });
    page.until_there(".ys-git-file").await;
    assert_eq!(page.text("h2"), "main");
    let names = ["changed.txt", "fresh.txt", "gone.txt"];
    assert_eq!(page.texts(".ys-git-path bdi"), names);
    assert_eq!(
        page.texts(".ys-git-path .ys-unseen"),
        ["changed", "new", "deleted"]
    );
    page.click(".ys-git-path");
    page.until_there("pre").await;
    assert_eq!(
        page.attribute("pre", "aria-label"),
        "Changes of changed.txt"
    );
    assert_eq!(page.texts("[data-kind=removed]"), ["-zwei\n"]);
    assert_eq!(page.texts("[data-kind=added]"), ["+two\n"]);
    // It follows the file.
    fake.write("changed.txt", "one\nthree\n");
    page.until_text("[data-kind=added]", "+three\n").await;
    page.click(&button("Open changed.txt"));
    assert_eq!(*opened.borrow(), ["changed.txt"]);
    assert!(page.find(&button("Open gone.txt")).is_none());

    page.click(&button("Discard changes of changed.txt"));
    page.until_there("dialog").await;
    page.click("dialog button[autofocus]");
    page.until_gone("dialog").await;
    assert_eq!(fake.text("changed.txt").as_deref(), Some("one\nthree\n"));
    page.click(&button("Discard changes of changed.txt"));
    page.until_there("dialog").await;
    page.click("dialog .ys-button:not([autofocus])");
    until("two are left", || page.texts(".ys-git-file").len() == 2).await;
    assert_eq!(fake.text("changed.txt").as_deref(), Some("one\nzwei\n"));

    let message = "textarea";
    assert_eq!(
        page.attribute(".ys-git-form button", "aria-disabled"),
        "true"
    );
    fake.fail_next("git/commit", ErrorCode::CRITICAL, "a hook said no");
    page.fill(message, "  A message  ");
    until("it can be committed", || {
        page.attribute(".ys-git-form button", "aria-disabled")
            .is_empty()
    })
    .await;
    page.submit(message);
    page.until_there(".ys-git-form [role=alert]").await;
    assert_eq!(
        value(&page, message),
        "  A message  ",
        "it stays where a commit fails"
    );
    page.submit(message);
    page.until_text(".ys-panel-body .ys-note p", "Nothing to commit")
        .await;
    page.until_announced("Committed").await;
    assert_eq!(fake.commits()[0].message, "A message");
    assert_eq!(value(&page, message), "");
    page.set("look");
    page.until_gone(message).await;
    page.unmount();
}

/// What was typed while a commit was under way went with the message.
#[wasm_bindgen_test]
async fn a_message_that_is_typed_during_a_commit_stays() {
    let fake = repository();
    let page = show(&fake, |_| html! { <GitPanel /> });
    page.until_there(".ys-git-file").await;
    let message = "textarea";
    fake.delay_next("git/commit", Duration::from_millis(300));
    page.fill(message, "one");
    until("it can be committed", || {
        page.attribute(".ys-git-form button", "aria-disabled")
            .is_empty()
    })
    .await;
    page.submit(message);
    until("it is under way", || {
        let requests = fake.requests();
        requests
            .iter()
            .any(|request| request.method == "git/commit")
    })
    .await;
    page.fill(message, "two");
    until("it is committed", || fake.commits().len() == 1).await;
    page.until_text(".ys-panel-body .ys-note p", "Nothing to commit")
        .await;
    assert_eq!(value(&page, message), "two");
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_workspace_without_a_repository_says_so() {
    let fake = FakeSandbox::new();
    let page = show(&fake, |_| html! { <GitPanel /> });
    page.until_text(".ys-note p", "The workspace is no git repository.")
        .await;
    fake.set_git(FakeGit::new("<i>main</i>"));
    page.until_text("h2", "<i>main</i>").await;
    assert!(page.find("i").is_none());
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_preview_waits_for_a_port_and_says_when_the_sandbox_sleeps() {
    let fake = FakeSandbox::new();
    let (chosen, on_port) = kept();
    let page = show(
        &fake,
        move |_| html! { <Preview on_port={on_port.clone()} /> },
    );
    page.until_there("iframe[hidden]").await;
    assert_eq!(page.attribute("section", "data-status"), "empty");
    fake.open_port(5173);
    page.until_there("iframe[src]:not([hidden])").await;
    assert!(page.attribute("iframe", "src").contains("5173"));
    assert!(
        page.attribute("iframe", "sandbox")
            .contains("allow-scripts")
    );
    assert_eq!(page.attribute("iframe", "allow"), "");
    assert!(page.find("select").is_none());
    fake.open_port(8080);
    page.until_there("select").await;
    let select = page.find("select").unwrap();
    js_sys::Reflect::set(&select, &"value".into(), &"8080".into()).unwrap();
    let options = web_sys::EventInit::new();
    options.set_bubbles(true);
    let change = web_sys::Event::new_with_event_init_dict("change", &options).unwrap();
    select.dispatch_event(&change).unwrap();
    until("the other is shown", || {
        page.attribute("iframe", "src").contains("8080")
    })
    .await;
    assert_eq!(*chosen.borrow(), [8080]);
    page.click(&button("Phone width"));
    until("it is narrow", || {
        page.attribute("iframe", "style").contains("px")
    })
    .await;
    assert_eq!(
        page.attribute(&button("Phone width"), "aria-pressed"),
        "true"
    );
    let frame = page.find("iframe").unwrap();
    fake.hibernate();
    page.until_text("[data-kind=warning] p", "The sandbox is asleep")
        .await;
    page.click("[data-kind=warning] button");
    page.until_gone("[data-kind=warning]").await;
    assert!(
        frame.is_same_node(page.find("iframe").as_deref()),
        "the frame stays"
    );
    page.unmount();
}

/// The element was made anew when the button came, so that what it said was not announced.
#[wasm_bindgen_test]
async fn what_announces_the_connection_stays_when_its_button_comes() {
    let fake = FakeSandbox::new();
    let page = show(&fake, |_| html! { <ConnectionStatus /> });
    let status = "[role=status]";
    page.until_text(status, "Connected").await;
    let element = page.find(status).unwrap();
    fake.set_reachable(false);
    page.until_text("button", "Try now").await;
    assert!(element.is_same_node(page.find(status).as_deref()));
    fake.set_reachable(true);
    page.until_gone("button").await;
    assert!(element.is_same_node(page.find(status).as_deref()));
    page.unmount();
}

/// Tabs were made anew when the question came, so that the focus had nothing to go back to.
#[wasm_bindgen_test]
async fn the_focus_goes_back_to_the_tab_that_is_not_closed_after_all() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let documents = Rc::new(RefCell::new(None::<Documents>));
    let given = Rc::clone(&documents);
    let page = show(&fake, move |_| {
        let on_documents = {
            let given = Rc::clone(&given);
            move |documents| drop(given.replace(Some(documents)))
        };
        html! { <DocumentsProvider><Shared {on_documents} /><FileTabs /></DocumentsProvider> }
    });
    until("there are documents", || documents.borrow().is_some()).await;
    let documents = documents.borrow().clone().unwrap();
    documents.open("a.txt");
    page.until_there("[role=tab]").await;
    until("it is read", || documents.get("a.txt").text().is_some()).await;
    documents.edit("a.txt", "edited");
    page.until_there("[data-dirty=true]").await;
    focus(&page, "[role=tab]");
    page.press("[role=tab]", "Delete");
    page.until_there("dialog[open]").await;
    page.click("dialog button[autofocus]");
    page.until_gone("dialog").await;
    page.until_there("[role=tab]:focus").await;
    page.unmount();
}

#[derive(PartialEq, Properties)]
struct SharedProps {
    on_documents: Callback<Documents>,
}

/// Shows a document, so that it is followed, and tells the test of all.
#[component]
fn Shared(props: &SharedProps) -> Html {
    let _ = use_document("a.txt");
    props.on_documents.emit(use_documents());
    Html::default()
}

#[wasm_bindgen_test]
async fn a_menu_is_used_by_keyboard() {
    let (told, choose) = kept::<&'static str>();
    let (closed, on_close) = kept::<()>();
    let page = mount(move |text| {
        let item = |label: &'static str, disabled: bool| MenuItem {
            label: label.into(),
            icon: Some(IconName::Edit),
            keys: None,
            disabled,
            on_choose: choose.reform(move |()| label),
        };
        let items = vec![
            item("Rename", false),
            item("Copy", true),
            item("Remove", false),
        ];
        html! {
            <>
                <button class="before">{ "before" }</button>
                if text == "open" {
                    <Menu label="File" {items} at={(99_999, 5)} on_close={on_close.clone()} />
                }
            </>
        }
    });
    page.until_there(".before").await;
    focus(&page, ".before");
    page.set("open");
    page.until_there("[role=menu]").await;
    assert_eq!(focused(), "Rename");
    for (key, label) in [
        ("ArrowDown", "Copy"),
        ("ArrowDown", "Remove"),
        ("ArrowDown", "Rename"),
        ("End", "Remove"),
        ("c", "Copy"),
        ("r", "Remove"),
        ("r", "Rename"),
    ] {
        page.press("[role=menu]", key);
        assert_eq!(focused(), label, "after {key}");
    }
    let menu = page.find("[role=menu]").unwrap().get_bounding_client_rect();
    let width = web_sys::window().unwrap().inner_width().unwrap();
    assert!(menu.right() <= width.as_f64().unwrap(), "it is in sight");
    page.click("[aria-disabled=true]");
    assert!(told.borrow().is_empty() && closed.borrow().is_empty());
    page.click("[role=menuitem]");
    assert_eq!(*told.borrow(), ["Rename"]);
    page.press("[role=menu]", "Escape");
    assert!(closed.borrow().len() >= 2);
    page.set("");
    page.until_gone("[role=menu]").await;
    assert_eq!(focused(), "before");
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_dialog_takes_the_focus_and_gives_it_back() {
    let (closed, on_close) = kept::<()>();
    let page = mount(move |text| {
        html! {
            <>
                <button class="before">{ "before" }</button>
                if text == "open" {
                    <Dialog label="Sure?" on_close={on_close.clone()}>
                        <button class="no">{ "no" }</button>
                        <button autofocus=true>{ "yes" }</button>
                    </Dialog>
                }
            </>
        }
    });
    page.until_there(".before").await;
    focus(&page, ".before");
    page.set("open");
    page.until_there("dialog[open]").await;
    assert_eq!(focused(), "yes");
    page.click("dialog p, dialog button");
    assert!(closed.borrow().is_empty(), "a press inside is none outside");
    let press = |selector: &str| {
        let down = web_sys::MouseEventInit::new();
        down.set_bubbles(true);
        let down = web_sys::MouseEvent::new_with_mouse_event_init_dict("mousedown", &down);
        let element = page.find(selector).unwrap();
        element.dispatch_event(&down.unwrap()).unwrap();
    };
    // A selection that begins inside and ends outside is a click on what is around both.
    press("dialog .no");
    page.click("dialog");
    assert!(closed.borrow().is_empty());
    press("dialog");
    page.click("dialog");
    assert_eq!(closed.borrow().len(), 1);
    page.set("");
    page.until_gone("dialog").await;
    assert_eq!(focused(), "before");
    page.unmount();
}

fn focus(page: &Mounted, selector: &str) {
    use web_sys::wasm_bindgen::JsCast;

    let element = page.find(selector).unwrap();
    element
        .unchecked_into::<web_sys::HtmlElement>()
        .focus()
        .unwrap();
}

/// What the element with the focus says.
fn focused() -> String {
    let document = web_sys::window().unwrap().document().unwrap();
    let element = document.active_element();
    element
        .and_then(|element| element.text_content())
        .unwrap_or_default()
}
