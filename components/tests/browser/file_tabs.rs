//! Tabs of open files in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::rc::Rc;

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{DragEvent, DragEventInit, HtmlElement, KeyboardEvent, KeyboardEventInit};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{
    Documents, DocumentsProvider, FileTabs, TabActivation, use_document, use_documents,
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

#[component]
fn Give(props: &GiveProps) -> Html {
    let documents = use_documents();
    let shown = use_document("b.txt");
    props.to.replace(Some(documents));
    let text = shown.document.text().map(ToString::to_string);
    html! { <p class="shown">{ text }</p> }
}

async fn open(activation: TabActivation, paths: &[&str]) -> (Mounted, Documents) {
    let fake = FakeSandbox::builder().file("b.txt", "b").build();
    open_in(&fake, activation, None, paths).await
}

async fn open_in(
    fake: &FakeSandbox,
    activation: TabActivation,
    label: Option<Callback<String, Html>>,
    paths: &[&str],
) -> (Mounted, Documents) {
    let fake = fake.clone();
    let to = Rc::new(RefCell::new(None));
    let page = mount({
        let to = Rc::clone(&to);
        move |_| {
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <DocumentsProvider>
                        <Give to={Rc::clone(&to)} />
                        <FileTabs {activation} label={label.clone()} style="order: 7" />
                    </DocumentsProvider>
                </SandboxProvider>
            }
        }
    });
    page.until_text(".shown", "b").await;
    let documents: Documents = to.borrow().clone().unwrap();
    for path in paths {
        documents.open(path);
    }
    until("the tabs are there", || tabs(&page).len() == paths.len()).await;
    (page, documents)
}

fn tabs(page: &Mounted) -> Vec<HtmlElement> {
    let list = page.root.query_selector_all("[role=tab]").unwrap();
    (0..list.length())
        .map(|place| list.item(place).unwrap().unchecked_into())
        .collect()
}

fn names(page: &Mounted) -> Vec<String> {
    let tabs = tabs(page);
    tabs.iter()
        .map(|tab| tab.query_selector("bdi").unwrap().unwrap())
        .map(|name| name.text_content().unwrap_or_default())
        .collect()
}

fn press(page: &Mounted, key: &str, with_modifiers: bool) {
    let options = KeyboardEventInit::new();
    options.set_key(key);
    options.set_bubbles(true);
    options.set_cancelable(true);
    options.set_ctrl_key(with_modifiers);
    options.set_shift_key(with_modifiers);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    let tab = page.find("[role=tab][tabindex='0']").unwrap();
    tab.dispatch_event(&event).unwrap();
}

async fn until_selected(page: &Mounted, name: &str) {
    page.until_text("[aria-selected=true] bdi", name).await;
}

