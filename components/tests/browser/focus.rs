//! The focus stays where the user took it, in a real browser, against a sandbox in memory.

use std::time::Duration;

use crate::file_tree::{press, press_with, sample, until_active, until_names};
use crate::ide;
use crate::page::{Mounted, mount, until, until_within};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::{FakeSandbox, FakeTask};
use yew_sandbox_components::{FileTree, SandboxUi, Terminal, TerminalRenderer, TerminalTabs};

/// A page with something beside it to go to.
fn show(fake: &FakeSandbox, draw: impl Fn() -> Html + 'static) -> Mounted {
    let fake = fake.clone();
    mount(move |_| {
        html! {
            <SandboxProvider fake={fake.clone()}>
                <SandboxUi>
                    <textarea class="elsewhere" />
                    <div style="block-size: 300px">{ draw() }</div>
                </SandboxUi>
            </SandboxProvider>
        }
    })
}

fn element(page: &Mounted, selector: &str) -> HtmlElement {
    page.find(selector).unwrap().unchecked_into()
}

fn go(page: &Mounted, selector: &str) {
    element(page, selector).focus().unwrap();
}

fn is_elsewhere(page: &Mounted) -> bool {
    page.find(".elsewhere:focus").is_some()
}

/// Lets the page do what it has begun, but no timers: between what a press takes the focus from and what it gives it to.
async fn in_between() {
    for _ in 0..100 {
        JsFuture::from(js_sys::Promise::resolve::<JsValue>(&JsValue::TRUE))
            .await
            .unwrap();
    }
}

async fn tree() -> (FakeSandbox, Mounted) {
    let fake = sample();
    let page = show(&fake, || html! { <FileTree /> });
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    go(&page, "[role=tree]");
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    (fake, page)
}

async fn rename(page: &Mounted, name: &str) {
    press(page, "F2").await;
    page.until_there(".ys-tree-field input:focus").await;
    let field: HtmlInputElement = element(page, ".ys-tree-field input").unchecked_into();
    field.set_value(name);
}

/// The tree took the focus back from what was pressed outside of a name that was being typed.
#[wasm_bindgen_test]
async fn a_name_that_is_left_leaves_the_focus() {
    let (_, page) = tree().await;
    rename(&page, "c.txt").await;
    go(&page, ".elsewhere");
    until_names(&page, &["src", "a.txt", "c.txt"]).await;
    assert!(is_elsewhere(&page));
    page.unmount();
}

/// What has the focus was taken off the page by a press elsewhere, and its neighbour got what the press was to give.
#[wasm_bindgen_test]
async fn a_neighbour_waits_for_where_a_press_goes() {
    let (_, page) = tree().await;
    rename(&page, "c.txt").await;
    element(&page, ".ys-tree-field input").blur().unwrap();
    in_between().await;
    assert!(page.find(".ys-tree-field").is_none());
    assert!(page.find("[role=tree]:focus").is_none());
    go(&page, ".elsewhere");
    until_names(&page, &["src", "a.txt", "c.txt"]).await;
    assert!(is_elsewhere(&page));

    // One that gives it to nothing leaves it to the neighbour.
    go(&page, "[role=tree]");
    rename(&page, "d.txt").await;
    element(&page, ".ys-tree-field input").blur().unwrap();
    page.until_there("[role=tree]:focus").await;
    page.unmount();
}

/// A menu that was left by a press took the focus back.
#[wasm_bindgen_test]
async fn a_menu_that_is_left_leaves_the_focus() {
    let (_, page) = tree().await;
    let open = async || {
        go(&page, "[role=tree]");
        press_with(&page, "F10", "shift").await;
        page.until_there("[role=menuitem]:focus").await;
    };
    open().await;
    go(&page, ".elsewhere");
    page.until_gone("[role=menu]").await;
    assert!(is_elsewhere(&page));

    open().await;
    element(&page, "[role=menuitem]:focus").blur().unwrap();
    in_between().await;
    assert!(page.find("[role=menu]").is_none());
    assert!(page.find("[role=tree]:focus").is_none());
    go(&page, ".elsewhere");

    open().await;
    element(&page, "[role=menuitem]:focus").blur().unwrap();
    page.until_there("[role=tree]:focus").await;
    open().await;
    page.press("[role=menuitem]:focus", "Escape");
    page.until_gone("[role=menu]").await;
    assert!(page.find("[role=tree]:focus").is_some());
    page.unmount();
}

const SELECTED: &str = "[role=tab][aria-selected=true]";

async fn terminals(fake: &FakeSandbox) -> Mounted {
    let page = show(
        fake,
        || html! { <TerminalTabs renderer={TerminalRenderer::Dom} /> },
    );
    until_tabs(&page, &["Terminal 1"]).await;
    page.until_there(".ys-terminal[data-state=running]").await;
    page
}

async fn until_tabs(page: &Mounted, names: &[&str]) {
    until_within(10, &format!("the tabs are {names:?}"), || {
        page.texts("[role=tab] bdi") == names
    })
    .await;
}

/// The terminal that is shown can be typed into.
async fn until_running(page: &Mounted) {
    page.until_there(
        ".ys-terminal-tabs-pane[data-active=true] > :not([hidden]) [data-state=running] textarea",
    )
    .await;
}

