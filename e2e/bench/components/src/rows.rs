//! The rows by name.

use wasm_bindgen::prelude::*;

use crate::{flood, keystrokes, parts, renders, tree};

/// Runs one row and gives its figures: an object of numbers, or of lists of names.
///
/// # Errors
/// What failed, as text.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "what the page calls must be public")]
pub async fn bench(row: String) -> Result<JsValue, JsValue> {
    let outcome = match row.as_str() {
        "tree" => tree::run().await,
        "editor" => keystrokes::prepare().await,
        "field" => keystrokes::prepare_field().await,
        "keystrokes" => keystrokes::times(),
        "flood" => flood::run().await,
        "renders" => renders::run().await,
        "parts" => parts::names(),
        other => match other.strip_prefix("part ") {
            Some(part) => parts::run(part).await,
            None => Err(format!("there is no row {other}")),
        },
    };
    outcome.map_err(|error| JsValue::from_str(&error))
}
