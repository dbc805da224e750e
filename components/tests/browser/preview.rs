//! Previews whose frames outlive them, in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::rc::Rc;

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlIFrameElement, MessageEvent, MessageEventInit};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{DeviceWidth, Preview, PreviewKeeper};

/// The handles that were told, in order.
type Handles = Rc<RefCell<Vec<yew_sandbox::client::Preview>>>;

/// Nothing listens there, and nothing has to.
fn sandbox() -> FakeSandbox {
    FakeSandbox::builder().port_at(3000, "localhost:9").build()
}

/// A preview in one of two places, or in none.
fn open(fake: &FakeSandbox, keep: Option<&'static str>) -> (Mounted, Handles) {
    let (fake, handles) = (fake.clone(), Handles::default());
    let on_preview = {
        let handles = Rc::clone(&handles);
        Callback::from(move |handle| handles.borrow_mut().push(handle))
    };
    let page = mount(move |place| {
        let preview = || {
            let keep = keep.map(AttrValue::from);
            html! { <Preview {keep} on_preview={on_preview.clone()} /> }
        };
        html! {
            <SandboxProvider fake={fake.clone()}>
                <PreviewKeeper>
                    <p class="there" />
                    if place == "first" {
                        <div class="first" style="block-size: 300px">{ preview() }</div>
                        <button class="later">{ "Later" }</button>
                    }
                    if place == "second" || place == "hidden" {
                        <section class="second" style="block-size: 200px" hidden={place == "hidden"}>{ preview() }</section>
                    }
                </PreviewKeeper>
            </SandboxProvider>
        }
    });
    (page, handles)
}

fn frame(page: &Mounted) -> Option<HtmlElement> {
    page.find("iframe")
        .map(|frame| frame.unchecked_into::<HtmlElement>())
}

async fn until_shown(page: &Mounted, place: &str) -> HtmlElement {
    until("the page is there", || page.find(".there").is_some()).await;
    page.set(place);
    let what = format!("the frame is in the {place} place");
    until(&what, || {
        let place = page.find(&format!(".{place} .ys-preview-place"));
        let (Some(place), Some(frame)) = (place, frame(page)) else {
            return false;
        };
        let (place, frame) = (
            place.get_bounding_client_rect(),
            frame.get_bounding_client_rect(),
        );
        place.width() > 100.0
            && (place.top() - frame.top()).abs() < 1.0
            && (place.left() - frame.left()).abs() < 1.0
            && (place.width() - frame.width()).abs() < 1.0
            && (place.height() - frame.height()).abs() < 1.0
    })
    .await;
    frame(page).unwrap()
}

