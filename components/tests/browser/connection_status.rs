//! `ConnectionStatus` in a real browser.

use crate::page::{Agent, Sessions, mount};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::client::SessionErrorKind;
use yew_sandbox::client::protocol::system::Hibernating;
use yew_sandbox::{ChildrenWhen, SandboxProvider, Start};
use yew_sandbox_components::ConnectionStatus;

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
    let root = page.find(".ys-connection").unwrap();
    assert_eq!(
        root.get_attribute("data-state").as_deref(),
        Some("Connected")
    );
    page.unmount();
}
