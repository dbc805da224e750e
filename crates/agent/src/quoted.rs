//! What came from outside, as errors repeat it.

/// So many bytes of it are repeated.
const MOST: usize = 1024;

/// A text in quotes, its beginning where it is long.
pub(crate) fn quoted(text: &str) -> String {
    let beginning = &text[..text.floor_char_boundary(MOST)];
    if beginning.len() == text.len() {
        format!("{text:?}")
    } else {
        format!("{beginning:?} and so on")
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, quoted};

    #[test]
    fn long_texts_are_cut_at_a_character() {
        assert_eq!(quoted("a \"word\"\0"), r#""a \"word\"\0""#);
        let long = quoted(&"\u{e9}".repeat(MOST));
        assert_eq!(long, format!("\"{}\" and so on", "\u{e9}".repeat(MOST / 2)));
    }
}
