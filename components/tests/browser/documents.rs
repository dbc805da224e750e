//! Open files with unsaved edits, in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::page::{Mounted, mount, rendered, renders, set_hidden, until};
use wasm_bindgen_test::*;
use web_sys::{Event, EventInit};
use yew::prelude::*;
use yew_sandbox::client::protocol::fs::WriteFile;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox::{ErrorKind, SandboxProvider};
use yew_sandbox_components::{
    Content, Documents, DocumentsProvider, Resolution, use_document, use_documents, use_open_files,
};

#[derive(Properties, Clone)]
struct GiveProps {
    to: Rc<RefCell<Option<Documents>>>,
}

impl PartialEq for GiveProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.to, &other.to)
    }
}

/// Hands the documents to the test.
#[component]
fn Give(props: &GiveProps) -> Html {
    let documents = use_documents();
    props.to.replace(Some(documents));
    html! {}
}

#[derive(Properties, PartialEq)]
struct TextProps {
    path: AttrValue,
}

#[component]
fn Text(props: &TextProps) -> Html {
    rendered("text");
    let handle = use_document(props.path.clone());
    let document = &handle.document;
    let state = if document.conflict.is_some() {
        "conflict"
    } else if document.is_saving() {
        "saving"
    } else if document.is_dirty() {
        "dirty"
    } else {
        "clean"
    };
    let shown = match (&document.content, document.text()) {
        (_, Some(text)) => text.to_string(),
        (Some(Content::Missing), None) => "missing".into(),
        (Some(Content::Binary(bytes)), None) => format!("binary {}", bytes.len()),
        _ => "none".into(),
    };
    html! { <p class="text" data-state={state}>{ shown }</p> }
}

#[component]
fn Dirty() -> Html {
    let files = use_open_files();
    html! { <p class="dirty">{ files.dirty.join(",") }</p> }
}

/// A page that shows `note.txt`, until it is set to `hidden`.
async fn open(fake: &FakeSandbox, autosave: Option<u32>) -> (Mounted, Documents) {
    let to = Rc::new(RefCell::new(None));
    let page = mount({
        let (fake, to) = (fake.clone(), Rc::clone(&to));
        move |shown| {
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <DocumentsProvider {autosave}>
                        <Give to={Rc::clone(&to)} />
                        <Dirty />
                        if shown != "hidden" { <Text path="note.txt" /> }
                    </DocumentsProvider>
                </SandboxProvider>
            }
        }
    });
    until("there are documents", || to.borrow().is_some()).await;
    let documents = to.borrow().clone().unwrap();
    (page, documents)
}

