//! Words for people who listen to the page.

use web_sys::wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element};

/// How soon words are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// After what is being said.
    Polite,
    /// At once: for what failed.
    Assertive,
}

/// Has a screen reader say `text`, by a live region at the end of the page that nobody sees, or at the end of the modal dialog that is
/// open. The newest words replace the ones before.
pub fn announce(text: &str, urgency: Urgency) {
    // A server has nobody who listens.
    if cfg!(target_arch = "wasm32") {
        // Nor has a page without a body.
        drop(say(text, urgency));
    }
}

fn say(text: &str, urgency: Urgency) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or(JsValue::NULL)?;
    let live = match urgency {
        Urgency::Polite => "polite",
        Urgency::Assertive => "assertive",
    };
    let place = place(&document)?;
    let region = match place.query_selector(&format!(":scope > [data-announces={live}]"))? {
        Some(region) => region,
        None => region(&document, &place, live)?,
    };
    // The same words again are news too: a no-break space makes them other words.
    let again = region.text_content().as_deref() == Some(text);
    let text = if again {
        format!("{text}\u{a0}")
    } else {
        text.to_owned()
    };
    region.set_text_content(Some(&text));
    Ok(())
}

/// Where words are heard: all that is not in the modal dialog on top is inert while there is one. A dialog that another one opens comes behind
/// it in the page.
fn place(document: &Document) -> Result<Element, JsValue> {
    let dialogs = document.query_selector_all("dialog:modal")?;
    match dialogs.item(dialogs.length().wrapping_sub(1)) {
        Some(dialog) => Ok(dialog.unchecked_into()),
        None => Ok(document.body().ok_or(JsValue::NULL)?.into()),
    }
}

fn region(document: &Document, place: &Element, live: &str) -> Result<Element, JsValue> {
    let region = document.create_element("div")?;
    region.set_class_name("ys-unseen");
    region.set_attribute("data-announces", live)?;
    region.set_attribute("aria-live", live)?;
    region.set_attribute("aria-atomic", "true")?;
    // Unseen also where the style sheets are left out; and at the top, or it would make a page longer that fills its window.
    region.set_attribute(
        "style",
        "position:absolute;inset-block-start:0;inset-inline-start:0;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap",
    )?;
    place.append_child(&region)?;
    Ok(region)
}
