//! A page with a faked WebSocket, an agent at its other end, and hands to mount and look.

#![allow(dead_code, unused_imports, reason = "each test file uses a part of it")]

mod agent;

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlFormElement, KeyboardEvent, KeyboardEventInit,
};
use yew::prelude::*;
use yew_sandbox::client::{BootupType, SessionErrorKind};
use yew_sandbox::{GetSession, Session, SessionError, SessionRequest};

pub(crate) use agent::{Agent, Step};

/// Told of each event of a socket: its kind, the socket, the bytes of a frame.
pub(crate) type Handler = Closure<dyn FnMut(String, u32, Option<Vec<u8>>)>;

#[wasm_bindgen(module = "/tests/page/socket.js")]
extern "C" {
    pub(crate) fn install(handler: &Handler);
    pub(crate) fn restore();
    pub(crate) fn tell(number: u32, kind: &str, bytes: Option<Vec<u8>>);
    #[wasm_bindgen(js_name = isHidden)]
    pub(crate) fn set_hidden(hidden: bool);
}

thread_local! {
    static RENDERS: RefCell<HashMap<&'static str, usize>> = RefCell::default();
}

/// Notes that a component rendered.
pub(crate) fn rendered(name: &'static str) {
    RENDERS.with_borrow_mut(|renders| *renders.entry(name).or_default() += 1);
}

/// How often a component rendered.
pub(crate) fn renders(name: &'static str) -> usize {
    RENDERS.with_borrow(|renders| renders.get(name).copied().unwrap_or_default())
}

/// What is drawn on the page.
#[derive(Properties, Clone)]
pub(crate) struct HostProps {
    draw: Rc<dyn Fn(&str) -> Html>,
    value: Rc<RefCell<Option<UseStateHandle<String>>>>,
}

impl PartialEq for HostProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.draw, &other.draw)
    }
}

#[component]
fn Host(props: &HostProps) -> Html {
    let value = use_state(String::new);
    let html = (props.draw)(&value);
    props.value.replace(Some(value));
    html
}

/// A mounted app, unmounted with [`Mounted::unmount`].
pub(crate) struct Mounted {
    pub(crate) root: Element,
    handle: Option<yew::AppHandle<Host>>,
    value: Rc<RefCell<Option<UseStateHandle<String>>>>,
}

/// Draws into a fresh element, given a text that [`Mounted::set`] changes.
pub(crate) fn mount(draw: impl Fn(&str) -> Html + 'static) -> Mounted {
    let document = document();
    let root = document.create_element("div").unwrap();
    root.set_class_name("mounted");
    // A test that failed left its page behind, which is not to fail others.
    if let Some(left) = document.query_selector("body > .mounted").unwrap() {
        left.remove();
    }
    document.body().unwrap().append_child(&root).unwrap();
    let props = HostProps {
        draw: Rc::new(draw),
        value: Rc::default(),
    };
    let value = Rc::clone(&props.value);
    let handle = yew::Renderer::<Host>::with_root_and_props(root.clone(), props).render();
    Mounted {
        root,
        handle: Some(handle),
        value,
    }
}

fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

impl Mounted {
    pub(crate) fn set(&self, text: &str) {
        self.value.borrow().as_ref().unwrap().set(text.to_owned());
    }

