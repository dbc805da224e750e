//! Which components render again for an event: one for each hook, and what it saw.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;
use yew_sandbox::fake::{FakeSandbox, FakeTask};
use yew_sandbox::{
    SandboxProvider, use_clients, use_connection, use_directory, use_file, use_init_status,
    use_ports, use_shells, use_tasks,
};

use crate::measure::{figures, painted};
use crate::stage::Stage;

thread_local! {
    static RENDERS: RefCell<BTreeMap<&'static str, u32>> = const { RefCell::new(BTreeMap::new()) };
}

macro_rules! readers {
    ($($component:ident $name:literal $hook:expr;)+) => {
        $(#[component]
        fn $component() -> Html {
            RENDERS.with_borrow_mut(|renders| *renders.entry($name).or_default() += 1);
            let read = $hook;
            drop(read);
            html! { <span class="reader">{ $name }</span> }
        })+

        #[component]
        fn Readers() -> Html {
            html! { <div>$(<$component />)+</div> }
        }
    };
}

readers! {
    FirstFile "the file" use_file("first.txt");
    SecondFile "another file" use_file("second.txt");
    Directory "the directory" use_directory("");
    Connection "the connection" use_connection();
    StartUp "start-up" use_init_status();
    Ports "ports" use_ports();
    Tasks "tasks" use_tasks();
    Shells "shells" use_shells();
    Clients "clients" use_clients();
}

/// For each event the readers that rendered again, in alphabetical order.
pub(crate) async fn run() -> Result<JsValue, String> {
    let fake = FakeSandbox::builder()
        .file("first.txt", "1")
        .file("second.txt", "2")
        .task(FakeTask::new("Test", "npm test"))
        .build();
    let stage = {
        let fake = fake.clone();
        Stage::new(move || {
            html! { <SandboxProvider fake={fake.clone()}><Readers /></SandboxProvider> }
        })
    };
    painted(&stage.element, ".reader").await?;
    calm().await;
    let file = after(|| fake.write("first.txt", "one")).await;
    let port = after(|| fake.open_port(3000)).await;
    let client = after(|| drop(fake.client_joins("ada"))).await;
    let link = after(|| fake.cut()).await;
    Ok(figures([
        ("a file changes", file),
        ("a port opens", port),
        ("somebody joins", client),
        ("the link is cut and comes back", link),
    ]))
}

async fn after(event: impl FnOnce()) -> JsValue {
    RENDERS.with_borrow_mut(BTreeMap::clear);
    event();
    calm().await;
    let names = RENDERS.with_borrow(|renders| {
        renders
            .keys()
            .map(|name| JsValue::from_str(name))
            .collect::<Array>()
    });
    names.into()
}

/// Until what an event brings has been drawn. Nothing tells of what does not come, so a time has to do.
pub(crate) async fn calm() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let window = web_sys::window().expect("a page has a window");
        window
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 500)
            .expect("a page has timers");
    });
    drop(JsFuture::from(promise).await);
}
