//! A page without style sheets: in a file of its own, because sheets stay on a page once they are there.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod page;

use page::{Agent, Sessions, mount};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::{ChildrenWhen, SandboxProvider, Start};
use yew_sandbox_components::{ConnectionStatus, SandboxUi};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn an_unstyled_page_gets_no_style_sheet() {
    let _agent = Agent::new();
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider
                get_session={get.clone()}
                start={Start::OnDemand}
                children_when={ChildrenWhen::Always}
            >
                <SandboxUi styled=false><ConnectionStatus class="mine" /></SandboxUi>
            </SandboxProvider>
        }
    });
    page.until_text(".mine [role=status]", "Not connected yet")
        .await;
    assert!(page.find(".ys-connection.mine").is_some());
    let document = web_sys::window().unwrap().document().unwrap();
    let sheet = document.query_selector("style[data-yew-sandbox]").unwrap();
    assert!(sheet.is_none());
    page.unmount();
}
