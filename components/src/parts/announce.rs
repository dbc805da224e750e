//! Words for people who listen to the page.

/// How soon words are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// After what is being said.
    Polite,
    /// At once: for what failed.
    Assertive,
}

/// Has a screen reader say `text`, by a live region at the end of the page that nobody sees. The newest words replace
/// the ones before.
pub fn announce(text: &str, urgency: Urgency) {
    #[cfg(target_arch = "wasm32")]
    drop(say(text, urgency));
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (text, urgency);
}

#[cfg(target_arch = "wasm32")]
fn say(text: &str, urgency: Urgency) -> Result<(), web_sys::wasm_bindgen::JsValue> {
    use web_sys::wasm_bindgen::JsValue;

    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or(JsValue::NULL)?;
    let (id, live) = match urgency {
        Urgency::Polite => ("ys-announce-polite", "polite"),
        Urgency::Assertive => ("ys-announce-assertive", "assertive"),
    };
    let region = match document.get_element_by_id(id) {
        Some(region) => region,
        None => {
            let region = document.create_element("div")?;
            region.set_id(id);
            region.set_class_name("ys-unseen");
            region.set_attribute("aria-live", live)?;
            region.set_attribute("aria-atomic", "true")?;
            // Unseen also where the style sheets are left out; and at the top, or it would make a page longer that fills its window.
            region.set_attribute(
                "style",
                "position:absolute;inset-block-start:0;inset-inline-start:0;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap",
            )?;
            let body = document.body().ok_or(JsValue::NULL)?;
            body.append_child(&region)?;
            region
        }
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
