//! The output of a step, as it is told in `system/initStatus`.

use std::sync::{Mutex, PoisonError};

/// Most output of one step that is told, in bytes. Its shell keeps more.
const MOST: usize = 256 * 1024;
const LEFT_OUT: &str = "\n[the rest of the output is left out]\n";

/// Makes lines of what a terminal shows, within bounds.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Whether the last piece ended with half a line end.
    is_half: bool,
    told: usize,
}

impl Told {
    /// What is to be told of the next piece. Past the bound it says so once, and nothing more.
    pub(super) fn text(&self, piece: &str) -> Option<String> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.told > MOST {
            return None;
        }
        let whole = if state.is_half { "\r" } else { "" }.to_owned() + piece;
        let mut text = whole.replace("\r\n", "\n");
        state.is_half = text.ends_with('\r');
        if state.is_half {
            text.pop();
        }
        state.told += text.len();
        if state.told > MOST {
            text.push_str(LEFT_OUT);
        }
        (!text.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_plain_wherever_pieces_end() {
        for size in 1..9 {
            let told = Told::default();
            let pieces: Vec<String> = b"a\r\n\r\nb\rc\r\n"
                .chunks(size)
                .filter_map(|piece| told.text(str::from_utf8(piece).unwrap()))
                .collect();
            assert_eq!(pieces.concat(), "a\n\nb\rc\n");
        }
    }

    #[test]
    fn too_much_is_cut_and_told_once() {
        let told = Told::default();
        let pieces: Vec<String> = (0..100)
            .filter_map(|_| told.text(&"y".repeat(16384)))
            .collect();
        assert!(pieces.concat().len() < MOST + 20_000);
        assert!(pieces.last().unwrap().ends_with(LEFT_OUT));
    }
}