#[wasm_bindgen_test]
async fn tabs_are_reached_moved_and_closed_by_keyboard() {
    let paths = ["a/<b>.txt", "b.txt", "c.txt"];
    let (page, documents) = open(TabActivation::Automatic, &paths).await;
    assert_eq!(names(&page), ["<b>.txt", "b.txt", "c.txt"]);
    until_selected(&page, "c.txt").await;
    press(&page, "ArrowRight", false);
    until_selected(&page, "<b>.txt").await;
    press(&page, "End", false);
    until_selected(&page, "c.txt").await;
    press(&page, "ArrowLeft", true);
    until("it is moved", || {
        names(&page) == ["<b>.txt", "c.txt", "b.txt"]
    })
    .await;
    press(&page, "Delete", false);
    until("it is closed", || names(&page) == ["<b>.txt", "b.txt"]).await;
    until_selected(&page, "b.txt").await;

    documents.edit("b.txt", "edited");
    until("it is marked", || page.find("[data-dirty=true]").is_some()).await;
    press(&page, "Delete", false);
    until("it asks first", || page.find("dialog[open]").is_some()).await;
    assert_eq!(documents.dirty(), ["b.txt"]);
    page.click("dialog .ys-tabs-close");
    until("it is closed", || names(&page) == ["<b>.txt"]).await;
    assert!(documents.dirty().is_empty());
    page.click(".ys-tabs .ys-icon-button");
    until("none is open", || page.find(".ys-tabs").is_none()).await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_tab_that_is_reached_waits_for_enter_where_it_shall() {
    let paths = ["x/a.txt", "y/a.txt"];
    let (page, _) = open(TabActivation::Manual, &paths).await;
    assert_eq!(names(&page), ["x/a.txt", "y/a.txt"]);
    until_selected(&page, "y/a.txt").await;
    press(&page, "Home", false);
    until("the first is reached", || {
        tabs(&page)[0].get_attribute("tabindex").as_deref() == Some("0")
    })
    .await;
    assert_eq!(page.text("[aria-selected=true] bdi"), "y/a.txt");
    press(&page, "Enter", false);
    until_selected(&page, "x/a.txt").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_tab_is_dragged_and_says_where_it_would_go() {
    let (page, _) = open(TabActivation::Automatic, &["a.txt", "b.txt", "c.txt"]).await;
    let item = |place: usize| tabs(&page)[place].parent_element().unwrap();
    let drag = |kind: &str, place: usize| {
        let options = DragEventInit::new();
        options.set_bubbles(true);
        options.set_cancelable(true);
        let event = DragEvent::new_with_event_init_dict(kind, &options).unwrap();
        item(place).dispatch_event(&event).unwrap();
        event.default_prevented()
    };
    let marked = || page.texts("[data-drop=true] bdi");
    assert!(!drag("dragover", 0), "nothing of ours is dragged");
    drag("dragstart", 2);
    until("the first one takes it", || drag("dragover", 0)).await;
    until("the first one is marked", || marked() == ["a.txt"]).await;
    drag("dragleave", 0);
    until("none is marked", || marked().is_empty()).await;
    drag("dragover", 2);
    drag("dragover", 1);
    until("the second one is marked", || marked() == ["b.txt"]).await;
    drag("dragover", 0);
    until("the first one is marked", || marked() == ["a.txt"]).await;
    drag("drop", 0);
    until("it is there", || {
        names(&page) == ["c.txt", "a.txt", "b.txt"]
    })
    .await;
    until("none is marked", || marked().is_empty()).await;
    page.until_announced("c.txt, now 1 of 3").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_deleted_file_closes_unless_it_has_edits_and_is_marked_then() {
    let fake = FakeSandbox::builder()
        .file("b.txt", "b")
        .file("dir/c.txt", "c")
        .file("directory.txt", "d")
        .build();
    let paths = ["b.txt", "directory.txt", "dir/c.txt"];
    let (page, documents) = open_in(&fake, TabActivation::Automatic, None, &paths).await;
    documents.edit("b.txt", "edited");
    until("it is dirty", || page.find("[data-dirty=true]").is_some()).await;
    fake.remove("dir/c.txt");
    documents.delete("dir");
    until("it is closed", || {
        names(&page) == ["b.txt", "directory.txt"]
    })
    .await;
    until_selected(&page, "directory.txt").await;
    fake.remove("b.txt");
    documents.delete("b.txt");
    until("it is marked", || {
        page.texts("[data-deleted=true] bdi") == ["b.txt"]
    })
    .await;
    assert_eq!(names(&page), ["b.txt", "directory.txt"]);
    assert_eq!(documents.dirty(), ["b.txt"]);
    fake.write("b.txt", "back");
    until("it is there again", || {
        page.find("[data-deleted=true]").is_none()
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_tab_says_what_the_page_wants() {
    let fake = FakeSandbox::builder().file("b.txt", "b").build();
    let label = Callback::from(|path: String| html! { <i>{ format!("<{path}>") }</i> });
    let (page, _) = open_in(&fake, TabActivation::Automatic, Some(label), &["b.txt"]).await;
    assert_eq!(page.text("[role=tab]"), "<b.txt>");
    assert_eq!(page.attribute(".ys-tabs", "style"), "order: 7");
    page.unmount();
}
