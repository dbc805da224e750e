//! The whole work place in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::rc::Rc;

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::{FakeSandbox, FakeStep};
use yew_sandbox_components::{Documents, SandboxIde, use_documents};

#[derive(PartialEq, Properties)]
struct GiveProps {
    on_documents: Callback<Documents>,
}

/// Tells the test of the documents.
#[component]
fn Give(props: &GiveProps) -> Html {
    props.on_documents.emit(use_documents());
    Html::default()
}

async fn open(fake: &FakeSandbox) -> (Mounted, Documents) {
    let fake = fake.clone();
    let documents = Rc::new(RefCell::new(None));
    let given = Rc::clone(&documents);
    let page = mount(move |_| {
        let on_documents = {
            let given = Rc::clone(&given);
            move |documents| drop(given.replace(Some(documents)))
        };
        html! {
            <SandboxProvider fake={fake.clone()}>
                <SandboxIde
                    header={html! { <Give {on_documents} /> }}
                    hidden={Rc::new(vec!["*.log".to_owned()])}
                    style="inline-size: 1200px; block-size: 700px"
                    autosave={None}
                />
            </SandboxProvider>
        }
    });
    page.until_there("[data-layout=wide] [role=treeitem]").await;
    let documents: Documents = documents.borrow().clone().unwrap();
    (page, documents)
}

fn tabs(page: &Mounted) -> Vec<String> {
    page.texts(".ys-tabs [role=tab] bdi")
}

/// Runs the command that begins so.
async fn command(page: &Mounted, name: &str) {
    page.click("button[aria-label=Commands]");
    page.until_there("dialog[open] input").await;
    page.fill("dialog input", name);
    until(&format!("{name} is found"), || {
        page.text("[role=option][aria-selected=true]")
            .starts_with(name)
    })
    .await;
    page.press("dialog input", "Enter");
    page.until_gone("dialog").await;
}

/// The tab of a deleted file stayed as if it were there.
#[wasm_bindgen_test]
async fn tabs_of_deleted_files_close_unless_edits_would_be_lost() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("b.txt", "b")
        .file("c.txt", "c")
        .build();
    let (page, documents) = open(&fake).await;
    for path in ["a.txt", "c.txt", "b.txt"] {
        documents.open(path);
    }
    until("all are open", || {
        tabs(&page) == ["a.txt", "c.txt", "b.txt"]
    })
    .await;
    until("b.txt is read", || documents.get("b.txt").text().is_some()).await;
    documents.edit("b.txt", "edited");
    page.until_there("[data-dirty=true]").await;
    // The tree follows the file that is shown: all three are chosen.
    page.until_text("[role=tree] [data-active] bdi", "b.txt")
        .await;
    for (file, left) in [
        ("c.txt", ["a.txt", "b.txt"].as_slice()),
        ("a.txt", &["b.txt"]),
        ("b.txt", &["b.txt"]),
    ] {
        page.press("[role=tree]", "Home");
        page.press("[role=tree]", &file[..1]);
        page.until_text("[role=tree] [data-active] bdi", file).await;
        page.press("[role=tree]", "Delete");
        page.until_there("dialog[open]").await;
        page.click("dialog [data-kind=danger]");
        until(&format!("{file} is gone"), || fake.text(file).is_none()).await;
        until(&format!("{left:?} are open"), || tabs(&page) == left).await;
    }
    page.until_text("[data-deleted=true] bdi", "b.txt").await;
    assert_eq!(documents.get("b.txt").text().unwrap().as_ref(), "edited");
    page.unmount();
}

#[wasm_bindgen_test]
async fn the_palette_changes_what_people_like() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("a.log", "a")
        .build();
    let (page, documents) = open(&fake).await;
    documents.open("a.txt");
    page.until_there(".cm-content:not(.cm-lineWrapping)").await;
    let files = || page.texts("[role=treeitem] bdi");
    until("one is hidden", || files() == ["a.txt"]).await;
    command(&page, "Show hidden files").await;
    until("it is shown", || files() == ["a.log", "a.txt"]).await;
    command(&page, "Hide hidden files").await;
    until("it is hidden", || files() == ["a.txt"]).await;

    command(&page, "Wrap long lines").await;
    page.until_there(".cm-content.cm-lineWrapping").await;
    command(&page, "Do not wrap").await;
    page.until_there(".cm-content:not(.cm-lineWrapping)").await;

    command(&page, "Editor keys: Vim").await;
    page.until_there(".cm-vimMode, .cm-vim-panel, .cm-fat-cursor")
        .await;
    command(&page, "Editor keys: usual").await;
    page.until_gone(".cm-vimMode, .cm-vim-panel, .cm-fat-cursor")
        .await;

    page.until_there(".ys-terminal[data-state=running]").await;
    assert!(page.find(".xterm-accessibility").is_none());
    command(&page, "Turn on the screen reader mode").await;
    page.until_there(".xterm-accessibility").await;
    command(&page, "Turn off the screen reader mode").await;
    page.until_gone(".xterm-accessibility").await;
    page.unmount();
}

/// Set-up could not be run again once the sandbox was there.
#[wasm_bindgen_test]
async fn set_up_is_run_again_beside_the_tasks() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .step(FakeStep::finished("Install", "npm ci"))
        .build();
    let (page, _) = open(&fake).await;
    page.click(".ys-ide-tab[aria-label='Tasks and ports']");
    page.until_text(".ys-setup-name", "Install").await;
    page.until_text(".ys-setup > button", "Run set-up again")
        .await;
    page.unmount();
}
