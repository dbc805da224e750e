//! The provider and the hooks in a real browser, over a WebSocket whose other end is the test.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod page;

use std::cell::RefCell;
use std::rc::Rc;

use page::{Agent, Sessions, Step, mount, rendered, renders, set_hidden, settle, until};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::client::SessionErrorKind;
use yew_sandbox::client::protocol::system::{Hibernating, InitStatus};
use yew_sandbox::{
    ChildrenWhen, SandboxProvider, Start, use_connection, use_directory, use_file, use_init_status,
    use_sandbox,
};

wasm_bindgen_test_configure!(run_in_browser);

#[component]
fn State() -> Html {
    rendered("state");
    let connection = use_connection();
    let (connect, disconnect, reconnect) =
        (connection.clone(), connection.clone(), connection.clone());
    html! {
        <>
            <p class="state">{ connection.state.name() }</p>
            <button class="connect" onclick={move |_| connect.connect()} />
            <button class="disconnect" onclick={move |_| disconnect.disconnect()} />
            <button class="reconnect" onclick={move |_| reconnect.reconnect()} />
        </>
    }
}

#[component]
fn Handle() -> Html {
    rendered("handle");
    let sandbox = use_sandbox();
    html! { <p class="handle">{ sandbox.client().identity().to_string() }</p> }
}

#[component]
fn Init() -> Html {
    rendered("init");
    let init = use_init_status();
    html! { <p class="init">{ init.message }</p> }
}

#[derive(Properties, PartialEq)]
struct FileProps {
    path: AttrValue,
}

#[component]
fn File(props: &FileProps) -> Html {
    rendered("file");
    let file = use_file(props.path.to_string());
    let error = file.error.as_ref().and_then(|error| error.errno_name());
    let write = {
        let file = file.clone();
        move |_| {
            let file = file.clone();
            yew::platform::spawn_local(async move { file.write("from the page").await.unwrap() });
        }
    };
    html! {
        <>
            <p class="file">{ file.text().unwrap_or("none").to_owned() }</p>
            <p class="error">{ error }</p>
            <button class="write" onclick={write} />
        </>
    }
}

#[component]
fn Directory() -> Html {
    rendered("directory");
    let directory = use_directory(".");
    let names: Vec<_> = directory
        .entries
        .iter()
        .map(|entry| entry.name.as_str())
        .collect();
    html! { <p class="names">{ names.join(" ") }</p> }
}

/// A child with a state of its own.
#[component]
fn Counter() -> Html {
    let count = use_state(|| 0);
    let add = {
        let count = count.clone();
        move |_| count.set(*count + 1)
    };
    html! { <button class="counter" onclick={add}>{ *count }</button> }
}

fn status(message: &str, progress: f64) -> InitStatus {
    InitStatus {
        message: message.into(),
        is_error: None,
        progress,
        next_progress: 100.0,
        stdout: None,
    }
}

fn step() -> Step {
    Step {
        name: "install".into(),
        command: "true".into(),
        shell_id: None,
        finish_status: None,
    }
}

#[wasm_bindgen_test]
async fn start_up_is_a_progress_bar_and_children_come_when_it_is_done() {
    let agent = Agent::with_steps(vec![step()]);
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! { <SandboxProvider get_session={get.clone()}><Counter /></SandboxProvider> }
    });
    until("a socket", || agent.open() == 1).await;
    until("a bar", || page.find("[role=progressbar]").is_some()).await;
    settle().await;
    agent.notify(&status("Installing", 40.0));
    page.until_text("[aria-live=polite]", "Installing").await;
    let bar = page.find("[role=progressbar]").unwrap();
    assert_eq!(bar.get_attribute("value").as_deref(), Some("40"));
    assert!(page.find(".counter").is_none());
    agent.finish();
    until("the children", || page.find(".counter").is_some()).await;
    assert!(page.find("[role=progressbar]").is_none());
    page.unmount();
}

#[wasm_bindgen_test]
async fn children_keep_their_state_through_a_lost_link() {
    let agent = Agent::new();
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! { <SandboxProvider get_session={get.clone()}><Counter /><State /></SandboxProvider> }
    });
    until("the children", || page.find(".counter").is_some()).await;
    page.click(".counter");
    page.until_text(".counter", "1").await;
    agent.refuse(true);
    agent.cut();
    page.until_text(".state", "Reconnecting").await;
    assert_eq!(page.text(".counter"), "1");
    agent.refuse(false);
    page.until_text(".state", "Connected").await;
    assert_eq!(page.text(".counter"), "1");
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_failure_is_an_alert_with_its_reason_and_a_way_out() {
    let agent = Agent::new();
    let sessions = Sessions::default();
    sessions.refuse.replace(Some(SessionErrorKind::NotFound));
    let get = sessions.get();
    let page = mount(move |_| {
        html! { <SandboxProvider get_session={get.clone()} id="gone"><Counter /></SandboxProvider> }
    });
    until("an alert", || {
        page.text("[role=alert]").contains("refused by the test")
    })
    .await;
    assert_eq!(*sessions.asked.borrow(), [Some("gone".to_owned())]);
    sessions.refuse.replace(None);
    page.click("[role=alert] button");
    until("the children", || page.find(".counter").is_some()).await;
    assert!(page.find("[role=alert]").is_none());
    assert_eq!(agent.open(), 1);
    page.unmount();
}

