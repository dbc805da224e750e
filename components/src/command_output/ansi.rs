//! Terminal output as lines of styled text. Nothing in it ever becomes markup, a link or a command.

use std::collections::VecDeque;

/// Most lines that are kept; of more, the newest.
pub(super) const MOST_LINES: usize = 5_000;
/// Most bytes of one line; what is longer goes on in the next.
const MOST_IN_LINE: usize = 16 * 1024;
/// Longest escape sequence that is waited for; a longer one is no sequence.
const MOST_IN_ESCAPE: usize = 4 * 1024;

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    /// One of the theme's 16.
    Named(u8),
    /// Any other.
    Rgb(u8, u8, u8),
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) color: Option<Color>,
    pub(super) backdrop: Option<Color>,
    pub(super) bold: bool,
    pub(super) dim: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
    pub(super) inverse: bool,
    pub(super) strike: bool,
    pub(super) hidden: bool,
}

/// A piece of text of one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) look: Look,
    pub(super) text: String,
}

/// A line; its number never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) pieces: Vec<Piece>,
}

/// Output as it has come so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Screen {
    lines: VecDeque<Line>,
    next: u64,
    look: Look,
    /// The characters of the last line: where a carriage return writes over them, they are replaced one by one.
    current: Vec<(Look, char)>,
    column: usize,
    bytes: usize,
    /// An escape sequence whose end has not come yet.
    pending: String,
}

impl Screen {
    /// The screen after `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut screen = Self::default();
        screen.push(text);
        screen
    }

    /// Adds output. It may end anywhere, also inside an escape sequence.
    pub(super) fn push(&mut self, text: &str) {
        let joined;
        let mut rest = if self.pending.is_empty() {
            text
        } else {
            joined = std::mem::take(&mut self.pending) + text;
            joined.as_str()
        };
        while let Some(at) = rest.find(|letter: char| letter.is_control() && letter != '\t') {
            self.write(&rest[..at]);
            rest = &rest[at..];
            match rest.as_bytes()[0] {
                b'\n' => self.end_line(),
                b'\r' => self.column = 0,
                0x08 => self.column = self.column.saturating_sub(1),
                0x1b => match escape(rest) {
                    Some((length, sequence)) => {
                        self.obey(sequence);
                        rest = &rest[length..];
                        continue;
                    }
                    None if rest.len() < MOST_IN_ESCAPE => {
                        self.pending = rest.to_owned();
                        return;
                    }
                    None => {}
                },
                _ => {}
            }
            let length = rest.chars().next().map_or(0, char::len_utf8);
            rest = &rest[length..];
        }
        self.write(rest);
    }

    /// The lines, the oldest first; the last one may grow.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        let last = (!self.current.is_empty()).then(|| self.current_line());
        self.lines.iter().cloned().chain(last)
    }

    fn write(&mut self, text: &str) {
        for letter in text.chars() {
            if self.bytes + letter.len_utf8() > MOST_IN_LINE {
                self.end_line();
            }
            if self.column < self.current.len() {
                self.current[self.column] = (self.look, letter);
            } else {
                self.bytes += letter.len_utf8();
                self.current.push((self.look, letter));
            }
            self.column += 1;
        }
    }

    fn end_line(&mut self) {
        let line = self.current_line();
        self.next += 1;
        self.current.clear();
        self.column = 0;
        self.bytes = 0;
        self.lines.push_back(line);
        if self.lines.len() > MOST_LINES {
            self.lines.pop_front();
        }
    }

    fn current_line(&self) -> Line {
        let mut pieces: Vec<Piece> = Vec::new();
        for (look, letter) in &self.current {
            match pieces.last_mut() {
                Some(piece) if piece.look == *look => piece.text.push(*letter),
                _ => pieces.push(Piece {
                    look: *look,
                    text: letter.to_string(),
                }),
            }
        }
        Line {
            number: self.next,
            pieces,
        }
    }

    fn obey(&mut self, sequence: Sequence<'_>) {
        match sequence {
            Sequence::Look(parameters) => self.look = looks(self.look, parameters),
            // Progress bars draw over a line, or wipe it first.
            Sequence::EraseLine(b"" | b"0") => self.current.truncate(self.column),
            Sequence::EraseLine(_) => {
                self.current.clear();
                self.column = 0;
                self.bytes = 0;
            }
            Sequence::Column(column) => {
                self.column = column.saturating_sub(1).min(self.current.len());
            }
            Sequence::Other => {}
        }
    }
}

