//! The Enter that ends what an input method composed does nothing else. Safari tells it after the end, by its code alone.

use crate::file_tree::{press, sample, show, type_name, until_active, until_names};
use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent, KeyboardEventInit};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::client::protocol::shell::Rename;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{Terminal, TerminalRenderer, TerminalTabs};

fn keydown(page: &Mounted, selector: &str, key: &str, options: &KeyboardEventInit) {
    options.set_key(key);
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", options).unwrap();
    page.find(selector).unwrap().dispatch_event(&event).unwrap();
}

/// Presses Enter as Safari does at the end of a composition.
fn end_composing(page: &Mounted, selector: &str) {
    let options = KeyboardEventInit::new();
    options.set_key_code(229);
    keydown(page, selector, "Enter", &options);
}

fn set_value(page: &Mounted, selector: &str, value: &str) {
    let field: HtmlInputElement = page.find(selector).unwrap().unchecked_into();
    field.set_value(value);
}

#[wasm_bindgen_test]
async fn the_name_of_a_file_is_not_taken() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    press(&page, "F2").await;
    let field = ".ys-tree-field input";
    page.until_there(field).await;
    set_value(&page, field, "日");
    end_composing(&page, field);
    type_name(&page, "日本").await;
    until_names(&page, &["src", "a.txt", "日本"]).await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn the_name_of_a_terminal_is_not_taken() {
    let fake = FakeSandbox::new();
    fake.open_terminal();
    let given = fake.clone();
    let page = mount(move |_| {
        html! { <SandboxProvider fake={given.clone()}><TerminalTabs /></SandboxProvider> }
    });
    let tab = "[role=tab][aria-selected=true]";
    page.until_there(tab).await;
    page.press(tab, "F2");
    let field = ".ys-terminal-tabs-field";
    page.until_there(field).await;
    set_value(&page, field, "日");
    end_composing(&page, field);
    set_value(&page, field, "日本");
    page.press(field, "Enter");
    page.until_text("[role=tab] bdi", "日本").await;
    assert_eq!(fake.requests_of::<Rename>().len(), 1);
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_search_in_a_terminal_goes_not_on() {
    let fake = FakeSandbox::new();
    let shell = fake.open_terminal();
    fake.put_out(&shell, "needle 1\nneedle 2\nneedle 3\n");
    let page = mount(move |_| {
        html! {
            <SandboxProvider fake={fake.clone()}>
                <div style="block-size: 300px"><Terminal shell={shell.clone()} renderer={TerminalRenderer::Dom} /></div>
            </SandboxProvider>
        }
    });
    until("there is output", || {
        page.text(".xterm-rows").contains("needle 3")
    })
    .await;
    let options = KeyboardEventInit::new();
    options.set_ctrl_key(true);
    options.set_shift_key(true);
    keydown(&page, "textarea", "F", &options);
    let field = ".ys-terminal-search input";
    page.until_there(field).await;
    page.fill(field, "needle");
    let count = || page.text(".ys-terminal-count");
    until("all are found", || count().ends_with(" of 3")).await;
    let place = |text: &str| text[..1].parse::<u32>().unwrap();
    let before = place(&count());
    end_composing(&page, field);
    page.press(field, "Enter");
    until("it went on", || place(&count()) != before).await;
    assert_eq!(place(&count()), before % 3 + 1);
    page.unmount();
}
