//! An `iframe` of the page.

use std::cell::RefCell;
use std::time::Duration;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, JSON, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlIFrameElement, MessageEvent, Window};

use super::address::{LONGEST, PageError, origin};
use super::events::PreviewEvents;
use super::frame::{PreviewFrame, PreviewHeard, PreviewPost};
use super::handle::Preview;
use super::message::{LARGEST, LONGEST_KIND, PreviewMessage, is_reserved};
use crate::error::{Error, ErrorKind};

/// Most addresses of a history that are looked at.
const MOST_ENTRIES: u32 = 100;
/// The longest reason of a failure that is kept, in UTF-16 units.
const LONGEST_REASON: u32 = 1000;
/// The longest place of an error.
const LONGEST_PLACE: usize = 500;

impl Preview {
    /// Shows an address, which may carry a token, in a frame of the page.
    ///
    /// What the frame may do is its own matter: give it the attributes `sandbox` and `allow`. It needs `allow-scripts` and
    /// `allow-same-origin`, which is of the preview's own origin and not of the page's.
    ///
    /// # Errors
    /// `InvalidInput`: the address is none of HTTP, or of the page's own origin, which a preview must not share. `Unsupported`: there is
    /// no page.
    pub fn show(frame: HtmlIFrameElement, url: &str) -> Result<Self, Error> {
        let preview = Self::follow(frame.clone(), url)?;
        frame.set_src(url);
        Ok(preview)
    }

    /// Takes up a frame that shows an address of this origin already, without loading anything.
    ///
    /// # Errors
    /// As [`show`](Self::show).
    pub fn follow(frame: HtmlIFrameElement, url: &str) -> Result<Self, Error> {
        let page = web_sys::window().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "a preview needs a page around it")
        })?;
        let own = origin(url)?;
        if page.location().origin().is_ok_and(|page| page == own) {
            let message = "a preview must not share the page's own origin";
            return Err(Error::new(ErrorKind::InvalidInput, message).about(&own));
        }
        Self::with_frame(url, |events| {
            Box::new(Frame::new(&frame, &page, own, events))
        })
    }
}

struct Frame {
    element: HtmlIFrameElement,
    origin: String,
    events: PreviewEvents,
    alarm: RefCell<Option<Timeout>>,
    /// Ends the events when it is dropped.
    _listeners: [EventListener; 2],
}

impl Frame {
    fn new(
        element: &HtmlIFrameElement,
        page: &Window,
        origin: String,
        events: PreviewEvents,
    ) -> Self {
        let heard = {
            let (element, events, origin) = (element.clone(), events.clone(), origin.clone());
            EventListener::new(page, "message", move |event| {
                if let Some(heard) = hear(event, &element, &origin) {
                    events.heard(heard);
                }
            })
        };
        let loaded = {
            let (frame, events) = (element.clone(), events.clone());
            EventListener::new(element, "load", move |_| {
                if is_of_another_origin(&frame) {
                    events.loaded();
                }
            })
        };
        Self {
            element: element.clone(),
            origin,
            events,
            alarm: RefCell::new(None),
            _listeners: [heard, loaded],
        }
    }
}

impl PreviewFrame for Frame {
    fn post(&self, post: &PreviewPost) -> Result<(), Error> {
        let message = message(post).ok_or_else(|| {
            let why = "a message is a JSON object, and a scope is JSON";
            Error::new(ErrorKind::InvalidInput, why)
        })?;
        // The blank document of a frame that has not begun is the page's own: nothing is meant for it.
        let window = self.element.content_window();
        let window = window.filter(|_| is_of_another_origin(&self.element));
        if let Some(window) = window {
            // The browser drops it where another origin is shown.
            let _ = window.post_message(&message, &self.origin);
        }
        Ok(())
    }

    fn show(&self, url: &str) {
        // In place of what is there: the page's own history is not the preview's.
        let replaced = self
            .element
            .content_window()
            .map(|window| window.location().replace(url));
        if !matches!(replaced, Some(Ok(()))) {
            self.element.set_src(url);
        }
    }

    fn set_alarm(&self, after: Duration) {
        let events = self.events.clone();
        let milliseconds = u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
        let alarm = Timeout::new(milliseconds, move || events.alarm());
        self.alarm.replace(Some(alarm));
    }
}

