//! The output of a step, as text and within bounds.

/// Most output of one step that is told, in bytes.
const MOST: usize = 256 * 1024;
const LEFT_OUT: &str = "\n[the rest of the output is left out]\n";

/// Makes text of bytes that arrive in pieces.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// The start of a character whose end has not arrived.
    partial: Vec<u8>,
    told: usize,
}

impl Output {
    /// The text of the next piece. Past the bound it says so once, and nothing more.
    pub(super) fn text(&mut self, piece: &[u8]) -> Option<String> {
        if self.told > MOST {
            return None;
        }
        self.partial.extend_from_slice(piece);
        let whole = match str::from_utf8(&self.partial) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.partial.len(),
        };
        let rest = self.partial.split_off(whole);
        let mut text = String::from_utf8_lossy(&self.partial).into_owned();
        self.partial = rest;
        self.told += text.len();
        if self.told > MOST {
            text.push_str(LEFT_OUT);
        }
        (!text.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_not_cut_where_pieces_are() {
        let mut output = Output::default();
        let mut text = String::new();
        for byte in "grün → ok".bytes() {
            text.extend(output.text(&[byte]));
        }
        assert_eq!(text, "grün → ok");
        assert_eq!(output.text(b"\xff!").unwrap(), "\u{fffd}!");
    }

    #[test]
    fn too_much_is_cut_and_told_once() {
        let mut output = Output::default();
        let pieces: Vec<String> = (0..100)
            .filter_map(|_| output.text(&[b'y'; 16384]))
            .collect();
        assert!(pieces.concat().len() < MOST + 20_000);
        assert!(pieces.last().unwrap().ends_with(LEFT_OUT));
    }
}
