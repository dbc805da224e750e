//! How the keyboard gets around.

use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, HtmlInputElement};
use yew::prelude::*;

/// Where the focus goes in a part, the best place first.
const BEST: [&str; 10] = [
    ".ys-editor-conflict",
    ".cm-content",
    ".ys-terminal-tabs-pane[data-active=true] .xterm-helper-textarea",
    ".ys-terminal-tabs-pane:not([hidden]) .xterm-helper-textarea",
    "[role=tree]",
    "input:not([type=radio])",
    "[role=tab][tabindex='0']",
    "textarea",
    "button:not([tabindex='-1'])",
    "a[href]",
];

/// Takes the focus to the next part, or to the one before.
pub(super) fn go_round(root: &NodeRef, is_backwards: bool) {
    let parts = parts(root, "[data-region]");
    if parts.is_empty() {
        return;
    }
    let focused = focused();
    let here = parts
        .iter()
        .position(|part| part.contains(focused.as_ref().map(AsRef::as_ref)));
    let count = parts.len();
    let to = match (here, is_backwards) {
        (None, false) => 0,
        (None, true) => count - 1,
        (Some(here), false) => (here + 1) % count,
        (Some(here), true) => (here + count - 1) % count,
    };
    give(&parts[to]);
}

/// Takes the focus into one part.
pub(super) fn enter(root: &NodeRef, region: &str) {
    if let Some(part) = parts(root, &format!("[data-region={region}]")).first() {
        give(part);
    }
}

/// Whether the focus is in there, on something that is not to be seen.
pub(super) fn is_unseen(root: &NodeRef) -> bool {
    let root = root.cast::<HtmlElement>();
    let focused = focused();
    root.is_some_and(|root| root.contains(focused.as_ref().map(AsRef::as_ref)))
        && focused.is_some_and(|it| it.offset_parent().is_none())
}

/// Whether something lies in what a selector says.
pub(super) fn is_within(target: Option<EventTarget>, selector: &str) -> bool {
    let target = target.and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).ok().flatten().is_some())
}

/// The parts that are to be seen.
fn parts(root: &NodeRef, selector: &str) -> Vec<HtmlElement> {
    let Some(root) = root.cast::<HtmlElement>() else {
        return Vec::new();
    };
    let mut parts = all(&root, selector);
    parts.retain(|part| part.get_bounding_client_rect().width() > 0.0);
    parts
}

fn all(root: &HtmlElement, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|place| found.item(place)?.dyn_into().ok())
        .collect()
}

fn give(part: &HtmlElement) {
    let mut best = BEST.iter().flat_map(|selector| all(part, selector));
    let is_taken = best.any(|stop| {
        // What is hidden does not take it.
        drop(stop.focus());
        // What is typed takes the place of what was, as after the Tab key.
        if let Some(field) = stop.dyn_ref::<HtmlInputElement>() {
            field.select();
        }
        focused().as_ref() == Some(&stop)
    });
    if !is_taken {
        // A part that cannot have the focus is left out.
        drop(part.focus());
    }
}

fn focused() -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.active_element()?.dyn_into().ok()
}
