//! Theme, words and style in a real browser.

use std::rc::Rc;

use crate::page::{Agent, Sessions, mount, until};
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use yew::prelude::*;
use yew_sandbox::{ChildrenWhen, SandboxProvider, Start};
use yew_sandbox_components::{
    ConnectionStatus, ConnectionWords, Contrast, Direction, SandboxUi, Scheme, Theme, Token, Words,
    resolve,
};

fn idle(get: yew_sandbox::GetSession, children: Html) -> Html {
    html! {
        <SandboxProvider get_session={get} start={Start::OnDemand} children_when={ChildrenWhen::Always} loading={|_| Html::default()}>
            { children }
        </SandboxProvider>
    }
}

#[wasm_bindgen_test]
async fn the_page_wins_over_the_layer_and_a_theme_over_the_tokens() {
    let _agent = Agent::new();
    let get = Sessions::default().get();
    let page = mount(move |_| {
        let theme = Theme::new()
            .with(Token::Success, "rgb(1, 2, 3)")
            .with(Token::Error, "red;}");
        idle(
            get.clone(),
            html! {
                <>
                    <style>{ "button { padding-left: 77px }" }</style>
                    <SandboxUi scheme={Scheme::Dark} contrast={Contrast::High} {theme}><ConnectionStatus /></SandboxUi>
                </>
            },
        )
    });
    page.until_text("[role=status]", "Not connected yet").await;
    let button = page.find("button.ys-button").unwrap();
    let window = web_sys::window().unwrap();
    let style = window.get_computed_style(&button).unwrap().unwrap();
    assert_eq!(style.get_property_value("padding-left").unwrap(), "77px");
    // The layer holds where the page says nothing.
    assert_eq!(style.get_property_value("cursor").unwrap(), "pointer");
    assert_eq!(
        resolve(&button, Token::Success).as_deref(),
        Some("rgb(1, 2, 3)")
    );
    assert_eq!(
        resolve(&button, Token::Error).as_deref(),
        Some("rgb(255, 179, 173)")
    );
    assert_eq!(
        resolve(&button, Token::Surface).as_deref(),
        Some("rgb(0, 0, 0)")
    );
    page.unmount();
}

#[wasm_bindgen_test]
async fn another_language_replaces_the_words_it_has() {
    let _agent = Agent::new();
    let get = Sessions::default().get();
    let words = Rc::new(Words {
        language: "ar".into(),
        direction: Direction::RightToLeft,
        connection: ConnectionWords {
            idle: "غير متصل".into(),
            ..Default::default()
        },
        ..Default::default()
    });
    let page = mount(move |_| {
        idle(
            get.clone(),
            html! { <SandboxUi words={Rc::clone(&words)}><ConnectionStatus /></SandboxUi> },
        )
    });
    page.until_text("[role=status]", "غير متصل").await;
    assert_eq!(page.text("button"), "Connect");
    let ui = page
        .find(".ys-ui")
        .unwrap()
        .dyn_into::<web_sys::HtmlElement>()
        .unwrap();
    assert_eq!((ui.dir(), ui.lang()), ("rtl".to_owned(), "ar".to_owned()));
    page.unmount();
}

/// What had the focus was taken off the page, and the focus was nowhere.
#[wasm_bindgen_test]
async fn the_focus_goes_to_a_neighbour_of_what_goes() {
    let page = mount(|shown| {
        html! {
            <SandboxUi>
                <button class="far">{ "far" }</button>
                <div>
                    if shown.is_empty() { <span><button class="gone">{ "gone" }</button></span> }
                    <button class="unreachable" tabindex="-1">{ "unreachable" }</button>
                    <button class="near">{ "near" }</button>
                </div>
            </SandboxUi>
        }
    });
    until("there is a button", || page.find(".gone").is_some()).await;
    let gone = page.find(".gone").unwrap();
    gone.dyn_into::<web_sys::HtmlElement>()
        .unwrap()
        .focus()
        .unwrap();
    page.set("without");
    until("the neighbour has the focus", || {
        page.find(".near:focus").is_some()
    })
    .await;
    page.unmount();
}
