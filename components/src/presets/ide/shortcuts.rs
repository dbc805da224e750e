//! The keys of the work place.

use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::prelude::*;

use super::desk::{Act, Desk, View};
use super::focus::{go_round, is_within};
use super::palette::Sought;

/// Does what a key asks for, wherever in the work place it was pressed.
pub(super) fn on_key(desk: &Desk, event: &KeyboardEvent) {
    let command = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
    match event.key().as_str() {
        "p" | "P" if command && event.shift_key() => desk.act(Act::Seek(Some(Sought::Command))),
        // In a terminal the letter is the shell's.
        "p" if command && !is_within(event.target(), ".ys-terminal-screen") => {
            desk.act(Act::Seek(Some(Sought::File)));
        }
        "f" | "F"
            if command
                && event.shift_key()
                && !is_within(event.target(), ".ys-terminal-screen") =>
        {
            desk.act(Act::Go(View::Search));
        }
        // The editor saves by itself; elsewhere the browser would save its page.
        "s" if command && !is_within(event.target(), ".ys-terminal-screen") => {
            if !event.default_prevented() {
                desk.save();
            }
        }
        "F6" if !event.default_prevented() => go_round(&desk.root, event.shift_key()),
        _ => return,
    }
    event.prevent_default();
}

/// Minds the keys that are pressed while nothing on the page has the focus.
#[hook]
pub(super) fn use_keys_of_page(desk: &Desk) {
    use_effect_with(desk.clone(), |desk| {
        let desk = desk.clone();
        let window = web_sys::window();
        let listener = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            if event
                .target()
                .is_some_and(|target| target.unchecked_into::<Element>().local_name() == "body")
            {
                on_key(&desk, &event);
            }
        });
        if let Some(window) = &window {
            // A page that takes no listeners has no keys.
            drop(
                window
                    .add_event_listener_with_callback("keydown", listener.as_ref().unchecked_ref()),
            );
        }
        move || {
            if let Some(window) = &window {
                drop(window.remove_event_listener_with_callback(
                    "keydown",
                    listener.as_ref().unchecked_ref(),
                ));
            }
        }
    });
}
