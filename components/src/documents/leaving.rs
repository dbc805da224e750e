//! What happens to edits when the page is left.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use web_sys::wasm_bindgen::JsCast;
use web_sys::{BeforeUnloadEvent, Event, VisibilityState};
use yew::prelude::*;

use super::store::{Documents, Topic};

/// While there are unsaved edits, the browser asks whether the page shall be left. What waits for its delay is saved as soon as the page
/// is hidden or about to be left.
#[hook]
pub(super) fn use_leaving(documents: &Documents, is_asked: bool) {
    use_effect_with(
        (documents.clone(), is_asked),
        |(documents, is_asked)| -> Box<dyn FnOnce()> {
            let Some(window) = web_sys::window() else {
                return Box::new(|| {});
            };
            let hidden = window.document().map(|document| {
                let documents = documents.clone();
                EventListener::new(&document.clone(), "visibilitychange", move |_| {
                    if document.visibility_state() == VisibilityState::Hidden {
                        documents.save_due();
                    }
                })
            });
            let question = Rc::new(RefCell::new(None));
            // A page with such a listener is not kept for the way back, so there is one only while something is unsaved.
            let look = {
                let (documents, question, is_asked) =
                    (documents.clone(), Rc::clone(&question), *is_asked);
                move |()| {
                    let wanted = is_asked && !documents.dirty().is_empty();
                    if wanted != question.borrow().is_some() {
                        let listener = wanted.then(|| ask(&window, &documents));
                        *question.borrow_mut() = listener;
                    }
                }
            };
            look(());
            let listening = documents.listen(Topic::Open, Callback::from(look));
            Box::new(move || {
                drop((listening, hidden));
                question.borrow_mut().take();
            })
        },
    );
}

fn ask(window: &web_sys::Window, documents: &Documents) -> EventListener {
    let documents = documents.clone();
    let act = move |event: &Event| {
        documents.save_due();
        event.prevent_default();
        // Older browsers ask for this only.
        if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
            event.set_return_value("unsaved");
        }
    };
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(window, "beforeunload", options, act)
}