/// The first frame came into the list of the keeper's children, which all began anew then.
#[wasm_bindgen_test]
async fn what_is_in_a_keeper_stays_when_the_first_frame_comes() {
    let (page, _) = open(&sandbox(), Some("main"));
    until("the page is there", || page.find(".there").is_some()).await;
    let there = page.find(".there").unwrap();
    until_shown(&page, "first").await;
    assert!(there.is_connected(), "it began anew");
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_kept_frame_goes_from_place_to_place() {
    let fake = sandbox();
    let (page, handles) = open(&fake, Some("main"));
    let first = until_shown(&page, "first").await;
    until("it has its address", || {
        first
            .get_attribute("src")
            .is_some_and(|address| address.contains("localhost:9"))
    })
    .await;
    until("its handle is told", || handles.borrow().len() == 1).await;
    page.set("");
    until("it is hidden", || {
        frame(&page)
            .is_some_and(|frame| frame.offset_parent().is_none() && frame.offset_width() == 0)
    })
    .await;
    let second = until_shown(&page, "second").await;
    assert!(first.is_same_node(Some(&second)), "it is another frame");
    assert!(second.is_connected());
    until("its handle is told again", || handles.borrow().len() > 1).await;
    let handles = handles.borrow();
    assert!(
        handles.iter().all(|handle| *handle == handles[0]),
        "what it showed was begun anew"
    );
    assert_eq!(page.root.query_selector_all("iframe").unwrap().length(), 1);
    page.unmount();
    assert!(!second.is_connected(), "it goes with its keeper");
}

#[wasm_bindgen_test]
async fn the_focus_enters_and_leaves_a_kept_frame_at_its_place() {
    let (page, _) = open(&sandbox(), Some("main"));
    let frame = until_shown(&page, "first").await;
    let place = page.find(".ys-preview-place").unwrap();
    until("it can be entered", || {
        place.get_attribute("tabindex").as_deref() == Some("0")
    })
    .await;
    place.unchecked_ref::<HtmlElement>().focus().unwrap();
    let document = web_sys::window().unwrap().document().unwrap();
    let focused = || document.active_element().unwrap();
    assert!(focused().is_same_node(Some(&frame)));
    let leave = |guard: &str| {
        let guard = page.find(&format!(".ys-preview-kept > :{guard}")).unwrap();
        guard.unchecked_into::<HtmlElement>().focus().unwrap();
    };
    leave("first-child");
    assert!(
        focused().closest(".ys-preview-bar").unwrap().is_some(),
        "backwards it goes to the last stop before the place"
    );
    leave("last-child");
    assert_eq!(focused().class_name(), "later");
    page.unmount();
}

/// The frame of a place that was hidden stayed, somewhere on the page.
#[wasm_bindgen_test]
async fn a_kept_frame_is_hidden_with_its_place() {
    let (page, _) = open(&sandbox(), Some("main"));
    let kept = until_shown(&page, "second").await;
    page.set("hidden");
    until("it is hidden", || kept.offset_width() == 0).await;
    let again = until_shown(&page, "second").await;
    assert!(kept.is_same_node(Some(&again)), "it is another frame");
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_frame_without_a_name_ends_with_its_preview() {
    let (page, _) = open(&sandbox(), None);
    until("the page is there", || page.find(".there").is_some()).await;
    page.set("first");
    until("there is a frame", || frame(&page).is_some()).await;
    page.set("");
    until("it is gone", || frame(&page).is_none()).await;
    page.unmount();
}

/// Says something to the page in the name of the frame's document: nothing has to listen for a test.
fn say(page: &Mounted, json: &str) {
    let frame: HtmlIFrameElement = page.find("iframe").unwrap().unchecked_into();
    let window = frame.content_window().unwrap();
    let options = MessageEventInit::new();
    options.set_data(&js_sys::JSON::parse(json).unwrap());
    options.set_origin("http://localhost:9");
    let event = MessageEvent::new_with_event_init_dict("message", &options).unwrap();
    // Firefox takes no window of another origin from a page.
    let source = js_sys::Object::new();
    js_sys::Reflect::set(&source, &"value".into(), &window).unwrap();
    js_sys::Object::define_property(&event, &"source".into(), &source);
    let page = web_sys::window().unwrap();
    page.dispatch_event(&event).unwrap();
}

/// A document that listens and runs no scripts of the page, so that it is moved from outside. The handles of a page have numbers.
async fn until_ready(page: &Mounted) {
    until("the document answers", || {
        say(page, r#"{"type":"PREVIEW_LOADED"}"#);
        for handle in 0..64 {
            let uid = format!("navigation-{handle:x}");
            say(
                page,
                &format!(r#"{{"type":"INJECT_FAILURE","uid":"{uid}"}}"#),
            );
        }
        page.attribute(".ys-preview", "data-status") == "ready"
    })
    .await;
}

/// The last page stayed as if nothing had happened.
#[wasm_bindgen_test]
async fn a_server_that_stops_is_told_and_its_page_comes_back() {
    let fake = sandbox();
    let given = fake.clone();
    let page = mount(
        move |_| html! { <SandboxProvider fake={given.clone()}><Preview /></SandboxProvider> },
    );
    page.until_there("iframe[src]").await;
    page.until_there("[role=progressbar][aria-label=Loading]")
        .await;
    let frame = page.find("iframe").unwrap();
    until_ready(&page).await;
    page.until_gone("[role=progressbar]").await;
    assert!(page.find(".ys-preview-stopped").is_none());

    fake.close_port(3000);
    page.until_text(
        ".ys-preview-stopped",
        "Nothing listens on port 3000 any more. This is the last page; it is loaded again when the server is back.",
    )
    .await;
    assert!(
        page.find(".ys-preview-over").is_none(),
        "the last page is still shown"
    );
    // Nobody knows what listens while the link is gone.
    fake.set_reachable(false);
    page.until_gone(".ys-preview-stopped").await;
    fake.set_reachable(true);
    page.until_there(".ys-preview-stopped").await;

    fake.open_port_at(3000, "localhost:9");
    page.until_there("[data-status=loading] [role=progressbar]")
        .await;
    assert!(page.find(".ys-preview-stopped").is_none());
    assert!(
        frame.is_same_node(page.find("iframe").as_deref()),
        "it is another frame"
    );
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_preview_may_do_little_and_its_parent_may_keep_its_width() {
    let fake = sandbox();
    let widths = Rc::new(RefCell::new(Vec::new()));
    let on_width = {
        let widths = Rc::clone(&widths);
        Callback::from(move |width| widths.borrow_mut().push(width))
    };
    let page = mount(move |text| {
        let width = match text {
            "own" => None,
            "phone" => Some(DeviceWidth::Phone),
            _ => Some(DeviceWidth::Tablet),
        };
        html! {
            <SandboxProvider fake={fake.clone()}><Preview {width} on_width={on_width.clone()} /></SandboxProvider>
        }
    });
    page.until_there("iframe[src]").await;
    assert_eq!(
        page.attribute("iframe", "sandbox"),
        "allow-scripts allow-same-origin allow-forms allow-popups"
    );
    // A tab that the page itself opens is none of the frame's.
    assert_eq!(page.attribute(".ys-preview-bar a", "target"), "_blank");
    let style = || page.attribute("iframe", "style");
    assert!(style().contains("768px"), "{}", style());
    page.click("[aria-label='Phone width']");
    assert_eq!(*widths.borrow(), [DeviceWidth::Phone]);
    page.until_there("[aria-label='Tablet width'][aria-pressed=true]")
        .await;
    page.set("phone");
    until("it is narrow", || style().contains("375px")).await;
    page.set("own");
    page.click("[aria-label='Tablet width']");
    until("it keeps its width itself", || style().contains("768px")).await;
    page.unmount();
}

/// What the document says is a text, whatever it looks like.
#[wasm_bindgen_test]
async fn an_error_of_the_page_is_shown_until_it_is_closed_or_the_page_goes() {
    let fake = sandbox();
    let page = mount(
        move |_| html! { <SandboxProvider fake={fake.clone()}><Preview /></SandboxProvider> },
    );
    page.until_there("iframe[src]").await;
    until_ready(&page).await;
    let fail = || {
        let message = "Uncaught <img src=x onerror=alert(1)>";
        say(
            &page,
            &format!(r#"{{"type":"PAGE_ERROR","message":"{message}","place":"src/main.js:3:14"}}"#),
        );
    };
    let text = "The page failed: Uncaught <img src=x onerror=alert(1)> (src/main.js:3:14)";
    fail();
    page.until_text(".ys-preview-failed [role=alert]", text)
        .await;
    assert!(page.find(".ys-preview-failed img").is_none());
    page.click(".ys-preview-failed button");
    page.until_gone(".ys-preview-failed").await;

    say(&page, r#"{"type":"PREVIEW_UNLOADING"}"#);
    page.until_there("[data-status=loading]").await;
    until_ready(&page).await;
    fail();
    page.until_there(".ys-preview-failed").await;
    say(&page, r#"{"type":"PREVIEW_UNLOADING"}"#);
    page.until_gone(".ys-preview-failed").await;
    page.unmount();
}

/// It stayed on an error: before anything listened, the port had no address.
#[wasm_bindgen_test]
async fn a_port_is_shown_once_something_listens_there() {
    let fake = FakeSandbox::new();
    let page = mount({
        let fake = fake.clone();
        move |_| {
            html! { <SandboxProvider fake={fake.clone()}><Preview port={Some(3000)} /></SandboxProvider> }
        }
    });
    page.until_there(".ys-preview-over[data-kind=busy]").await;
    assert!(page.find(".ys-note[data-kind=error]").is_none());
    fake.open_port(3000);
    page.until_there("iframe[src*='3000']").await;
    page.unmount();
}

/// Where the port that was shown was gone and there was one other, nothing led to it.
#[wasm_bindgen_test]
async fn from_a_port_that_is_gone_another_one_can_be_chosen() {
    let fake = FakeSandbox::new();
    fake.open_port(3000);
    let page = mount({
        let fake = fake.clone();
        move |_| html! { <SandboxProvider fake={fake.clone()}><Preview /></SandboxProvider> }
    });
    page.until_there("iframe[src*='3000']").await;
    assert!(page.find("select").is_none());
    fake.close_port(3000);
    fake.open_port(3001);
    page.until_there("select").await;
    let select = page.find("select").unwrap();
    let select: web_sys::HtmlSelectElement = select.unchecked_into();
    assert_eq!(page.texts("select option"), ["3000", "3001"]);
    assert_eq!(select.value(), "3000");
    select.set_value("3001");
    let options = web_sys::EventInit::new();
    options.set_bubbles(true);
    let chosen = web_sys::Event::new_with_event_init_dict("change", &options).unwrap();
    select.dispatch_event(&chosen).unwrap();
    page.until_there("iframe[src*='3001']").await;
    page.unmount();
}