enum Sequence<'a> {
    Look(&'a str),
    EraseLine(&'a [u8]),
    Column(usize),
    Other,
}

/// The escape sequence at the start of `text` and its length; `None` where its end is not there.
fn escape(text: &str) -> Option<(usize, Sequence<'_>)> {
    let bytes = text.as_bytes();
    match bytes.get(1)? {
        b'[' => {
            let end = 2 + bytes[2..]
                .iter()
                .position(|byte| !(0x20..=0x3f).contains(byte))?;
            // What is no final byte belongs to the text.
            let length = if (0x40..=0x7e).contains(&bytes[end]) {
                end + 1
            } else {
                end
            };
            let parameters = &text[2..end];
            let sequence = match bytes[end] {
                b'm' => Sequence::Look(parameters),
                b'K' => Sequence::EraseLine(parameters.as_bytes()),
                b'G' => Sequence::Column(parameters.parse().unwrap_or(1)),
                _ => Sequence::Other,
            };
            Some((length, sequence))
        }
        // Titles, links, clipboards, devices: whatever they say, up to their end.
        b']' | b'P' | b'X' | b'^' | b'_' => {
            let end = bytes
                .iter()
                .enumerate()
                .skip(2)
                .find_map(|(at, byte)| match byte {
                    0x07 => Some(at + 1),
                    0x1b => (bytes.get(at + 1)? == &b'\\').then_some(at + 2),
                    _ => None,
                })?;
            Some((end, Sequence::Other))
        }
        b'(' | b')' | b'*' | b'+' | b'#' | b'%' | b' ' => {
            let letter = text[2..].chars().next()?;
            Some((2 + letter.len_utf8(), Sequence::Other))
        }
        _ => {
            let letter = text[1..].chars().next()?;
            Some((1 + letter.len_utf8(), Sequence::Other))
        }
    }
}

fn looks(mut look: Look, parameters: &str) -> Look {
    let mut numbers = parameters.split([';', ':']).map(|number| {
        if number.is_empty() {
            Some(0)
        } else {
            number.parse::<u16>().ok()
        }
    });
    while let Some(number) = numbers.next() {
        match number {
            Some(0) => look = Look::default(),
            Some(1) => look.bold = true,
            Some(2) => look.dim = true,
            Some(3) => look.italic = true,
            Some(4 | 21) => look.underline = true,
            Some(7) => look.inverse = true,
            Some(8) => look.hidden = true,
            Some(9) => look.strike = true,
            Some(22) => (look.bold, look.dim) = (false, false),
            Some(23) => look.italic = false,
            Some(24) => look.underline = false,
            Some(27) => look.inverse = false,
            Some(28) => look.hidden = false,
            Some(29) => look.strike = false,
            Some(number @ 30..=37) => look.color = Some(Color::Named((number - 30) as u8)),
            Some(38) => look.color = other_color(&mut numbers),
            Some(39) => look.color = None,
            Some(number @ 40..=47) => look.backdrop = Some(Color::Named((number - 40) as u8)),
            Some(48) => look.backdrop = other_color(&mut numbers),
            Some(49) => look.backdrop = None,
            Some(number @ 90..=97) => look.color = Some(Color::Named((number - 82) as u8)),
            Some(number @ 100..=107) => look.backdrop = Some(Color::Named((number - 92) as u8)),
            _ => {}
        }
    }
    look
}

/// The colour behind `38` or `48`: `5;N` or `2;R;G;B`.
fn other_color(numbers: &mut impl Iterator<Item = Option<u16>>) -> Option<Color> {
    let mut next = || {
        numbers
            .next()
            .flatten()
            .and_then(|number| u8::try_from(number).ok())
    };
    match next()? {
        5 => Some(indexed(next()?)),
        2 => Some(Color::Rgb(next()?, next()?, next()?)),
        _ => None,
    }
}

/// A colour of xterm's table of 256: the 16 named ones, a cube of 6 by 6 by 6, and 24 greys.
fn indexed(index: u8) -> Color {
    match index {
        0..=15 => Color::Named(index),
        16..=231 => {
            let level = |value: u8| if value == 0 { 0 } else { 55 + value * 40 };
            let index = index - 16;
            Color::Rgb(level(index / 36), level(index / 6 % 6), level(index % 6))
        }
        232..=255 => {
            let grey = 8 + (index - 232) * 10;
            Color::Rgb(grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(screen: &Screen) -> Vec<String> {
        let text = |line: Line| {
            line.pieces
                .iter()
                .map(|piece| piece.text.as_str())
                .collect()
        };
        screen.lines().map(text).collect()
    }

    #[test]
    fn looks_come_and_go() {
        let screen =
            Screen::of("a\x1b[1;31mred\x1b[0m\x1b[38;5;208mo\x1b[48;2;1;2;3mx\x1b[39;49;22mz");
        let line = screen.lines().next().unwrap();
        let looks: Vec<_> = line
            .pieces
            .iter()
            .map(|piece| (piece.text.as_str(), piece.look))
            .collect();
        assert_eq!(looks[0], ("a", Look::default()));
        assert_eq!(
            looks[1].1,
            Look {
                bold: true,
                color: Some(Color::Named(1)),
                ..Look::default()
            }
        );
        assert_eq!(looks[2].1.color, Some(Color::Rgb(255, 135, 0)));
        assert_eq!(looks[3].1.backdrop, Some(Color::Rgb(1, 2, 3)));
        assert_eq!(looks[4], ("z", Look::default()));
    }

    #[test]
    fn what_a_terminal_would_do_to_the_user_is_left_out() {
        let hostile = concat!(
            "\x1b]0;title\x07",
            "\x1b]52;c;ZXZpbA==\x07",
            "\x1b]8;;javascript:alert(1)\x1b\\link\x1b]8;;\x1b\\",
            "\x1bP1$r\x1b\\",
            "\x1b[2J\x1b[?1049h\x1b[6n",
            "<script>\u{9b}31m"
        );
        assert_eq!(texts(&Screen::of(hostile)), ["link<script>31m"]);
    }

    #[test]
    fn output_may_be_cut_anywhere() {
        let text = "a\x1b[1;38;2;10;20;30mb\r\nü\x1b]0;t\x1b\\c\x1b[0m\rd\x08e\x1b[2Kfin\n";
        let whole: Vec<Line> = Screen::of(text).lines().collect();
        for (cut, _) in text.char_indices() {
            let mut screen = Screen::of(&text[..cut]);
            screen.push(&text[cut..]);
            assert_eq!(screen.lines().collect::<Vec<_>>(), whole, "cut at {cut}");
        }
    }

    #[test]
    fn progress_bars_draw_over_their_line() {
        assert_eq!(
            texts(&Screen::of("10 %\r20 %\r100 %\ndone")),
            ["100 %", "done"]
        );
        assert_eq!(texts(&Screen::of("long words\r\x1b[Kshort")), ["short"]);
        assert_eq!(texts(&Screen::of("abcdef\x1b[3GX\x1b[K")), ["abX"]);
    }

    #[test]
    fn a_flood_is_bounded() {
        let mut screen = Screen::of(&"line\n".repeat(MOST_LINES + 10));
        assert_eq!(screen.lines().count(), MOST_LINES);
        assert_eq!(screen.lines().next().unwrap().number, 10);
        screen.push(&"x".repeat(MOST_IN_LINE * 2));
        assert_eq!(texts(&screen).last().unwrap().len(), MOST_IN_LINE);
        // An escape sequence without an end does not hold back the rest for ever.
        let mut screen = Screen::of("\x1b]0;");
        screen.push(&"y".repeat(MOST_IN_ESCAPE));
        assert!(texts(&screen)[0].ends_with("yyyy"));
    }
}
