//! What a token comes to, for what cannot read CSS variables: a canvas, a terminal.

use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::Token;

/// The computed colour of `token` where `place` stands, as `rgb(…)`; `None` where the page has none.
///
/// It asks the browser, so that `light-dark()`, themes and the user's contrast are all in it.
pub fn resolve(place: &Element, token: Token) -> Option<String> {
    let document = place.owner_document()?;
    let probe: HtmlElement = document.create_element("span").ok()?.dyn_into().ok()?;
    let style = probe.style();
    style.set_property("display", "none").ok()?;
    style
        .set_property("color", &format!("var({})", token.variable()))
        .ok()?;
    place.append_child(&probe).ok()?;
    let color = document
        .default_view()
        .and_then(|window| window.get_computed_style(&probe).ok().flatten())
        .and_then(|style| style.get_property_value("color").ok());
    probe.remove();
    color.filter(|color| !color.is_empty())
}
