//! Text from bytes that arrive in pieces.

/// Makes text of bytes. A character that two pieces share comes out whole, and what is no UTF-8 becomes U+FFFD.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The start of a character whose end has not arrived: at most 3 bytes.
    partial: Vec<u8>,
}

impl Decoder {
    /// The text of the next piece, up to the last character that is whole.
    pub(crate) fn decode(&mut self, piece: &[u8]) -> String {
        if self.partial.is_empty() {
            return self.take(piece);
        }
        let mut joined = std::mem::take(&mut self.partial);
        joined.extend_from_slice(piece);
        self.take(&joined)
    }

    /// What is left at the end: a character that never became whole.
    pub(crate) fn finish(&mut self) -> &'static str {
        if std::mem::take(&mut self.partial).is_empty() {
            ""
        } else {
            "\u{fffd}"
        }
    }

    fn take(&mut self, bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len());
        let mut read = 0;
        for chunk in bytes.utf8_chunks() {
            let invalid = chunk.invalid();
            read += chunk.valid().len() + invalid.len();
            text.push_str(chunk.valid());
            if read == bytes.len() && may_go_on(invalid) {
                self.partial = invalid.to_vec();
            } else if !invalid.is_empty() {
                text.push('\u{fffd}');
            }
        }
        text
    }
}

/// Whether the bytes are the start of a character.
fn may_go_on(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_not_cut_where_pieces_are() {
        let text = "grün → 🦀 ok";
        for size in 1..text.len() {
            let mut decoder = Decoder::default();
            let pieces = text.as_bytes().chunks(size);
            let decoded: String = pieces.map(|piece| decoder.decode(piece)).collect();
            assert_eq!(decoded, text);
            assert_eq!(decoder.finish(), "");
        }
    }

    #[test]
    fn what_is_no_text_is_replaced_as_the_standard_library_does_it() {
        let bytes = b"a\xff\xf0\x9f\xa6b\xc3\xc3\xa4\x80\xe2\x86";
        for size in 1..bytes.len() {
            let mut decoder = Decoder::default();
            let pieces = bytes.chunks(size);
            let mut decoded: String = pieces.map(|piece| decoder.decode(piece)).collect();
            decoded.push_str(decoder.finish());
            assert_eq!(decoded, String::from_utf8_lossy(bytes));
        }
    }
}