/// The tab took the focus back from what was pressed outside of a name that was being typed.
#[wasm_bindgen_test]
async fn the_name_of_a_terminal_that_is_left_leaves_the_focus() {
    let fake = FakeSandbox::new();
    let page = terminals(&fake).await;
    go(&page, SELECTED);
    page.press(SELECTED, "F2");
    let field = ".ys-terminal-tabs-field";
    page.until_there(&format!("{field}:focus")).await;
    element(&page, field)
        .unchecked_into::<HtmlInputElement>()
        .set_value("server");
    go(&page, ".elsewhere");
    until_tabs(&page, &["server"]).await;
    assert!(is_elsewhere(&page));
    page.unmount();
}

const LATER: Duration = Duration::from_millis(300);

/// A new terminal took the focus from whoever had gone elsewhere while it was made, and got the rest of what was typed.
#[wasm_bindgen_test]
async fn a_terminal_that_comes_late_leaves_the_focus() {
    let fake = FakeSandbox::new();
    let page = terminals(&fake).await;
    fake.delay_next("shell/create", LATER);
    go(&page, "[aria-label='New terminal']");
    page.click("[aria-label='New terminal']");
    go(&page, ".elsewhere");
    until_tabs(&page, &["Terminal 1", "Terminal 2"]).await;
    page.until_text(&format!("{SELECTED} bdi"), "Terminal 2")
        .await;
    until_running(&page).await;
    assert!(is_elsewhere(&page));

    // So does another terminal, though it goes out of sight.
    let typing = ".ys-terminal-tabs-pane[data-active=true] > :not([hidden]) textarea";
    fake.delay_next("shell/create", LATER);
    go(&page, "[aria-label='New terminal']");
    page.click("[aria-label='New terminal']");
    go(&page, typing);
    page.until_text(&format!("{SELECTED} bdi"), "Terminal 3")
        .await;
    until_running(&page).await;
    assert!(page.find(&format!("{typing}:focus")).is_none());

    // Who stays gets into it.
    fake.delay_next("shell/create", LATER);
    go(&page, "[aria-label='New terminal']");
    page.click("[aria-label='New terminal']");
    page.until_text(&format!("{SELECTED} bdi"), "Terminal 4")
        .await;
    page.until_there(&format!("{typing}:focus")).await;
    page.unmount();
}

/// The tab of the next terminal took the focus from whoever had gone elsewhere while one was closed.
#[wasm_bindgen_test]
async fn a_terminal_that_is_closed_late_leaves_the_focus() {
    let fake = FakeSandbox::new();
    fake.open_terminal();
    fake.open_terminal();
    let page = show(
        &fake,
        || html! { <TerminalTabs renderer={TerminalRenderer::Dom} /> },
    );
    page.until_there(SELECTED).await;
    fake.delay_next("shell/terminate", LATER);
    go(&page, SELECTED);
    page.press(SELECTED, "Delete");
    go(&page, ".elsewhere");
    until("one is left", || page.texts("[role=tab]").len() == 1).await;
    until("nothing is under way", || {
        page.find(".ys-terminal-tabs[aria-busy=false]").is_some()
    })
    .await;
    assert!(is_elsewhere(&page));
    page.unmount();
}

/// A terminal that was started again took the focus from whoever had gone elsewhere meanwhile.
#[wasm_bindgen_test]
async fn a_terminal_that_runs_again_late_leaves_the_focus() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    let given = shell.clone();
    let page = show(&fake, move || {
        html! { <Terminal shell={given.clone()} renderer={TerminalRenderer::Dom} /> }
    });
    page.until_there("[data-state=running] textarea").await;
    fake.put_out(&shell, "before");
    let is_before = || page.text(".xterm-rows").contains("before");
    until("there is output", is_before).await;
    fake.exit_shell(&shell, 3);
    page.until_there(".ys-terminal-bar button").await;
    fake.delay_next("shell/restart", LATER);
    go(&page, ".ys-terminal-bar button");
    page.click(".ys-terminal-bar button");
    go(&page, ".elsewhere");
    until("it began anew", || !is_before()).await;
    assert!(is_elsewhere(&page));
    page.unmount();
}

/// The terminal of a task that was run by the palette took the focus from whoever had begun to type meanwhile, and did not keep it
/// where it went out of sight for that of the task.
#[wasm_bindgen_test]
async fn a_task_that_begins_late_leaves_the_focus_where_people_type() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .task(FakeTask::new("Dev", "dev"))
        .task(FakeTask::new("Test", "test"))
        .build();
    let (page, documents) = ide::open(&fake).await;
    documents.open("a.txt");
    page.until_there(".cm-content").await;
    page.until_there(".ys-terminal[data-state=running] textarea")
        .await;
    go(&page, ".cm-content");
    fake.delay_next("task/run", LATER);
    ide::command(&page, "Run task: Dev").await;
    go(&page, ".cm-content");
    page.press(".cm-content", "x");
    let shown = ".ys-terminal-tabs [role=tab][aria-selected=true] bdi";
    page.until_text(shown, "Dev").await;
    until_running(&page).await;
    assert!(page.find(".cm-content:focus").is_some());

    // Who waits for it gets there.
    fake.delay_next("task/run", LATER);
    ide::command(&page, "Run task: Test").await;
    page.until_text(shown, "Test").await;
    page.until_there(
        ".ys-terminal-tabs-pane[data-active=true] > :not([hidden]) textarea:focus, [title='Test']:focus",
    )
    .await;
    page.unmount();
}
