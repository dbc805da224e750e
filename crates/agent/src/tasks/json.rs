//! JSON as people write it: with comments and commas before closing brackets.

/// Blanks out `//` and `/* */` comments and commas before a closing bracket, which such files often have. All else
/// keeps its place, so that errors name the right line and column.
pub(crate) fn without_comments(json: &[u8]) -> Vec<u8> {
    let mut plain = json.to_vec();
    // The last comma that nothing but blanks and comments followed.
    let mut comma = None;
    let mut place = 0;
    while let Some(&byte) = json.get(place) {
        let end = match (byte, json.get(place + 1)) {
            (b'"', _) => {
                comma = None;
                string_end(json, place)
            }
            (b'/', Some(b'/')) => {
                let end = position(json, place, b"\n");
                blank(&mut plain[place..end]);
                end
            }
            (b'/', Some(b'*')) => {
                let end = (position(json, place + 2, b"*/") + 2).min(json.len());
                blank(&mut plain[place..end]);
                end
            }
            (b',', _) => {
                comma = Some(place);
                place + 1
            }
            (b']' | b'}', _) => {
                if let Some(comma) = comma.take() {
                    plain[comma] = b' ';
                }
                place + 1
            }
            (byte, _) => {
                if !byte.is_ascii_whitespace() {
                    comma = None;
                }
                place + 1
            }
        };
        place = end;
    }
    plain
}

fn string_end(json: &[u8], start: usize) -> usize {
    let mut place = start + 1;
    while let Some(&byte) = json.get(place) {
        match byte {
            b'"' => return place + 1,
            b'\\' => place += 2,
            _ => place += 1,
        }
    }
    json.len()
}

fn position(json: &[u8], start: usize, wanted: &[u8]) -> usize {
    json.get(start..)
        .and_then(|rest| {
            rest.windows(wanted.len())
                .position(|window| window == wanted)
        })
        .map_or(json.len(), |place| start + place)
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(json: &str) -> String {
        String::from_utf8(without_comments(json.as_bytes())).unwrap()
    }

    #[test]
    fn comments_and_trailing_commas_are_blanked_out() {
        assert_eq!(plain("{\"a\": 1, // x\n}"), "{\"a\": 1      \n}");
        assert_eq!(plain("[1, /* , */ ]"), "[1          ]");
        assert_eq!(
            plain(r#"{"u": "http://x\"//,]"}"#),
            r#"{"u": "http://x\"//,]"}"#
        );
        assert_eq!(plain("[1, 2]"), "[1, 2]");
    }

    #[test]
    fn whatever_stands_there_is_no_panic() {
        for json in ["/", "/*", "/*/", "//", "\"", "\"\\", ",]", "[,", "\"\\\""] {
            assert_eq!(plain(json).len(), json.len());
        }
    }
}