async fn until_state(page: &Mounted, state: &str) {
    until(state, || {
        let text = page.find(".text");
        text.and_then(|text| text.get_attribute("data-state"))
            .as_deref()
            == Some(state)
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_clean_document_follows_and_a_dirty_one_conflicts() {
    let fake = FakeSandbox::builder().file("note.txt", "one").build();
    let (page, documents) = open(&fake, None).await;
    page.until_text(".text", "one").await;
    fake.write("note.txt", "two");
    page.until_text(".text", "two").await;
    documents.edit("note.txt", "mine");
    page.until_text(".dirty", "note.txt").await;
    documents.save("note.txt");
    page.until_text(".dirty", "").await;
    assert_eq!(fake.text("note.txt").as_deref(), Some("mine"));
    until_state(&page, "clean").await;

    documents.edit("note.txt", "mine again");
    fake.write("note.txt", "theirs");
    until_state(&page, "conflict").await;
    assert_eq!(page.text(".text"), "mine again");
    documents.save("note.txt");
    documents.resolve("note.txt", Resolution::Text("both".into()));
    until_state(&page, "clean").await;
    assert_eq!(fake.text("note.txt").as_deref(), Some("both"));

    documents.edit("note.txt", "kept");
    fake.remove("note.txt");
    until_state(&page, "conflict").await;
    documents.resolve("note.txt", Resolution::Mine);
    until_state(&page, "clean").await;
    assert_eq!(fake.text("note.txt").as_deref(), Some("kept"));
    fake.write("note.txt", &b"\0\xff<b>"[..]);
    page.until_text(".text", "binary 5").await;
    fake.remove("note.txt");
    page.until_text(".text", "missing").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_save_without_a_link_is_kept_and_writes_over_nothing() {
    let fake = FakeSandbox::builder().file("note.txt", "one").build();
    let (page, documents) = open(&fake, None).await;
    page.until_text(".text", "one").await;
    fake.set_reachable(false);
    documents.edit("note.txt", "offline");
    documents.save("note.txt");
    until_state(&page, "saving").await;
    assert_eq!(fake.text("note.txt").as_deref(), Some("one"));
    fake.set_reachable(true);
    until_state(&page, "clean").await;
    assert_eq!(fake.text("note.txt").as_deref(), Some("offline"));

    fake.set_reachable(false);
    documents.edit("note.txt", "mine");
    documents.save("note.txt");
    fake.write("note.txt", "theirs");
    fake.set_reachable(true);
    until_state(&page, "conflict").await;
    assert_eq!(fake.text("note.txt").as_deref(), Some("theirs"));
    documents.resolve("note.txt", Resolution::Theirs);
    page.until_text(".text", "theirs").await;
    page.unmount();
}

/// Where the look before a save failed, the save wrote over what it could not compare.
#[wasm_bindgen_test]
async fn a_save_that_could_not_look_writes_over_nothing() {
    let fake = FakeSandbox::builder().file("note.txt", "one").build();
    let (page, documents) = open(&fake, None).await;
    page.until_text(".text", "one").await;
    documents.edit("note.txt", "mine");
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/readFile", 13, "refused");
    }
    fake.write("note.txt", "theirs");
    documents.save("note.txt");
    until("the save has ended", || {
        !documents.get("note.txt").is_saving()
    })
    .await;
    assert_eq!(fake.text("note.txt").as_deref(), Some("theirs"));
    let document = documents.get("note.txt");
    let error = document.save_error.clone().expect("it says why");
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(document.text().map(AsRef::as_ref), Some("mine"));
    page.unmount();
}

#[wasm_bindgen_test]
async fn edits_outlive_the_component_and_save_themselves_where_they_shall() {
    let fake = FakeSandbox::builder().file("note.txt", "one").build();
    let (page, documents) = open(&fake, None).await;
    page.until_text(".text", "one").await;
    documents.edit("note.txt", "typed");
    page.set("hidden");
    until("it is gone", || page.find(".text").is_none()).await;
    page.set("");
    page.until_text(".text", "typed").await;
    let before = renders("text");
    documents.open("other.txt");
    documents.open("note.txt");
    page.until_text(".dirty", "note.txt").await;
    assert_eq!(renders("text"), before, "other files do not concern it");
    page.unmount();

    let (page, documents) = open(&fake, Some(20)).await;
    page.until_text(".text", "one").await;
    documents.edit("note.txt", "by itself");
    until("it is saved", || {
        fake.text("note.txt").as_deref() == Some("by itself")
    })
    .await;
    page.unmount();
}

/// The edits stayed behind where a folder was renamed, and were never saved by themselves after a rename.
#[wasm_bindgen_test]
async fn edits_follow_a_renamed_folder_and_are_saved_there() {
    let fake = FakeSandbox::builder().file("src/one.txt", "one").build();
    let to = Rc::new(RefCell::new(None));
    let page = mount({
        let (fake, to) = (fake.clone(), Rc::clone(&to));
        move |shown| {
            let path = if shown.is_empty() {
                "src/one.txt"
            } else {
                shown
            };
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <DocumentsProvider autosave={Some(200)}>
                        <Give to={Rc::clone(&to)} />
                        <Text path={path.to_owned()} />
                    </DocumentsProvider>
                </SandboxProvider>
            }
        }
    });
    page.until_text(".text", "one").await;
    let documents: Documents = to.borrow().clone().unwrap();
    documents.open("src/one.txt");
    documents.edit("src/one.txt", "typed");
    assert!(fake.rename("src", "lib"));
    documents.rename("src", "lib");
    assert_eq!(documents.open_files().paths, ["lib/one.txt"]);
    page.set("lib/one.txt");
    until("it is saved under its new path", || {
        fake.text("lib/one.txt").as_deref() == Some("typed")
    })
    .await;
    until_state(&page, "clean").await;
    assert_eq!(fake.text("src/one.txt"), None, "the old one came back");
    page.unmount();
}

/// Whether the browser would ask before the page is left.
fn asks() -> bool {
    let options = EventInit::new();
    options.set_cancelable(true);
    let event = Event::new_with_event_init_dict("beforeunload", &options).unwrap();
    web_sys::window().unwrap().dispatch_event(&event).unwrap();
    event.default_prevented()
}

/// An edit was lost when the page was loaded again within the delay.
#[wasm_bindgen_test]
async fn what_waits_is_saved_before_the_page_goes() {
    let fake = FakeSandbox::builder().file("note.txt", "one").build();
    let (page, documents) = open(&fake, Some(600_000)).await;
    page.until_text(".text", "one").await;
    assert!(!asks());
    documents.edit("note.txt", "two");
    assert!(asks(), "it is not saved yet");
    until("it is saved", || {
        fake.text("note.txt").as_deref() == Some("two")
    })
    .await;
    until("nothing is left to lose", || !asks()).await;
    documents.edit("note.txt", "three");
    set_hidden(true);
    until("it is saved", || {
        fake.text("note.txt").as_deref() == Some("three")
    })
    .await;
    set_hidden(false);
    documents.edit("note.txt", "four");
    page.unmount();
    until("nothing of it is shown any more", || !asks()).await;
}

/// What was typed within the delay was lost where the editor left the page before it.
#[wasm_bindgen_test]
async fn what_waits_is_saved_when_its_page_within_the_page_is_left() {
    let fake = FakeSandbox::builder().file("note.txt", "one").build();
    let to = Rc::new(RefCell::new(None));
    let page = mount({
        let (fake, to) = (fake.clone(), Rc::clone(&to));
        move |shown| {
            html! {
                <SandboxProvider fake={fake.clone()}>
                    if shown != "elsewhere" {
                        <DocumentsProvider autosave={60_000}>
                            <Give to={Rc::clone(&to)} />
                            <Text path="note.txt" />
                        </DocumentsProvider>
                    }
                </SandboxProvider>
            }
        }
    });
    page.until_text(".text", "one").await;
    let documents = to.take().unwrap();
    documents.edit("note.txt", "typed");
    drop(documents);
    page.set("elsewhere");
    page.until_gone(".text").await;
    until("it is saved", || {
        fake.text("note.txt").as_deref() == Some("typed")
    })
    .await;
    page.unmount();
}

/// A save made again what was deleted after it had looked, and wrote over what was made.
#[wasm_bindgen_test]
async fn what_changes_between_a_look_and_a_write_is_a_conflict() {
    let fake = FakeSandbox::builder().file("note.txt", "one").build();
    let (page, documents) = open(&fake, None).await;
    page.until_text(".text", "one").await;
    for (there, typed) in [(true, "mine"), (false, "mine too")] {
        let before = fake.requests_of::<WriteFile>().len();
        documents.edit("note.txt", typed);
        fake.delay_next("fs/writeFile", Duration::from_millis(300));
        documents.save("note.txt");
        until("it is on its way", || {
            fake.requests_of::<WriteFile>().len() > before
        })
        .await;
        if there {
            fake.remove("note.txt");
        } else {
            fake.write("note.txt", "theirs");
        }
        until_state(&page, "conflict").await;
        let theirs = if there { None } else { Some("theirs") };
        assert_eq!(fake.text("note.txt").as_deref(), theirs);
        documents.resolve("note.txt", Resolution::Theirs);
        until_state(&page, "clean").await;
    }
    page.unmount();
}
