//! What the browser tells of its frames, and how figures leave the page.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

#[wasm_bindgen(module = "/measure.js")]
extern "C" {
    #[wasm_bindgen(js_name = painted)]
    fn painted_js(root: &Element, selector: &str) -> Promise;
    #[wasm_bindgen(js_name = scroll)]
    fn scroll_js(element: &Element, frames: u32) -> Promise;
    #[wasm_bindgen(js_name = watchFrames)]
    pub(crate) fn watch_frames() -> Frames;
    #[wasm_bindgen(js_name = watchKeys)]
    pub(crate) fn watch_keys() -> Array;
    #[wasm_bindgen(js_name = feedDirectly)]
    fn feed_directly_js(term: &JsValue, size: f64) -> Promise;
    #[wasm_bindgen(js_name = shown)]
    fn shown_js(term: &JsValue, text: &str) -> Promise;
    #[wasm_bindgen(js_name = countWrites)]
    pub(crate) fn count_writes(term: &JsValue) -> Count;

    /// Frames that are being watched.
    pub(crate) type Frames;
    #[wasm_bindgen(method, js_name = end)]
    fn end_js(this: &Frames) -> Array;

    /// What a terminal was given.
    pub(crate) type Count;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn bytes(this: &Count) -> f64;
}

impl Frames {
    /// The frames' times, in milliseconds.
    pub(crate) fn end(&self) -> Vec<f64> {
        numbers(&self.end_js())
    }
}

/// The time of the paint that first shows what `selector` finds.
pub(crate) async fn painted(root: &Element, selector: &str) -> Result<f64, String> {
    number(painted_js(root, selector)).await
}

/// Scrolls to the end in so many frames; their times in milliseconds.
pub(crate) async fn scroll(element: &Element, frames: u32) -> Result<Vec<f64>, String> {
    Ok(numbers(&settled(scroll_js(element, frames)).await?.into()))
}

/// The time that xterm.js takes for so many bytes.
pub(crate) async fn feed_directly(term: &JsValue, size: f64) -> Result<f64, String> {
    number(feed_directly_js(term, size)).await
}

/// The time at which a terminal shows a text.
pub(crate) async fn shown(term: &JsValue, text: &str) -> Result<f64, String> {
    number(shown_js(term, text)).await
}

/// Now, in milliseconds.
pub(crate) fn now() -> f64 {
    let window = web_sys::window().expect("a page has a window");
    window.performance().expect("a page has a clock").now()
}

/// An object for the page.
pub(crate) fn figures<const N: usize>(pairs: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        Reflect::set(&object, &name.into(), &value).expect("an object takes a value");
    }
    object.into()
}

/// The longest of them.
pub(crate) fn longest(times: &[f64]) -> f64 {
    times.iter().copied().fold(0.0, f64::max)
}

fn numbers(array: &Array) -> Vec<f64> {
    array.iter().filter_map(|value| value.as_f64()).collect()
}

async fn number(promise: Promise) -> Result<f64, String> {
    let value = settled(promise).await?;
    value
        .as_f64()
        .ok_or_else(|| format!("{value:?} is no number"))
}

async fn settled(promise: Promise) -> Result<JsValue, String> {
    JsFuture::from(promise)
        .await
        .map_err(|error| format!("{error:?}"))
}