#[wasm_bindgen_test]
async fn each_hook_renders_only_for_what_it_returns() {
    let agent = Agent::with_steps(vec![step()]);
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider get_session={get.clone()} children_when={ChildrenWhen::Always}>
                <State /><Handle /><Init />
            </SandboxProvider>
        }
    });
    page.until_text(".state", "Connected").await;
    settle().await;
    let before = (renders("state"), renders("handle"), renders("init"));
    agent.notify(&status("Installing", 10.0));
    page.until_text(".init", "Installing").await;
    settle().await;
    assert_eq!(renders("state"), before.0);
    assert_eq!(renders("handle"), before.1);
    assert_eq!(renders("init"), before.2 + 1);
    page.click(".disconnect");
    page.until_text(".state", "Disconnected").await;
    settle().await;
    assert_eq!(renders("state"), before.0 + 1);
    assert_eq!(renders("handle"), before.1);
    assert_eq!(renders("init"), before.2 + 1);
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_file_is_live_and_renders_for_itself_only() {
    let agent = Agent::new();
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! { <SandboxProvider get_session={get.clone()}><File path="a.txt" /></SandboxProvider> }
    });
    page.until_text(".error", "ENOENT").await;
    agent.write("a.txt", "one");
    page.until_text(".file", "one").await;
    assert_eq!(page.text(".error"), "");
    settle().await;
    let before = renders("file");
    agent.write("b.txt", "other");
    settle().await;
    assert_eq!(renders("file"), before);
    page.click(".write");
    page.until_text(".file", "from the page").await;
    agent.remove("a.txt");
    page.until_text(".error", "ENOENT").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_file_is_read_again_after_an_outage() {
    let agent = Agent::new();
    agent.write("a.txt", "one");
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! { <SandboxProvider get_session={get.clone()}><File path="a.txt" /></SandboxProvider> }
    });
    page.until_text(".file", "one").await;
    until("the watch", || agent.watches() == 1).await;
    agent.cut();
    agent.write("a.txt", "two");
    page.until_text(".file", "two").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_directory_is_live_with_directories_first() {
    let agent = Agent::new();
    for path in ["b", "a", "z/"] {
        agent.write(path, "");
    }
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! { <SandboxProvider get_session={get.clone()}><Directory /></SandboxProvider> }
    });
    page.until_text(".names", "z a b").await;
    agent.write("c", "");
    page.until_text(".names", "z a b c").await;
    settle().await;
    let before = renders("directory");
    agent.write("c", "changed inside");
    settle().await;
    assert_eq!(renders("directory"), before);
    agent.remove("a");
    page.until_text(".names", "z b c").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn unmounting_releases_everything() {
    let agent = Agent::new();
    let sessions = Sessions::default();
    let get = sessions.get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider get_session={get.clone()}><State /><Directory /></SandboxProvider>
        }
    });
    page.until_text(".state", "Connected").await;
    until("the watch", || agent.watches() == 1).await;
    page.unmount();
    until("no socket", || agent.open() == 0).await;
    assert_eq!(agent.watches(), 0);
    set_hidden(true);
    set_hidden(false);
    settle().await;
    assert_eq!((agent.opened(), sessions.count()), (1, 1));
}

#[wasm_bindgen_test]
async fn mounting_and_unmounting_many_times_leaves_no_socket() {
    let agent = Agent::new();
    for _ in 0..50 {
        let get = Sessions::default().get();
        let page = mount(move |_| {
            html! { <SandboxProvider get_session={get.clone()}><State /></SandboxProvider> }
        });
        page.until_text(".state", "Connected").await;
        page.unmount();
    }
    until("no socket", || agent.open() == 0).await;
    assert_eq!(agent.opened(), 50);
}

#[wasm_bindgen_test]
async fn two_providers_do_not_know_of_each_other() {
    let agent = Agent::new();
    let (one, other) = (Sessions::default().get(), Sessions::default().get());
    let page = mount(move |_| {
        html! {
            <>
                <div id="one">
                    <SandboxProvider get_session={one.clone()} id="one"><State /></SandboxProvider>
                </div>
                <div id="other">
                    <SandboxProvider get_session={other.clone()} id="other"><State /></SandboxProvider>
                </div>
            </>
        }
    });
    page.until_text("#one .state", "Connected").await;
    page.until_text("#other .state", "Connected").await;
    page.click("#one .disconnect");
    page.until_text("#one .state", "Disconnected").await;
    settle().await;
    assert_eq!(page.text("#other .state"), "Connected");
    assert_eq!(agent.open(), 1);
    page.unmount();
}

