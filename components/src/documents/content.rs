//! What a file's bytes are to an editor.

use std::rc::Rc;

use bytes::Bytes;
use yew_sandbox::{Error, ErrorKind};

/// The largest file that is read: 16 MiB, as much as one message carries.
pub const LARGEST_DOCUMENT: u64 = 16 * 1024 * 1024;

/// A text has no NUL among its first bytes; what has one is binary.
const LOOKED_AT: usize = 8 * 1024;

/// What was found at a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// UTF-8 text.
    Text(Rc<str>),
    /// No text.
    Binary(Bytes),
    /// More than [`LARGEST_DOCUMENT`]: this many bytes, where that is known.
    TooLarge(Option<u64>),
    /// Nothing.
    Missing,
    /// It could not be read.
    Failed(Rc<Error>),
}

impl Content {
    /// Sorts what was read.
    pub(crate) fn of(bytes: Bytes) -> Self {
        let begin = &bytes[..bytes.len().min(LOOKED_AT)];
        match std::str::from_utf8(&bytes) {
            Ok(text) if !begin.contains(&0) => Self::Text(Rc::from(text)),
            _ => Self::Binary(bytes),
        }
    }

    /// Sorts why nothing was read.
    pub(crate) fn of_error(error: Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::TooLarge => Self::TooLarge(None),
            _ => Self::Failed(Rc::new(error)),
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&Rc<str>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf8_without_nul() {
        assert_eq!(Content::of(Bytes::new()), Content::Text("".into()));
        assert_eq!(
            Content::of("\u{feff}zwölf\r\n".into()),
            Content::Text("\u{feff}zwölf\r\n".into())
        );
        for binary in [&b"a\0b"[..], &[0xff, 0xfe, b'a']] {
            let binary = Bytes::copy_from_slice(binary);
            assert_eq!(Content::of(binary.clone()), Content::Binary(binary));
        }
    }
}
