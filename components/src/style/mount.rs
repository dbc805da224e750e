//! Style elements in the page's head.

use super::StyleSheet;

#[cfg(not(target_arch = "wasm32"))]
pub(super) fn mount(_sheet: &'static StyleSheet, _styled: bool, _nonce: Option<&str>) {}

#[cfg(target_arch = "wasm32")]
pub(super) fn mount(sheet: &'static StyleSheet, styled: bool, nonce: Option<&str>) {
    use std::cell::RefCell;

    thread_local! {
        static MOUNTED: RefCell<Vec<(&'static str, bool)>> = const { RefCell::new(Vec::new()) };
    }
    let parts = [(false, sheet.structure), (true, sheet.css)];
    for (is_looks, css) in parts {
        if css.is_empty() || (is_looks && !styled) {
            continue;
        }
        let mounted = MOUNTED.with_borrow_mut(|parts| {
            let part = (sheet.name, is_looks);
            let known = parts.contains(&part);
            if !known {
                parts.push(part);
            }
            known
        });
        if !mounted {
            let name = if is_looks {
                sheet.name.to_owned()
            } else {
                format!("{}-structure", sheet.name)
            };
            // A head that cannot be written to leaves the page without the sheet.
            drop(add(&name, css, nonce));
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn add(name: &str, css: &str, nonce: Option<&str>) -> Result<(), web_sys::wasm_bindgen::JsValue> {
    use web_sys::wasm_bindgen::JsValue;

    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or(JsValue::NULL)?;
    let head = document.head().ok_or(JsValue::NULL)?;
    let is_there = |name: &str| {
        let selector = format!("style[data-yew-sandbox={name}]");
        head.query_selector(&selector).map(|found| found.is_some())
    };
    if is_there("all")? || is_there(name)? {
        return Ok(());
    }
    let element = |name: &str, css: &str| {
        let style = document.create_element("style")?;
        style.set_attribute("data-yew-sandbox", name)?;
        if let Some(nonce) = nonce {
            style.set_attribute("nonce", nonce)?;
        }
        style.set_text_content(Some(css));
        Ok::<web_sys::Node, JsValue>(style.into())
    };
    if !is_there("layer")? {
        head.prepend_with_node_1(&element("layer", "@layer yew-sandbox;")?)?;
    }
    let css = format!("@layer yew-sandbox {{{css}}}");
    head.append_with_node_1(&element(name, &css)?)?;
    Ok(())
}
