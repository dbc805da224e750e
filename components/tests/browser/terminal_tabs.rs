//! Tabs of terminals in a real browser, against a sandbox in memory.

use crate::page::{Mounted, mount, until, until_within};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{TerminalRenderer, TerminalTabs};

fn open(fake: &FakeSandbox) -> Mounted {
    let fake = fake.clone();
    mount(move |_| {
        html! {
            <SandboxProvider fake={fake.clone()}>
                <div style="block-size: 300px">
                    <TerminalTabs renderer={TerminalRenderer::Dom} />
                </div>
            </SandboxProvider>
        }
    })
}

fn names(page: &Mounted) -> Vec<String> {
    let tabs = page.root.query_selector_all("[role=tab] bdi").unwrap();
    (0..tabs.length())
        .map(|place| tabs.item(place).unwrap().text_content().unwrap())
        .collect()
}

fn press(page: &Mounted, selector: &str, key: &str) {
    let options = KeyboardEventInit::new();
    options.set_key(key);
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    page.find(selector).unwrap().dispatch_event(&event).unwrap();
}

async fn until_names(page: &Mounted, wanted: &[&str]) {
    until_within(10, &format!("the tabs are {wanted:?}"), || {
        names(page) == wanted
    })
    .await;
}

async fn until_selected(page: &Mounted, name: &str) {
    page.until_text("[aria-selected=true] bdi", name).await;
}

const SELECTED: &str = "[role=tab][aria-selected=true]";

#[wasm_bindgen_test]
async fn terminals_are_made_shown_renamed_and_closed() {
    let fake = FakeSandbox::new();
    let page = open(&fake);
    until_names(&page, &["Terminal 1"]).await;
    until("the first one took no focus", || {
        page.find(".ys-terminal[data-state=running]").is_some()
    })
    .await;
    assert!(page.find("textarea:focus").is_none());

    page.click("[aria-label='New terminal']");
    until_names(&page, &["Terminal 1", "Terminal 2"]).await;
    until_selected(&page, "Terminal 2").await;
    until("the one that was asked for has the focus", || {
        page.find(".ys-terminal-tabs-pane:not([hidden]) textarea:focus")
            .is_some()
    })
    .await;

    press(&page, SELECTED, "ArrowRight");
    until_selected(&page, "Terminal 1").await;
    until("the tab has the focus", || {
        page.find("[role=tab][aria-selected=true]:focus").is_some()
    })
    .await;
    let panel = page.find(SELECTED).unwrap().get_attribute("aria-controls");
    let panel = page.find(&format!("#{}", panel.unwrap())).unwrap();
    assert_eq!(
        panel.get_attribute("aria-labelledby"),
        page.find(SELECTED).unwrap().get_attribute("id")
    );

    press(&page, SELECTED, "F2");
    let field = ".ys-terminal-tabs-field";
    until("there is a field", || page.find(field).is_some()).await;
    let input: HtmlInputElement = page.find(field).unwrap().unchecked_into();
    assert_eq!(input.value(), "Terminal 1");
    input.set_value("<b>server</b>");
    // What was typed was lost when the tabs were drawn again.
    page.click("[role=tab][title='Terminal 2']");
    until_selected(&page, "Terminal 2").await;
    assert_eq!(input.value(), "<b>server</b>");
    press(&page, field, "Enter");
    until_names(&page, &["<b>server</b>", "Terminal 2"]).await;
    assert_eq!(fake.shells()[0].name, "<b>server</b>");
    until("the focus is on the tab", || {
        page.find("[role=tab][aria-selected=true]:focus").is_some()
    })
    .await;
    page.click("[role=tab][title='<b>server</b>']");
    until_selected(&page, "<b>server</b>").await;

    press(&page, SELECTED, "Delete");
    until_names(&page, &["Terminal 2"]).await;
    until_selected(&page, "Terminal 2").await;
    assert_eq!(fake.shells().len(), 1);
    until("the focus is on the next tab", || {
        page.find("[role=tab][aria-selected=true]:focus").is_some()
    })
    .await;

    let other = fake.open_terminal();
    until("another client's terminal is there", || {
        names(&page).len() == 2
    })
    .await;
    fake.exit_shell(&other, 1);
    until("it says that it has ended", || {
        page.text(".ys-terminal-tabs-list").contains("(ended)")
    })
    .await;
    page.unmount();
    assert_eq!(fake.shells().len(), 2, "they outlive the page");
}

#[wasm_bindgen_test]
async fn two_are_shown_side_by_side() {
    let fake = FakeSandbox::new();
    let page = open(&fake);
    until_names(&page, &["Terminal 1"]).await;
    page.click("[aria-label='Split']");
    until_names(&page, &["Terminal 1", "Terminal 2"]).await;
    until("both run", || {
        let running = ".ys-terminal[data-state=running]";
        page.root.query_selector_all(running).unwrap().length() == 2
    })
    .await;
    assert!(page.find("[role=separator]").is_some());
    until_selected(&page, "Terminal 2").await;
    assert_eq!(page.texts("[data-beside=true] bdi"), ["Terminal 1"]);
    let shown = || {
        let panes = page.root.query_selector_all(".ys-terminal-screen").unwrap();
        (0..panes.length())
            .map(|place| panes.item(place).unwrap().unchecked_into::<HtmlElement>())
            .filter(|pane| pane.offset_width() > 100)
            .count()
    };
    until("both are seen", || shown() == 2).await;

    page.click("[aria-label^='Close the pane of Terminal 2']");
    until("one is seen", || shown() == 1).await;
    assert_eq!(fake.shells().len(), 2, "the other one goes on");
    until_selected(&page, "Terminal 1").await;
    until("the focus is on its tab", || {
        page.find("[role=tab][aria-selected=true]:focus").is_some()
    })
    .await;
    press(&page, SELECTED, "End");
    until_selected(&page, "Terminal 2").await;

    let second = fake.shells()[1].id.clone();
    fake.put_out(&second, "still here\r\n");
    until("it is shown", || {
        page.text("[role=tabpanel] > :not([hidden]) .xterm-rows")
            .contains("still here")
    })
    .await;
    press(&page, SELECTED, "Delete");
    until_names(&page, &["Terminal 1"]).await;
    page.click("[aria-label^='Close Terminal 1']");
    until("none is left, and the focus is on what makes one", || {
        page.find("[aria-label='New terminal']:focus").is_some()
    })
    .await;
    page.unmount();
}

