//! The focus, where what has it goes.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, Event, HtmlElement, MutationObserver, MutationObserverInit, Node,
};
use yew::prelude::*;

/// What the keyboard may reach.
const STOPS: &str =
    "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]";

/// Keeps the focus within an element: where what has it is taken off the page, its nearest neighbour gets it, and people who use the
/// keyboard go on where they were. A component that knows a better place takes the focus there itself, before.
#[hook]
pub(crate) fn use_kept_focus(root: &NodeRef) {
    let root = root.clone();
    use_effect_with((), move |()| {
        let kept = root.cast::<HtmlElement>().and_then(Kept::begin);
        move || drop(kept)
    });
}

/// What had the focus last, and all around it, from the inside.
type Trail = Rc<RefCell<Vec<Element>>>;

/// Listens until it is dropped.
struct Kept {
    root: HtmlElement,
    observer: MutationObserver,
    on_focus: Closure<dyn FnMut(Event)>,
    on_blur: Closure<dyn FnMut()>,
    _on_change: Closure<dyn FnMut()>,
}

impl Kept {
    fn begin(root: HtmlElement) -> Option<Self> {
        let document = root.owner_document()?;
        let trail = Trail::default();
        let on_focus = {
            let (trail, root) = (Rc::clone(&trail), root.clone());
            Closure::<dyn FnMut(Event)>::new(move |event: Event| {
                trail.replace(trail_of(&event, &root));
            })
        };
        let on_blur = {
            let (trail, document) = (Rc::clone(&trail), document.clone());
            Closure::<dyn FnMut()>::new(move || {
                let (trail, document) = (Rc::clone(&trail), document.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    // Somebody took the focus away on purpose: what had it is still there.
                    let is_there = trail
                        .borrow()
                        .first()
                        .is_some_and(|last| last.is_connected());
                    if is_there && is_lost(&document) {
                        trail.borrow_mut().clear();
                    }
                });
            })
        };
        let on_change = Closure::<dyn FnMut()>::new(move || {
            if !is_gone(&trail) || !is_lost(&document) {
                return;
            }
            let (trail, document) = (Rc::clone(&trail), document.clone());
            wasm_bindgen_futures::spawn_local(async move {
                // A press takes the focus, which may take what had it off the page, before it gives it to what was pressed.
                TimeoutFuture::new(0).await;
                if is_gone(&trail) && is_lost(&document) {
                    let around = trail.take();
                    around
                        .iter()
                        .skip(1)
                        .any(|place| give_focus(place, &document));
                }
            });
        });
        let observer = MutationObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_subtree(true);
        observer.observe_with_options(&root, &options).ok()?;
        for (name, listener) in [
            ("focusin", on_focus.as_ref()),
            ("focusout", on_blur.as_ref()),
        ] {
            root.add_event_listener_with_callback(name, listener.unchecked_ref())
                .ok()?;
        }
        Some(Self {
            root,
            observer,
            on_focus,
            on_blur,
            _on_change: on_change,
        })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.observer.disconnect();
        for (name, listener) in [
            ("focusin", self.on_focus.as_ref()),
            ("focusout", self.on_blur.as_ref()),
        ] {
            // A listener that is not there needs no end.
            drop(
                self.root
                    .remove_event_listener_with_callback(name, listener.unchecked_ref()),
            );
        }
    }
}

fn trail_of(event: &Event, root: &Element) -> Vec<Element> {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    let mut trail = Vec::new();
    let mut next: Option<Element> = target;
    while let Some(element) = next {
        next = (element != *root)
            .then(|| element.parent_element())
            .flatten();
        trail.push(element);
    }
    trail
}

/// Whether what had the focus is no longer on the page.
fn is_gone(trail: &Trail) -> bool {
    let trail = trail.borrow();
    trail.first().is_some_and(|last| !last.is_connected())
}

fn is_lost(document: &Document) -> bool {
    let active = document.active_element();
    active.is_none_or(|active| active.local_name() == "body")
}

/// Whether the focus is nowhere, within this place or on what is around it, as after a press of a button that takes no focus in Safari:
/// what takes it there takes it from nobody who went elsewhere.
pub(crate) fn is_free(place: Option<&Element>) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| {
        let active = document.active_element();
        let (active, place) = (active.as_deref(), place.map(AsRef::<Node>::as_ref));
        let is_related = |(active, place): (&Node, &Node)| {
            place.contains(Some(active)) || active.contains(Some(place))
        };
        is_lost(&document) || active.zip(place).is_some_and(is_related)
    })
}

/// Gives the focus to the nearest stop before or after a place, in the order of the page, and to the first one where none follows.
/// What lies within an element that `left_out` selects is none.
pub(crate) fn focus_beside(place: &Element, is_before: bool, left_out: &str) {
    let Some(document) = place.owner_document() else {
        return;
    };
    let Ok(found) = document.query_selector_all(STOPS) else {
        return;
    };
    let mut stops: Vec<HtmlElement> = (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into().ok())
        .filter(|stop: &HtmlElement| stop.tab_index() >= 0)
        .filter(|stop| stop.closest(left_out).ok().flatten().is_none())
        .collect();
    let wanted = if is_before {
        stops.reverse();
        Node::DOCUMENT_POSITION_PRECEDING
    } else {
        Node::DOCUMENT_POSITION_FOLLOWING
    };
    let is_beside = |stop: &&HtmlElement| place.compare_document_position(stop) & wanted != 0;
    let nearest = stops.iter().filter(is_beside).chain(&stops);
    for stop in nearest {
        // One that cannot have the focus leaves it where it is.
        drop(stop.focus());
        if document.active_element().as_ref() == Some(stop.as_ref()) {
            return;
        }
    }
}

/// Gives the focus to the first stop within a place, or to the place itself. Says whether it could.
fn give_focus(place: &Element, document: &Document) -> bool {
    if !place.is_connected() {
        return false;
    }
    let has_taken = |element: &HtmlElement| {
        // One that cannot have the focus leaves it where it is.
        drop(element.focus());
        !is_lost(document)
    };
    if let Ok(found) = place.query_selector_all(STOPS) {
        for at in 0..found.length() {
            let stop = found.item(at).and_then(|stop| stop.dyn_into().ok());
            let stop = stop.filter(|stop: &HtmlElement| stop.tab_index() >= 0);
            if stop.is_some_and(|stop| has_taken(&stop)) {
                return true;
            }
        }
    }
    let place = place.dyn_ref::<HtmlElement>();
    place.is_some_and(|place| place.has_attribute("tabindex") && has_taken(place))
}
