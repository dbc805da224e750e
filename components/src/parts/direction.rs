//! Which way an element is written, for what style sheets cannot mirror.

use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// Whether what an event happened to is written from right to left, be it for the language of the words or for the page around.
pub(crate) fn is_mirrored(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|target: Element| is_rtl(&target))
}

/// Whether an element is written from right to left.
pub(crate) fn is_rtl(element: &Element) -> bool {
    let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok()?);
    style.is_some_and(|style| {
        let direction = style.get_property_value("direction");
        direction.is_ok_and(|direction| direction == "rtl")
    })
}