/// The arrow keys stopped before a terminal that was shown beside another.
#[wasm_bindgen_test]
async fn four_are_seen_beside_and_below_each_other_and_reached_by_keyboard() {
    let fake = FakeSandbox::new();
    let page = open(&fake);
    until_names(&page, &["Terminal 1"]).await;
    let panes = || page.texts("[role=tabpanel]").len();
    let splits = ["Split", "Split below", "Split"];
    for (count, label) in (2..).zip(splits) {
        page.click(&format!("[aria-label='{label}']"));
        until(&format!("there are {count} panes"), || panes() == count).await;
        until_selected(&page, &format!("Terminal {count}")).await;
        until("the new one has the focus", || {
            page.find("[data-active=true] textarea:focus").is_some()
        })
        .await;
    }
    let axes = |axis: &str| {
        let panels = format!(".ys-terminal-tabs-panes [data-axis={axis}][role=separator]");
        page.root.query_selector_all(&panels).unwrap().length()
    };
    assert_eq!((axes("row"), axes("column")), (2, 1));
    assert_eq!(
        page.attribute("[aria-label='Split below']", "aria-disabled"),
        "true"
    );
    let place = |name: &str| {
        let tab = format!("[role=tab][title='{name}']");
        let panel = page.attribute(&tab, "aria-controls");
        let pane = page.find(&format!("#{panel}")).unwrap();
        let place = pane.get_bounding_client_rect();
        (place.left(), place.top())
    };
    let (first, second, third) = (
        place("Terminal 1"),
        place("Terminal 2"),
        place("Terminal 3"),
    );
    assert!(first.0 < second.0 && first.1 == second.1, "beside");
    assert!(second.0 == third.0 && second.1 < third.1, "below");

    let names = ["Terminal 1", "Terminal 2", "Terminal 3", "Terminal 4"];
    press(&page, SELECTED, "Home");
    for name in names {
        until_selected(&page, name).await;
        press(&page, SELECTED, "ArrowRight");
    }
    until_selected(&page, "Terminal 1").await;
    press(&page, SELECTED, "ArrowRight");
    until_selected(&page, "Terminal 2").await;
    press(&page, SELECTED, "Enter");
    until("the focus is in it", || {
        page.find("[data-active=true] textarea:focus").is_some()
    })
    .await;
    // Who goes into another pane chooses it.
    let panel = page.attribute("[role=tab][title='Terminal 3']", "aria-controls");
    let input = page.find(&format!("#{panel} textarea")).unwrap();
    input.unchecked_into::<HtmlElement>().focus().unwrap();
    until_selected(&page, "Terminal 3").await;

    // One that is closed takes its pane along; one whose pane is closed goes on.
    press(&page, SELECTED, "Delete");
    until("three are left", || panes() == 3).await;
    until_selected(&page, "Terminal 4").await;
    page.click("[aria-label^='Close the pane of']");
    until("two are left", || panes() == 2).await;
    page.click("[aria-label^='Close the pane of']");
    until("one is left", || panes() == 1).await;
    assert_eq!(fake.shells().len(), 3);
    page.unmount();
}

/// The tab of the terminal that was shown could lie out of sight.
#[wasm_bindgen_test]
async fn the_tab_of_what_is_shown_is_in_sight_and_the_page_stays_where_it_is() {
    let fake = FakeSandbox::new();
    for _ in 0..12 {
        fake.open_terminal();
    }
    let given = fake.clone();
    let page = mount(move |direction| {
        let dir = if direction == "rtl" { "rtl" } else { "ltr" };
        html! {
            <SandboxProvider fake={given.clone()}>
                <div {dir} style="margin-block-start: 200vh; inline-size: 400px; block-size: 300px">
                    <TerminalTabs renderer={TerminalRenderer::Dom} />
                </div>
            </SandboxProvider>
        }
    });
    let scrolled = || web_sys::window().unwrap().scroll_y().unwrap();
    let before = scrolled();
    page.until_there(SELECTED).await;
    assert!((scrolled() - before).abs() < 1.0, "the page went along");
    for (direction, count) in [("ltr", 13), ("rtl", 14)] {
        page.set(direction);
        page.until_there(&format!("[dir={direction}] [role=tablist]"))
            .await;
        // The focus goes into the new terminal, so that no browser brings its tab along.
        page.click("[aria-label='New terminal']");
        let last = format!("[role=tablist] > [data-active=true]:nth-child({count})");
        page.until_there(&last).await;
        until(&format!("its tab is in sight, {direction}"), || {
            let edges = |selector: &str| {
                let place = page.find(selector).unwrap().get_bounding_client_rect();
                (place.left(), place.right())
            };
            let (list, tab) = (edges("[role=tablist]"), edges(&last));
            tab.0 >= list.0 - 1.0 && tab.1 <= list.1 + 1.0
        })
        .await;
    }
    page.unmount();
}
