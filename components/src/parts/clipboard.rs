//! Text for the clipboard.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies a text. `false` where the browser does not let the page: without HTTPS, or without a press of the user.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(promise) = write(text) else {
        return false;
    };
    JsFuture::from(promise).await.is_ok()
}

/// There is no clipboard at all where the page did not come over HTTPS or from this machine.
fn write(text: &str) -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok()?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())
        .ok()?
        .dyn_into()
        .ok()?;
    write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}
