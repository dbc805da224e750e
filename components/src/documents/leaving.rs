//! What happens to edits when the page is left.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::future::TimeoutFuture;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{BeforeUnloadEvent, Event, VisibilityState};
use yew::platform::spawn_local;
use yew::prelude::*;

use super::store::{Documents, Topic};

/// How often it is looked whether all is saved, in milliseconds, and how many times.
const LOOK: u32 = 100;
const MOST_LOOKS: u32 = 600;

/// While there are unsaved edits, the browser asks whether the page shall be left. What waits for its delay is saved as soon as the page
/// is hidden or about to be left, and when whoever shows the documents is taken off the page.
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
            let documents = documents.clone();
            Box::new(move || {
                drop((listening, hidden));
                question.borrow_mut().take();
                see_saved(documents);
            })
        },
    );
}

/// Saves what waits for its delay, and keeps the documents until that is done, but not for ever: the sandbox may not be reached any more.
fn see_saved(documents: Documents) {
    documents.save_due();
    spawn_local(async move {
        let mut looks = 0;
        while documents.is_saving() && looks < MOST_LOOKS {
            TimeoutFuture::new(LOOK).await;
            looks += 1;
        }
    });
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
