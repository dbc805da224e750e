//! What the JavaScript side is told.

use js_sys::{Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// What the terminal's module exports.
    #[derive(Clone)]
    pub(super) type TerminalModule;

    #[wasm_bindgen(method, catch)]
    pub(super) fn create(
        this: &TerminalModule,
        parent: &Element,
        options: &Object,
    ) -> Result<Screen, JsValue>;

    #[wasm_bindgen(method)]
    pub(super) fn speak(this: &TerminalModule, too_much_output: &str);

    /// One terminal on the page.
    #[derive(Clone, PartialEq)]
    pub(super) type Screen;

    #[wasm_bindgen(method, getter)]
    pub(super) fn term(this: &Screen) -> JsValue;

    /// Writes text as UTF-8. The promise is kept when it is shown, also where the terminal goes before.
    #[wasm_bindgen(method, catch)]
    pub(super) fn write(
        this: &Screen,
        bytes: &Uint8Array,
        is_replay: bool,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn reset(this: &Screen, line: Option<&str>) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn show(this: &Screen, options: &Object) -> Result<(), JsValue>;

    /// Columns and rows.
    #[wasm_bindgen(method, catch)]
    pub(super) fn size(this: &Screen) -> Result<Vec<u16>, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn focus(this: &Screen) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn find(
        this: &Screen,
        text: &str,
        is_backwards: bool,
        is_typing: bool,
        match_case: bool,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = endFind)]
    pub(super) fn end_find(this: &Screen) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn destroy(this: &Screen) -> Result<(), JsValue>;
}