    pub(crate) fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).unwrap()
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        let element = self.find(selector);
        element
            .and_then(|element| element.text_content())
            .unwrap_or_default()
    }

    pub(crate) fn click(&self, selector: &str) {
        let element = self.find(selector);
        let element = element.unwrap_or_else(|| panic!("no {selector} to click"));
        element.unchecked_into::<HtmlElement>().click();
    }

    /// The texts of all that match, in order.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let found = self.root.query_selector_all(selector).unwrap();
        (0..found.length())
            .filter_map(|place| found.item(place)?.text_content())
            .collect()
    }

    /// An attribute; empty without one.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> String {
        let element = self.find(selector);
        element
            .and_then(|element| element.get_attribute(name))
            .unwrap_or_default()
    }

    /// Presses a key.
    pub(crate) fn press(&self, selector: &str, key: &str) {
        let options = KeyboardEventInit::new();
        options.set_key(key);
        options.set_bubbles(true);
        options.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
        let element = self.find(selector).expect("there is something to press in");
        element.dispatch_event(&event).unwrap();
    }

    /// Types into a field, in place of what was there.
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector).expect("there is a field");
        js_sys::Reflect::set(&field, &"value".into(), &text.into()).unwrap();
        let options = EventInit::new();
        options.set_bubbles(true);
        let event = Event::new_with_event_init_dict("input", &options).unwrap();
        field.dispatch_event(&event).unwrap();
    }

    /// Sends the form that holds the element, as Enter does.
    pub(crate) fn submit(&self, selector: &str) {
        let element = self.find(selector).expect("there is something in a form");
        let form = element.closest("form").unwrap().expect("there is a form");
        form.unchecked_into::<HtmlFormElement>()
            .request_submit()
            .unwrap();
    }

    pub(crate) async fn until_there(&self, selector: &str) {
        until(&format!("{selector} is there"), || {
            self.find(selector).is_some()
        })
        .await;
    }

    pub(crate) async fn until_gone(&self, selector: &str) {
        until(&format!("{selector} is gone"), || {
            self.find(selector).is_none()
        })
        .await;
    }

    pub(crate) async fn until_text(&self, selector: &str, text: &str) {
        until(&format!("{selector} says {text}"), || {
            self.text(selector) == text
        })
        .await;
    }

    /// Waits until what is polite was announced.
    pub(crate) async fn until_announced(&self, words: &str) {
        until(&format!("{words} is announced"), || {
            let region = document().query_selector("body > [data-announces=polite]");
            let said = region.unwrap().and_then(|region| region.text_content());
            said.is_some_and(|said| said.trim_end_matches('\u{a0}') == words)
        })
        .await;
    }

    pub(crate) fn unmount(mut self) {
        if let Some(handle) = self.handle.take() {
            handle.destroy();
        }
        self.root.remove();
    }
}

/// Waits for a condition, at most fifteen seconds: a busy machine is no failure.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    until_within(15, what, condition).await;
}

/// Waits for a condition, at most so many seconds.
pub(crate) async fn until_within(seconds: u32, what: &str, condition: impl Fn() -> bool) {
    let end = js_sys::Date::now() + f64::from(seconds) * 1000.0;
    while !condition() {
        assert!(
            js_sys::Date::now() < end,
            "not within {seconds} seconds: {what}"
        );
        TimeoutFuture::new(10).await;
    }
}

/// Lets the page do what it has begun.
pub(crate) async fn settle() {
    for _ in 0..5 {
        TimeoutFuture::new(5).await;
    }
}

/// Where sessions come from, and what was asked.
#[derive(Clone, Default)]
pub(crate) struct Sessions {
    pub(crate) asked: Rc<RefCell<Vec<Option<String>>>>,
    pub(crate) refuse: Rc<RefCell<Option<SessionErrorKind>>>,
}

impl Sessions {
    pub(crate) fn get(&self) -> GetSession {
        let this = self.clone();
        GetSession::new(move |request| this.clone().answer(request))
    }

    fn answer(
        self,
        request: SessionRequest,
    ) -> impl Future<Output = Result<Session, SessionError>> + 'static {
        self.asked.borrow_mut().push(request.sandbox_id.clone());
        let refusal = *self.refuse.borrow();
        async move {
            match refusal {
                Some(kind) => Err(SessionError::new(kind, "refused by the test")),
                None => Ok(session(request.sandbox_id.as_deref().unwrap_or("made"))),
            }
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.asked.borrow().len()
    }
}

pub(crate) fn session(id: &str) -> Session {
    Session {
        sandbox_id: id.into(),
        session_id: None,
        is_pint: false,
        bootup_type: BootupType::Running,
        cluster: String::new(),
        pitcher_url: format!("ws://test/{id}"),
        pitcher_token: "token".into(),
        pitcher_version: String::new(),
        latest_pitcher_version: String::new(),
        pitcher_manager_version: String::new(),
        workspace_path: "/project/workspace".into(),
        user_workspace_path: String::new(),
        host_token: None,
    }
}