#[wasm_bindgen_test]
async fn another_id_moves_to_that_sandbox_and_its_own_id_does_not() {
    let agent = Agent::new();
    let sessions = Sessions::default();
    let get = sessions.get();
    let page = mount(move |id| {
        let id = (!id.is_empty()).then(|| id.to_owned());
        html! { <SandboxProvider get_session={get.clone()} {id}><State /></SandboxProvider> }
    });
    page.until_text(".state", "Connected").await;
    page.set("made");
    settle().await;
    assert_eq!(
        (agent.opened(), sessions.count()),
        (1, 1),
        "it learned its own id"
    );
    page.set("second");
    until("two questions", || sessions.count() == 2).await;
    page.until_text(".state", "Connected").await;
    until("one socket", || agent.open() == 1).await;
    assert_eq!(sessions.asked.borrow()[1].as_deref(), Some("second"));
    page.unmount();
}

#[wasm_bindgen_test]
async fn events_are_told_in_order() {
    let _agent = Agent::new();
    let get = Sessions::default().get();
    let told = Rc::new(RefCell::new(Vec::new()));
    let page = mount({
        let told = Rc::clone(&told);
        move |_| {
            let (states, inits) = (Rc::clone(&told), Rc::clone(&told));
            html! {
                <SandboxProvider
                    get_session={get.clone()}
                    on_state_change={move |state: yew_sandbox::ConnectionState| states.borrow_mut().push(state.name())}
                    on_init={move |init: yew_sandbox::InitProgress| if init.ready { inits.borrow_mut().push("ready") }}
                >
                    <State />
                </SandboxProvider>
            }
        }
    });
    page.until_text(".state", "Connected").await;
    page.click(".disconnect");
    page.until_text(".state", "Disconnected").await;
    settle().await;
    assert_eq!(
        *told.borrow(),
        ["Connecting", "Connected", "ready", "Disconnected"]
    );
    page.unmount();
}

#[wasm_bindgen_test]
async fn on_demand_connects_when_asked() {
    let agent = Agent::new();
    let sessions = Sessions::default();
    let get = sessions.get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider get_session={get.clone()} start={Start::OnDemand} children_when={ChildrenWhen::Always}>
                <State />
            </SandboxProvider>
        }
    });
    page.until_text(".state", "Idle").await;
    settle().await;
    assert_eq!((agent.opened(), sessions.count()), (0, 0));
    page.click(".connect");
    page.until_text(".state", "Connected").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_given_session_is_used_without_asking() {
    let agent = Agent::new();
    let sessions = Sessions::default();
    let get = sessions.get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider get_session={get.clone()} session={page::session("given")}><State /></SandboxProvider>
        }
    });
    page.until_text(".state", "Connected").await;
    assert_eq!((agent.opened(), sessions.count()), (1, 0));
    page.unmount();
}

#[wasm_bindgen_test]
async fn focus_wakes_a_sleeping_sandbox_but_not_a_disconnected_one() {
    let agent = Agent::new();
    let sessions = Sessions::default();
    let get = sessions.get();
    let page = mount(move |_| {
        html! { <SandboxProvider get_session={get.clone()}><State /></SandboxProvider> }
    });
    page.until_text(".state", "Connected").await;
    agent.notify(&Hibernating {});
    page.until_text(".state", "Hibernated").await;
    set_hidden(true);
    settle().await;
    assert_eq!(page.text(".state"), "Hibernated");
    set_hidden(false);
    page.until_text(".state", "Connected").await;
    assert_eq!(*sessions.asked.borrow(), [None, Some("made".to_owned())]);
    page.click(".disconnect");
    page.until_text(".state", "Disconnected").await;
    set_hidden(true);
    set_hidden(false);
    settle().await;
    assert_eq!(page.text(".state"), "Disconnected");
    page.click(".reconnect");
    page.until_text(".state", "Connected").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn the_source_of_focus_can_be_replaced() {
    let agent = Agent::new();
    let get = Sessions::default().get();
    let signal = Rc::new(RefCell::new(None));
    let focus = yew_sandbox::FocusSource::new({
        let signal = Rc::clone(&signal);
        move |own| drop(signal.replace(Some(own)))
    });
    let page = mount(move |_| {
        html! {
            <SandboxProvider get_session={get.clone()} on_focus_change={focus.clone()}><State /></SandboxProvider>
        }
    });
    page.until_text(".state", "Connected").await;
    agent.notify(&Hibernating {});
    page.until_text(".state", "Hibernated").await;
    set_hidden(false);
    settle().await;
    assert_eq!(page.text(".state"), "Hibernated");
    signal.borrow().as_ref().unwrap().set(true);
    page.until_text(".state", "Connected").await;
    page.unmount();
}
