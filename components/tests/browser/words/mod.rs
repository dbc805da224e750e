//! What people see comes from the table of words: with a table in which every word is marked, nothing stands outside of the marks.
//! The data of these sandboxes is Greek, so that Latin letters outside of the marks are a word that was missed.

mod states;

use std::rc::Rc;

use crate::page::{Mounted, mount};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use web_sys::Element;
use yew::prelude::*;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::client::{SessionError, SessionErrorKind};
use yew_sandbox::fake::{FakeCommand, FakeGit, FakeSandbox, FakeSandboxBuilder, FakeTask};
use yew_sandbox::{ChildrenWhen, SandboxProvider};
use yew_sandbox_components::{
    CodeEditor, DocumentsProvider, FileTabs, FileTree, InitScreen, Place, SandboxIde, SandboxUi,
    Words, use_document,
};

use self::states::{STATES, WRONG, steps};

#[wasm_bindgen(module = "/tests/browser/words/words.js")]
extern "C" {
    #[wasm_bindgen(js_name = notSaid)]
    fn not_said(root: &Element) -> Vec<String>;
    fn find(content: &Element);
}

/// Draws in a sandbox, in the language in which all is marked.
fn show(fake: &FakeSandbox, when: ChildrenWhen, draw: fn() -> Html) -> Mounted {
    let fake = fake.clone();
    let words = Rc::new(Words::marked());
    // What was announced by others is not marked.
    for region in regions() {
        region.set_text_content(None);
    }
    mount(move |_| {
        html! {
            <SandboxUi words={Rc::clone(&words)}>
                <SandboxProvider fake={fake.clone()} children_when={when}>
                    <DocumentsProvider autosave={Some(1)}>{ draw() }</DocumentsProvider>
                </SandboxProvider>
            </SandboxUi>
        }
    })
}

/// Where things are announced on the page.
fn regions() -> Vec<Element> {
    let document = web_sys::window().unwrap().document().unwrap();
    let found = document.query_selector_all("body > [data-announces]");
    let found = found.unwrap();
    (0..found.length())
        .filter_map(|place| found.item(place)?.dyn_into().ok())
        .collect()
}

fn all_is_said(page: &Mounted, state: &str) {
    let mut found = not_said(&page.root);
    for region in regions() {
        found.extend(not_said(&region));
    }
    assert!(found.is_empty(), "{state}: {found:#?}");
}

/// A sandbox with something of everything.
fn whole() -> FakeSandboxBuilder {
    let git = FakeGit::new("κύριος")
        .committed("αβγ", "παλιό\n")
        .untracked("φάκελος/ηθι")
        .unpushed("μήνυμα")
        .remote("https://example.com/notes.git");
    FakeSandbox::builder()
        .id("φ")
        .username("εγώ")
        .file("αβγ", "νέο\n")
        .file("φάκελος/ηθι", "νέο\n")
        .git(git)
        .task(FakeTask::new("έργο", "εντολή"))
        .task(FakeTask::new("άλλο", "λάθος"))
        .command("εντολή", FakeCommand::from("έξοδος\n").forever())
        .command("λάθος", FakeCommand::from("έξοδος\n").exit(3))
        .port(5173)
        .port(8080)
        .other_client("Άδα")
}

fn ide() -> Html {
    let place = Place {
        path: "αβγ".to_owned(),
        line: 1,
        column: 1,
    };
    // So wide that all parts are shown.
    html! { <div style="inline-size: 1200px; block-size: 800px"><SandboxIde {place} /></div> }
}

/// The tab of a view, or a button, by its English name.
fn named(name: &str) -> String {
    format!("button[aria-label='⟦{name}⟧']")
}

#[wasm_bindgen_test]
async fn all_of_a_work_place_is_in_the_table() {
    let fake = whole().build();
    let page = show(&fake, ChildrenWhen::Ready, ide);
    page.until_there(".cm-line").await;
    page.until_there(".xterm-screen").await;
    page.until_there(".ys-tree-row").await;
    all_is_said(&page, "files");
    find(&page.find(".cm-content").unwrap());
    page.until_there(".cm-search").await;
    all_is_said(&page, "the editor's search");

    page.press("[role=tree]", "ContextMenu");
    page.until_there(".ys-menu kbd").await;
    all_is_said(&page, "the menu");
    page.press(".ys-menu", "Escape");
    page.until_gone(".ys-menu").await;
    page.press("[role=tree]", "Delete");
    page.until_there("dialog[open]").await;
    all_is_said(&page, "the question");
    page.click("dialog .ys-button");
    page.until_gone("dialog").await;

    page.click(&named("Search"));
    page.until_there("[type=search]").await;
    page.fill("[type=search]", "νέο");
    page.submit("[type=search]");
    page.until_there(".ys-search-match").await;
    all_is_said(&page, "matches");
    fake.fail_next("git/push", ErrorCode::GIT_PUSH_FAIL, "refused");
    page.click(&named("Changes"));
    page.until_there(".ys-git-path").await;
    page.click("[data-status=M] .ys-git-path");
    page.until_there(".ys-git-diff").await;
    page.click(&named("Push"));
    page.until_there(".ys-git [role=alert]").await;
    page.click(".ys-git-row .ys-icon-button:last-child");
    page.until_there("dialog[open]").await;
    all_is_said(&page, "changes");
    page.click("dialog .ys-button");
    page.until_gone("dialog").await;

    page.click(&named("Tasks and ports"));
    page.until_there(&named("Run έργο")).await;
    page.click(&named("Run έργο"));
    page.click(&named("Run άλλο"));
    page.until_there(".ys-task[data-state=running]").await;
    page.until_there(".ys-task[data-state=failed]").await;
    all_is_said(&page, "tasks");

    page.click(&named("Commands"));
    page.until_there(".ys-palette-keys").await;
    all_is_said(&page, "commands");
    let to_file = page.texts(".ys-palette-label");
    let to_file = to_file.iter().position(|label| label == "⟦Go to file⟧");
    let to_file = to_file.expect("there is a way to files") + 1;
    page.click(&format!(".ys-palette-option:nth-child({to_file})"));
    page.until_text(".ys-palette-label", "αβγ").await;
    all_is_said(&page, "the way to files");
    page.unmount();
}

