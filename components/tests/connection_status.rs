//! `ConnectionStatus` in a real browser.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod page;

use page::{Agent, Sessions, mount};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::client::SessionErrorKind;
use yew_sandbox::client::protocol::system::Hibernating;
use yew_sandbox::{ChildrenWhen, SandboxProvider, Start};
use yew_sandbox_components::ConnectionStatus;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn words_and_button_follow_the_state() {
    let agent = Agent::new();
    let sessions = Sessions::default();
    let get = sessions.get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider
                get_session={get.clone()}
                start={Start::OnDemand}
                children_when={ChildrenWhen::Always}
                failed={|_| Html::default()}
            >
                <ConnectionStatus />
            </SandboxProvider>
        }
    });
    page.until_text("[role=status]", "Not connected yet").await;
    assert_eq!(page.text("button"), "Connect");
    page.click("button");
    page.until_text("[role=status]", "Connected").await;
    assert!(page.find("button").is_none());
    agent.notify(&Hibernating {});
    page.until_text("[role=status]", "Asleep").await;
    assert_eq!(page.text("button"), "Wake");
    page.click("button");
    page.until_text("[role=status]", "Connected").await;
    agent.refuse(true);
    agent.cut();
    page.until_text("[role=status]", "Connection lost, trying again")
        .await;
    assert_eq!(page.text("button"), "Try now");
    sessions.refuse.replace(Some(SessionErrorKind::Forbidden));
    page.until_text("[role=status]", "refused by the test")
        .await;
    assert_eq!(page.text("button"), "Try again");
    sessions.refuse.replace(None);
    agent.refuse(false);
    page.click("button");
    page.until_text("[role=status]", "Connected").await;
    let root = page.find(".yew-sandbox-connection").unwrap();
    assert_eq!(
        root.get_attribute("data-state").as_deref(),
        Some("Connected")
    );
    page.unmount();
}

#[wasm_bindgen_test]
async fn it_can_do_without_its_style() {
    let _agent = Agent::new();
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider get_session={get.clone()} children_when={ChildrenWhen::Always}>
                <div id="plain"><ConnectionStatus styled=false class="mine" /></div>
                <div id="styled"><ConnectionStatus /></div>
            </SandboxProvider>
        }
    });
    page.until_text("#plain [role=status]", "Connected").await;
    let class = |selector| page.find(selector).unwrap().class_name();
    assert_eq!(class("#plain > *"), "yew-sandbox-connection mine");
    assert!(class("#styled > *").split(' ').count() > 1);
    page.unmount();
}