/// A document of another origin is out of the page's reach.
fn is_of_another_origin(frame: &HtmlIFrameElement) -> bool {
    frame.content_document().is_none()
}

/// What an event says, where it is from this frame's window and from this origin.
fn hear(event: &Event, frame: &HtmlIFrameElement, origin: &str) -> Option<PreviewHeard> {
    let event = event.unchecked_ref::<MessageEvent>();
    let (source, window) = (event.source()?, frame.content_window()?);
    if !Object::is(source.as_ref(), window.as_ref()) || event.origin() != origin {
        return None;
    }
    let data = event.data();
    if !data.is_object() {
        return None;
    }
    let kind = text(&data, "type", LONGEST_KIND)?;
    match kind.as_str() {
        "PREVIEW_LOADED" => Some(PreviewHeard::Loaded),
        "PREVIEW_UNLOADING" => Some(PreviewHeard::Unloading),
        "INJECT_SUCCESS" => Some(PreviewHeard::Injected {
            uid: text(&data, "uid", LONGEST_KIND)?,
        }),
        "INJECT_FAILURE" => Some(PreviewHeard::Refused {
            uid: text(&data, "uid", LONGEST_KIND)?,
            message: reason(&data),
        }),
        "PAGE_ERROR" => Some(PreviewHeard::Failed(PageError {
            message: reason(&data),
            place: text(&data, "place", LONGEST_PLACE).unwrap_or_default(),
        })),
        "SET_URL" => Some(moved(&data)?),
        own if is_reserved(own) => None,
        _ => {
            let json = JSON::stringify(&data).ok()?;
            if json.length() as usize > LARGEST {
                return None;
            }
            let message = PreviewMessage::new(kind, String::from(json)).ok()?;
            Some(PreviewHeard::Message(message))
        }
    }
}

fn moved(data: &JsValue) -> Option<PreviewHeard> {
    let is = |name| field(data, name).is_some_and(|value| value.is_truthy());
    let entries = field(data, "entries").and_then(|entries| entries.dyn_into::<Array>().ok());
    let entries = entries.filter(|entries| entries.length() <= MOST_ENTRIES);
    let entries = entries.map(|entries| {
        entries
            .iter()
            .map_while(|url| short(&url, LONGEST))
            .collect()
    });
    let position = field(data, "position").and_then(|position| position.as_f64());
    Some(PreviewHeard::Moved {
        url: text(data, "url", LONGEST)?,
        back: is("back"),
        forward: is("forward"),
        entries: entries.unwrap_or_default(),
        position: position.unwrap_or_default() as usize,
    })
}

fn reason(data: &JsValue) -> String {
    let message = field(data, "message").and_then(|message| message.dyn_into::<JsString>().ok());
    match message {
        Some(message) => message.substring(0, LONGEST_REASON).into(),
        None => "the document does not say why".to_owned(),
    }
}

fn field(data: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(data, &name.into()).ok()
}

fn text(data: &JsValue, name: &str, most: usize) -> Option<String> {
    short(&field(data, name)?, most)
}

/// A text that is not longer than `most` units. A longer one is not even copied.
fn short(value: &JsValue, most: usize) -> Option<String> {
    let text = value.dyn_ref::<JsString>()?;
    (text.length() as usize <= most).then(|| text.into())
}

/// As the document's script reads it; `None` where the JSON is none.
fn message(post: &PreviewPost) -> Option<JsValue> {
    let message = match post {
        PreviewPost::Message(message) => {
            let object = JSON::parse(message.json()).ok()?;
            let object: Object = object.dyn_into().ok()?;
            set(&object, "type", &message.kind().into());
            return Some(object.into());
        }
        PreviewPost::Inject { uid, code, scope } => {
            let message = named("INJECT_AND_INVOKE");
            set(&message, "uid", &uid.into());
            set(&message, "code", &code.into());
            set(&message, "scope", &JSON::parse(scope).ok()?);
            message
        }
        PreviewPost::Ask => named("HAS_PREVIEW_LOADED"),
        PreviewPost::Back => named("GO_BACK"),
        PreviewPost::Forward => named("GO_FORWARD"),
        PreviewPost::Reload => named("REFRESH"),
    };
    Some(message.into())
}

fn named(kind: &str) -> Object {
    let message = Object::new();
    set(&message, "type", &kind.into());
    message
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A plain object takes every field.
    let _ = Reflect::set(object, &name.into(), value);
}
