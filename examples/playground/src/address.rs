//! What the address of the page says: `#ID/path/of/a file:line`.

use web_sys::wasm_bindgen::JsValue;
use yew_sandbox_components::Place;

/// Sandbox, file and line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Address {
    pub(crate) id: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) line: Option<u64>,
}

impl Address {
    /// A sandbox, and a place in it.
    pub(crate) fn of(id: Option<String>, place: Option<&Place>) -> Self {
        Self {
            id,
            line: place.map(|place| place.line),
            path: place.map(|place| place.path.clone()),
        }
    }

    pub(crate) fn parse(hash: &str) -> Self {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (id, rest) = hash.split_once('/').unwrap_or((hash, ""));
        let decoded = |text: &str| {
            let decoded = js_decoded(text);
            decoded.filter(|text| !text.is_empty())
        };
        let (path, line) = match rest.rsplit_once(':') {
            Some((path, line)) if line.parse::<u64>().is_ok() => (path, line.parse().ok()),
            _ => (rest, None),
        };
        Self {
            id: decoded(id),
            path: decoded(path),
            line,
        }
    }

    /// Puts it into the address bar, in place of what is there.
    pub(crate) fn show(&self) {
        let id = self.id.as_deref().unwrap_or_default();
        let mut hash = format!("#{}", js_encoded(id));
        if let Some(path) = &self.path {
            hash.push('/');
            hash.push_str(&js_encoded(path));
            if let Some(line) = self.line {
                hash.push_str(&format!(":{line}"));
            }
        }
        let history = web_sys::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            // Where a browser refuses, the address stays as it was.
            drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&hash)));
        }
    }
}

/// The hash of the page's address now.
pub(crate) fn current() -> String {
    let window = web_sys::window();
    window
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

fn js_decoded(text: &str) -> Option<String> {
    js_sys::decode_uri_component(text).ok().map(String::from)
}

/// Slashes stay, for people who read it.
fn js_encoded(text: &str) -> String {
    let encoded = String::from(js_sys::encode_uri_component(text));
    encoded.replace("%2F", "/")
}
