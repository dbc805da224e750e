//! Where the cursor is in the editor.

use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// CodeMirror's `EditorView`, as far as it is read here.
    type EditorView;
    #[wasm_bindgen(method, getter)]
    fn state(this: &EditorView) -> EditorState;
    #[wasm_bindgen(method, getter)]
    fn dom(this: &EditorView) -> Element;

    type EditorState;
    #[wasm_bindgen(method, getter)]
    fn doc(this: &EditorState) -> Text;
    #[wasm_bindgen(method, getter)]
    fn selection(this: &EditorState) -> Selection;

    type Selection;
    #[wasm_bindgen(method, getter)]
    fn main(this: &Selection) -> Range;

    type Range;
    #[wasm_bindgen(method, getter)]
    fn head(this: &Range) -> f64;

    type Text;
    #[wasm_bindgen(method, js_name = lineAt, catch)]
    fn line_at(this: &Text, place: f64) -> Result<Line, JsValue>;

    type Line;
    #[wasm_bindgen(method, getter)]
    fn number(this: &Line) -> f64;
    #[wasm_bindgen(method, getter)]
    fn from(this: &Line) -> f64;
}

/// The line and the column of the cursor, from 1. An editor that is gone has none.
pub(super) fn cursor(view: &JsValue) -> Option<(u32, u32)> {
    let view = view.unchecked_ref::<EditorView>();
    if !view.dom().is_connected() {
        return None;
    }
    let state = view.state();
    let head = state.selection().main().head();
    let line = state.doc().line_at(head).ok()?;
    Some((line.number() as u32, (head - line.from()) as u32 + 1))
}
