//! Tabs of open files in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::rc::Rc;

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, KeyboardEventInit};
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
    let to = Rc::new(RefCell::new(None));
    let page = mount({
        let to = Rc::clone(&to);
        move |_| {
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <DocumentsProvider>
                        <Give to={Rc::clone(&to)} />
                        <FileTabs {activation} />
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
