//! What the JavaScript side is told, in its own objects.

use std::cell::Cell;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::AttrValue;

use super::marks::{Diagnostic, LineMark, RangeMark};
pub(super) use crate::module::{object, set};

#[wasm_bindgen]
extern "C" {
    /// What the editor's module exports.
    #[derive(Clone)]
    pub(super) type EditorModule;

    #[wasm_bindgen(method, catch)]
    pub(super) fn create(
        this: &EditorModule,
        parent: &Element,
        options: &Object,
    ) -> Result<EditorHandle, JsValue>;

    /// One editor on the page.
    #[derive(Clone)]
    pub(super) type EditorHandle;

    #[wasm_bindgen(method, getter)]
    pub(super) fn view(this: &EditorHandle) -> JsValue;

    #[wasm_bindgen(method, catch)]
    pub(super) fn show(this: &EditorHandle, options: &Object) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = setText)]
    pub(super) fn set_text(this: &EditorHandle, text: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn diagnose(this: &EditorHandle, list: &Array) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn decorate(
        this: &EditorHandle,
        lines: &Array,
        ranges: &Array,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn reveal(this: &EditorHandle, line: u32, column: u32) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn destroy(this: &EditorHandle) -> Result<(), JsValue>;
}

/// An id that nothing else on the page has.
pub(crate) fn next_id() -> String {
    thread_local! {
        static LAST: Cell<u32> = const { Cell::new(0) };
    }
    let id = LAST.get() + 1;
    LAST.set(id);
    format!("ys-editor-{id}")
}

pub(super) fn diagnostics(list: &[Diagnostic]) -> Array {
    list.iter()
        .map(|found| {
            object([
                ("line", found.line.into()),
                ("column", found.column.into()),
                ("endLine", found.end_line.into()),
                ("endColumn", found.end_column.into()),
                ("severity", found.severity.name().into()),
                ("message", found.message.as_str().into()),
                ("source", optional(found.source.as_ref())),
            ])
        })
        .collect()
}

pub(super) fn ranges(list: &[RangeMark]) -> Array {
    list.iter()
        .map(|range| {
            object([
                ("line", range.line.into()),
                ("column", range.column.into()),
                ("endLine", range.end_line.into()),
                ("endColumn", range.end_column.into()),
                ("className", range.class.as_str().into()),
                ("title", optional(range.title.as_ref())),
            ])
        })
        .collect()
}

fn optional(text: Option<&AttrValue>) -> JsValue {
    text.map_or(JsValue::UNDEFINED, |text| text.as_str().into())
}

pub(super) fn marks(list: &[LineMark]) -> Array {
    list.iter()
        .map(|mark| {
            object([
                ("line", mark.line.into()),
                ("className", mark.class.as_str().into()),
            ])
        })
        .collect()
}
