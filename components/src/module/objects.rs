//! Plain objects for the JavaScript side.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// An object of these properties.
pub(crate) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        set(&object, name, &value);
    }
    object
}

/// Sets a property of an object of ours, which cannot fail.
pub(crate) fn set(object: &Object, name: &str, value: &JsValue) {
    let done = Reflect::set(object, &name.into(), value);
    debug_assert!(done.is_ok(), "a plain object takes any property");
}