#[wasm_bindgen_test]
async fn every_state_is_in_the_table() {
    for state in STATES {
        let fake = (state.fake)();
        let page = show(&fake, ChildrenWhen::Always, state.draw);
        page.until_there(state.there).await;
        all_is_said(&page, state.name);
        if let Some((act, there)) = state.then {
            act(&page, &fake);
            page.until_there(there).await;
            all_is_said(&page, state.name);
        }
        page.unmount();
    }
}

/// Somebody who types, once the file was read.
#[component]
fn Typed() -> Html {
    let handle = use_document("αβγ");
    let is_read = handle.document.text().is_some();
    use_effect_with(is_read, move |is_read| {
        if *is_read {
            handle.edit("δικό μου\n");
        }
    });
    Html::default()
}

#[wasm_bindgen_test]
async fn edits_that_cannot_be_saved_are_in_the_table() {
    let fake = whole().build();
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/writeFile", 28, "refused");
    }
    let page = show(&fake, ChildrenWhen::Ready, || {
        html! { <><Typed /><FileTabs /><CodeEditor path="αβγ" /><FileTree /></> }
    });
    page.until_there(WRONG).await;
    page.until_there("[role=treeitem]").await;
    all_is_said(&page, "not saved");
    fake.write("αβγ", "άλλο\n");
    page.until_there(".ys-editor-change").await;
    all_is_said(&page, "a conflict");
    page.press("[role=tree]", "End");
    page.until_there("[role=tree][aria-activedescendant]").await;
    for (name, reason) in [("", "empty"), ("α/β", "a slash"), ("..", "dots")] {
        page.press("[role=tree]", "F2");
        page.until_there("[role=tree] input").await;
        page.fill("[role=tree] input", name);
        page.press("[role=tree] input", "Enter");
        page.until_there(".ys-tree-fault").await;
        all_is_said(&page, reason);
        page.press("[role=tree] input", "Escape");
        page.until_gone("[role=tree] input").await;
    }
    fake.remove("αβγ");
    page.until_gone(".ys-editor-change").await;
    all_is_said(&page, "a deleted file");
    let over = "⟦Write my text over it⟧";
    fake.write("αβγ", vec![0, 1]);
    page.until_text(".ys-editor-choices button", over).await;
    all_is_said(&page, "a file that is no text any more");
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/readFile", 27, "refused");
    }
    fake.write("αβγ", "άλλο\n");
    page.until_there("[aria-label*='too large']").await;
    all_is_said(&page, "a file that is too large now");
    page.unmount();
}

/// The words of these views were of no table.
#[wasm_bindgen_test]
async fn start_up_and_its_failure_are_in_the_table() {
    let nothing: fn() -> Html = Html::default;
    let fake = FakeSandbox::new();
    fake.hold();
    let page = show(&fake, ChildrenWhen::Ready, nothing);
    page.until_there(".yew-sandbox-loading").await;
    all_is_said(&page, "loading");
    page.unmount();
    let refused = || SessionError::new(SessionErrorKind::NotFound, "refused");
    let fake = FakeSandbox::new();
    fake.refuse_next_session(refused());
    let page = show(&fake, ChildrenWhen::Ready, nothing);
    page.until_there(".yew-sandbox-failed").await;
    all_is_said(&page, "failed");
    page.unmount();

    let screen = || html! { <InitScreen /> };
    let fake = steps();
    fake.tell_start_up_with("told", 60, "έξοδος\n");
    let page = show(&fake, ChildrenWhen::Always, screen);
    page.until_there(".ys-init .ys-setup-step").await;
    all_is_said(&page, "start-up");
    page.unmount();
    let fake = FakeSandbox::new();
    fake.refuse_next_session(refused());
    let page = show(&fake, ChildrenWhen::Always, screen);
    page.until_there(".ys-init [role=alert]").await;
    all_is_said(&page, "a refused start-up");
    page.unmount();
}
