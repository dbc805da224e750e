//! In the browser.

use crate::app::App;

/// Takes over what the server rendered.
pub(crate) fn take_over() {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.get_element_by_id("app"));
    if let Some(root) = root {
        yew::Renderer::<App>::with_root(root).hydrate();
    }
}
