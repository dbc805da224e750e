//! Messages between the page and the document in the frame.

use crate::error::{Error, ErrorKind};

/// The most that one message may be, in bytes of JSON.
pub(super) const LARGEST: usize = 256 * 1024;
/// The longest name of a kind, in bytes.
pub(super) const LONGEST_KIND: usize = 128;

/// What the protocol says itself.
const RESERVED: [&str; 12] = [
    "INJECT_AND_INVOKE",
    "INJECT_SUCCESS",
    "INJECT_FAILURE",
    "HAS_PREVIEW_LOADED",
    "PREVIEW_LOADED",
    "PREVIEW_UNLOADING",
    "PAGE_ERROR",
    "SET_URL",
    "RELOAD",
    "REFRESH",
    "GO_BACK",
    "GO_FORWARD",
];

/// A message: an object with a `type`, as the document's own script sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewMessage {
    kind: String,
    json: String,
}

/// What a reader of messages is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreviewEvent {
    /// A message. Whatever program runs in the sandbox may have made it up: it is data, to be checked before it is used.
    Message(PreviewMessage),
    /// More than 256 messages waited for this reader: they are lost, and so is the one after them.
    Gap,
}

impl PreviewMessage {
    /// A message of a kind, with the whole object as JSON: `PreviewMessage::new("greet", r#"{"type":"greet","name":"Ada"}"#)`.
    /// The `type` in the text is replaced by `kind`.
    ///
    /// # Errors
    /// `InvalidInput`: the kind is empty, longer than 128 bytes, or the protocol's own, such as `GO_BACK`, for which there are
    /// methods. `TooLarge`: the JSON is larger than 256 KiB.
    pub fn new(kind: impl Into<String>, json: impl Into<String>) -> Result<Self, Error> {
        let message = Self {
            kind: kind.into(),
            json: json.into(),
        };
        let refuse = |kind, why| Err(Error::new(kind, why).about(&message.kind));
        if is_reserved(&message.kind) {
            let why = "messages of this kind are the preview's own; there are methods for them";
            return refuse(ErrorKind::InvalidInput, why);
        }
        if message.kind.is_empty() || message.kind.len() > LONGEST_KIND {
            let why = "a message's kind has 1 to 128 bytes";
            return refuse(ErrorKind::InvalidInput, why);
        }
        if message.json.len() > LARGEST {
            return refuse(ErrorKind::TooLarge, "a message has at most 256 KiB");
        }
        Ok(message)
    }

    /// The `type`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The whole object, with its `type` where it was received, as JSON.
    pub fn json(&self) -> &str {
        &self.json
    }
}

/// Whether a kind is the protocol's own.
pub(super) fn is_reserved(kind: &str) -> bool {
    RESERVED.contains(&kind)
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_bounded_and_not_the_protocols_own() {
        assert!(PreviewMessage::new("greet", "{}").is_ok());
        let kind = |kind: &str, json: String| PreviewMessage::new(kind, json).unwrap_err().kind();
        assert_eq!(
            kind("INJECT_AND_INVOKE", "{}".into()),
            ErrorKind::InvalidInput
        );
        assert_eq!(kind("", "{}".into()), ErrorKind::InvalidInput);
        assert_eq!(kind(&"k".repeat(129), "{}".into()), ErrorKind::InvalidInput);
        assert_eq!(kind("x", " ".repeat(LARGEST + 1)), ErrorKind::TooLarge);
    }

    #[test]
    fn texts_are_quoted() {
        assert_eq!(quoted("a\"b\\c\nd"), r#""a\"b\\c\u000ad""#);
    }
}
