//! Keys that are typed into the middle of a file of 1 MB, and into a field of the browser's own, which nothing can be quicker than.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{CodeEditor, DocumentsProvider};

use crate::measure::{figures, painted, watch_keys};
use crate::stage::Stage;

const SIZE: usize = 1_000_000;
const LINE: &str = "export function add(first, second) { return first + second; } // a line\n";

thread_local! {
    static TYPED_INTO: RefCell<Option<(Stage, Array)>> = const { RefCell::new(None) };
}

/// Shows the file, with the cursor in its middle, and begins to watch the keys. They come from outside the page.
pub(crate) async fn prepare() -> Result<JsValue, String> {
    let lines = SIZE / LINE.len();
    let fake = FakeSandbox::builder()
        .file("large.js", LINE.repeat(lines))
        .build();
    let place = Some((u32::try_from(lines / 2).unwrap_or(1), 1));
    let stage = Stage::new(move || {
        html! {
            <SandboxProvider fake={fake.clone()}>
                <DocumentsProvider>
                    <CodeEditor path="large.js" reveal={place} />
                </DocumentsProvider>
            </SandboxProvider>
        }
    });
    painted(&stage.element, ".cm-content .cm-line span").await?;
    TYPED_INTO.set(Some((stage, watch_keys())));
    Ok(JsValue::NULL)
}

/// Shows an empty field, and begins to watch the keys.
pub(crate) async fn prepare_field() -> Result<JsValue, String> {
    let stage = Stage::new(|| html! { <textarea aria-label="keys" /> });
    painted(&stage.element, "textarea").await?;
    TYPED_INTO.set(Some((stage, watch_keys())));
    Ok(JsValue::NULL)
}

/// From each key to the paint that shows it, in milliseconds.
pub(crate) fn times() -> Result<JsValue, String> {
    TYPED_INTO.with_borrow(|typed_into| match typed_into {
        Some((_, times)) => Ok(figures([("times", times.clone().into())])),
        None => Err("there is nothing to type into".to_owned()),
    })
}
