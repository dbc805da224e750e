//! Does in a story what a person would: states that come of presses and typing are reached that way.

use futures_util::future::abortable;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlInputElement, KeyboardEventInit, MouseEventInit,
};
use yew::prelude::*;

/// One thing that is done, to what is at a selector. It waits until that is there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// A press of the mouse.
    Click(&'static str),
    /// A press of its other button.
    Menu(&'static str),
    /// A press of a key.
    Press(&'static str, &'static str),
    /// A press of a key with Control; with Shift as well where it is a capital letter.
    Shortcut(&'static str, &'static str),
    /// Typing into a field.
    Type(&'static str, &'static str),
    /// Enter in a form.
    Submit(&'static str),
    /// Something of the page's own.
    Call(&'static str, Callback<()>),
}

/// How often it looks, in milliseconds.
const PAUSE: u32 = 10;

#[derive(PartialEq, Properties)]
pub(crate) struct HandProps {
    pub(crate) steps: Vec<Step>,
}

/// Does the steps, one after the other. It draws nothing.
/// Does the steps in the story that it is in, one after the other. Nobody sees it.
#[component]
pub(crate) fn Hand(props: &HandProps) -> Html {
    let place = use_node_ref();
    {
        let place = place.clone();
        use_effect_with(props.steps.clone(), move |steps| {
            let steps = steps.clone();
            let (task, abort) = abortable(async move {
                for step in steps {
                    while !is_done(&step, &place) {
                        TimeoutFuture::new(PAUSE).await;
                    }
                }
            });
            spawn_local(async move {
                // It ends with the story.
                let _ = task.await;
            });
            move || abort.abort()
        });
    }
    html! { <span hidden=true ref={place}></span> }
}

/// Does a step, where that can be done by now.
fn is_done(step: &Step, place: &NodeRef) -> bool {
    let done = match step {
        Step::Click(selector) => find(place, selector).map(|found| found.click()),
        Step::Menu(selector) => find(place, selector).and_then(|found| open_menu(&found)),
        Step::Press(selector, key) => {
            find(place, selector).and_then(|found| press(&found, key, false))
        }
        Step::Shortcut(selector, key) => {
            find(place, selector).and_then(|found| press(&found, key, true))
        }
        Step::Type(selector, text) => {
            find(place, selector).and_then(|found| type_into(found, text))
        }
        Step::Submit(selector) => find(place, selector).and_then(|found| tell(&found, "submit")),
        Step::Call(selector, call) => find(place, selector).map(|_| call.emit(())),
    };
    done.is_some()
}

/// What is at a selector in this story: the one before it may still be on the page.
fn find(place: &NodeRef, selector: &str) -> Option<HtmlElement> {
    let story = place.cast::<Element>()?.closest(".story").ok()??;
    story.query_selector(selector).ok()??.dyn_into().ok()
}

fn press(target: &HtmlElement, key: &str, is_shortcut: bool) -> Option<()> {
    let options = KeyboardEventInit::new();
    options.set_key(key);
    if is_shortcut {
        options.set_code(&format!("Key{}", key.to_uppercase()));
        options.set_ctrl_key(true);
        options.set_shift_key(key.chars().any(char::is_uppercase));
    }
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options);
    send(target, event)
}

/// At its middle, as a press of the mouse is.
fn open_menu(target: &HtmlElement) -> Option<()> {
    let place = target.get_bounding_client_rect();
    let options = MouseEventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    options.set_client_x((place.x() + place.width() / 2.0) as i32);
    options.set_client_y((place.y() + place.height() / 2.0) as i32);
    send(
        target,
        MouseEvent::new_with_mouse_event_init_dict("contextmenu", &options),
    )
}

fn type_into(target: HtmlElement, text: &str) -> Option<()> {
    let field: HtmlInputElement = target.dyn_into().ok()?;
    field.set_value(text);
    tell(&field, "input")
}

fn tell(target: &Element, name: &str) -> Option<()> {
    let options = EventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    send(target, Event::new_with_event_init_dict(name, &options))
}

fn send<E: AsRef<Event>>(target: &Element, event: Result<E, JsValue>) -> Option<()> {
    target.dispatch_event(event.ok()?.as_ref()).ok()?;
    Some(())
}
